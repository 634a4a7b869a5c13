"""The distinct informative texts of a study whose reasons lie in parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from needlens.scale.split import KEY


@dataclass(frozen=True, eq=False, slots=True)
class Texts:
    """Which text each reason is; the texts themselves stay on disk.

    Attributes
    ----------
    keys
        Hashes of the distinct informative texts, sorted, uint8, shape (m, 16).
    of_reason
        Position of each reason's text among them, −1 where it is not informative, int64, shape (n,).
    first
        Row of the first reason that is each text, int64, shape (m,).
    starts
        Row of the first reason of each part, and their number, int64, shape (n_parts + 1,).
    """

    keys: NDArray[np.uint8]
    of_reason: NDArray[np.int64]
    first: NDArray[np.int64]
    starts: NDArray[np.int64]


def find_texts(parts: Sequence[Path]) -> Texts:
    """Compare the hashes of all reasons.

    Parameters
    ----------
    parts
        Files that :func:`needlens.scale.split.split_part` wrote, in the order of the verbatims.
    """
    columns = [pq.read_table(path, columns=[KEY])[KEY].combine_chunks() for path in parts]
    starts = np.cumsum([0, *map(len, columns)], dtype=np.int64)
    tells = np.concatenate([~np.asarray(column.is_null()) for column in columns])
    raw = b"".join(_bytes_of(column.drop_null()) for column in columns)
    # Two big-endian whole numbers sort as the sixteen bytes do, and far faster.
    halves = np.frombuffer(raw, dtype=">u8").astype(np.uint64).reshape(-1, 2)
    order = np.lexsort((halves[:, 1], halves[:, 0]))
    ranked = halves[order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (ranked[1:] != ranked[:-1]).any(axis=1)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.cumsum(new) - 1
    of_reason = np.full(len(tells), -1, dtype=np.int64)
    of_reason[tells] = rank
    keys = np.frombuffer(raw, dtype=np.uint8).reshape(-1, 16)[order[new]]
    return Texts(keys, of_reason, np.flatnonzero(tells)[order[new]], starts)


def rows_at(
    parts: Sequence[Path], starts: NDArray[np.int64], rows: NDArray[np.int64], columns: Sequence[str]
) -> pa.Table:
    """Some columns of some reasons.

    Parameters
    ----------
    parts, starts
        As in :class:`Texts`.
    rows
        Which reasons, rising, int64, shape (k,).
    columns
        Of :data:`needlens.schema.REASON_COLUMNS`.

    Returns
    -------
    pyarrow.Table
        k rows.
    """
    found = [pq.read_schema(parts[0]).empty_table().select(list(columns))]
    ends = np.searchsorted(rows, starts)
    for at, path in enumerate(parts):
        own = rows[ends[at] : ends[at + 1]] - starts[at]
        if len(own):
            found.append(pq.read_table(path, columns=list(columns)).take(pa.array(own)))
    return pa.concat_tables(found).combine_chunks()


def _bytes_of(column: pa.Array) -> bytes:
    if len(column) == 0:
        return b""
    return bytes(column.buffers()[1])[column.offset * 16 : (column.offset + len(column)) * 16]
