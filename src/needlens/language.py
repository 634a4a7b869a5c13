"""Which share of the texts is not English: the default encoder and the word lists know English only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import cast

from needlens.intervals import wilson

_FEWEST_WORDS = 5
"""Words under which a guess of the language is a coin toss."""

_CONFIDENT = 0.5
"""Probability that the likeliest language must reach, if it is not English."""

_ENGLISH = frozenset({"en", "pcm"})
"""English, and Nigerian Pidgin, for which short English is often taken."""

_SAMPLE = 5_000
"""Texts looked at, at most: the interval is then narrower than three percentage points."""


@dataclass(frozen=True, slots=True)
class LanguageCheck:
    """How many of the texts are confidently in a language other than English.

    Attributes
    ----------
    share, low, high
        Share among the texts looked at, with its Wilson 95 % interval.
    n
        How many texts were looked at.
    languages
        ISO 639 codes of the other languages with their numbers of texts, commonest first.
    """

    share: float
    low: float
    high: float
    n: int
    languages: tuple[tuple[str, int], ...]


def share_not_english(texts: Sequence[str]) -> LanguageCheck:
    """Estimate the share of texts that are not English.

    Only texts of five words or more are looked at, and of many a fixed sample, which depends on the texts
    and not on their order. Languages are identified with py3langid, after Lui, M. & Baldwin, T. (2012),
    langid.py: an off-the-shelf language identification tool, *ACL System Demonstrations*, 25-30.

    Parameters
    ----------
    texts
        The texts of a study.

    Returns
    -------
    LanguageCheck

    Examples
    --------
    >>> check = share_not_english(["Das Gerät ist leicht und sehr leise.", "It is light and very quiet."])
    >>> check.share, check.n, check.languages
    (0.5, 2, (('de', 1),))
    """
    long = [text for text in texts if len(text.split()) >= _FEWEST_WORDS]
    if len(long) > _SAMPLE:
        long = sorted(long, key=_digest)[:_SAMPLE]
    guesses = map(_classifier(), long)
    found = Counter(
        code for code, probability in guesses if code not in _ENGLISH and probability >= _CONFIDENT
    )
    others = found.total()
    low, high = wilson(others, len(long))
    return LanguageCheck(
        share=others / len(long) if long else 0.0,
        low=low,
        high=high,
        n=len(long),
        languages=tuple(sorted(found.items(), key=lambda item: (-item[1], item[0]))),
    )


@cache
def _classifier() -> Callable[[str], tuple[str, float]]:
    """Load the model, which takes a while; a guess is a code and its probability among all languages."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return cast(Callable[[str], tuple[str, float]], identifier.classify)


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
