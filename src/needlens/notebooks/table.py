"""Small tables for reading, in a notebook."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

_LEFT = "text-align: left; vertical-align: top"


def table(frame: pd.DataFrame) -> Styler:
    """Lay out a table without row numbers: texts whole and to the left, numbers with two decimals.

    Unlike ``frame.style`` it shows customers' words as written, tags and all, and is the same on every run.

    Parameters
    ----------
    frame
        Any table of a few dozen rows.

    Examples
    --------
    >>> page = table(pd.DataFrame({"quote": ["<b>quiet</b>"], "share": [0.125]})).to_html()
    >>> "&lt;b&gt;quiet&lt;/b&gt;</td>" in page, "0.12</td>" in page
    (True, True)
    """
    from pandas.io.formats.style import Styler

    written = frame.to_csv(index=False).encode("utf-8", "surrogatepass")
    styler = Styler(
        frame.reset_index(drop=True),
        uuid=blake2b(written, digest_size=4).hexdigest(),
        uuid_len=8,
        cell_ids=False,
        escape="html",
        precision=2,
    )
    styler.hide().format_index(escape="html", axis=1)
    return styler.set_table_styles([{"selector": "th, td", "props": _LEFT}])
