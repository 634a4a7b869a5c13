"""A log survives a cut at any byte: what was whole stays, the rest is told of, the next append drops it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlens.append_only import append_lines, read_lines
from needlens.errors import InputError, StudyError

RECORDS = st.lists(st.dictionaries(st.text(), st.text()), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None)
@given(RECORDS, st.data())
def test_a_cut_at_any_byte_costs_one_line_at_most(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, str]], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("log") / "log.jsonl"
    append_lines(path, records)
    written = path.read_bytes()
    cut = data.draw(st.integers(0, len(written)))
    path.write_bytes(written[:cut])
    whole, notes = read_lines(path, "log")
    kept = [json.loads(line) for line in whole]
    assert kept == records[: len(kept)]
    assert len(kept) >= written[:cut].count(b"\n")
    append_lines(path, [{"new": "one"}])
    again, none = read_lines(path, "log")
    assert [json.loads(line) for line in again] == [*kept, {"new": "one"}]
    assert none == ()
    assert len(notes) == (len(kept) < len(written[:cut].splitlines()))


def test_no_file_is_an_empty_log_and_nothing_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    append_lines(path, [])
    assert read_lines(path, "log") == ([], ())
    assert not path.exists()


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_lines(tmp_path, "log")
    with pytest.raises(StudyError, match="cannot be written"):
        append_lines(tmp_path, [{"new": "one"}])
