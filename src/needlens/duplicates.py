"""Duplicates: texts that say the same in the same words, whatever their spelling of case and marks.

Near duplicates are found by an exact set-similarity join with prefix filtering: put all elements
in one order, and two sets with a Jaccard similarity of at least t share one of the first
``n - ceil(t n) + 1`` elements of each. With the rarest elements first there are few candidates.

Bayardo, R. J., Ma, Y. & Srikant, R. (2007). Scaling up all pairs similarity search. *WWW*, 131-140.
Xiao, C., Wang, W., Lin, X. & Yu, J. X. (2008). Efficient similarity joins for near duplicate
detection. *WWW*, 131-140.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain
from math import ceil

import numpy as np
from numpy.typing import NDArray

from needlens.errors import UsageError

_GRAM = 4
"""Characters in a gram."""

_SHORT = 12
"""Normalised characters under which only exact duplicates count: a letter changes a short text."""

_APOSTROPHE = re.compile(r"(?<=[a-z])['’](?=[a-z])")
_NUMBER = re.compile(r"\d+")
_NEGATIONS = frozenset(
    """
    no not never none nothing nobody nowhere neither nor without hardly barely cannot nt lack lacks lacking
    dont doesnt didnt isnt arent wasnt werent wont wouldnt cant couldnt shouldnt havent hasnt hadnt aint
    nicht kein keine nie ohne pas jamais sans nunca sin niet geen nooit zonder
    """.split()
)
_ASCII_MARKS = {code: " " for code in range(128) if not chr(code).isalnum()}
_NEGATING_PREFIXES = ("un", "in", "im", "ir", "il", "dis", "non")


def normalise(text: str) -> str:
    """Return the text without what does not tell two texts apart: case, marks, emoji, white space.

    Unicode form NFKC, case-folded; apostrophes between ASCII letters dropped; what is neither a letter,
    a digit nor a mark on one becomes white space, and white space one blank. A text of marks only is
    stripped and else left alone. Normalising twice changes nothing more.

    Examples
    --------
    >>> normalise("  It's LIGHT… and quiet!! 👍 ")
    'its light and quiet'
    >>> normalise(" :-) ")
    ':-)'
    """
    if text.isascii():
        folded = text.lower()
    else:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    if "'" in folded or "’" in folded:
        folded = _APOSTROPHE.sub("", folded)
    return " ".join(_blank_marks(folded).split()) or text.strip()


def _blank_marks(folded: str) -> str:
    if folded.isascii():
        return folded.translate(_ASCII_MARKS)
    kept: list[str] = []
    for char in folded:
        on_a_letter = kept and kept[-1] != " " and unicodedata.category(char)[0] == "M"
        kept.append(char if char.isalnum() or (on_a_letter and char != "\ufe0f") else " ")
    return "".join(kept)


def representatives(texts: Sequence[str], *, threshold: float = 0.8) -> NDArray[np.int64]:
    """Return for each text the index of the text that stands for it.

    Texts that are equal once normalised share a representative: the commonest spelling, the first by
    code points among equals. So do near duplicates: the Jaccard similarity of their sets of character
    4-grams is at least ``threshold``, and they agree in negations and numbers. The commonest texts lead,
    and a text joins the first leader it is near to; nothing is chained. Which text represents which does
    not depend on the order of the texts; of equal texts the first in the order is returned.

    Parameters
    ----------
    texts
        n texts.
    threshold
        Smallest Jaccard similarity of near duplicates, above 0, at most 1.

    Returns
    -------
    ndarray of int64, shape (n,)
        Indices into ``texts``; a representative represents itself.

    Raises
    ------
    UsageError
        When ``threshold`` is out of range.

    Examples
    --------
    >>> representatives(["Easy to use!", "easy to use", "not easy to use", "easy to use"]).tolist()
    [1, 1, 2, 1]
    """
    if not 0 < threshold <= 1:
        message = f"threshold must lie above 0 and not above 1, not {threshold}"
        raise UsageError(message)
    first = {text: index for index, text in reversed(list(enumerate(texts)))}
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, count in Counter(texts).items():
        spellings[normalise(text)][text] = count
    order = sorted(spellings, key=lambda key: (-spellings[key].total(), key))
    leaders = _leaders(order, threshold)
    spelling = {key: min(counts, key=lambda text: (-counts[text], text)) for key, counts in spellings.items()}
    index = {
        text: first[spelling[order[leader]]]
        for key, leader in zip(order, leaders, strict=True)
        for text in spellings[key]
    }
    return np.fromiter((index[text] for text in texts), np.int64, len(texts))


def _leaders(order: list[str], threshold: float) -> list[int]:
    """Return for each normalised text the place of the first leader near to it, or its own."""
    grams = _gram_sets(order)
    postings: defaultdict[object, dict[int, list[int]]] = defaultdict(dict)
    leaders = []
    for place, text in enumerate(order):
        size = len(grams[place])
        posting = postings[_negations_and_numbers(text)]
        # The small number keeps a product such as .8 * 10 from being rounded up past its integer.
        prefix = sorted(grams[place])[: size - ceil(threshold * size - 1e-9) + 1]
        candidates = set(chain.from_iterable([posting[gram] for gram in prefix if gram in posting]))
        leader = next(
            (
                other
                for other in sorted(candidates)
                if _is_near(grams[place], grams[other], threshold) and not _negates(text, order[other])
            ),
            place,
        )
        leaders.append(leader)
        if leader == place:
            for gram in prefix:
                posting.setdefault(gram, []).append(place)
    return leaders


def _gram_sets(texts: list[str]) -> list[frozenset[int]]:
    """Return each text's grams as their ranks, the rarest gram first; none for a short text."""
    found = [
        {text[start : start + _GRAM] for start in range(len(text) - _GRAM + 1)}
        if len(text) >= _SHORT
        else set[str]()
        for text in texts
    ]
    frequency = Counter(chain.from_iterable(found))
    rank = {gram: n for n, gram in enumerate(sorted(sorted(frequency), key=frequency.__getitem__))}
    return [frozenset(map(rank.__getitem__, grams)) for grams in found]


def _is_near(left: frozenset[int], right: frozenset[int], threshold: float) -> bool:
    smaller, larger = len(left), len(right)
    if larger < smaller:
        smaller, larger = larger, smaller
    if smaller < threshold * larger:
        return False
    shared = len(left & right)
    return shared >= threshold * (smaller + larger - shared)


def _negations_and_numbers(text: str) -> tuple[frozenset[str], tuple[str, ...]]:
    return frozenset(text.split()) & _NEGATIONS, tuple(sorted(_NUMBER.findall(text)))


def _negates(left: str, right: str) -> bool:
    """Tell whether one text negates a word of the other by a prefix ("reliable", "unreliable")."""
    words = set(left.split()), set(right.split())
    return any(
        prefix + word in there
        for here, there in (words, words[::-1])
        for word in here - there
        for prefix in _NEGATING_PREFIXES
    )
