"""Long tables: the bytes that pandas writes, whatever chunks they come in."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlens.scale import writing
from needlens.study.spreadsheet import write_csv


def _frame(n: int) -> pd.DataFrame:
    at = np.arange(n)
    theme = pd.arrays.IntegerArray(at % 3, at % 3 == 0)
    return pd.DataFrame(
        {"reason_id": pd.Series([f"v{i}" for i in at], dtype="str"), "theme_id": theme, "strength": at / 7}
    )


@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(0, 90), max_size=6), group=st.integers(1, 100))
def test_the_bytes_do_not_depend_on_the_chunks(
    cuts: list[int], group: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, frame = tmp_path_factory.mktemp("t"), _frame(90)
    bounds = [0, *sorted(cuts), 90]
    chunks = [frame.iloc[a:b] for a, b in pairwise(bounds)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "GROUP", group)
        assert writing.write_parquet(chunks, folder / "a") == 90
        assert writing.write_parquet([frame], folder / "b") == 90
    assert (folder / "a").read_bytes() == (folder / "b").read_bytes()
    pd.testing.assert_frame_equal(pd.read_parquet(folder / "a"), frame)


def test_as_pandas_writes_it(tmp_path: Path) -> None:
    for n in (0, 1, 1000):
        writing.write_parquet([_frame(n)], tmp_path / "ours")
        _frame(n).to_parquet(tmp_path / "theirs", index=False)
        assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()


@pytest.mark.parametrize("n", [89, 90, 91, 135])
def test_a_whole_number_of_groups_leaves_no_empty_one(
    n: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "GROUP", 45)
    writing.write_parquet([_frame(n)[:50], _frame(n)[50:]], tmp_path / "ours")
    _frame(n).to_parquet(tmp_path / "theirs", index=False, row_group_size=45)
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()


def test_a_sheet_in_pieces_is_the_sheet(tmp_path: Path) -> None:
    frame = pd.DataFrame({"text": ["=1+1", "light, quiet", 'says "no"', "café"], "n": [1, 2, 3, 4]})
    write_csv(frame, tmp_path / "whole.csv")
    writing.write_sheet([frame[:1], frame[1:1], frame[1:]], tmp_path / "pieces.csv")
    assert (tmp_path / "pieces.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
