"""Parquet files and data frames."""

from __future__ import annotations

import io
from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from needlens.errors import InputError
from needlens.reading.parquet import read_parquet, table_of_frame


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "text": ["one", None],
            "n": [1.0, np.nan],
            "day": [pd.Timestamp("2025-03-31"), pd.NaT],
            "kind": pd.Categorical(["a", None]),
        }
    )


@pytest.mark.parametrize("index", [[0, 1], [7, 7]])
def test_a_frame_and_its_file_read_alike(index: list[int]) -> None:
    stream = io.BytesIO()
    frame().set_axis(index).to_parquet(stream, index=False)
    from_file = read_parquet(stream.getvalue(), file="a.parquet")
    from_memory = table_of_frame(frame().set_axis(index), file="the data frame")
    expected = {
        "text": ["one", None],
        "day": [datetime(2025, 3, 31), None],
        "kind": ["a", None],
    }
    for table in (from_file, from_memory):
        assert {name: list(table.columns[name]) for name in expected} == expected
        assert table.columns["n"][0] == 1.0
        assert [table.rows[record] for record in (0, 1)] == [2, 3]


def test_what_is_refused() -> None:
    stream = io.BytesIO()
    frame()[:0].to_parquet(stream)
    with pytest.raises(InputError, match=r"^a\.parquet: has a header but no rows$"):
        read_parquet(stream.getvalue(), file="a.parquet")
    with pytest.raises(InputError, match=r"^a\.parquet: is not a Parquet file that can be read \("):
        read_parquet(b"PAR1 and no more", file="a.parquet")
    with pytest.raises(InputError, match=r"^f: columns 1 and 2 are both called 'a'; rename one$"):
        table_of_frame(pd.DataFrame([[1, 2]], columns=["a", "a"]), file="f")
    with pytest.raises(InputError, match=r"^f: is empty: it has no header and no rows$"):
        table_of_frame(pd.DataFrame(), file="f")
