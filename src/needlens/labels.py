"""Names for themes that a person might have written, taken from customers' own words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from needlens.keywords import GroupTerms, is_content, stem_of
from needlens.stopwords import NEGATIONS

_LEAST_TEXTS = 2
"""A phrase names a theme only if at least this many of its texts hold it word for word."""

_LEAST_COVERAGE = 0.2
"""Share of a theme's texts that must hold all words of a phrase for it to speak for the theme."""

_LEAST_COVERAGE_OF_A_WORD = 0.25
"""The same for a single word, which says less."""

_CONSIDERED = 60
"""Phrases of a theme whose coverage is looked at, after a first ranking."""

_SHORT = (2, 6)
"""Words of a quote that can serve as a label."""

_TELLING = 4
"""A quote must hold one of this many heaviest keywords."""

_PLAIN = re.compile(r"(?:[\w ,'’&%€£$/+-]|\.(?! ))+")
"""One plain sentence: no emoji, no line break, no second sentence."""


def theme_labels(
    terms: Mapping[int, GroupTerms], typical: Mapping[int, Sequence[str]] | None = None
) -> dict[int, str]:
    """Name each theme by its most telling phrase, else by a short typical quote; no name occurs twice.

    What tells is the weight of the content words (class-based TF-IDF, so words of this theme and not of the
    others) times the square root of the share of the theme's texts that hold them all. Where no phrase
    speaks for a fifth of the texts and no word for a quarter, the first short typical text that holds a
    keyword is the label, in the customer's own words; where there is none, the best phrase or word is.

    Parameters
    ----------
    terms
        Terms of each theme, as from :func:`needlens.keywords.group_terms`.
    typical
        Texts of each theme, most typical first.

    Returns
    -------
    dict of int to str
        A label for every theme, first letter upper case, unique; larger themes choose first.

    Examples
    --------
    >>> from needlens.keywords import group_terms
    >>> texts = ["carry it upstairs", "can carry it upstairs", "cheap to run", "very cheap to run"]
    >>> theme_labels(group_terms(texts, [0, 0, 1, 1]))
    {0: 'Carry it upstairs', 1: 'Cheap to run'}
    """
    taken: set[frozenset[str]] = set()
    labels: dict[int, str] = {}
    for theme in sorted(terms, key=lambda theme: (-terms[theme].n_texts, theme)):
        for label in _candidates(terms[theme], typical.get(theme, ()) if typical else ()):
            if _content(label) not in taken:
                break
        else:
            label = f"theme {theme}"
        taken.add(_content(label))
        labels[theme] = label[:1].upper() + label[1:]
    return {theme: labels[theme] for theme in sorted(labels)}


def broad_labels(terms: Mapping[int, GroupTerms]) -> dict[int, str]:
    """Name each broad group by its three heaviest keywords: no phrase speaks for so many different texts.

    Parameters
    ----------
    terms
        Terms of each group, as from :func:`needlens.keywords.group_terms`.

    Returns
    -------
    dict of int to str
        A label for every group, first letter upper case, unique.

    Examples
    --------
    >>> from needlens.keywords import group_terms
    >>> broad_labels(group_terms(["quiet motor hums", "cheap insurance bill"], [0, 1]))
    {0: 'Hums, motor, quiet', 1: 'Bill, cheap, insurance'}
    """
    labels: dict[int, str] = {}
    for group in sorted(terms):
        heavy = terms[group].keywords(8)
        several = (", ".join(heavy[:n]).capitalize() for n in range(3, len(heavy) + 1))
        new = (label for label in several if label not in labels.values())
        labels[group] = next(new, ", ".join(heavy).capitalize() or f"Group {group}")
    return labels


def _candidates(group: GroupTerms, typical: Sequence[str]) -> Iterator[str]:
    """Possible labels, best first."""
    often = [phrase for phrase, n in group.phrases.items() if n >= _LEAST_TEXTS]
    rough = sorted(often, key=lambda phrase: (-group.phrases[phrase] * _weight(phrase, group), phrase))
    whole = [phrase for phrase in rough[:_CONSIDERED] if _whole(phrase, often, group)]
    keywords = group.keywords(6)
    scored = {phrase: _score(phrase, group) for phrase in [*whole, *keywords]}
    best = sorted(scored, key=lambda phrase: (-scored[phrase], phrase))[:20]
    yield from (p for p in best if " " in p and _coverage(p, group) >= _LEAST_COVERAGE)
    for word in best:
        if " " not in word and _coverage(word, group) >= _LEAST_COVERAGE_OF_A_WORD:
            # "Fun to ride" before "Ride", where at least some say it so.
            yield from (p for p in best if f" {word} " in f" {p} " and group.phrases[p] >= _often(group))
            yield word
    yield from _short_quotes(typical, frozenset(stem_of(word) for word in keywords[:_TELLING]))
    yield from best
    for n in range(2, len(keywords) + 1):
        yield ", ".join(keywords[:n])


def _often(group: GroupTerms) -> float:
    return max(_LEAST_TEXTS, 0.03 * group.n_texts)


def _short_quotes(typical: Sequence[str], keywords: frozenset[str]) -> Iterator[str]:
    for text in typical:
        quote = text.strip().rstrip(".,;:!?…").strip("\"'“”‘’ ")
        short = _SHORT[0] <= len(quote.split()) <= _SHORT[1]
        if short and _PLAIN.fullmatch(quote) and _content(quote) & keywords:
            yield quote


def _whole(phrase: str, others: Sequence[str], group: GroupTerms) -> bool:
    """Whether the phrase is not just a part of a longer one that nearly always holds it."""
    longer = [group.phrases[other] for other in others if phrase != other and f" {phrase} " in f" {other} "]
    return max(longer, default=0) < 0.7 * group.phrases[phrase]


def _score(phrase: str, group: GroupTerms) -> float:
    words = phrase.split()
    content = _content(phrase)
    # Words that only glue cost a little: "comfortable beds" before "beds were comfortable".
    glue = sum(not is_content(word) for word in words)
    repeats = len(words) - glue - len(content)
    # One word of content says less than two, so it must cover clearly more.
    lone = 0.8 if len(content) == 1 else 1.0
    penalty: float = lone * 0.93**glue * 0.5**repeats
    return _weight(phrase, group) * math.sqrt(_coverage(phrase, group)) * penalty


def _coverage(phrase: str, group: GroupTerms) -> float:
    """Share of the texts that hold the phrase's content in any order; word for word if it negates."""
    if NEGATIONS & set(phrase.split()):
        return group.phrases[phrase] / group.n_texts
    return group.coverage(_content(phrase))


def _weight(phrase: str, group: GroupTerms) -> float:
    return math.fsum(group.weights.get(stem, 0.0) for stem in _content(phrase))


def _content(phrase: str) -> frozenset[str]:
    words = phrase.lower().replace(",", "").split()
    return frozenset(stem_of(word) for word in words if is_content(word))
