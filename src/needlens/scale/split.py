"""Verbatims of one part cut into reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from needlens.reasons import reasons_table
from needlens.scale.parts import Part, Told, made
from needlens.schema import TEXT
from needlens.study.model import text_key

KEY: Final = "key"
"""Column of the 16-byte hash of an informative reason's text; null for any other."""


@dataclass(frozen=True, slots=True)
class SplitItem:
    """Verbatims to read, and the part their reasons become."""

    verbatims: Path
    reasons: Part
    unit: Literal["reason", "verbatim"]


def split_part(item: SplitItem) -> Told:
    """Write the reasons of a part, with the hashes of their texts; tells ``rows`` and ``informative``."""

    def write(path: Path) -> Mapping[str, int]:
        frame = reasons_table(pd.read_parquet(item.verbatims), unit=item.unit)
        table = pa.Table.from_pandas(frame, preserve_index=False)
        keys = [
            text_key(text) if tells else None
            for text, tells in zip(frame[TEXT], frame["informative"], strict=True)
        ]
        table = table.append_column(KEY, pa.array(keys, type=pa.binary(16)))
        pq.write_table(table, path)
        return {"rows": len(frame), "informative": int(frame["informative"].sum())}

    return made(item.reasons, write)
