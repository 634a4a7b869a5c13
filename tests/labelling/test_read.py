"""Labels from a table that a person filled in."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from needlens.errors import InputError
from needlens.labelling.read import read_filled
from needlens.needs.frameworks import load_framework
from needlens.study.spreadsheet import write_csv

TEXTS = {"r1": "Light", "r2": "Safe for the kids", "r3": "Light", "r4": "Red"}

WRONG = {
    "reason,needs\nr1,care\n": ("no column 'reason_id'", 1, None),
    "reason_id\nr1\n": ("no column 'needs'", 1, None),
    "reason_id,needs\nr9,care\n": ("no informative reason", 2, "reason_id"),
    "reason_id,needs\nr1,care\nr2,love\n": ("is no need of needlens12", 3, "needs"),
    "reason_id,needs\nr1,care;none\n": ("cannot stand beside", 2, "needs"),
    "reason_id,needs\nr1,;\n": ("is no need", 2, "needs"),
    "reason_id,needs\nr1,care\nr3,security\n": ("labelled otherwise", 3, "needs"),
    "reason_id,needs\nr1,\nr2, \n": ("no row is filled in", None, None),
    "reason_id,needs\n": ("header but no rows", None, None),
    "": ("is empty", None, None),
}


def test_ids_and_names_in_any_case(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(
        "reason_id,text,needs,note,who\n"
        "r1,x, Autonomy ;CARE for others,sure,\n"
        "r2,y,none,,Ben\n"
        "r3,x,care;autonomy,,\n"
        "r4,z,,,\n",
        encoding="utf-8",
    )
    filled = read_filled(path, TEXTS, load_framework(), who="Ana", when="2025-01-01T00:00:00+00:00")
    assert filled.n_empty == 1
    assert [label.needs for label in filled.labels] == [("autonomy", "care"), ()]
    assert [label.who for label in filled.labels] == ["Ana", "Ben"]
    assert filled.labels[0].text == "Light"


def test_ids_that_a_spreadsheet_would_compute_are_known_again(tmp_path: Path) -> None:
    texts = {"-7.1": "Light", "=b.1": "Red", "'-9.1": "Safe"}
    table = pd.DataFrame({"reason_id": list(texts), "needs": ["care", "none", "security"]})
    write_csv(table, tmp_path / "labels.csv")
    filled = read_filled(tmp_path / "labels.csv", texts, load_framework())
    assert [(label.reason_id, label.text) for label in filled.labels] == list(texts.items())


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_names_its_place(tmp_path: Path, text: str) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(text, encoding="utf-8")
    message, row, column = WRONG[text]
    with pytest.raises(InputError, match=message) as caught:
        read_filled(path, TEXTS, load_framework())
    assert (caught.value.file, caught.value.row, caught.value.column) == ("labels.csv", row, column)
