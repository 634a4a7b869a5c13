"""Words and phrases that set a group of texts apart from the other groups."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from needlens.stopwords import FILLERS, FUNCTION_WORDS, NEGATIONS, PHRASE_ENDS

_WORD = re.compile(r"[^\W\d_](?:[\w'’]|-(?=\w))*")
_BREAK = re.compile(r"[^\w\s'’-]+|\s-+\s|\n")
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
        return sum(stems <= text for text in self.stems) / max(self.n_texts, 1)

    def keywords(self, top: int = 8) -> list[str]:
        """The heaviest words said more than once, one a stem, heaviest first; equal weights by spelling."""
        said = Counter(stem for text in self.stems for stem in text)
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
    counts: dict[int, Counter[str]] = {}
    written: dict[int, dict[str, Counter[str]]] = {}
    phrases: dict[int, Counter[str]] = {}
    stems: dict[int, list[frozenset[str]]] = {}
    for text, group in zip(texts, groups, strict=True):
        count, forms = counts.setdefault(group, Counter()), written.setdefault(group, {})
        found, said = _read(text)
        for stem, word in found:
            count[stem] += 1
            forms.setdefault(stem, Counter())[word] += 1
        stems.setdefault(group, []).append(frozenset(stem for stem, _ in found))
        phrases.setdefault(group, Counter()).update(said)
    total: Counter[str] = Counter()
    for count in counts.values():
        total.update(count)
    average = sum(total.values()) / max(len(counts), 1)
    return {
        group: GroupTerms(
            weights={
                stem: n / max(count.total(), 1) * float(np.log1p(average / total[stem]))
                for stem, n in count.items()
            },
            forms={stem: _commonest(forms) for stem, forms in written[group].items()},
            phrases=phrases[group],
            stems=tuple(stems[group]),
        )
        for group, count in counts.items()
    }


@lru_cache(maxsize=20_000)
def _read(text: str) -> tuple[tuple[tuple[str, str], ...], frozenset[str]]:
    """Stem and form of each word with content, and the phrases; a text is read again on every scale."""
    found = tuple((stem_of(word), word) for word in words(text) if is_content(word))
    return found, frozenset(_phrases(text))


def words(text: str) -> list[str]:
    """Lower-case words of a text in order; digits and signs are no words.

    Examples
    --------
    >>> words("It's LIGHT – 12 kg, easy-going!")
    ['it', 'light', 'kg', 'easy-going']
    """
    return [word.lower().replace("’", "'").removesuffix("'s") for word in _WORD.findall(text)]


def is_content(word: str) -> bool:
    """Whether a lower-case word may name a theme.

    Examples
    --------
    >>> is_content("battery"), is_content("really"), is_content("x")
    (True, False, False)
    """
    return len(word) > 2 and word not in FUNCTION_WORDS and word not in FILLERS


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


def _phrases(text: str) -> Iterator[str]:
    """Runs of two to five words within a clause that neither begin nor end in a word without content."""
    for clause in _BREAK.split(text):
        run = words(clause)
        for start, first in enumerate(run):
            if not (is_content(first) or first in NEGATIONS):
                continue
            for end in range(start + 2, min(start + MAX_WORDS, len(run)) + 1):
                if is_content(run[end - 1]) or run[end - 1] in PHRASE_ENDS:
                    yield " ".join(run[start:end])


def _commonest(forms: Counter[str]) -> str:
    return min(forms, key=lambda form: (-forms[form], form))
