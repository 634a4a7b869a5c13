"""The vectors of a study's texts: each distinct text once, from the cache or from the encoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import Encoder
from needlens.progress import Progress, silent

CHUNK: Final = 4096
"""Texts encoded between two commits to the cache: what an interruption can cost at most."""


@dataclass(frozen=True, eq=False, slots=True)
class Vectors:
    """One vector a text.

    Attributes
    ----------
    matrix : numpy.ndarray of float32, shape (n_texts, dimension)
        Rows of unit length, in the order of the texts.
    n_encoded, n_cached : int
        Distinct texts that were encoded, and that came from the cache.
    n_too_long : int
        Distinct texts with more tokens than the encoder reads.
    notes : tuple of str
        What the user should know, a sentence each.
    """

    matrix: NDArray[np.float32]
    n_encoded: int
    n_cached: int
    n_too_long: int
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        n, dimension = self.matrix.shape
        return f"Vectors({n} texts, {dimension} dimensions)"


def encode_texts(
    texts: Sequence[str],
    encoder: Encoder,
    *,
    cache: VectorCache | None,
    progress: Progress = silent,
    workers: int | None = None,
) -> Vectors:
    """Turn texts into vectors, encoding only those that are not in the cache.

    Parameters
    ----------
    texts : sequence of str
    encoder : Encoder
    cache : VectorCache or None
        Where vectors are looked up and, every ``CHUNK`` texts, kept: an interrupted call resumes. It is left
        alone by an encoder whose vectors take no longer to make than to look up.
    progress : Progress
        Called as ``progress("encoding", done, total)``, counting the texts that have to be encoded.
    workers : int or None
        Threads of the encoder; the vectors do not depend on it.

    Returns
    -------
    Vectors

    Raises
    ------
    EncoderError
        When the encoder cannot be loaded.

    Examples
    --------
    >>> from needlens.encoders.encoder import load_encoder
    >>> vectors = encode_texts(["saves time", "saves time", "is safe"], load_encoder(), cache=None)
    >>> vectors, vectors.n_encoded
    (Vectors(3 texts, 384 dimensions), 2)
    """
    row: dict[str, int] = {}
    for position, text in enumerate(texts):
        row.setdefault(text, position)
    # Similar lengths beside each other fill the encoder's batches; the longest first, so that an
    # estimate of the time left errs on the long side.
    unique = sorted(row, key=lambda text: (-len(text), text))
    matrix = np.empty((len(texts), encoder.dimension), dtype=np.float32)
    key = cache_key(encoder)

    if not encoder.keeps:
        cache = None

    # What each text is called in the cache; tokens are cut once for both looking up and keeping.
    names = dict(zip(unique, encoder.cache_texts(unique), strict=True)) if cache is not None else {}
    missing: list[str] = []
    for chunk in _chunks(unique, CHUNK):
        found = cache.get_many(key, [names[text] for text in chunk]) if cache is not None else {}
        for text in chunk:
            if found and names[text] in found:
                matrix[row[text]] = found[names[text]]
            else:
                missing.append(text)

    done = 0
    for chunk in _chunks(missing, max(CHUNK, encoder.at_once) if missing else CHUNK):
        vectors = encoder.encode(chunk, progress=_shifted(progress, done, len(missing)), workers=workers)
        matrix[[row[text] for text in chunk]] = vectors
        if cache is not None:
            cache.put_many(key, {names[text]: vector for text, vector in zip(chunk, vectors, strict=True)})
        done += len(chunk)

    n_too_long = encoder.count_too_long(unique)
    if len(unique) < len(texts):
        matrix = matrix[[row[text] for text in texts]]
    return Vectors(
        matrix,
        n_encoded=len(missing),
        n_cached=len(unique) - len(missing),
        n_too_long=n_too_long,
        notes=(
            *encoder.notes,
            *(cache.notes if cache is not None else ()),
            *too_long_notes(n_too_long, encoder.max_tokens),
        ),
    )


def cache_key(encoder: Encoder) -> str:
    """All that an encoder's vectors depend on, to the last bit, besides texts and weights of tokens.

    Parameters
    ----------
    encoder : Encoder

    Returns
    -------
    str

    Examples
    --------
    >>> from needlens.encoders.encoder import load_encoder
    >>> load_encoder().digest in cache_key(load_encoder())
    True
    """
    weighed = "" if encoder.token_weights is None else " weighed tokens"
    return f"{encoder.digest} {encoder.backend.key}{weighed}"


def _chunks(texts: Sequence[str], size: int) -> list[Sequence[str]]:
    return [texts[start : start + size] for start in range(0, len(texts), size)]


def _shifted(progress: Progress, before: int, total: int) -> Progress:
    return lambda stage, done, _: progress(stage, before + done, total)


def too_long_notes(n: int, limit: int | None) -> tuple[str, ...]:
    """Say in a sentence how many texts are longer than the encoder reads; nothing where none is.

    Examples
    --------
    >>> too_long_notes(2, 256)
    ('2 texts are longer than the encoder reads (256 tokens); only their beginning counts',)
    """
    if n == 0:
        return ()
    subject, count = ("1 text is", "its") if n == 1 else (f"{n:,} texts are", "their")
    return (f"{subject} longer than the encoder reads ({limit} tokens); only {count} beginning counts",)
