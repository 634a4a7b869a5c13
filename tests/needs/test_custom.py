"""Frameworks from files: read as meant, and refused with the place of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from needlens.errors import InputError
from needlens.needs.custom import read_framework_file

GOOD = """
- id: rest
  name: Rest
  definition: To rest.
  satisfied: [I sleep well., I can lie down.]
  violated: [I lie awake.]
  so_that: are rested
  relief: true
- {id: 2nd, satisfied: [It is mine.]}
"""

WRONG = {
    "": ("must be a list of needs", None, None),
    "rest: yes": ("must be a list of needs", None, None),
    "[]": ("holds 0 needs", None, None),
    "- [a": ("not valid YAML", 1, None),
    "- just words": ("is not a need", 1, None),
    "- {id: a, satisfied: [x]}\n- {id: a, satisfied: [y]}": ("earlier need", 2, "id"),
    "- {satisfied: [x]}": ("is missing", 1, "id"),
    "- {id: none, satisfied: [x]}": ("choose another id", 1, "id"),
    "- {id: 'A B', satisfied: [x]}": ("lower-case", 1, "id"),
    "- {id: a}": ("is missing", 1, "satisfied"),
    "- {id: a, satisfied: x}": ("must be a list of sentences", 1, "satisfied"),
    "- {id: a, satisfied: [x, ' ']}": ("empty sentence", 1, "satisfied"),
    "- {id: a, satisfied: [{b: c}]}": ("must be a text", 1, "satisfied"),
    "- {id: a, satisfied: [x], relief: maybe}": ("must be yes or no", 1, "relief"),
    "- {id: a, satisfied: [x], colour: red}": ("is no field", 1, "colour"),
    "- !!python/object/apply:os.system [ls]": ("not valid YAML", 1, None),
}


def test_fields_are_read_as_written(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD, encoding="utf-8")
    framework = read_framework_file(path)
    rest, second = framework.needs
    assert framework.name == "mine.yaml"
    assert rest.satisfied == ("I sleep well.", "I can lie down.")
    assert rest.so_that == "are rested"
    assert rest.caution == "Use for relief, not for pressure."
    assert (second.name, second.violated, second.caution) == ("2nd", (), "")


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_names_its_place(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    message, row, column = WRONG[text]
    with pytest.raises(InputError, match=message) as caught:
        read_framework_file(path)
    assert (caught.value.file, caught.value.row, caught.value.column) == ("mine.yaml", row, column)


def test_a_table_gives_the_same_framework(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text(
        "id,name,definition,satisfied,violated,so_that,relief\n"
        "rest,Rest,To rest.,I sleep well.|I can lie down.,I lie awake.,are rested,yes\n"
        "2nd,,,It is mine.,,,\n",
        encoding="utf-8",
    )
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert read_framework_file(table).needs == read_framework_file(path).needs


def test_a_table_names_the_row_as_a_spreadsheet_does(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("id,satisfied\nrest,I sleep well.\nfood,\n", encoding="utf-8")
    with pytest.raises(InputError, match="satisfied") as caught:
        read_framework_file(table)
    assert caught.value.row == 3


@pytest.mark.parametrize("name", ["gone.yaml", "gone.csv"])
def test_a_file_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_framework_file(tmp_path / name)
