"""The encoders as a scikit-learn transformer, for pipelines."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import Encoder, load_encoder
from needlens.encoders.vectors import encode_texts
from needlens.errors import UsageError


class TextVectors(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turns texts into vectors of unit length; it learns which words the texts share.

    Parameters
    ----------
    encoder : str, pathlib.Path or Encoder
        What :func:`~needlens.encoders.encoder.load_encoder` takes, or what it returned.
    cache : bool
        Whether vectors are looked up and kept in the user's vector cache.
    weigh_tokens : bool
        Whether words that many of the fitted texts share count less
        (:func:`~needlens.encoders.token_weights.token_weights`), as they do in a study.

    Attributes
    ----------
    encoder_ : Encoder
        The encoder with the weights learned.

    Examples
    --------
    >>> TextVectors(cache=False).fit_transform(["saves time", "is safe"]).shape
    (2, 384)
    """

    def __init__(
        self,
        encoder: str | Path | Encoder = "default",
        cache: bool = True,  # noqa: FBT001, FBT002 (as scikit-learn's own)
        *,
        weigh_tokens: bool = True,
    ) -> None:
        self.encoder = encoder
        self.cache = cache
        self.weigh_tokens = weigh_tokens

    def fit(self, X: Iterable[str], y: object = None) -> Self:  # noqa: ARG002 (scikit-learn's signature)
        """Learn how many of the texts share each token.

        Parameters
        ----------
        X : iterable of str
        y : object
            Ignored.

        Returns
        -------
        TextVectors

        Raises
        ------
        UsageError
            When ``X`` is not an iterable of texts.
        EncoderError
            When the encoder cannot be loaded.
        """
        texts = _as_texts(X)
        encoder = load_encoder(self.encoder) if isinstance(self.encoder, str | Path) else self.encoder
        weights = encoder.weigh_tokens(sorted(set(texts))) if self.weigh_tokens else encoder.token_weights
        self.encoder_ = encoder.with_token_weights(weights)
        return self

    def transform(self, X: Iterable[str]) -> NDArray[np.float32]:
        """Encode the texts.

        Parameters
        ----------
        X : iterable of str

        Returns
        -------
        numpy.ndarray of float32, shape (len(X), dimension)

        Raises
        ------
        UsageError
            When ``X`` is not an iterable of texts.
        """
        check_is_fitted(self)
        return encode_texts(_as_texts(X), self.encoder_, cache=VectorCache() if self.cache else None).matrix

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


def _as_texts(X: Iterable[str]) -> list[str]:
    texts = [] if isinstance(X, str) else list(X)
    if isinstance(X, str) or not all(isinstance(text, str) for text in texts):
        msg = "TextVectors takes an iterable of texts, such as a list or a column of a table"
        raise UsageError(msg)
    return texts
