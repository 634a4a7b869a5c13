"""Verbatims with their reasons marked, as a notebook shows them."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from needlens.plots.style import GROUP_COLOURS
from needlens.schema import TEXT, VERBATIM_ID

_INFORMATIVE = (
    "background:color-mix(in srgb, {colour} 24%, transparent);color:inherit;padding:1px 3px;border-radius:3px"
)
_NOT_INFORMATIVE = "background:none;color:inherit;border-bottom:1px dotted currentColor;opacity:.65"


@dataclass(frozen=True, slots=True)
class Marked:
    """A page fragment that a notebook draws; as text, the verbatims with their reasons in brackets."""

    html: str
    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


def marked(verbatims: pd.DataFrame, reasons: pd.DataFrame, verbatim_ids: Sequence[str]) -> Marked:
    """Show verbatims whole, with each reason on a colour; what is not informative is dotted below.

    Parameters
    ----------
    verbatims
        Columns ``verbatim_id`` and ``text``.
    reasons
        Columns ``verbatim_id``, ``start``, ``end`` (code points in the verbatim) and ``informative``.
    verbatim_ids
        Which verbatims, in the order to show them.

    Raises
    ------
    KeyError
        There is no verbatim of that id.

    Examples
    --------
    >>> verbatims = pd.DataFrame({"verbatim_id": ["1"], "text": ["Light & quiet. Thanks"]})
    >>> reasons = pd.DataFrame({"verbatim_id": ["1", "1", "1"], "start": [0, 8, 15], "end": [5, 14, 21],
    ...                         "informative": [True, True, False]})
    >>> marked(verbatims, reasons, ["1"])
    [Light] & [quiet.] (Thanks)
    """
    texts = verbatims.set_index(VERBATIM_ID)[TEXT]
    pages, lines = [], []
    for verbatim_id in verbatim_ids:
        text, page, line, at = str(texts.loc[verbatim_id]), "", "", 0
        own = reasons[reasons[VERBATIM_ID] == verbatim_id].sort_values("start")
        rows = zip(own["start"], own["end"], own["informative"], strict=True)
        for k, (start, end, informative) in enumerate(rows):
            colour = GROUP_COLOURS[k % len(GROUP_COLOURS)]
            style = _INFORMATIVE.format(colour=colour) if informative else _NOT_INFORMATIVE
            said, between = text[start:end], text[at:start]
            page += f'{html.escape(between)}<mark style="{style}">{html.escape(said)}</mark>'
            line += f"{between}[{said}]" if informative else f"{between}({said})"
            at = end
        pages.append(f'<p style="line-height:1.9">{page}{html.escape(text[at:])}</p>')
        lines.append(line + text[at:])
    return Marked("\n".join(pages), "\n".join(lines))
