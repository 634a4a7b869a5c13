"""Numbers and customers' words as they are shown, the same in messages, figures and report."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from typing import Any

STABLE = 0.75
"""Stability from which a theme counts as valid and stable (the value Hennig 2007 gives to overlaps)."""

TENTATIVE = 0.6
"""Stability from which a theme shows a pattern in the data (that, too, is Hennig's value for overlaps)."""

FEW_PEOPLE = 30
"""Segments with fewer people than this are marked as too few to compare."""

PRIVATE_PEOPLE = 5
"""Segments with fewer people than this are not shown, lest somebody be recognised."""

_FINE = 0.01
"""Intervals narrower than this would read as "5 % (5–5)" in whole per cent."""

ELLIPSIS = "…"
NBSP = "\u00a0"


def percent(share: float) -> str:
    """Whole per cent without the sign; what is there but rounds to nothing is ``"<1"``.

    Examples
    --------
    >>> [percent(share) for share in (0.375, 0.004, 0.0, 0.996, 1.0)]
    ['38', '<1', '0', '>99', '100']
    """
    whole = math.floor(share * 100 + 0.5)
    if whole == 0 and share > 0:
        return "<1"
    if whole == 100 and share < 1:
        return ">99"
    return str(whole)


def share_text(share: float, low: float, high: float) -> str:
    """Write a share and its interval, both in per cent: whole, or with a decimal where that is known.

    Examples
    --------
    >>> share_text(0.372, 0.331, 0.414).replace(NBSP, " ")
    '37 % (33–41)'
    >>> share_text(0.0523, 0.0503, 0.0544).replace(NBSP, " ")
    '5.2 % (5.0–5.4)'
    """
    if high - low < _FINE:
        return f"{share * 100:.1f}{NBSP}% ({low * 100:.1f}–{high * 100:.1f})"
    low_text, high_text = (str(math.floor(bound * 100 + 0.5)) for bound in (low, high))
    return f"{percent(share)}{NBSP}% ({low_text}–{high_text})"


def count(number: float) -> str:
    """Write a whole number with a comma between thousands.

    Examples
    --------
    >>> count(12345)
    '12,345'
    """
    return f"{number:,.0f}"


def chance(p_value: float | None) -> str:
    """Write a p-value without false precision.

    Examples
    --------
    >>> chance(0.0004), chance(0.0312), chance(float("nan"))
    ('p < 0.001', 'p = 0.03', 'not tested')
    """
    if p_value is None or math.isnan(p_value):
        return "not tested"
    if p_value < 0.001:
        return "p < 0.001"
    return f"p = {p_value:.3f}" if p_value < 0.01 else f"p = {p_value:.2f}"


def trust(stability: float) -> str:
    """Say in a word how far a theme can be trusted, by how surely it is found again.

    The two values are those the following gives to overlaps alone:

    Hennig, C. (2007). Cluster-wise assessment of cluster stability. *Computational Statistics & Data
    Analysis*, 52, 258-271.

    Parameters
    ----------
    stability
        As in :func:`needlens.graph.stability.stability_of`, in [0, 1]; NaN where it was not measured.

    Examples
    --------
    >>> [trust(value) for value in (0.8, 0.7, 0.4, float("nan"))]
    ['stable', 'tentative', 'unstable', 'not measured']
    """
    if math.isnan(stability):
        return "not measured"
    if stability >= STABLE:
        return "stable"
    return "tentative" if stability >= TENTATIVE else "unstable"


def ladder_sentence(info: Mapping[str, Any]) -> str:
    """Say in a sentence what laddering found.

    Parameters
    ----------
    info
        ``study.info["ladder"]``.

    Examples
    --------
    >>> ladder_sentence({"links": {"E3": 0, "E2": 0, "E1": 0}, "n_respondents": 9})
    'nobody of 9 people ties a feature to what it brings in so many words: there are no ladders to draw'
    """
    links, n = info["links"], info["n_respondents"]
    explicit = links["E3"] + links["E2"]
    people = f"{n:,} {'person' if n == 1 else 'people'}"
    if not explicit and not (links["E1"] and "E1" in info["parameters"]["grades"]):
        nobody = f"nobody of {people} ties a feature to what it brings in so many words"
        return f"{nobody}: there are no ladders to draw"
    said = f"{explicit:,} link{'s' * (explicit != 1)} said in so many words ({links['E3']:,} in one sentence)"
    beside = f" and {links['E1']:,} of neighbours that rise" if "E1" in info["parameters"]["grades"] else ""
    linked = info["n_with_a_link"]
    return (
        f"{said}{beside}; {linked:,} of {people} have a ladder of two rungs or more; cut-off {info['cutoff']}"
    )


def cut(text: str, limit: int) -> str:
    """Shorten a quote at the end of a word; what stays is an exact piece of it, then an ellipsis.

    Examples
    --------
    >>> cut("It keeps me warm all day", 14)
    'It keeps me…'
    """
    if len(text) <= limit:
        return text
    head = text[:limit]
    words = head if text[limit].isspace() else (head.rsplit(None, 1) or [""])[0]
    # A word longer than half the room is cut in itself.
    kept = words if len(words) >= limit / 2 else head
    return kept.rstrip() + ELLIPSIS


def lines(label: str, *, width: int, most: int = 2) -> list[str]:
    """Break a label into lines, shortened to ``most`` of them.

    Examples
    --------
    >>> lines("easy to clean after every meal", width=14)
    ['easy to clean', 'after every…']
    """
    shown = cut(label, width * most * 2)
    return textwrap.wrap(shown, width, max_lines=most, placeholder=ELLIPSIS)
