"""The encoders as a scikit-learn transformer, for pipelines."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags

from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import Encoder, load_encoder
from needlens.encoders.vectors import encode_texts
from needlens.errors import UsageError


class TextVectors(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turns texts into vectors of unit length; it learns nothing.

    Parameters
    ----------
    encoder : str, pathlib.Path or Encoder
        What :func:`~needlens.encoders.encoder.load_encoder` takes, or what it returned.
    cache : bool
        Whether vectors are looked up and kept in the user's vector cache.

    Examples
    --------
    >>> TextVectors(cache=False).fit_transform(["saves time", "is safe"]).shape
    (2, 384)
    """

    def __init__(self, encoder: str | Path | Encoder = "default", cache: bool = True) -> None:  # noqa: FBT001, FBT002 (as scikit-learn's own)
        self.encoder = encoder
        self.cache = cache

    def fit(self, X: Iterable[str], y: object = None) -> Self:  # noqa: ARG002 (scikit-learn's signature)
        """Check the texts.

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
        """
        _as_texts(X)
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
        EncoderError
            When the encoder cannot be loaded.
        """
        texts = _as_texts(X)
        encoder = load_encoder(self.encoder) if isinstance(self.encoder, str | Path) else self.encoder
        return encode_texts(texts, encoder, cache=VectorCache() if self.cache else None).matrix

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = False
        return tags


def _as_texts(X: Iterable[str]) -> list[str]:
    texts = [] if isinstance(X, str) else list(X)
    if isinstance(X, str) or not all(isinstance(text, str) for text in texts):
        msg = "TextVectors takes an iterable of texts, such as a list or a column of a table"
        raise UsageError(msg)
    return texts
