"""The vectors of a BERTopic model's documents: given, from its own backend, or made here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import Encoder, load_encoder
from needlens.encoders.vectors import encode_texts
from needlens.errors import EncoderError, UsageError
from needlens.progress import Progress, silent

if TYPE_CHECKING:
    from bertopic import BERTopic

_PROBES = 8
"""Documents encoded again to see whether vectors are those of an encoder."""

_SAME_ENCODER = 0.99
"""Least cosine similarity of two vectors of one text by one encoder, whatever its precision."""


@dataclass(frozen=True, eq=False, slots=True)
class DocumentVectors:
    """Vectors of documents and where they come from.

    Attributes
    ----------
    matrix
        Rows of unit length, float32, shape (n, d).
    encoder
        What made them; None where needlens does not know it.
    origin
        ``"given"``, ``"model"`` (by the BERTopic model's own backend) or ``"encoded"`` (here).
    n_encoded, n_cached
        Distinct texts that were encoded here, and that came from the cache.
    notes
        Sentences to tell the user.
    """

    matrix: NDArray[np.float32]
    encoder: Encoder | None
    origin: str
    n_encoded: int = 0
    n_cached: int = 0
    notes: tuple[str, ...] = ()


def document_vectors(
    model: BERTopic,
    docs: Sequence[str],
    position: NDArray[np.int64],
    texts: list[str],
    embeddings: ArrayLike | None,
    name: str | None,
    *,
    cache: VectorCache | None,
    progress: Progress = silent,
) -> DocumentVectors:
    """Take the vectors that are given, else the model's own, else make them; and see who made them.

    Parameters
    ----------
    model
        A fitted BERTopic model.
    docs
        Its documents, n texts.
    position
        Positions in ``docs`` of the documents wanted, int64, shape (m,).
    texts
        Those documents as verbatims, m texts.
    embeddings
        Vector of each document of ``docs``, shape (n, d), if there are any.
    name
        The encoder that made the vectors, or is to make them; the default one if None.
    cache, progress
        As in :func:`needlens.encoders.vectors.encode_texts`.

    Returns
    -------
    DocumentVectors
        Of the documents wanted.

    Raises
    ------
    UsageError
        The vectors are not n rows of finite numbers, or not those of the encoder named.
    EncoderError
        The encoder named is not at hand.

    Examples
    --------
    >>> import pandas as pd
    >>> from needlens.bertopic_bridge import to_bertopic
    >>> vectors = np.array([[3, 4], [1, 0]], dtype=np.float32)
    >>> docs = ["saves time", "is quick"]
    >>> model = to_bertopic(docs, pd.array([1, 1], dtype="Int64"), vectors)
    >>> of_first = document_vectors(model, docs, np.array([0]), docs[:1], vectors, None, cache=None)
    >>> of_first.matrix.round(1).tolist(), of_first.origin, of_first.encoder is None
    ([[0.6..., 0.8...]], 'given', True)
    """
    own = own_vectors(model, docs) if embeddings is None else None
    if embeddings is None and own is None:
        encoder = load_encoder(name or "default")
        made = encode_texts(texts, encoder, cache=cache, progress=progress)
        return DocumentVectors(made.matrix, encoder, "encoded", made.n_encoded, made.n_cached, made.notes)
    matrix, known = own if own is not None else (np.asarray(embeddings, dtype=np.float32), None)
    if matrix.ndim != 2 or len(matrix) != len(docs) or not np.isfinite(matrix).all():
        message = (
            f"the vectors have the shape {matrix.shape}, but there must be a row of finite numbers for each "
            f"of {len(docs):,} documents"
        )
        raise UsageError(message)
    rows = matrix[position]
    lengths = np.linalg.norm(rows.astype(np.float64), axis=1)[:, None]
    rows = (rows / np.maximum(lengths, 1e-12)).astype(np.float32) + np.float32(0)
    origin = "model" if own is not None else "given"
    if known is not None and name is None:
        return DocumentVectors(rows, known, origin)
    maker = _maker(rows, texts, name, cache)
    if maker is not None:
        return DocumentVectors(rows, maker, origin)
    note = (
        "the vectors are not those of needlens's default encoder, so that new verbatims cannot be assigned; "
        "name the encoder that made them to change that"
    )
    return DocumentVectors(rows, None, origin, notes=(note,))


def _maker(
    rows: NDArray[np.float32], texts: list[str], name: str | None, cache: VectorCache | None
) -> Encoder | None:
    """The encoder of that name, or the default one, if it made the vectors."""
    try:
        encoder = load_encoder(name or "default")
    except EncoderError:
        if name is not None:
            raise
        return None
    if encoder.dimension == rows.shape[1]:
        again = encode_texts(texts[:_PROBES], encoder, cache=cache).matrix
        if (np.einsum("ij,ij->i", again, rows[:_PROBES]) >= _SAME_ENCODER).all():
            return encoder
    if name is not None:
        message = f"the vectors are not those of the encoder {name!r}; name the one that made them, or none"
        raise UsageError(message)
    return None


def own_vectors(model: BERTopic, docs: Sequence[str]) -> tuple[NDArray[np.float32], Encoder | None] | None:
    """Vectors of documents from a BERTopic model's own embedding backend.

    Returns
    -------
    tuple or None
        Vectors, shape (n, d), and the needlens encoder that made them, None if another did. None as a whole
        where the model has no backend: it was fitted on vectors made elsewhere, or loaded without one.

    Examples
    --------
    >>> import pandas as pd
    >>> from needlens.bertopic_bridge import to_bertopic
    >>> model = to_bertopic(["saves time"], pd.array([1], dtype="Int64"), np.eye(1, dtype=np.float32))
    >>> own_vectors(model, ["saves time"]) is None
    True
    """
    backend = model.embedding_model
    if not hasattr(backend, "embed_documents"):
        return None
    vectors = backend.embed_documents(list(docs))
    if vectors is None:  # BERTopic's placeholder for no backend answers so.
        return None
    inner = getattr(backend, "embedding_model", None)
    known = inner if hasattr(inner, "digest") and hasattr(inner, "count_too_long") else None
    return np.asarray(vectors, dtype=np.float32), known
