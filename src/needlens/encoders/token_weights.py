"""How much each token counts in a text's vector: less, the more of the texts share it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

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

    def signature(self, ids: Sequence[int]) -> str:
        """Everything of these weights that the vector of these tokens depends on.

        Examples
        --------
        >>> TokenWeights({7: 1, 3: 3}).signature([3, 7, 9])
        '310'
        """
        return "".join(str(self.halvings.get(token, 0)) for token in ids)


def token_weights(texts: Iterable[Sequence[int]], *, half_at: float = HALF_AT) -> TokenWeights:
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
    holders: Counter[int] = Counter()
    n = 0
    for ids in texts:
        holders.update(set(ids))
        n += 1
    others = max(n - 1, 1)
    found = {}
    for token in sorted(holders):
        share = (holders[token] - 1) / others
        halvings = min(round(float(np.log2(1 + share / half_at))), MOST_HALVINGS)
        if halvings:
            found[token] = halvings
    return TokenWeights(found)


def weigh_embeddings(output: dict[str, Any], ids: torch.Tensor, weights: TokenWeights) -> None:
    """Weigh the embeddings of tokens before their mean is taken (in place).

    What is left behind is what sentence-transformers' own ``WordWeights`` leaves for its ``Pooling``.

    Parameters
    ----------
    output
        What a transformer made of a batch: ``token_embeddings``, shape (n, n_tokens, d).
    ids
        The batch's tokens, shape (n, n_tokens), without padding.
    weights
        How much each counts.

    Examples
    --------
    >>> import torch
    >>> output = {"token_embeddings": torch.ones(1, 2, 1)}
    >>> weigh_embeddings(output, torch.tensor([[3, 9]]), TokenWeights({3: 2}))
    >>> output["token_embeddings"].ravel().tolist(), output["token_weights_sum"].tolist()
    ([0.25, 1.0], [1.25])
    """
    import torch

    embeddings = output["token_embeddings"]
    own = torch.from_numpy(np.stack([weights.of(row) for row in ids.tolist()])).to(embeddings)
    output["token_embeddings"] = embeddings * own.unsqueeze(-1)
    output["token_weights_sum"] = own.sum(dim=1)
