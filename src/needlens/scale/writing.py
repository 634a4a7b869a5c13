"""The tables with a row a verbatim or a reason, written as they are made and never whole in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from needlens.study.spreadsheet import write_csv

GROUP: Final = 1024 * 1024
"""Rows of a row group, as pandas writes them: the bytes do not tell how the rows came."""

SHEET: Final = 1_048_575
"""Rows that a spreadsheet takes below its header."""


def write_parquet(frames: Iterable[pd.DataFrame], path: Path) -> int:
    """Write frames under one another, byte for byte as pandas would the whole of them.

    Parameters
    ----------
    frames
        At least one, all with the same columns and types, in chunks of any size.
    path
        File to write.

    Returns
    -------
    int
        Rows written.
    """
    writer: pq.ParquetWriter | None = None
    n = 0
    try:
        for table in _groups(frames):
            if writer is None:
                writer = pq.ParquetWriter(path, table.schema, compression="snappy")
            writer.write_table(table, row_group_size=GROUP)
            n += len(table)
    finally:
        if writer is not None:
            writer.close()
    return n


def write_sheet(frames: Iterable[pd.DataFrame], path: Path) -> None:
    """Write frames under one another as :func:`needlens.study.spreadsheet.write_csv` does."""
    for at, frame in enumerate(frames):
        write_csv(frame, path, append=at > 0)


def _groups(frames: Iterable[pd.DataFrame]) -> Iterator[pa.Table]:
    """Whole row groups and a rest, each column in one piece, as no other way of cutting would leave it."""
    schema: pa.Schema | None = None
    waiting: list[pa.Table] = []
    n = 0
    for frame in frames:
        table = pa.Table.from_pandas(frame, preserve_index=False)
        schema = schema or table.schema
        waiting.append(table.cast(schema) if table.schema.types != schema.types else table)
        n += len(table)
        while n > GROUP:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, GROUP).combine_chunks().replace_schema_metadata(schema.metadata)
            waiting, n = [whole.slice(GROUP)], n - GROUP
    if schema is not None:
        yield pa.concat_tables(waiting).combine_chunks().replace_schema_metadata(schema.metadata)
