"""Words and phrases that set a group of texts apart from the other groups."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np

from needlens.stopwords import FILLERS, FUNCTION_WORDS, NEGATIONS, PHRASE_ENDS

_WORD = re.compile(r"[^\W\d_](?:[\w'’]|-(?=\w))*")
_BREAK = re.compile(r"[^\w\s'’-]+|\s-+\s|\n")
_WITHOUT_CONTENT = FUNCTION_WORDS | FILLERS
MAX_WORDS = 5
"""Longest phrase considered, in words."""


@dataclass(frozen=True, eq=False, slots=True)
class GroupTerms:
    """What the texts of one group talk about.

    Attributes
    ----------
    weights
        Class-based TF-IDF of each stem, in no order.
    forms
        The most frequent way of writing each stem in this group.
    phrases
        In how many of the group's texts each phrase of two to five words stands, lower case.
    stems
        The distinct stems of each text.
    """

    weights: dict[str, float]
    forms: dict[str, str]
    phrases: Counter[str]
    stems: tuple[frozenset[str], ...]

    @property
    def n_texts(self) -> int:
        """Texts in the group."""
        return len(self.stems)

    def coverage(self, stems: frozenset[str]) -> float:
        """Share of the group's texts that hold all of ``stems``, in any order."""
        return sum(map(stems.issubset, self.stems)) / max(self.n_texts, 1)

    def keywords(self, top: int = 8) -> list[str]:
        """The heaviest words said more than once, one a stem, heaviest first; equal weights by spelling."""
        said = Counter(chain.from_iterable(self.stems))
        least = 2 if self.n_texts > 3 else 1
        often = [stem for stem in self.weights if said[stem] >= least] or list(self.weights)
        heaviest = sorted(often, key=lambda stem: (-self.weights[stem], stem))[:top]
        return [self.forms[stem] for stem in heaviest]


def group_terms(texts: Sequence[str], groups: Sequence[int]) -> dict[int, GroupTerms]:
    """Weigh the words of each group by class-based TF-IDF and count its phrases.

    The weight of word t in group c is ``tf(t, c) · log(1 + A / f(t))``: its share of the group's words, the
    average number of words a group, its count over all groups (Grootendorst 2022, BERTopic). Words are
    compared by Snowball stem; function words and fillers are left out.

    Parameters
    ----------
    texts
        The texts, n of them.
    groups
        Group of each text; texts of no group are to be left out by the caller.

    Returns
    -------
    dict of int to GroupTerms
        One entry a group that occurs.

    Examples
    --------
    >>> terms = group_terms(["quiet motor", "a quiet ride", "cheap to run"], [0, 0, 1])
    >>> terms[0].keywords(2), terms[1].keywords(2)
    (['quiet', 'motor'], ['cheap', 'run'])
    """
    members: dict[int, list[_Read]] = {}
    for text, group in zip(texts, groups, strict=True):
        members.setdefault(group, []).append(_read(text))
    counts: dict[int, Counter[str]] = {}
    forms: dict[int, dict[str, str]] = {}
    total: Counter[str] = Counter()
    for group, own in members.items():
        counts[group], forms[group] = _count(own)
        total.update(counts[group])
    average = total.total() / max(len(counts), 1)
    rarity = np.log1p(average / np.fromiter(total.values(), np.float64, len(total)))
    rare = dict(zip(total, rarity.tolist(), strict=True))
    terms = {}
    for group, own in members.items():
        n_words = counts[group].total()
        terms[group] = GroupTerms(
            weights={stem: n / n_words * rare[stem] for stem, n in counts[group].items()},
            forms=forms[group],
            phrases=Counter(chain.from_iterable(text.phrases for text in own)),
            stems=tuple([text.stems for text in own]),
        )
    return terms


class _Read(NamedTuple):
    """Stem and form of each word with content of a text, its stems, and its phrases."""

    found: tuple[tuple[str, str], ...]
    stems: frozenset[str]
    phrases: frozenset[str]


@lru_cache(maxsize=20_000)
def _read(text: str) -> _Read:
    """Read a text; the same is read again on every scale."""
    # No word goes over the end of a clause.
    runs = [words(clause) for clause in _BREAK.split(text)]
    found = tuple([(stem_of(word), word) for run in runs for word in run if is_content(word)])
    return _Read(
        found, frozenset([stem for stem, _ in found]), frozenset(chain.from_iterable(map(_phrases, runs)))
    )


def _count(texts: Sequence[_Read]) -> tuple[Counter[str], dict[str, str]]:
    """How often each stem stands in the texts, and its commonest form."""
    count: Counter[str] = Counter()
    commonest: dict[str, tuple[int, str]] = {}
    for (stem, word), n in Counter(chain.from_iterable(text.found for text in texts)).items():
        count[stem] += n
        commonest[stem] = min(commonest.get(stem, (0, "")), (-n, word))
    return count, {stem: form for stem, (_, form) in commonest.items()}


def words(text: str) -> list[str]:
    """Lower-case words of a text in order; digits and signs are no words.

    Examples
    --------
    >>> words("It's LIGHT – 12 kg, easy-going!")
    ['it', 'light', 'kg', 'easy-going']
    """
    if text.isascii():
        found = _WORD.findall(text.lower())
        return [word.removesuffix("'s") for word in found] if "'" in text else found
    return [word.lower().replace("’", "'").removesuffix("'s") for word in _WORD.findall(text)]


def is_content(word: str) -> bool:
    """Whether a lower-case word may name a theme.

    Examples
    --------
    >>> is_content("battery"), is_content("really"), is_content("x")
    (True, False, False)
    """
    return len(word) > 2 and word not in _WITHOUT_CONTENT


@cache
def stem_of(word: str) -> str:
    """Snowball (Porter2) stem of a lower-case English word.

    Examples
    --------
    >>> stem_of("charging") == stem_of("charged")
    True
    """
    stem: str = _stemmer().stemWord(word)
    return stem


@cache
def _stemmer():  # type: ignore[no-untyped-def]  # noqa: ANN202 - the library has no types
    import snowballstemmer

    return snowballstemmer.stemmer("english")


def _phrases(run: list[str]) -> Iterator[str]:
    """Runs of two to five words of a clause that neither begin nor end in a word without content."""
    content = [is_content(word) for word in run]
    ends = [has or word in PHRASE_ENDS for has, word in zip(content, run, strict=True)]
    for start, first in enumerate(run):
        if content[start] or first in NEGATIONS:
            for end in range(start + 2, min(start + MAX_WORDS, len(run)) + 1):
                if ends[end - 1]:
                    yield " ".join(run[start:end])
