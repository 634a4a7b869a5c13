"""Whether texts are more alike than their words, dealt to them at random, would make them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from needlens.graph.draws import keys_of_texts, sample
from needlens.graph.neighbours import nearest
from needlens.progress import Progress, silent
from needlens.wording import chance

SAMPLE = 400
"""Texts looked at, of more a random sample."""

FEWEST_TEXTS = 50
"""Fewer texts than this tell too little."""

FEWEST_WORDS = 3
"""Words of a text that is looked at: of fewer there is nothing to deal."""

N_DEALS = 6
_NEIGHBOURS = 10

LEAST_P = 0.05
"""Largest p-value that counts as more alike than by chance."""

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Vectors of texts: rows of unit length, float32, shape (n, d)."""


@dataclass(frozen=True, slots=True)
class WordTest:
    """How like their nearest others texts are, and how like with their words dealt at random.

    Attributes
    ----------
    n
        Texts looked at.
    similarity
        Mean cosine similarity of a text to its ten nearest others.
    by_chance
        The same, mean over the deals.
    p_value
        Chance of so much likeness when words are dealt at random (one-sided, a prediction interval of the
        t-distribution over the deals).
    """

    n: int
    similarity: float
    by_chance: float
    p_value: float

    @property
    def passed(self) -> bool:
        """Whether the texts are more alike than by chance."""
        return self.p_value <= LEAST_P

    @property
    def sentence(self) -> str:
        """What the test says, in words."""
        figures = f"{self.similarity:.2f} against {self.by_chance:.2f}"
        verdict = "are more alike" if self.passed else "are no more alike"
        return (
            f"the reasons {verdict} than their own words dealt to them at random would make them: similarity "
            f"to the nearest others {figures} ({chance(self.p_value)}, {self.n:,} reasons looked at)"
        )


def compare_with_dealt(
    texts: Sequence[str],
    vectors: NDArray[np.float32],
    encode: Encode,
    *,
    seed: int,
    progress: Progress = silent,
) -> WordTest | None:
    """Compare texts with the same words dealt at random.

    Groups of texts come back in resamples even where nobody means anything by them, because texts that
    share a word are alike. So words are dealt anew, each to its place in another text: what words there
    are, how often, and where in a sentence they stand stays the same, and only which of them come together
    changes (a permutation test; exact where places are exchangeable). Where people have themes, what they
    write has nearer neighbours than that.

    Parameters
    ----------
    texts
        Distinct texts, n of them.
    vectors
        Their vectors, rows of unit length, float32, shape (n, d).
    encode
        What makes vectors of texts.
    seed
        Seed of the sample and of the deals.
    progress
        Told how far the work is.

    Returns
    -------
    WordTest or None
        None where there are too few texts of three words or more to tell.

    Examples
    --------
    >>> from needlens.datasets import sample_verbatims
    >>> from needlens.encoders.encoder import load_encoder
    >>> from needlens.encoders.vectors import encode_texts
    >>> encoder = load_encoder()
    >>> def encode(texts):
    ...     return encode_texts(texts, encoder, cache=None).matrix
    >>> texts = sample_verbatims().frame["text"].drop_duplicates().tolist()[:200]
    >>> compare_with_dealt(texts, encode(texts), encode, seed=0).passed
    True
    """
    from scipy.special import stdtr  # a tenth of what scipy.stats takes to import

    n_words = np.array([len(text.split()) for text in texts])
    long = np.flatnonzero(n_words >= FEWEST_WORDS)
    if len(long) < FEWEST_TEXTS:
        return None
    looked_at = long[sample(keys_of_texts([texts[at] for at in long.tolist()]), SAMPLE, seed)]
    own = sorted(texts[at] for at in looked_at)
    similarity = _likeness(vectors[looked_at])
    deals = [deal(own, np.random.default_rng([seed, number])) for number in range(N_DEALS)]
    # All at once: an encoder that sorts texts by length fills its batches better.
    made = encode([text for texts in deals for text in texts]).reshape(N_DEALS, len(own), -1)
    dealt = []
    for number, rows in enumerate(made, start=1):
        dealt.append(_likeness(rows))
        progress("dealing words", number, N_DEALS)
    spread = max(float(np.std(dealt, ddof=1)), 1e-6) * np.sqrt(1 + 1 / N_DEALS)
    by_chance = float(np.mean(dealt))
    p_value = float(stdtr(N_DEALS - 1, (by_chance - similarity) / spread))
    return WordTest(len(own), similarity, by_chance, p_value)


def deal(texts: Sequence[str], rng: np.random.Generator) -> list[str]:
    """Deal the words of texts anew: every first word to the first place of some text, and so on.

    Examples
    --------
    >>> dealt = deal(["it is light", "very loud"], np.random.default_rng(1))
    >>> sorted(" ".join(dealt).split())
    ['is', 'it', 'light', 'loud', 'very']
    >>> [len(text.split()) for text in dealt]
    [3, 2]
    """
    words = [text.split() for text in texts]
    for place in range(max(map(len, words), default=0)):
        holders = [at for at, own in enumerate(words) if len(own) > place]
        there = [words[at][place] for at in holders]
        for at, other in zip(holders, rng.permutation(len(holders)).tolist(), strict=True):
            words[at][place] = there[other]
    return [" ".join(own) for own in words]


def _likeness(vectors: NDArray[np.float32]) -> float:
    near = nearest(vectors, vectors, _NEIGHBOURS, skip_self=True)
    return float(near.similarity.astype(np.float64).mean())
