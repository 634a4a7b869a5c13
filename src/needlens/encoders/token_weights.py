"""How much each token counts in a text's vector: less, the more of the texts share it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

HALF_AT = 0.1
"""Share of the other texts that hold a token at which it counts half."""

MOST_HALVINGS = 3
"""A token of every text counts an eighth: never nothing, so that no text is left without a vector."""


@dataclass(frozen=True, slots=True)
class TokenWeights:
    """Which tokens count less than fully, and how often their weight is halved.

    Attributes
    ----------
    halvings
        From a token's id in the encoder's vocabulary to 1, 2 or 3; any other token counts fully.
    """

    halvings: Mapping[int, int]

    def of(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """Weight of each token.

        Returns
        -------
        ndarray
            float32, shape (len(ids),), each in {1, 1/2, 1/4, 1/8}.

        Examples
        --------
        >>> TokenWeights({7: 1, 3: 3}).of([3, 7, 9]).tolist()
        [0.125, 0.5, 1.0]
        """
        return np.array([0.5 ** self.halvings.get(token, 0) for token in ids], dtype=np.float32)

    def table(self) -> NDArray[np.float32]:
        """Weight of every token up to one that counts fully, as do all of a greater id.

        Returns
        -------
        ndarray
            float32; the last one is 1.

        Examples
        --------
        >>> TokenWeights({1: 1, 3: 3}).table().tolist()
        [1.0, 0.5, 1.0, 0.125, 1.0]
        """
        table = np.ones(max(self.halvings, default=-1) + 2, dtype=np.float32)
        for token, times in self.halvings.items():
            table[token] = 0.5**times
        return table

    def signatures(self, texts: Iterable[Sequence[int]]) -> list[str]:
        """For each text, by its tokens, everything of these weights that its vector depends on.

        Examples
        --------
        >>> TokenWeights({7: 1, 3: 3}).signatures([[3, 7], [9]])
        ['31', '0']
        """
        digit = {token: str(times) for token, times in self.halvings.items()}
        return ["".join([digit.get(token, "0") for token in ids]) for ids in texts]


def token_weights(texts: Sequence[Sequence[int]], *, half_at: float = HALF_AT) -> TokenWeights:
    """Weigh tokens by how many of the texts share them.

    A word that most of the texts hold, be it "the" or the name of the product all of them are about, tells
    no two of them apart, yet draws all their vectors together. Its weight is a / (a + p), where p is the
    share of the *other* texts that hold it: smooth inverse frequency [1]_, with shares of these texts in
    place of frequencies in a language. Weights are rounded to powers of one half, so that they, and with them
    vectors, stay what they are when a few texts are added.

    Parameters
    ----------
    texts
        Token ids of each text.
    half_at
        Share of the other texts that hold a token at which it counts half: the a of the formula.

    Returns
    -------
    TokenWeights
        The same for any order of the texts.

    References
    ----------
    .. [1] Arora, S., Liang, Y., & Ma, T. (2017). A simple but tough-to-beat baseline for sentence
       embeddings. ICLR 2017.

    Examples
    --------
    >>> token_weights([[1, 5], [1, 6], [1, 7]]).halvings
    {1: 3}
    >>> token_weights([[1, 5]]).halvings
    {}
    """
    holders = Counter(chain.from_iterable(map(set, texts)))
    others = max(len(texts) - 1, 1)
    found = {}
    for token in sorted(holders):
        share = (holders[token] - 1) / others
        halvings = min(round(float(np.log2(1 + share / half_at))), MOST_HALVINGS)
        if halvings:
            found[token] = halvings
    return TokenWeights(found)
