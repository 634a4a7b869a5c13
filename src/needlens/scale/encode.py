"""Texts of one part to vectors, and to their places among fitted ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from safetensors.numpy import load_file, save

from needlens.encoders.backend import Backend, asked_for
from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import Encoder, load_encoder
from needlens.encoders.token_weights import TokenWeights
from needlens.encoders.vectors import encode_texts
from needlens.errors import EncoderError
from needlens.graph.placement import Placement
from needlens.scale.parts import Part, Told, made
from needlens.schema import TEXT
from needlens.study.model import load_model
from needlens.study.placing import Placed, place

ENCODED, CACHED, TOO_LONG = "encoded", "cached", "too_long"
"""What is told of a part: its texts that were encoded, that came from the cache, that were cut short."""

_VECTORS: Final = "vectors"


@dataclass(frozen=True, slots=True)
class EncoderName:
    """An encoder as another process finds it.

    Attributes
    ----------
    name, digest
        What it is called, and what it must be.
    halvings
        Its token weights, sorted by token; None: all tokens count the same.
    backend
        What runs it.
    """

    name: str
    digest: str
    halvings: tuple[tuple[int, int], ...] | None
    backend: Backend


@dataclass(frozen=True, slots=True)
class EncodeItem:
    """Texts to read, the part their vectors become, and the cache if it may be used."""

    texts: Path
    vectors: Part
    encoder: EncoderName
    cache: VectorCache | None


@dataclass(frozen=True, slots=True)
class PlaceItem:
    """Texts to read, the part their places become, and the folder of the model they are placed on."""

    texts: Path
    places: Part
    encoder: EncoderName
    model: Path


def name_of(encoder: Encoder) -> EncoderName:
    """Say how another process finds an encoder."""
    weights = encoder.token_weights
    halvings = None if weights is None else tuple(sorted(weights.halvings.items()))
    return EncoderName(encoder.name, encoder.digest, halvings, encoder.backend)


def encode_part(item: EncodeItem) -> Told:
    """Write the vectors of a part's texts."""

    def write(path: Path) -> Mapping[str, int]:
        matrix, told = _vectors(item.texts, item.encoder, item.cache)
        path.write_bytes(save({_VECTORS: matrix}))
        return told

    return made(item.vectors, write)


def place_part(item: PlaceItem) -> Told:
    """Write where a part's texts belong; their vectors are not kept."""

    def write(path: Path) -> Mapping[str, int]:
        matrix, told = _vectors(item.texts, item.encoder, None)
        placed = place(_fitted(item.model), matrix)
        tensors = {"ids": placed.ids, "strengths": placed.strengths, "far": placed.far, "point": placed.point}
        path.write_bytes(save({name: np.ascontiguousarray(array) for name, array in tensors.items()}))
        return told

    return made(item.places, write)


def read_vectors(path: Path) -> NDArray[np.float32]:
    """Read what :func:`encode_part` wrote."""
    return np.asarray(load_file(path)[_VECTORS])


def read_places(path: Path) -> Placed:
    """Read what :func:`place_part` wrote."""
    return Placed(**load_file(path))


def _vectors(
    path: Path, name: EncoderName, cache: VectorCache | None
) -> tuple[NDArray[np.float32], dict[str, int]]:
    encoder = _weighed(name)
    texts = pq.read_table(path, columns=[TEXT])[TEXT].to_pylist()
    vectors = encode_texts(texts, encoder, cache=cache)
    told = {
        ENCODED: vectors.n_encoded,
        CACHED: vectors.n_cached,
        TOO_LONG: vectors.n_too_long,
    }
    return vectors.matrix, told


@lru_cache(maxsize=2)
def _encoder(name: str, backend: str) -> Encoder:
    """An encoder is loaded once a process."""
    return load_encoder(name, backend=asked_for(backend))


@lru_cache(maxsize=2)
def _weighed(name: EncoderName) -> Encoder:
    encoder = _encoder(name.name, name.backend.name)
    if (encoder.digest, encoder.backend) != (name.digest, name.backend):
        message = (
            f"the encoder {name.name!r} or what runs it ({name.backend.key}) is not the same on every "
            "machine; install the same versions, or choose a --backend that all of them have"
        )
        raise EncoderError(message)
    weights = None if name.halvings is None else TokenWeights(dict(name.halvings))
    return encoder.with_token_weights(weights)


@lru_cache(maxsize=1)
def _fitted(model: Path) -> Placement:
    return load_model(model).placement
