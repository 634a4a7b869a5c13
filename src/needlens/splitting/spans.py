"""A span ``(start, end)`` points at ``text[start:end]``; positions are code points."""

from __future__ import annotations

import re
from collections.abc import Iterable

Span = tuple[int, int]
"""Start (included) and end (excluded), in code points."""

_WORD_CHARACTER = re.compile(r"[^\W_]")


def strip(text: str, start: int, end: int) -> Span:
    """Shrink a span until neither end is white space; a blank span becomes empty.

    Examples
    --------
    >>> strip("  so light ", 0, 11)
    (2, 10)
    """
    piece = text[start:end]
    if piece and not (piece[0].isspace() or piece[-1].isspace()):
        return start, start + len(piece)
    lead = len(piece) - len(piece.lstrip())
    return start + lead, start + max(lead, len(piece.rstrip()))


def between(cuts: Iterable[Span], start: int, end: int) -> list[Span]:
    """Return what ``cuts`` (in order, inside the span) leave of ``[start, end)``.

    Examples
    --------
    >>> between([(3, 5)], 0, 9)
    [(0, 3), (5, 9)]
    """
    edges = [start, *(edge for cut in cuts for edge in cut), end]
    return list(zip(edges[::2], edges[1::2], strict=True))


def has_word(piece: str) -> bool:
    """Tell whether any character is a letter or a digit.

    Examples
    --------
    >>> has_word("ok!"), has_word("!!!")
    (True, False)
    """
    return _WORD_CHARACTER.search(piece) is not None
