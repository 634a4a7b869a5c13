"""Labels on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from needlens.errors import InputError, UsageError
from needlens.labelling.label import Label, holding
from needlens.labelling.log import append_labels, read_labels

FIRST = Label(
    "r1", "li\u2028ght \ud800", ("autonomy", "care"), "needlens12", "Ana", "2025-01-01T00:00:00+00:00"
)
SECOND = Label("r2", "=1+1", (), "needlens12", "Ben", note="sure")

WHOLE = {"schema_version": 1, "reason_id": "r1", "text": "x", "needs": [], "framework": "f"}

BROKEN = {
    b"nonsense\n": "not valid JSON",
    b"[]\n": "no label of version",
    b'{"schema_version": 2}\n': "no label of version",
    b'{"schema_version": 1, "reason_id": "r1"}\n': "is no label",
    json.dumps({**WHOLE, "needs": ["b", "a"]}).encode() + b"\n": "is no label",
    json.dumps({**WHOLE, "reason_id": 1}).encode() + b"\n": "is no label",
    json.dumps({**WHOLE, "colour": "red"}).encode() + b"\n": "is no label",
}


def test_labels_only_ever_grow(tmp_path: Path) -> None:
    path = tmp_path / "new" / "labels.jsonl"
    append_labels(path, [FIRST])
    before = path.read_bytes()
    append_labels(path, [SECOND])
    assert path.read_bytes().startswith(before)
    assert read_labels(path) == ((FIRST, SECOND), ())


def test_what_a_crash_left_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    append_labels(path, [FIRST])
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"schema_ver')
    labels, notes = read_labels(path)
    assert labels == (FIRST,)
    assert "line 2 was cut off" in notes[0]
    append_labels(path, [SECOND])
    assert read_labels(path) == ((FIRST, SECOND), ())


def test_a_last_line_without_its_break_counts(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    append_labels(path, [FIRST])
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    append_labels(path, [SECOND])
    assert read_labels(path) == ((FIRST, SECOND), ())


@pytest.mark.parametrize("line", BROKEN)
def test_what_is_no_label_names_its_line(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "labels.jsonl"
    append_labels(path, [SECOND])
    path.write_bytes(path.read_bytes() + line)
    with pytest.raises(InputError, match=BROKEN[line]) as caught:
        read_labels(path)
    assert caught.value.row == 2


def test_the_last_label_of_a_text_holds_by_framework() -> None:
    later = Label("r9", FIRST.text, (), "needlens12", "Cy")
    other = Label("r1", FIRST.text, ("fun",), "lov9", "Di")
    held = holding([FIRST, later, other], "needlens12")
    assert held == {FIRST.text: later}


@pytest.mark.parametrize("needs", [("none",), ("b", "a"), ("a", "a")])
def test_a_label_that_could_be_misread_is_refused(needs: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        Label("r1", "x", needs, "f")
