"""Lines and list items: the cuts a writer makes with the Return key, bullets and numbers."""

from __future__ import annotations

import re

from needlens.splitting.spans import Span, between, has_word, strip

_LINE_BREAK = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_BULLETS = "•‣▪◦●✓✔"
_OPENING = re.compile(
    rf"[{_BULLETS}]+|[-*+–—]+(?=\s)|\(?(?:\d{{1,2}}|[A-Za-z])\s?\)(?=\s)|\d{{1,2}}\s?\.(?=\s)"
)
_BULLET = re.compile(rf"[{_BULLETS}]+")
_DASHED = re.compile(r"(?<!\S)[-*+](?=[^\W\d_])")
_NUMBER = re.compile(r"(?<!\S)\(?(\d{1,2})(?:\)|\.(?!\d))")


def items(text: str) -> list[Span]:
    r"""Cut a text into lines and the lines into list items, without their bullets and numbers.

    Inside a line, ``•`` and its like always open an item; ``*``, ``+`` and ``-`` glued to a word do when
    there are two or more; numbers do when they count 1, 2, ….

    Parameters
    ----------
    text
        One verbatim.

    Returns
    -------
    list of (int, int)
        Spans in order, without surrounding white space; items without a letter or digit are left out.

    Examples
    --------
    >>> text = "Pros:\n- light\n* quiet\n1) cheap 2) sturdy"
    >>> [text[start:end] for start, end in items(text)]
    ['Pros:', 'light', 'quiet', 'cheap', 'sturdy']
    """
    breaks = [match.span() for match in _LINE_BREAK.finditer(text)]
    lines = (strip(text, start, end) for start, end in between(breaks, 0, len(text)))
    found = (
        strip(text, start + first, start + last)
        for start, stop in lines
        for first, last in between(_marks(text[start:stop]), 0, stop - start)
    )
    return [(start, end) for start, end in found if has_word(text[start:end])]


def _marks(line: str) -> list[Span]:
    """Return the bullets and numbers that open items in a line without surrounding white space."""
    numbers = _counting(line)
    if numbers:
        return numbers
    dashed = [match.span() for match in _DASHED.finditer(line)]
    if len(dashed) > 1:
        return dashed
    bullets = [match.span() for match in _BULLET.finditer(line)]
    opening = _OPENING.match(line)
    if opening and opening.span() not in bullets:
        bullets.insert(0, opening.span())
    return bullets


def _counting(line: str) -> list[Span]:
    """Return the numbers that count 1, 2, … in a line; a lone "1." is not a list."""
    marks: list[Span] = []
    for match in _NUMBER.finditer(line):
        if int(match[1]) == len(marks) + 1:
            marks.append(match.span())
    return marks if len(marks) > 1 else []
