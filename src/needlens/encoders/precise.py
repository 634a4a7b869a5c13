"""Two models that read every text, for what one of them misses: dearer vectors, finer themes."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from needlens.encoders.backend import Backend, asked_for
from needlens.encoders.token_weights import TokenWeights
from needlens.encoders.transformer import TransformerEncoder
from needlens.encoders.weights import Weights, folder_digest
from needlens.progress import Progress, silent

SHARE: Final = 0.25
"""Of every cosine similarity that is the default model's; the rest is the larger one's. Chosen on texts that
``benchmarks/precise.md`` does not report."""

_EFFORT: Final = 0.1
"""Share of the time that the default model takes, about: for the progress told."""

_NEXT: Final = 1 << 20
"""Ids of the larger model's tokens follow from here in weights of both: no vocabulary reaches it."""


class PreciseEncoder:
    """An :class:`~needlens.encoders.encoder.Encoder` that puts the vectors of two models side by side.

    all-MiniLM-L6-v2 and all-mpnet-base-v2 [1]_ learned from the same sentences and still err apart; the mean
    of what they say of two texts is nearer to what people say than either.

    Parameters
    ----------
    default, large : Weights
        Files of the two models.
    backend : str
        What runs both: one of :data:`needlens.encoders.backend.CHOICES`.

    References
    ----------
    .. [1] Song, K., Tan, X., Qin, T., Lu, J., & Liu, T.-Y. (2020). MPNet: Masked and Permuted Pre-training
       for Language Understanding. NeurIPS 2020.

    Examples
    --------
    >>> from needlens.encoders.weights import find_weights
    >>> twice = PreciseEncoder(find_weights("default"), find_weights("default"))  # instead of a larger one
    >>> twice.dimension, twice.encode(["It saves me an hour."]).shape
    (768, (1, 768))
    """

    def __init__(self, default: Weights, large: Weights, *, backend: str = "auto") -> None:
        self._weights = default
        self._large = TransformerEncoder(large, backend=backend)
        self._digest = folder_digest({"default": default.digest, "large": large.digest, "share": str(SHARE)})

    def __repr__(self) -> str:
        return f"PreciseEncoder({self.digest[:8]})"

    @cached_property
    def default(self) -> TransformerEncoder:
        """The default model alone, with its tokens' weights."""
        return TransformerEncoder(self._weights, backend=asked_for(self.backend.name))

    @property
    def name(self) -> str:
        """``"precise"``."""
        return "precise"

    @property
    def digest(self) -> str:
        """SHA-256 over the files of both models and how much each counts."""
        return self._digest

    @property
    def backend(self) -> Backend:
        """What runs both: the first that serves the larger model, whose vectors suffer more from rounding."""
        return self._large.backend

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of the backend, a sentence each."""
        return tuple(dict.fromkeys([*self._large.notes, *self.default.notes]))

    @property
    def keeps(self) -> bool:
        """Whether vectors are worth keeping: yes, they take longer to make than to look up."""
        return True

    @property
    def at_once(self) -> int:
        """Texts that it likes to be given at once, at least."""
        return self._large.at_once

    @property
    def dimension(self) -> int:
        """Length of a vector: that of both models' together."""
        return self.default.dimension + self._large.dimension

    @property
    def max_tokens(self) -> int | None:
        """How many tokens of a text both models read, or ``None`` for all."""
        known = [limit for limit in (self.default.max_tokens, self._large.max_tokens) if limit is not None]
        return min(known, default=None)

    @property
    def token_weights(self) -> TokenWeights | None:
        """How much each token counts in a vector; ``None``: all the same.

        Ids of the larger model's tokens are those of its vocabulary and 2²⁰.
        """
        small, large = self.default.token_weights, self._large.token_weights
        return None if small is None or large is None else _joined(small, large)

    def weigh_tokens(self, texts: Sequence[str]) -> TokenWeights | None:
        """Weigh the tokens of each model by how many texts share each.

        Examples
        --------
        >>> from needlens.encoders.weights import find_weights
        >>> twice = PreciseEncoder(find_weights("default"), find_weights("default"))
        >>> len(twice.weigh_tokens(["the boots are warm", "the boots are red"]).halvings)
        10
        """
        small, large = self.default.weigh_tokens(texts), self._large.weigh_tokens(texts)
        return None if small is None or large is None else _joined(small, large)

    def with_token_weights(self, token_weights: TokenWeights | None) -> PreciseEncoder:
        """Make the same encoder with these weights; the models themselves are shared."""
        small, large = (None, None) if token_weights is None else _parted(token_weights)
        other = copy.copy(self)
        other.default = self.default.with_token_weights(small)
        other._large = self._large.with_token_weights(large)
        return other

    def cache_texts(self, texts: Sequence[str]) -> list[str]:
        """For each text all that its vector depends on besides the models: itself, its tokens' weights."""
        both = zip(texts, self.default.cache_texts(texts), self._large.cache_texts(texts), strict=True)
        return [small + large.removeprefix(text) for text, small, large in both]

    def count_too_long(self, texts: Sequence[str]) -> int:
        """Count the texts that the model which reads fewer tokens does not read whole."""
        return max(self.default.count_too_long(texts), self._large.count_too_long(texts))

    def encode(
        self, texts: Sequence[str], *, progress: Progress = silent, workers: int | None = None
    ) -> NDArray[np.float32]:
        """Turn texts into vectors, as :meth:`TransformerEncoder.encode` does, by both models in turn.

        Returns
        -------
        numpy.ndarray of float32, shape (len(texts), dimension)
            Rows of unit length, the default model's part first.
        """

        def at_first(stage: str, done: int, total: int) -> None:
            progress(stage, int(_EFFORT * done), total)

        def then(stage: str, done: int, total: int) -> None:
            progress(stage, done if done == total else int(_EFFORT * total + (1 - _EFFORT) * done), total)

        small = self.default.encode(texts, progress=at_first, workers=workers)
        large = self._large.encode(texts, progress=then, workers=workers)
        return np.hstack([np.float32(SHARE**0.5) * small, np.float32((1 - SHARE) ** 0.5) * large])


def _joined(small: TokenWeights, large: TokenWeights) -> TokenWeights:
    of_large = {_NEXT + token: times for token, times in large.halvings.items()}
    return TokenWeights({**small.halvings, **of_large})


def _parted(both: TokenWeights) -> tuple[TokenWeights, TokenWeights]:
    of_small = {token: times for token, times in both.halvings.items() if token < _NEXT}
    of_large = {token - _NEXT: times for token, times in both.halvings.items() if token >= _NEXT}
    return TokenWeights(of_small), TokenWeights(of_large)
