"""Sentences too short to stand alone go with the sentence they continue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from needlens.informative import names_something
from needlens.splitting.spans import Span

LEAST_WORDS: Final = 4
"""A sentence of fewer words is taken for the tail, or the opening, of its neighbour."""


def join_fragments(text: str, spans: Sequence[Span]) -> list[Span]:
    """Join fragments to the sentence before them on the same line, an opening one to the sentence after it.

    People write "I carry it up every day. Fourth floor. No lift.": one idea, three full stops. A line whose
    sentences are all that short is a list of reasons ("Light. Quiet. Cheap.") and stays as it is; so do
    fragments that say nothing ("Thanks!").

    Parameters
    ----------
    text
        One verbatim.
    spans
        Its sentences in order, as from :func:`needlens.splitting.sentences.sentences`.

    Returns
    -------
    list of Span
        The same text in fewer or as many spans.

    Examples
    --------
    >>> from needlens.splitting.sentences import sentences
    >>> text = "I carry it up every day. Fourth floor. It folds into the car. Thanks!"
    >>> [text[start:end] for start, end in join_fragments(text, sentences(text))]
    ['I carry it up every day. Fourth floor.', 'It folds into the car.', 'Thanks!']
    """
    if len(spans) < 2:
        return list(spans)
    joined: list[Span] = []
    for line in _lines(text, spans):
        short = [len(text[start:end].split(None, LEAST_WORDS)) < LEAST_WORDS for start, end in line]
        if all(short) or not any(short):
            joined += line
            continue
        open_fragment = False
        for at, (start, end) in enumerate(line):
            follows = at > 0 and (short[at] or open_fragment) and _both_say(text, line[at - 1], (start, end))
            if follows:
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((start, end))
            open_fragment = short[at] and (open_fragment or not follows)
    return joined


def _both_say(text: str, before: Span, after: Span) -> bool:
    return all(names_something(text[start:end]) for start, end in (before, after))


def _lines(text: str, spans: Sequence[Span]) -> list[list[Span]]:
    lines: list[list[Span]] = []
    for span in spans:
        if lines and "\n" not in text[lines[-1][-1][1] : span[0]]:
            lines[-1].append(span)
        else:
            lines.append([span])
    return lines
