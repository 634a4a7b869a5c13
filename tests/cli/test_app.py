"""The commands: what they write, what they say, and the exit codes they promise."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from needlens import __version__ as needlens_version
from needlens.encoders.cache import VectorCache
from needlens.encoders.vectors import CHUNK
from needlens.kept import Kept

from .conftest import Needlens, write_rows

COMMANDS = ("cluster", "assign", "edit", "ladder", "label", "report", "sample", "doctor")
COLUMNS = (
    *("--text-column", "text", "--id-column", "verbatim_id", "--respondent-column", "respondent_id"),
    *("--segment-column", "category", "--rating-column", "rating", "--date-column", "date"),
)


@pytest.fixture(scope="module")
def study(needlens: Needlens, answers: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("studies") / "study"
    done = needlens("cluster", answers, "--out", folder, *COLUMNS)
    assert done.returncode == 0, done.stderr
    assert f"report: {folder / 'report.html'}" in done.stderr
    assert done.stdout == ""
    return folder


def test_help_lists_the_commands_that_work(needlens: Needlens) -> None:
    done = needlens("--help")
    assert done.returncode == 0
    lines = done.stdout.partition("Commands")[2].splitlines()[1:]
    listed = [line.split()[0] for line in lines if line.strip()]
    assert tuple(listed) == COMMANDS


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, needlens, needlens.cli\n"
        "heavy = {'pandas', 'numpy', 'sklearn', 'scipy', 'torch', 'plotly', 'tqdm'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_cluster_writes_the_study_folder(study: Path) -> None:
    names = {path.name for path in study.iterdir()}
    tables = {"verbatims", "reasons", "assignments", "themes", "prevalence", "layout"}
    assert {f"{table}.parquet" for table in tables} <= names
    assert {"assignments.csv", "themes.csv", "prevalence.csv", "study.json", "model", "report.html"} <= names
    assert not [name for name in names if name.startswith(".")]
    info = json.loads((study / "study.json").read_text(encoding="utf-8"))
    assert info["schema_version"] == 1
    assert info["structure"]["found"] in (True, False)
    verbatims = pd.read_parquet(study / "verbatims.parquet").set_index("verbatim_id")["text"]
    reasons = pd.read_parquet(study / "reasons.parquet")
    cut = [
        verbatims[v][start:end]
        for v, start, end in zip(reasons["verbatim_id"], reasons["start"], reasons["end"], strict=True)
    ]
    assert cut == reasons["text"].tolist()


def test_a_second_run_encodes_nothing(needlens: Needlens, answers: Path, study: Path) -> None:
    before = (study / "themes.parquet").read_bytes()
    done = needlens("cluster", answers, "--out", study, *COLUMNS)
    assert done.returncode == 0, done.stderr
    assert json.loads((study / "study.json").read_text(encoding="utf-8"))["counts"]["encoded"] == 0
    assert (study / "themes.parquet").read_bytes() == before


def test_another_study_is_not_overwritten(needlens: Needlens, answers: Path, study: Path) -> None:
    before = (study / "study.json").read_bytes()
    refused = needlens("cluster", answers, "--out", study, *COLUMNS, "--seed", "7")
    assert refused.returncode == 1
    assert "holds another study" in refused.stderr
    assert "--overwrite" in refused.stderr
    assert (study / "study.json").read_bytes() == before


def test_assign_returns_the_studys_own_themes(
    needlens: Needlens, answers: Path, study: Path, tmp_path: Path
) -> None:
    out = tmp_path / "again.parquet"
    done = needlens("assign", study, answers, "--out", out)
    assert done.returncode == 0, done.stderr
    pd.testing.assert_frame_equal(pd.read_parquet(out), pd.read_parquet(study / "assignments.parquet"))


def test_assign_to_csv_names_themes(needlens: Needlens, study: Path, tmp_path: Path) -> None:
    new, out = tmp_path / "new.csv", tmp_path / "placed.csv"
    write_rows(new, [["text"], ["saves me the bus fare"], ["=1+1 is a formula"]])
    done = needlens("assign", study, new, "--text-column", "text", "--out", out, "--log-format", "json")
    assert done.returncode == 0, done.stderr
    said = {line["event"]: line for line in map(json.loads, done.stderr.splitlines())}
    assert said["drift"]["n"] == 2
    assert "of 2 new reasons resemble nothing in the study" in said["drift"]["message"]
    assert 0 <= said["drift"]["p_value"] <= 1
    placed = pd.read_csv(out)
    assert {"reason_id", "text", "theme_id", "theme", "strength"} <= set(placed.columns)
    assert placed["text"].str.startswith("'=1+1").any()


def test_report_without_verbatims(needlens: Needlens, study: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    done = needlens("report", study, "--out", out, "--no-verbatims")
    assert done.returncode == 0, done.stderr
    page = out.read_text(encoding="utf-8")
    texts = pd.read_parquet(study / "reasons.parquet")["text"]
    assert not [text for text in texts if len(text.split()) >= 6 and text in page]


def test_outputs_spare_inputs_and_the_study(needlens: Needlens, study: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.csv"
    write_rows(new, [["text"], ["saves me the bus fare"]])
    before = new.read_bytes()
    for out in (new, study / "themes.csv"):
        done = needlens("assign", study, new, "--text-column", "text", "--out", out)
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1
    assert new.read_bytes() == before
    assert needlens("report", study, "--out", new).returncode == 2
    assert new.read_bytes() == before


def test_assign_takes_only_what_it_needs(needlens: Needlens, study: Path, tmp_path: Path) -> None:
    new, out = tmp_path / "new.csv", tmp_path / "placed.csv"
    write_rows(new, [["text", "rating"], ["saves me the bus fare", "five"]])
    assert needlens("assign", study, new, "--out", out).returncode == 0


def test_the_question_is_in_the_report(needlens: Needlens, answers: Path, tmp_path: Path) -> None:
    asked = "Why did you buy it? <b>Really</b>"
    options = ("--text-column", "text", "--themes", "3-4", "--question", asked)
    done = needlens("cluster", answers, "--out", tmp_path / "study", *options)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "study" / "report.html").read_text(encoding="utf-8")
    assert "Why did you buy it? &lt;b&gt;Really&lt;/b&gt;" in page


def test_version(needlens: Needlens) -> None:
    assert needlens("--version").stdout == f"needlens {needlens_version}\n"


def test_sample_and_doctor(needlens: Needlens, tmp_path: Path) -> None:
    done = needlens("sample", tmp_path / "sample")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "sample" / "verbatims.csv").is_file()
    told = needlens("doctor")
    assert told.returncode == 0
    assert "verified" in told.stdout
    assert "network: not needed" in told.stdout


def test_doctor_tells_and_empties_the_cache(needlens: Needlens, tmp_path: Path) -> None:
    VectorCache(tmp_path / "vectors-2.sqlite").put_many("encoder", {"light": np.ones(384, dtype=np.float32)})
    here = {"NEEDLENS_CACHE_DIR": str(tmp_path)}
    told = needlens("doctor", "--cache", **here).stdout
    assert "vector cache: 1 vectors" in told
    assert "at most 4 GB (NEEDLENS_CACHE_GB)" in told
    assert "answers of earlier runs: 0, 0.0 MB, none are kept (NEEDLENS_KEEP)" in told
    assert "0 vectors and 0 answers were let go" in told
    Kept(tmp_path / "kept", 10_000).answer("task", [], lambda: {"it": np.ones(3)})
    told = needlens("doctor", "--cache", **here, NEEDLENS_KEEP="yes").stdout
    assert "answers of earlier runs: 1, 0.0 MB, at most 0.5 GB" in told
    told = needlens("doctor", "--cache", "--clear", **here).stdout
    assert "vector cache: 0 vectors" in told
    assert "answers of earlier runs: 0" in told
    assert "1 vectors and 1 answers were let go" in told
    assert needlens("doctor", "--clear").returncode == 2


def test_the_backend_is_recorded_and_another_one_told(
    needlens: Needlens, study: Path, tmp_path: Path
) -> None:
    info = json.loads((study / "study.json").read_text(encoding="utf-8"))
    assert info["encoder"]["backend"]["name"].startswith(("openvino", "torch"))
    new = tmp_path / "new.csv"
    write_rows(new, [["text"], ["saves me the bus fare"]])
    arguments = ("assign", study, new, "--text-column", "text", "--out", tmp_path / "placed.csv")
    same, other = needlens(*arguments), needlens(*arguments, "--backend", "torch-bf16")
    assert (same.returncode, other.returncode) == (0, 0), other.stderr
    assert "come from the backend" not in same.stderr
    assert (
        f"come from the backend {info['encoder']['backend']['name']}, these from torch-bf16" in other.stderr
    )


def test_a_backend_that_is_not_there(needlens: Needlens, answers: Path, tmp_path: Path) -> None:
    done = needlens("cluster", answers, "--out", tmp_path / "study", *COLUMNS, "--backend", "cuda")
    assert done.returncode == 1
    assert "no NVIDIA GPU" in done.stderr
    assert not (tmp_path / "study").exists()


def test_standard_input_and_json_log(needlens: Needlens, answers: Path, tmp_path: Path) -> None:
    done = needlens(
        "cluster",
        "-",
        *("--out", tmp_path / "study", "--text-column", "text", "--log-format", "json", "--themes", "4"),
        stdin=answers.read_text(encoding="utf-8"),
    )
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert {"progress", "done", "report"} <= {event["event"] for event in events}
    themes = pd.read_parquet(tmp_path / "study" / "themes.parquet")
    info = json.loads((tmp_path / "study" / "study.json").read_text(encoding="utf-8"))
    assert (themes["scale"] == info["main_scale"]).sum() == 4


def test_quiet_says_nothing(needlens: Needlens, answers: Path, study: Path) -> None:
    done = needlens("cluster", answers, "--out", study, *COLUMNS, "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


PLAIN = "text\n" + "\n".join(f"reason number {n} is quiet" for n in range(3)) + "\n"
REJECTED = {
    "no text column": (b"a,b\n1,2\n3,4\n", (), "no column looks like text"),
    "column not there": (b"text\nlight\n", ("--text-column", "txt"), "text"),
    "two candidates": (b"review,comment\nso light,so quiet\nfolds well,runs far\n", (), "comment"),
    "empty file": (b"", (), "empty"),
    "header only": (b"text\n", (), "no row"),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01", (), "not a text table"),
    "bad rating": (b"text,stars\nlight,5\nquiet,many\n", ("--rating-column", "stars"), "row 3"),
}


@pytest.mark.parametrize("case", REJECTED)
def test_rejected_input(needlens: Needlens, tmp_path: Path, case: str) -> None:
    content, options, hint = REJECTED[case]
    path = tmp_path / "input.csv"
    path.write_bytes(content)
    done = needlens("cluster", path, "--out", tmp_path / "study", *options)
    assert done.returncode == 3
    assert len(done.stderr.strip().splitlines()) == 1
    assert "input.csv" in done.stderr
    assert hint in done.stderr
    assert not (tmp_path / "study").exists()


def test_no_such_file(needlens: Needlens, tmp_path: Path) -> None:
    done = needlens("cluster", tmp_path / "none.csv", "--out", tmp_path / "study")
    assert done.returncode == 3
    assert len(done.stderr.strip().splitlines()) == 1
    assert "none.csv" in done.stderr


@pytest.mark.parametrize("themes", ["0", "1", "many", "-3", "9-5", "2-3-4", "1-5", "3-"])
def test_wrong_usage(needlens: Needlens, answers: Path, tmp_path: Path, themes: str) -> None:
    done = needlens("cluster", answers, "--out", tmp_path / "study", f"--themes={themes}")
    assert done.returncode == 2
    assert "--themes" in done.stderr


SMALL = {
    "one row": "text\nlight enough to carry\n",
    "three rows": PLAIN,
    "all identical": "text\n" + "saves me the bus fare\n" * 50,
    "emoji": "text\n" + "🙂\n" * 10_000,
    "column with a newline": '"te\nxt"\nlight enough to carry\n',
}


@pytest.mark.parametrize("case", SMALL)
def test_too_little_to_find_themes_in(needlens: Needlens, tmp_path: Path, case: str) -> None:
    path = tmp_path / "input.csv"
    path.write_text(SMALL[case], encoding="utf-8", newline="")
    done = needlens("cluster", path, "--out", tmp_path / "study")
    assert done.returncode == 0, done.stderr
    info = json.loads((tmp_path / "study" / "study.json").read_text(encoding="utf-8"))
    assert info["structure"]["found"] is False
    assert info["structure"]["reason"] in done.stderr
    assignments = pd.read_parquet(tmp_path / "study" / "assignments.parquet")
    assert assignments["theme_id"].isna().all()
    assert (tmp_path / "study" / "report.html").is_file()
    again = needlens("assign", tmp_path / "study", path, "--out", tmp_path / "again.parquet")
    assert again.returncode == 0, again.stderr


def test_a_folder_that_cannot_be_written(needlens: Needlens, answers: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    done = needlens("cluster", answers, "--out", tmp_path / "taken" / "study", "--text-column", "text")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "taken" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
def test_interrupted_work_is_kept(tmp_path: Path) -> None:
    path, cache = tmp_path / "many.csv", tmp_path / "cache"
    rng = random.Random(0)
    syllables = [a + b for a in "bdfgklmnprst" for b in "aeiou"]
    words = ["".join(rng.choices(syllables, k=3)) for _ in range(400)]
    texts = [" ".join(rng.choices(words, k=6)) for _ in range(CHUNK + 1_900)]
    write_rows(path, [["text"], *([text] for text in texts)])
    command = [sys.executable, "-m", "needlens", "cluster", str(path), "--unit", "verbatim"]
    command += ["--out", str(tmp_path / "study"), "--log-format", "json"]
    environment = {**os.environ, "NEEDLENS_CACHE_DIR": str(cache)}
    # A shell without job control starts its children deaf to Ctrl-C; a user's terminal does not.
    with subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as running:
        assert running.stderr is not None
        for line in running.stderr:
            event = json.loads(line)
            if event.get("stage") == "encoding" and event["done"] > CHUNK:
                running.send_signal(signal.SIGINT)
                break
        rest = running.stderr.read()
    assert running.returncode == 130
    assert "interrupted" in rest
    assert not (tmp_path / "study").exists()
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    counts = json.loads((tmp_path / "study" / "study.json").read_text(encoding="utf-8"))["counts"]
    assert counts["cached"] >= CHUNK
    assert counts["encoded"] <= len(texts) - CHUNK


def test_a_scheduler_is_for_dask(needlens: Needlens, answers: Path, tmp_path: Path) -> None:
    run = needlens("cluster", answers, "--out", tmp_path / "study", "--scheduler", "tcp://127.0.0.1:9")
    assert run.returncode == 2
    assert "--engine dask" in run.stderr
    assert not (tmp_path / "study").exists()


def test_a_sample_too_small_is_refused(needlens: Needlens, answers: Path, tmp_path: Path) -> None:
    run = needlens(
        "cluster", answers, "--text-column", "text", "--out", tmp_path / "study", "--fit-at-most", "9"
    )
    assert run.returncode == 2
    assert "at least 100" in run.stderr
