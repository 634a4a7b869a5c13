"""From a verbatim and its reasons to the pieces ladders are made of, and the links its words assert."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from needlens.informative import is_informative
from needlens.links.connectives import CONTRAST, Connective, connectives
from needlens.links.guards import HEARSAY, UNMET
from needlens.links.roles import Role, has_an_aim, is_person, role_of, turns_around
from needlens.splitting.sentences import sentences
from needlens.splitting.spans import Span

Polarity = Literal["stated", "unmet"]

_LEADING = re.compile(
    r"(?:[\s,;:.!?–—-]|\b(?:and|but|also|plus|then|although|though|however|except|whereas|yet)\b(?=\s))+",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?:[\s,;:–—-]|(?<=\s)(?:and|but|which|that|also|plus|although|though|is|just)(?=\s*$))+$", re.IGNORECASE
)
_COMMA = re.compile(
    r",\s+|\s+(?=(?:i|we) (?:can|could|don['’]?t|never|no longer|feel|get|save)\b)", re.IGNORECASE
)
_POINTS_BACK = re.compile(r"\s*(?:and |so )?(?:this|that|these|which|those)\b", re.IGNORECASE)


class Element(NamedTuple):
    """A piece of a verbatim inside one reason: its span, the reason's position, what it is in a ladder."""

    start: int
    end: int
    reason: int
    role: Role
    polarity: Polarity


class Link(NamedTuple):
    """A means and an end by their positions among the elements, and the connective that ties them."""

    means: int
    end: int
    tie: Span
    kind: str
    grade: str


@dataclass(frozen=True, eq=False, slots=True)
class Read:
    """What one verbatim says.

    Attributes
    ----------
    elements
        In order, not overlapping. Positions are code points of the verbatim.
    links
        By the position of the connective.
    rejected
        Links that the words seem to make and do not, each with the reason.
    apart
        Positions of elements that contrast sets apart from the one before them.
    """

    elements: tuple[Element, ...]
    links: tuple[Link, ...]
    rejected: tuple[tuple[Link, str], ...]
    apart: frozenset[int]


def read_links(text: str, reasons: Sequence[Span]) -> Read:
    """Cut reasons at their connectives and link the pieces.

    A connective links the piece before it with the piece after it; one that opens a reason links it with the
    last piece of the reason before. Praise ("I love it") and the purchase ("we bought it") are no rungs, so
    a link to them is none. A link does not reach across a contrast.

    Parameters
    ----------
    text
        The verbatim.
    reasons
        Spans of its reasons, in order, not overlapping.

    Returns
    -------
    Read

    Examples
    --------
    >>> text = "I love it because it is light, so I can carry it anywhere."
    >>> read = read_links(text, [(0, len(text))])
    >>> [text[own.start : own.end] for own in read.elements]
    ['I love it', 'it is light', 'I can carry it anywhere.']
    >>> [(own.means, own.end, text[slice(*own.tie)], own.grade) for own in read.links]
    [(1, 2, 'so', 'E3')]
    """
    breaks = [start for start, _ in sentences(text)]
    elements: list[Element] = []
    links: list[Link] = []
    rejected: list[tuple[Link, str]] = []
    apart: set[int] = set()
    before = 0
    for at, (start, end) in enumerate(reasons):
        first = len(elements)
        opens_apart = bool(CONTRAST.search(text[before:start]) or CONTRAST.match(text[start:end].lstrip()))
        unmet: Polarity = "unmet" if UNMET.search(text[start:end]) else "stated"
        pieces, ties = _pieces(text[start:end])
        pieces = pieces or [(0, end - start, False)]
        places: dict[int, int] = {}
        for number, (piece_start, piece_end, contrasted) in enumerate(pieces):
            span = (start + piece_start, start + piece_end)
            role = role_of(text[span[0] : span[1]])
            if contrasted or (number == 0 and opens_apart):
                apart.add(len(elements))
            places[number] = len(elements)
            elements.append(Element(*span, at, role, unmet))
        for left, right, tie in ties:
            link = _link(text, breaks, elements, apart, start, (places.get(left), places.get(right)), tie)
            if link is None:
                continue
            begin = min(elements[link.means].start, elements[link.end].start)
            if HEARSAY.search(text[breaks[_sentence(breaks, begin)] : link.tie[0]]):
                rejected.append((link, "hearsay"))
            else:
                links.append(link)
        before = end
        if len(elements) == first + 1 and not ties:
            # A reason without a connective stays as it is.
            informative = is_informative([text[start:end]])[0]
            role = elements[first].role if informative else "empty"
            elements[first] = elements[first]._replace(start=start, end=end, role=role)
    return Read(tuple(elements), tuple(links), tuple(rejected), frozenset(apart))


def _link(
    text: str,
    breaks: Sequence[int],
    elements: Sequence[Element],
    apart: set[int],
    start: int,
    sides: tuple[int | None, int | None],
    tie: Connective,
) -> Link | None:
    """The link that a connective makes between the elements on its two sides, if it makes one."""
    means, end = sides
    if end is None:
        return None
    if means is None or elements[means].role == "pronoun":
        if not tie.forward or not _reaches_back(text, elements, tie, start, means):
            return None
        means = _antecedent(elements, end if means is None else means, apart)
        if means is None:
            return None
    same = _sentence(breaks, elements[means].start) == _sentence(breaks, elements[end].start)
    grade = tie.grade if same else "E2"
    span = (start + tie.start, start + tie.end)
    pieces = [text[elements[at].start : elements[at].end] for at in (means, end)]
    if not tie.forward and not turns_around(*pieces):
        means, end = end, means
    if elements[means].role != "rung" or elements[end].role != "rung":
        return None
    return Link(means, end, span, tie.kind, grade)


def _sentence(breaks: Sequence[int], position: int) -> int:
    return max(bisect_right(breaks, position) - 1, 0)


def _antecedent(elements: Sequence[Element], at: int, apart: set[int]) -> int | None:
    """The rung that "that way" or "which" at the element ``at`` points back to: the last one before it."""
    while at > 0 and at not in apart:
        at -= 1
        if elements[at].role == "rung":
            return at
    return None


def _reaches_back(
    text: str, elements: Sequence[Element], tie: Connective, start: int, means: int | None
) -> bool:
    """Whether a connective without a rung before it points to what was said before; "it" is the product."""
    own = elements[means].start if means is not None else start + tie.left
    if tie.kind == "enable" or text[start + tie.start : start + tie.end].lower().startswith("it "):
        return bool(_POINTS_BACK.match(text[own:]))
    return tie.kind in {"result", "means", "cause"}


def _pieces(reason: str) -> tuple[list[tuple[int, int, bool]], list[tuple[int, int, Connective]]]:
    """Cut a reason at its connectives and contrasts.

    Returns the pieces (start, end, whether a contrast stands before), and for each connective the numbers of
    the pieces on its two sides (−1: none).
    """
    found = [own for own in connectives(reason) if own.kind != "aim" or has_an_aim(reason[: own.left])]
    found = [own for own in found if own.kind != "enable" or not is_person(_clause(reason[: own.left]))]
    cuts: list[tuple[int, int, Connective | None]] = [(own.left, own.right, own) for own in found]
    for match in CONTRAST.finditer(reason):
        if all(match.end() <= own.left or own.right <= match.start() for own in found):
            cuts.append((match.start(), match.end(), None))
    cuts.sort(key=lambda cut: cut[:2])
    pieces: list[tuple[int, int, bool]] = []
    ties: list[tuple[int, int, Connective]] = []
    position, contrasted, waiting = 0, False, None
    for left, right, tie in [*cuts, (len(reason), len(reason), None)]:
        span = _trimmed(reason, position, left)
        number = -1
        if span is not None:
            opening = waiting is not None and waiting[0] == -1 and not waiting[1].forward
            comma = _COMMA.search(reason, span[0] + 1, span[1]) if opening else None
            halves = (
                [_trimmed(reason, span[0], comma.start()), _trimmed(reason, comma.end(), span[1])]
                if comma
                else []
            )
            if comma and waiting is not None and all(halves):
                # "Because it is light, I can carry it": the end comes after the comma.
                cause, effect = (half for half in halves if half is not None)
                pieces += [(*cause, contrasted), (*effect, False)]
                ties.append((len(pieces) - 1, len(pieces) - 2, waiting[1]))
                waiting = None
            else:
                pieces.append((*span, contrasted))
            number = len(pieces) - 1
            contrasted = False
            if waiting is not None:
                ties.append((waiting[0], number, waiting[1]))
        contrasted |= tie is None and left < len(reason)
        waiting = None if tie is None else (number, tie)
        position = max(position, right)
    return pieces, ties


def _clause(before: str) -> str:
    """What stands after the last mark or "and"."""
    return re.split(r"[,;.!?]|\band\b|\bbut\b", before)[-1]


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """Drop marks and conjunctions at both ends; nothing if no word is left."""
    opening = _LEADING.match(text, start, end)
    start = opening.end() if opening else start
    closing = _TRAILING.search(text[start:end])
    end = start + closing.start() if closing else end
    return (start, end) if any(map(str.isalnum, text[start:end])) else None
