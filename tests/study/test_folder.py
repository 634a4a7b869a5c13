"""The study folder: whole or not at all, read back as it was, never another one's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from needlens import errors
from needlens.errors import StudyError
from needlens.schema import SCHEMA_VERSION
from needlens.study.folder import check_folder, read_study, whole_file, write_study
from needlens.study.record import Study

TABLES = ("verbatims", "reasons", "assignments", "themes", "prevalence", "layout")


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _identity(study: Study) -> dict[str, Any]:
    return {key: study.info[key] for key in ("parameters", "inputs")}


@pytest.fixture
def folder(sample: Study, tmp_path: Path) -> Path:
    write_study(sample, tmp_path / "deep" / "study")
    return tmp_path / "deep" / "study"


def test_what_is_written_is_read(sample: Study, folder: Path) -> None:
    back = read_study(folder)
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(back, name), getattr(sample, name), check_exact=True)
    assert back.info == sample.info
    assert back.model is not None
    assert read_study(folder, model=False).model is None


def test_the_files_of_a_study(folder: Path) -> None:
    parquet = {f"{name}.parquet" for name in (*TABLES, "memberships")}
    csv = {"assignments.csv", "themes.csv", "prevalence.csv", "memberships.csv"}
    model = {os.path.join("model", name) for name in ("model.json", "placement.safetensors")}  # noqa: PTH118
    assert set(_contents(folder)) == parquet | csv | model | {"study.json"}


def test_writing_and_reading_again_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_study(read_study(folder), tmp_path / "again")
    assert _contents(tmp_path / "again") == _contents(folder)


def test_a_later_study_takes_the_place_of_an_earlier_one(
    folder: Path, planted: Study, tmp_path: Path
) -> None:
    write_study(planted, folder)
    write_study(planted, tmp_path / "fresh")
    assert _contents(folder) == _contents(tmp_path / "fresh")


def test_a_folder_for_a_new_study(sample: Study, tmp_path: Path) -> None:
    check_folder(tmp_path / "a" / "b", _identity(sample))
    assert not (tmp_path / "a" / "b").exists()
    (tmp_path / "empty").mkdir()
    check_folder(tmp_path / "empty", _identity(sample))
    assert list((tmp_path / "empty").iterdir()) == []


def test_the_same_study_may_be_written_again_and_another_only_over_it(folder: Path, sample: Study) -> None:
    before = _contents(folder)
    check_folder(folder, _identity(sample))
    others: list[dict[str, object]] = [{"parameters": {}}, {"inputs": []}]
    for other in others:
        with pytest.raises(StudyError, match=r"another study.*--overwrite"):
            check_folder(folder, {**_identity(sample), **other})
        check_folder(folder, {**_identity(sample), **other}, overwrite=True)
    assert _contents(folder) == before


def test_places_that_are_no_study_folder(sample: Study, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StudyError, match="other files"):
        check_folder(tmp_path, _identity(sample))
    for place in (tmp_path / "notes.txt", tmp_path / "notes.txt" / "below"):
        with pytest.raises(StudyError):
            check_folder(place, _identity(sample), overwrite=True)
        with pytest.raises(StudyError, match="cannot write"):
            write_study(sample, place)
        with pytest.raises(StudyError):
            read_study(place)
    with pytest.raises(StudyError, match=r"no study\.json"):
        read_study(tmp_path / "nowhere")
    assert _contents(tmp_path) == {"notes.txt": b"mine"}


def test_a_newer_study_is_refused(folder: Path) -> None:
    info = json.loads((folder / "study.json").read_text("utf-8"))
    info |= {"schema_version": SCHEMA_VERSION + 1, "needlens_version": "99.0"}
    (folder / "study.json").write_text(json.dumps(info), "utf-8")
    with pytest.raises(StudyError, match=r"newer needlens \(99\.0\)"):
        read_study(folder)


@pytest.mark.parametrize("name", [f"{name}.parquet" for name in TABLES])
@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "noise"])
def test_a_damaged_table_is_told(folder: Path, name: str, damage: str) -> None:
    file = folder / name
    content = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(
            {"empty": b"", "cut": content[: len(content) // 2], "noise": b"PAR1\xff" * 99}[damage]
        )
    with pytest.raises(StudyError, match="run needlens cluster again"):
        read_study(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'"text"', b'{"schema_version": "one"}'])
def test_a_damaged_description_is_told(folder: Path, content: bytes) -> None:
    (folder / "study.json").write_bytes(content)
    with pytest.raises(StudyError):
        read_study(folder)


def test_a_damaged_model_is_told_only_to_who_needs_it(folder: Path) -> None:
    (folder / "model" / "placement.safetensors").write_bytes(b"")
    with pytest.raises(StudyError, match="model"):
        read_study(folder)
    assert read_study(folder, model=False).model is None


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on file sizes there")
def test_a_full_disk_leaves_nothing_half_written(folder: Path, tmp_path: Path) -> None:
    """Every file in turn is the one that does not fit: our error, no file left, the earlier study whole."""
    sizes = sorted(len(content) for name, content in _contents(folder).items() if name != "study.json")
    code = """
import resource, sys
from needlens.errors import StudyError
from needlens.study.folder import read_study, whole_file, write_study
earlier, new, *sizes = sys.argv[1:]
study = read_study(earlier)
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
for size in sizes:
    for target in (new, earlier):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(size) - 1, hard))
        try:
            write_study(study, target)
        except StudyError as error:
            message = str(error)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        print(message)
        del message
"""
    before = _contents(folder)
    new = tmp_path / "new"
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), str(new), *map(str, sizes)],
        env={**os.environ, "PYTHONPATH": str(Path(errors.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    messages = done.stdout.splitlines()
    assert len(messages) == 2 * len(sizes)
    assert all(message.startswith("cannot write to") and "too large" in message for message in messages)
    assert _contents(folder) == before
    assert [path for path in folder.rglob("*") if "partial" in path.name] == []
    assert not new.exists()


def test_a_file_takes_its_name_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "below" / "out.csv"
    with whole_file(path) as partial:
        partial.write_text("new")
        assert not path.exists()
    assert path.read_text() == "new"
    with pytest.raises(ValueError, match="stop"), whole_file(path) as partial:  # noqa: PT012 - both lines matter
        partial.write_text("newer")
        raise ValueError("stop")  # noqa: EM101
    assert _contents(tmp_path) == {os.path.join("below", "out.csv"): b"new"}  # noqa: PTH118
    path.unlink()
    path.mkdir()
    with pytest.raises(StudyError, match="cannot write"), whole_file(path) as partial:
        partial.write_text("new")


def test_what_a_killed_run_left_may_be_written_over(folder: Path, sample: Study) -> None:
    (folder / "study.json").unlink()
    (folder / ".partial-abc").mkdir()
    check_folder(folder, _identity(sample))
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StudyError, match="holds other files"):
        check_folder(folder, _identity(sample))


def test_a_users_own_folder_of_a_like_name_is_kept(sample: Study, tmp_path: Path) -> None:
    mine = tmp_path / "model" / "weights.bin"
    mine.parent.mkdir()
    mine.write_bytes(b"mine")
    with pytest.raises(StudyError, match="holds other files"):
        check_folder(tmp_path, _identity(sample))
    with pytest.raises(StudyError, match="folder of other files"):
        write_study(sample, tmp_path)
    assert mine.read_bytes() == b"mine"


def test_the_report_of_an_earlier_study_does_not_stay(folder: Path, sample: Study) -> None:
    (folder / "report.html").write_text("earlier", encoding="utf-8")
    write_study(sample, folder)
    assert not (folder / "report.html").exists()
