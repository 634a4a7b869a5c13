"""The notebooks that come with needlens."""

from __future__ import annotations

from pathlib import Path

from needlens.errors import NeedlensError


def shipped_notebooks() -> list[Path]:
    """Notebooks of the installed package, or of a checkout's ``notebooks`` folder, in reading order.

    Raises
    ------
    NeedlensError
        They are in neither place.

    Examples
    --------
    >>> [path.name for path in shipped_notebooks()]
    ['01_collect_reasons.ipynb', '02_find_themes.ipynb', '03_climb_the_ladder.ipynb']
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "sources", here.parents[2] / "notebooks"):
        found = sorted(folder.glob("*.ipynb"))
        if found:
            return found
    message = "the notebooks are not part of this installation; install needlens again"
    raise NeedlensError(message)
