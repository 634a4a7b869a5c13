"""CSV for spreadsheets: nothing computes, everything comes back."""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlens.study.spreadsheet import write_csv

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
cells = st.text(st.characters(codec="utf-8"), max_size=12) | st.builds(
    str.__add__, st.sampled_from(FORMULA_STARTS), st.text(st.sampled_from("1a,\"\r\n;'"), max_size=6)
)


def _read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@settings(max_examples=60, deadline=None)
@given(st.lists(cells, min_size=1, max_size=8))
def test_texts_come_back_and_formulas_with_an_apostrophe(texts: list[str]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write_csv(pd.DataFrame({"n": range(len(texts)), "text": pd.Series(texts, dtype="str")}), path)
        header, *rows = _read(path)
    assert header == ["n", "text"]
    assert [row[0] for row in rows] == [str(n) for n in range(len(texts))]
    for row, text in zip(rows, texts, strict=True):
        assert row[1] == (f"'{text}" if text.startswith(FORMULA_STARTS) else text)
        assert not row[1].startswith(FORMULA_STARTS)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=SUM(A1:A9)", "'=SUM(A1:A9)"),
        ("+49 30 1234", "'+49 30 1234"),
        ("-10 °C", "'-10 °C"),
        ("@home", "'@home"),
        ("\tquiet", "'\tquiet"),
        ("\rquiet", "'\rquiet"),
        ("a=b", "a=b"),
        ('say "quiet", twice\nand\r\nagain', 'say "quiet", twice\nand\r\nagain'),
        (["=a", "b"], "'=a, b"),
        (["a", "=b"], "a, =b"),
        ([], ""),
        (None, ""),
    ],
)
def test_cells(cell: object, shown: str, tmp_path: Path) -> None:
    write_csv(pd.DataFrame({"text": pd.Series([cell, "x"], dtype="object")}), tmp_path / "table.csv")
    assert _read(tmp_path / "table.csv") == [["text"], [shown], ["x"]]


def test_names_of_columns_are_cells_too(tmp_path: Path) -> None:
    write_csv(pd.DataFrame({"=1+1": ["a"], 'x,"y"': ["b"]}), tmp_path / "table.csv")
    assert _read(tmp_path / "table.csv") == [["'=1+1", 'x,"y"'], ["a", "b"]]


def test_numbers_dates_and_nulls_stay_what_they_are(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "share": [-0.5, np.nan],
            "theme_id": pd.array([3, None], dtype="Int64"),
            "date": pd.Series(["2025-01-14", None], dtype="datetime64[us]"),
            "segment": pd.Series(["=free", None], dtype="str"),
            "informative": [True, False],
        }
    )
    before = frame.copy()
    write_csv(frame, tmp_path / "table.csv")
    _, first, second = _read(tmp_path / "table.csv")
    assert first[:2] == ["-0.5", "3"]
    assert first[2].startswith("2025-01-14")
    assert first[3:] == ["'=free", "True"]
    assert second == ["", "", "", "", "False"]
    pd.testing.assert_frame_equal(frame, before)


def test_excel_is_told_that_it_is_unicode(tmp_path: Path) -> None:
    write_csv(pd.DataFrame({"text": ["Größe"]}), tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_bytes() == b"\xef\xbb\xbftext\r\nGr\xc3\xb6\xc3\x9fe\r\n"
