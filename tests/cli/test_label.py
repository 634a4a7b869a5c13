"""The command that labels."""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from .conftest import Needlens


@pytest.fixture(scope="module")
def study(needlens: Needlens, answers: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("label") / "study"
    columns = ("--text-column", "text", "--id-column", "verbatim_id", "--respondent-column", "respondent_id")
    done = needlens(
        "cluster", answers, *columns, "--segment-column", "category", "--themes", "8", "--out", folder
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def model() -> Iterator[str]:
    """A server that quotes each reason whole and calls it meaning; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            shown = [json.loads(line) for line in asked["messages"][1]["content"].split("\n")]
            made = [{"id": one["id"], "quote": one["text"], "value": "meaning"} for one in shown]
            body = json.dumps({"choices": [{"message": {"content": json.dumps(made)}}]}).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    running = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}/v1"
    running.shutdown()
    thread.join()
    running.server_close()


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_out_and_in(needlens: Needlens, study: Path, tmp_path: Path) -> None:
    out = tmp_path / "batch.csv"
    done = needlens("label", study, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "the ids: autonomy, competence" in done.stderr
    rows = rows_of(out)
    assert 20 <= len(rows) <= 25
    filled = tmp_path / "filled.csv"
    write(filled, [{**row, "needs": "none"} for row in rows[:-1]] + [rows[-1]])
    done = needlens("label", study, filled, "--who", "Ana", "--log-format", "json")
    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stderr.splitlines()]
    assert said[-1]["message"] == f"{len(rows) - 1} labels taken, 1 row left empty"
    assert sum(line["event"] == "need" for line in said) == 12
    for table in ("needs", "need_themes", "need_prevalence", "need_statements"):
        assert (study / f"{table}.parquet").is_file()
        assert (study / f"{table}.csv").is_file()


def test_a_need_that_is_not_there_is_rejected_with_its_place(
    needlens: Needlens, study: Path, tmp_path: Path
) -> None:
    out = tmp_path / "batch.csv"
    needlens("label", study, "--out", out, "--n", "4")
    rows = rows_of(out)
    write(out, [{**row, "needs": "love"} for row in rows])
    done = needlens("label", study, out)
    assert done.returncode == 3
    assert done.stderr.startswith("needlens: batch.csv, row 2, column 'needs': 'love' is no need")


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["labels.csv", "--out", "batch.csv"],
        ["--out", "batch.csv", "--llm-model", "m"],
        ["--out", "batch.csv", "--llm", "ftp://x", "--llm-model", "m"],
        ["--out", "batch.csv", "--llm", "http://x"],
        ["--out", "batch.csv", "--llm", "http://x", "--llm-model", "m", "--llm-prices", "cheap"],
        ["--out", "batch.txt"],
        ["--out", "batch.csv", "--framework", "freud"],
    ],
)
def test_wrong_usage(needlens: Needlens, study: Path, tmp_path: Path, options: list[str]) -> None:
    assert needlens("label", study, *options, cwd=tmp_path).returncode == 2
    assert list(tmp_path.glob("batch.*")) == []


def test_a_model_proposes_where_it_does_no_harm(
    needlens: Needlens, study: Path, tmp_path: Path, model: str
) -> None:
    out = tmp_path / "batch.csv"
    asked = ("--llm", model, "--llm-model", "small", "--llm-prices", "1,2")
    done = needlens("label", study, "--out", out, *asked)
    assert done.returncode == 0, done.stderr
    assert "asking small: 1 call (0 more answered before)" in done.stderr
    rows = rows_of(out)
    proposed = [row for row in rows if row["proposed"]]
    assert 5 <= len(proposed) <= len(rows) / 2
    assert all(row["needs"] == "" for row in rows)
    again = tmp_path / "again.csv"
    assert (
        "asking small: 0 calls (1 more answered before)"
        in needlens("label", study, "--out", again, *asked).stderr
    )


def test_a_model_that_is_not_there_leaves_nothing(needlens: Needlens, study: Path, tmp_path: Path) -> None:
    out = tmp_path / "batch.csv"
    filled = ("--llm", "http://127.0.0.1:1/v1", "--llm-model", "m")
    done = needlens("label", study, "--out", out, *filled)
    assert done.returncode == 1
    assert "does not answer" in done.stderr
    assert not out.exists()
