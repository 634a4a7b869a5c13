"""The log comes back as it was written, survives a cut at any byte, and names the line that is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlens.codebook.add import add
from needlens.codebook.edit import (
    Edit,
    cannot_link,
    describe,
    forbid,
    merge,
    move,
    must_link,
    rename,
    split,
    undo,
)
from needlens.codebook.log import append_log, read_log
from needlens.errors import InputError, StudyError, UsageError

WHEN = "2025-03-31T12:00:00+00:00"


def all_kinds(
    text: str = "It is light\u2028or \U0001f44d \ud800 \x00", name: str = "Léger"
) -> tuple[Edit, ...]:
    edits: tuple[Edit, ...] = ()
    for edit in (
        rename(1, name, who="Ana", when=WHEN, note='a "note"'),
        describe(1, "", when=WHEN),
        merge([4, 2], 1, when=WHEN),
        split(1, [text, "b"], "New", when=WHEN),
        move(text, None, when=WHEN),
        move("b", 3, when=WHEN),
        forbid("c", 3, when=WHEN),
        must_link("c", "d", when=WHEN),
        cannot_link("c", "e", when=WHEN),
        undo(2, when=WHEN),
    ):
        edits = add(edits, edit, next_id=9)
    return edits


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1), st.text().filter(str.strip))
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, text: str, name: str) -> None:
    path = tmp_path_factory.mktemp("log") / "codebook.jsonl"
    edits = all_kinds(text + "!", name)
    append_log(path, edits[:4])
    first = path.read_bytes()
    append_log(path, edits[4:])
    append_log(path, [])
    assert read_log(path) == (edits, ())
    assert path.read_bytes().startswith(first)
    assert len(path.read_bytes().splitlines()) == len(edits)


def test_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read_log(tmp_path / "none.jsonl") == ((), ())
    append_log(tmp_path / "new" / "none.jsonl", [])
    assert not (tmp_path / "new").exists()


def test_a_cut_anywhere_loses_the_last_edit_at_most(tmp_path: Path) -> None:
    path = tmp_path / "codebook.jsonl"
    edits = all_kinds()
    append_log(path, edits)
    data = path.read_bytes()
    start = data.rindex(b"\n", 0, -1) + 1
    for end in range(start, len(data)):
        path.write_bytes(data[:end])
        there, notes = read_log(path)
        whole = end == len(data) - 1
        assert there == (edits if whole else edits[:-1])
        assert len(notes) == (start < end and not whole)
        assert all("line 10 was cut off" in note for note in notes)
        # Going on gives the same bytes as if nothing had happened.
        append_log(path, edits[len(there) :])
        assert path.read_bytes().rstrip(b"\n") == data.rstrip(b"\n")
        if whole:
            append_log(path, [Edit("undo", undoes=1, when=WHEN, number=11)])
        assert len(read_log(path)[0]) == 10 + whole


def test_numbers_must_follow(tmp_path: Path) -> None:
    path, edits = tmp_path / "codebook.jsonl", all_kinds()
    append_log(path, edits[:2])
    before = path.read_bytes()
    for wrong in (edits[:1], edits[3:], [edits[3], edits[2]]):
        with pytest.raises(UsageError, match="the next is edit 3"):
            append_log(path, wrong)
    assert path.read_bytes() == before


def line(**changes: Any) -> str:
    record = {"schema_version": 1, "number": 2, "kind": "rename", "themes": [1], "words": "x", "when": WHEN}
    return json.dumps({key: value for key, value in {**record, **changes}.items() if value is not None})


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ("not json", "is not valid JSON"),
        ("", "is not valid JSON"),
        ("[1]", "is not an object"),
        (line(schema_version=2), "of version 2 of the codebook, not 1; update needlens"),
        (line(schema_version=None), "of version None"),
        (line(number=3), "bears the number 3, not 2"),
        (line(kind=None), "it has no kind"),
        (line(kind="paint"), "there is no kind 'paint'"),
        (line(kind=["rename"]), "is no edit"),
        (line(colour="red"), "'colour' is unknown"),
        (line(themes=1), "themes must be a list"),
        (line(themes=["1"]), "whole numbers"),
        (line(when="today"), "no time in UTC"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, second: str, message: str) -> None:
    path = tmp_path / "codebook.jsonl"
    path.write_text(f"{line(number=1)}\n{second}\n{line(number=3)}\n", encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        read_log(path)
    assert (caught.value.file, caught.value.row) == (str(path), 2)
    with pytest.raises(InputError):
        append_log(path, [rename(1, "y", when=WHEN)])


def test_an_undo_of_what_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "codebook.jsonl"
    path.write_text(line(number=1, kind="undo", undoes=4, themes=[], words="") + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="edit 1 undoes edit 4"):
        read_log(path)


def test_a_folder_is_no_log(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_log(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises((StudyError, InputError)):
        append_log(tmp_path / "file" / "codebook.jsonl", all_kinds())
