"""Vectors of a framework's sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import Encoder
from needlens.encoders.vectors import encode_texts
from needlens.needs.framework import Framework


@dataclass(frozen=True, eq=False, slots=True)
class Prototypes:
    """Sentences of a framework as vectors.

    Attributes
    ----------
    framework
        Whose they are; k needs.
    vectors
        Of every sentence, rows of unit length, float32, shape (m, d).
    need
        Position of the need each belongs to, int64, shape (m,).
    kind
        ``"satisfied"``, ``"violated"`` or ``"stated"`` for each, str, shape (m,).
    """

    framework: Framework
    vectors: NDArray[np.float32]
    need: NDArray[np.int64]
    kind: NDArray[Any]

    def __repr__(self) -> str:
        return f"Prototypes({self.framework.name}, {len(self.vectors)} sentences)"


def prototypes_of(framework: Framework, encoder: Encoder, *, cache: VectorCache | None) -> Prototypes:
    """Encode the sentences of a framework.

    Parameters
    ----------
    framework
        Its sentences.
    encoder
        The study's; its token weights are left out, for they are those of the study's texts.
    cache
        Where vectors are kept between runs.

    Returns
    -------
    Prototypes

    Examples
    --------
    >>> from needlens.encoders.encoder import load_encoder
    >>> from needlens.needs.frameworks import load_framework
    >>> prototypes_of(load_framework("lov9"), load_encoder(), cache=None).vectors.shape
    (90, 384)
    """
    rows = [
        (sentence, at, kind)
        for at, need in enumerate(framework.needs)
        for kind in ("satisfied", "violated", "stated")
        for sentence in getattr(need, kind)
    ]
    texts = [row[0] for row in rows]
    vectors = encode_texts(texts, encoder.with_token_weights(None), cache=cache).matrix
    need = np.array([row[1] for row in rows], dtype=np.int64)
    return Prototypes(framework, vectors, need, np.array([row[2] for row in rows]))
