"""Sentences of a text: newlines and list items first, then pysbd, aligned so that no character is lost."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from functools import cache

from needlens.splitting.items import items
from needlens.splitting.spans import Span, between, has_word, strip

_LONG = 1_000
"""Characters pysbd gets at a time: its time grows faster than the length."""

_CLOSERS = r"[\"'”’)\]]*"
_INNER_END = re.compile(rf"[.!?…]{_CLOSERS}\s+\S")
_PLAIN_END = re.compile(
    r"(?:(?<!\b[A-Za-z])(?<!\b[MD]r)(?<!\bMs)(?<!\bMrs)(?<!\bSt)(?<!\bNo)(?<!\bvs)(?<!\betc)(?<!\.)[.]|[!?…])"
    rf"{_CLOSERS}\s+"
)
"""Our own rule: a mark before white space, but no initial (so no "e.g." either), title or ellipsis."""

_DIGIT_STOP = tuple(f"{digit}." for digit in range(10))
"""What half a decimal number ends with."""

_MISSED_END = re.compile(
    r"(?<![!?])[!?]{2,}\s+"
    r"|(?<![\U0001f300-\U0001faff])[\U0001f300-\U0001faff][\ufe0f\u200d\U0001f300-\U0001faff]*\s+(?=[A-Z])"
    r"|(?<=\s)[:;]-?[)D(]\s+(?=[A-Z])"
    r"|(?<=[a-z]{2})[.!?](?=[A-Z][a-z]*(?:[\s,]|$))"
    r"|[。！？]+"
)
"""Ends pysbd does not see: "!!! ", an emoji or a smiley before a capital, "end.Next", full-width marks."""


def sentences(text: str) -> list[Span]:
    """Cut a text into sentences.

    Newlines and list items cut first; then pysbd [1]_, where a line has an inner end of sentence at
    all; a small rule of our own stands in wherever pysbd's answer does not align with the text.

    Parameters
    ----------
    text
        One verbatim.

    Returns
    -------
    list of (int, int)
        Spans in order, not overlapping, without surrounding white space. Every letter and digit of the
        text is in one, except the numbers of list items. Pieces without a letter or digit are left out,
        unless the text has nothing else. A blank text has none.

    References
    ----------
    .. [1] Sadvilkar, N. & Neumann, M. (2020). PySBD: Pragmatic Sentence Boundary Disambiguation.
       *NLP-OSS*, 110-114.

    Examples
    --------
    >>> text = "I paid $3.50, e.g. for two. Easy!!! It works"
    >>> [text[start:end] for start, end in sentences(text)]
    ['I paid $3.50, e.g. for two.', 'Easy!!!', 'It works']
    """
    found = [
        strip(text, start + first, start + last)
        for start, end in items(text)
        for first, last in _item_sentences(text[start:end])
    ]
    whole = strip(text, 0, len(text))
    return [(start, end) for start, end in found if has_word(text[start:end])] or (
        [whole] if whole[0] < whole[1] else []
    )


def _item_sentences(item: str) -> Iterator[Span]:
    for start, end in _chunks(item):
        for first, last in _pysbd_sentences(item[start:end]):
            yield from _cut_after(_MISSED_END, item, start + first, start + last)


def _chunks(item: str) -> Iterator[Span]:
    """Cut an item at ends of sentences into chunks of ``_LONG`` characters, more where no end is seen."""
    if len(item) <= _LONG:
        yield 0, len(item)
        return
    start = stop = 0
    for _, end in _cut_after(_PLAIN_END, item, 0, len(item)):
        if end - start > _LONG and stop > start:
            yield start, stop
            start = stop
        stop = end
    yield start, len(item)


def _pysbd_sentences(chunk: str) -> list[Span]:
    if not _INNER_END.search(chunk):
        return [(0, len(chunk))]
    found = _aligned(_segment()(chunk), chunk) if len(chunk) <= _LONG else []
    return found or list(_cut_after(_PLAIN_END, chunk, 0, len(chunk)))


def _aligned(parts: list[str], chunk: str) -> list[Span]:
    """Find the parts in the chunk, in order, with only white space between them; else return nothing.

    Parts that no white space separates ("a.com/x?q=1") belong together, and so do the halves of "size 8. 5".
    """
    spans: list[Span] = []
    position = 0
    for part in map(str.strip, parts):
        start = chunk.find(part, position)
        if start < 0 or chunk[position:start].strip():
            return []
        glued = start == position or (chunk[:position].endswith(_DIGIT_STOP) and part[:1].isdigit())
        begin = spans.pop()[0] if spans and glued else start
        position = start + len(part)
        spans.append((begin, position))
    return [] if chunk[position:].strip() else spans


def _cut_after(end: re.Pattern[str], text: str, start: int, stop: int) -> Iterator[Span]:
    cuts = [(match.end(), match.end()) for match in end.finditer(text, start, stop)]
    return (span for span in between(cuts, start, stop) if span[0] < span[1])


@cache
def _segment() -> Callable[[str], list[str]]:
    """Load pysbd; its ``segment`` looks every sentence up from the start, so its processor is called."""
    with warnings.catch_warnings():
        # Its regular expressions carry escapes that newer Pythons complain about when compiling them.
        warnings.simplefilter("ignore", SyntaxWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        import pysbd

    segmenter = pysbd.Segmenter(language="en", clean=False)
    return lambda chunk: segmenter.processor(chunk).process()
