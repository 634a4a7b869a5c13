"""Ladders: chains of codes from means to end, one respondent's each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from needlens.schema import LEVELS

Ladder = tuple[str, tuple[str, ...]]
"""A respondent and the codes of one of his or her ladders, means first."""


def straighten(rungs: Sequence[str]) -> tuple[str, ...]:
    """Drop immediate repeats, and cut a ladder where it first returns to a rung it has.

    Parameters
    ----------
    rungs
        Codes, means first.

    Returns
    -------
    tuple of str
        Every code at most once.

    Examples
    --------
    >>> straighten(["light", "light", "carry", "free", "carry", "freedom"])
    ('light', 'carry', 'free')
    """
    kept: list[str] = []
    for rung in rungs:
        if kept and rung == kept[-1]:
            continue
        if rung in kept:
            break
        kept.append(rung)
    return tuple(kept)


def descends(means_level: str, end_level: str) -> bool:
    """Tell whether a link leads down: from a psychosocial consequence to an attribute, say.

    Links within a level are allowed, except from value to value.

    Examples
    --------
    >>> descends("psychosocial", "attribute"), descends("functional", "functional")
    (True, False)
    """
    means, end = LEVELS.index(means_level), LEVELS.index(end_level)
    return end < means or means == end == len(LEVELS) - 1


def chains(links: Iterable[tuple[str, str]], *, most: int = 64) -> list[tuple[str, ...]]:
    """Join links into the longest chains they form.

    A chain begins at a means that is no end and runs to an end that is no means; each link is in one, as
    long as there are no more than ``most``. Links in a circle without a way in begin at the first of them by
    name.

    Parameters
    ----------
    links
        Pairs of means and end; order and repeats do not matter.
    most
        Chains given at most: links that cross one another have very many.

    Returns
    -------
    list of tuple of str
        Sorted; a chain visits nothing twice.

    Examples
    --------
    >>> chains([("light", "carry"), ("carry", "free"), ("battery", "far")])
    [('battery', 'far'), ('light', 'carry', 'free')]
    """
    onward: dict[str, list[str]] = {}
    for means, end in sorted(set(links)):
        onward.setdefault(means, []).append(end)
    ends = {end for reached in onward.values() for end in reached}
    found: list[tuple[str, ...]] = []
    walked: set[tuple[str, ...]] = set()

    def walk(start: str) -> None:
        waiting: list[tuple[str, ...]] = [(start,)]
        while waiting and len(found) < most:
            chain = waiting.pop()
            walked.add(chain[-2:])
            further = [end for end in onward.get(chain[-1], ()) if end not in chain]
            if not further and len(chain) > 1:
                found.append(chain)
            waiting += [(*chain, end) for end in reversed(further)]

    for start in sorted(set(onward) - ends):
        walk(start)
    for means in sorted(onward):
        # What is left lies on circles.
        if any((means, end) not in walked for end in onward[means] if end != means):
            walk(means)
    return sorted(set(found))


def rank(level: str) -> int:
    """Height of a level, 0 for attributes; −1 where it is not known.

    Examples
    --------
    >>> rank("value"), rank("unsure")
    (3, -1)
    """
    return LEVELS.index(level) if level in LEVELS else -1
