"""Edits by hand: what is meant is understood, what is wrong is named with its place."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from needlens.codebook.add import add
from needlens.codebook.edit import Edit, move, rename
from needlens.codebook.read import read_edits
from needlens.errors import InputError

WHEN = "2025-03-31T12:00:00+00:00"
REASONS = pd.DataFrame(
    {
        "reason_id": ["r1", "r2", "r3", "r4", "r5"],
        "text": ["It is light", "Light; and small", "Never loud", "Never loud", "Hi"],
        "informative": [True, True, True, True, False],
    }
)
THEMES = pd.DataFrame(
    {
        "theme_id": [1, 2, 3, 4, 5],
        "label": ["Light", "Quiet", "Quiet", "Small; handy", "Comfort"],
        "scale": [0, 0, 0, 0, 1],
    }
)
HEADER = "edit,theme,into,text,other_text,name,number,who,note"


def read(tmp_path: Path, rows: str, edits: tuple[Edit, ...] = (), header: str = HEADER) -> tuple[Edit, ...]:
    path = tmp_path / "edits.csv"
    path.write_text(f"{header}\n{rows}\n", encoding="utf-8")
    return read_edits(
        path, edits, reasons=REASONS, themes=THEMES, main_scale=0, next_id=6, who="Ana", when=WHEN
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("rename,1,,,,Easy to carry,,,", "call theme 1 'Easy to carry'"),
        ("Rename, Light ,,,,Easy,,,", "call theme 1 'Easy'"),
        ("describe,Comfort,,,,How it feels,,,", "describe theme 5"),
        ("merge,2;3,1,,,,,,", "merge theme 2 and 3 into theme 1"),
        ("merge,Small; handy,Light,,,,,,", "merge theme 4 into theme 1"),
        ("merge,Small; handy;2,Light,,,,,,", "Small"),
        ("split,1,,r1; r3,,Not heavy,,,", "split 'It is light' and 'Never loud' off theme 1"),
        ("split,1,,Light; and small,,,,,", "split 'Light; and small' off theme 1"),
        ("move,,2,r1,,,,,", "move 'It is light' to theme 2"),
        ("move,,none,Never loud,,,,,", "move 'Never loud' to no theme"),
        ("forbid,Light,,r3,,,,,", "keep 'Never loud' out of theme 1"),
        ("must link,,,r1,r2,,,,", "keep 'It is light' and 'Light; and small' together"),
        ("cannot-link,,,r1,r2,,,,", "keep 'It is light' and 'Light; and small' apart"),
    ],
)
def test_each_kind(tmp_path: Path, row: str, said: str) -> None:
    if row.startswith("merge,Small; handy;2"):
        with pytest.raises(InputError, match="there is no theme with the id or the label 'Small'"):
            read(tmp_path, row)
        return
    (edit,) = read(tmp_path, row)
    assert str(edit) == said
    assert (edit.who, edit.when, edit.number) == ("Ana", WHEN, 1)


def test_rows_follow_on_one_another_and_on_the_edits_there_are(tmp_path: Path) -> None:
    before = add((), rename(2, "Silent", when=WHEN), next_id=6)
    rows = "split,Silent,,r3,,Hushed,,,\nmove,,Hushed,r1,,,,Ben,as asked\nrename,Hushed,,,,Soft,,,"
    with pytest.raises(InputError, match=r"row 5, column 'edit': .*; undo edit 3 first"):
        read(tmp_path, rows + "\nundo,,,,,,2,,", before)
    edits = read(tmp_path, rows, before)
    assert edits[0] is before[0]
    assert [edit.into for edit in edits] == [None, 6, 6, None]
    assert (edits[2].who, edits[2].note, edits[3].themes) == ("Ben", "as asked", (6,))


def test_a_semicolon_file_with_a_time_of_its_own(tmp_path: Path) -> None:
    rows = f"move;2;r1;{WHEN.replace('2025', '2024')}"
    (edit,) = read(tmp_path, rows, header="Edit;into;text;when")
    assert (edit.into, edit.when[:4]) == (2, "2024")


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("paint,1,,,,x,,,", "edit", "'paint' is no edit; there are: rename, describe"),
        (",1,,,,x,,,", "edit", "'' is no edit"),
        ("rename,,,,,x,,,", "theme", "is empty, and a rename needs it"),
        ("rename,1,,,,,,,", "name", "is empty"),
        ("rename,1,2,,,x,,,", "into", "a rename has nothing here, only theme and name"),
        ("rename,Ligth,,,,x,,,", "theme", "'Ligth'; did you mean 'Light'?"),
        ("rename,Quiet,,,,x,,,", "theme", "several themes are called 'Quiet': name one of 2, 3 by its id"),
        ("rename,9,,,,x,,,", "edit", "there is no theme 9"),
        ("rename,1;2,,,,x,,,", "edit", "names 1 theme, not 2"),
        ("merge,Comfort,1,,,,,,", "theme", "is not of the main scale"),
        ("merge,1;2,1,,,,,,", "edit", "cannot be merged into itself"),
        ("merge,1;zwei,3,,,,,,", "theme", "'zwei'"),
        ("merge,1,none,,,,,,", "into", "'none'"),
        ("move,,,r1,,,,,", "into", "write 'none' for no theme"),
        ("move,,1,r9,,,,,", "text", "there is no reason with the id or the text 'r9'"),
        ("move,,1,it is  LIGHT,,,,,", "text", "did you mean 'It is light'?"),
        ("move,,1,r5,,,,,", "text", "says nothing"),
        ("move,,1,Hi,,,,,", "text", "says nothing"),
        ("move,,1,r1;r2,,,,,", "edit", "names 1 text, not 2"),
        ("must_link,,,r1,r9,,,,", "other_text", "'r9'"),
        ("must_link,,,r3,r4,,,,", "edit", "names a text twice"),
        ("undo,,,,,,two,,", "number", "'two' is no number of an edit"),
        ("undo,,,,,,7,,", "edit", "edit 1 undoes edit 7"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, row: str, column: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, row)
    error = caught.value
    assert (error.file, error.row, error.column) == ("edits.csv", 2, column)
    assert message in str(error)


@pytest.mark.parametrize(
    ("header", "message"),
    [("edit,them", "column 'them'"), ("theme,name", "no column 'edit'"), ("edit,Edit", "column 'Edit'")],
)
def test_a_wrong_header_is_named(tmp_path: Path, header: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, "rename,1", header=header)


def test_a_contradiction_names_its_row(tmp_path: Path) -> None:
    edits = add((), move("It is light", 1, when=WHEN), next_id=6)
    with pytest.raises(InputError, match=r"edits.csv, row 2, column 'edit': .*; undo edit 1 first"):
        read(tmp_path, "forbid,1,,r1,,,,,", edits)
