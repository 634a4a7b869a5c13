"""Levels that an analyst corrected, read from a table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from needlens.errors import InputError
from needlens.levels.corrections import read_corrections
from needlens.study.spreadsheet import write_csv


def test_what_was_guarded_from_spreadsheets_is_the_text_again(tmp_path: Path) -> None:
    texts = ["-50 % price", "=1+1", "'tis light", "plain"]
    write_csv(pd.DataFrame({"text": texts, "level": "attribute"}), tmp_path / "levels.csv")
    assert list(read_corrections(tmp_path / "levels.csv")) == texts


def test_rows_without_a_level_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "levels.csv").write_text("text,level\nlight,\nfree,unsure\ncalm,Value\n", encoding="utf-8")
    assert read_corrections(tmp_path / "levels.csv") == {"calm": "value"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [("light,high\n", "is no level"), ("light,attribute\nlight,value\n", "in an earlier row")],
)
def test_what_is_wrong_names_its_place(rows: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "levels.csv").write_text(f"text,level\n{rows}", encoding="utf-8")
    with pytest.raises(InputError, match=said) as caught:
        read_corrections(tmp_path / "levels.csv")
    assert caught.value.row is not None
