"""The stages of a large run: each makes parts, or uses those that an interrupted run left."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import Encoder
from needlens.progress import Progress
from needlens.scale.encode import (
    EncodeItem,
    PlaceItem,
    encode_part,
    name_of,
    place_part,
    read_places,
    read_vectors,
)
from needlens.scale.engine import Engine, Item
from needlens.scale.parts import Part, Told, key_of, made
from needlens.scale.split import SplitItem, split_part
from needlens.schema import TEXT
from needlens.study.model import StudyModel
from needlens.study.placing import Placed
from needlens.study.run import Parameters


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much one part holds; no result depends on it.

    Attributes
    ----------
    verbatims
        Verbatims that are split at a time.
    encoded, placed
        Texts that are encoded to find themes in, and that are placed on them, at a time.
    """

    verbatims: int = 5_000
    encoded: int = 8_192
    placed: int = 20_000


@dataclass(frozen=True, eq=False, slots=True)
class Stages:
    """Makes the parts of one run.

    Attributes
    ----------
    folder
        Where the parts are.
    engine
        Who makes them.
    run
        Digest of the inputs and the columns read.
    sizes
        How much a part holds.
    progress
        Told how far each stage is.
    """

    folder: Path
    engine: Engine
    run: str
    sizes: Sizes
    progress: Progress

    def verbatims(self, frame: pd.DataFrame) -> list[Part]:
        """Write the verbatims of a study, in their order."""
        size = self.sizes.verbatims
        parts = []
        for number, start in enumerate(range(0, len(frame), size)):
            own = frame.iloc[start : start + size]
            part = Part(self._path("verbatims", number, "parquet"), key_of(self.run, size, number))
            made(part, lambda path, own=own: _written(own, path))  # type: ignore[misc]
            parts.append(part)
            self.progress("laying out", min(start + size, len(frame)), len(frame))
        return parts

    def reasons(self, verbatims: Sequence[Part], asked: Parameters) -> tuple[list[Part], int]:
        """Split the verbatims; how many of the reasons are informative as well."""
        items = [
            SplitItem(
                part.path,
                Part(self._path("reasons", number, "parquet"), key_of("split", part.key, asked.unit)),
                asked.unit,
            )
            for number, part in enumerate(verbatims)
        ]
        told = self._map("splitting", split_part, items, with_model=False)
        return [item.reasons for item in items], sum(part["informative"] for part in told)

    def vectors(
        self, texts: Sequence[str], encoder: Encoder, cache: VectorCache
    ) -> tuple[NDArray[np.float32], list[Told]]:
        """Encode texts in their order, float32, shape (n, d)."""
        parts = self._texts("fitted", pa.array(texts, type=pa.large_string()), self.sizes.encoded)
        name = name_of(encoder)
        items = [
            EncodeItem(
                part.path,
                Part(
                    self._path("vectors", at, "safetensors"),
                    key_of("encode", part.key, name.digest, name.backend.key, name.halvings),
                ),
                name,
                cache if self.engine.shares_memory else None,
            )
            for at, part in enumerate(parts)
        ]
        told = self._map("encoding", encode_part, items, with_model=True)
        matrices = [read_vectors(item.vectors.path) for item in items]
        empty = np.zeros((0, encoder.dimension if not matrices else matrices[0].shape[1]), dtype=np.float32)
        return np.vstack([empty, *matrices]), told

    def places(self, texts: pa.Array, encoder: Encoder, model: StudyModel) -> tuple[Placed, list[Told]]:
        """Place texts, in their order, on the themes of a model."""
        parts = self._texts("others", texts, self.sizes.placed)
        name = name_of(encoder)
        folder = self.folder / "model"
        model.save(folder)
        digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())]
        kept = folder.with_name(f"model-{key_of(digests)[:16]}")
        shutil.rmtree(kept, ignore_errors=True)  # one that is there may have been torn by a power cut
        folder.rename(kept)
        items = [
            PlaceItem(
                part.path,
                Part(
                    self._path("places", at, "safetensors"),
                    key_of("place", part.key, name.digest, name.backend.key, digests),
                ),
                name,
                kept,
            )
            for at, part in enumerate(parts)
        ]
        told = self._map("placing", place_part, items, with_model=True)
        places = [read_places(item.places.path) for item in items]
        placed = Placed(
            np.hstack([place.ids for place in places]),
            np.hstack([place.strengths for place in places]),
            np.concatenate([place.far for place in places]),
            np.concatenate([place.point for place in places]),
        )
        return placed, told

    def _texts(self, stage: str, texts: pa.Array, size: int) -> list[Part]:
        parts = []
        for number, start in enumerate(range(0, len(texts), size)):
            own = pa.table({TEXT: texts.slice(start, size)})
            digest = hashlib.sha256(repr(own[TEXT].to_pylist()).encode()).hexdigest()
            part = Part(self._path(stage, number, "parquet"), key_of(stage, digest))
            made(part, lambda path, own=own: _table(own, path))  # type: ignore[misc]
            parts.append(part)
        return parts

    def _map(
        self, stage: str, function: Callable[[Item], Told], items: Sequence[Item], *, with_model: bool
    ) -> list[Told]:
        if items:
            self.progress(stage, 0, len(items))
        return self.engine.map(
            function, items, with_model=with_model, done=lambda n: self.progress(stage, n, len(items))
        )

    def _path(self, stage: str, number: int, ending: str) -> Path:
        return self.folder / stage / f"{number:06}.{ending}"


def _written(frame: pd.DataFrame, path: Path) -> Mapping[str, int]:
    frame.to_parquet(path, index=False)
    return {"rows": len(frame)}


def _table(table: pa.Table, path: Path) -> Mapping[str, int]:
    pq.write_table(table, path)
    return {"rows": len(table)}
