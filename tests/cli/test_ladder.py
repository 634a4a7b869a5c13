"""``needlens ladder`` as a user runs it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from tests.cli.conftest import Needlens, write_rows

TEXTS = ["The frame is light so I can carry it up the stairs", "It is red", "I feel free because it is fast"]


@pytest.fixture
def study(needlens: Needlens, tmp_path: Path) -> Path:
    write_rows(
        tmp_path / "a.csv",
        [["text", "who"], *([text, f"p{k}{at}"] for k in range(9) for at, text in enumerate(TEXTS))],
    )
    out = tmp_path / "study"
    done = needlens("cluster", tmp_path / "a.csv", "--respondent-column", "who", "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def digests(folder: Path) -> dict[str, str]:
    files = [path for path in folder.iterdir() if path.suffix in {".csv", ".parquet", ".html"}]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_ladder_writes_tables_and_report_and_the_same_twice(needlens: Needlens, study: Path) -> None:
    done = needlens("ladder", study)
    assert done.returncode == 0, done.stderr
    assert "18 links said in so many words" in done.stderr
    page = (study / "report.html").read_text(encoding="utf-8")
    assert "From features to what matters" in page
    assert "<script" not in page
    assert 'href="#link-1"' in page
    assert 'id="link-1"' in page
    first = digests(study)
    assert {"levels.csv", "links.parquet", "value_map_edges.csv", "codes.csv"} <= set(first)
    assert needlens("ladder", study).returncode == 0
    assert digests(study) == first
    assert json.loads((study / "study.json").read_text(encoding="utf-8"))["ladder"]["links"]["E3"] == 18


def test_options_and_edits(needlens: Needlens, study: Path) -> None:
    done = needlens("ladder", study, "--counted-by", "mention", "--cutoff", "4", "--explicit")
    assert done.returncode == 0, done.stderr
    again = needlens("ladder", study, "--codes", study / "codes.csv", "--levels", study / "elements.csv")
    assert again.returncode == 0, again.stderr
    before = digests(study)
    edits = study.parent / "edits.csv"
    write_rows(edits, [["action", "theme", "text", "label"]])
    needlens("edit", study, edits)
    assert digests(study)["links.csv"] == before["links.csv"]


def test_no_study_no_ladder(needlens: Needlens, tmp_path: Path) -> None:
    done = needlens("ladder", tmp_path)
    assert done.returncode == 1
    assert "not a study folder" in done.stderr


def test_a_bad_book_is_rejected(needlens: Needlens, study: Path, tmp_path: Path) -> None:
    write_rows(
        tmp_path / "book.csv", [["code", "level", "label", "include"], ["x", "high", "Weight", "light"]]
    )
    done = needlens("ladder", study, "--codes", tmp_path / "book.csv")
    assert done.returncode == 3
    assert "row 2" in done.stderr
    assert "level" in done.stderr


def test_a_report_without_quotes_has_none(needlens: Needlens, study: Path) -> None:
    assert needlens("ladder", study).returncode == 0
    out = study.parent / "quiet.html"
    assert needlens("report", study, "--no-verbatims", "--out", out).returncode == 0
    page = out.read_text(encoding="utf-8")
    assert "From features to what matters" in page
    assert "carry it up the stairs" not in page
