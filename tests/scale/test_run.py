"""A run in parts: the bytes of a run in one piece, whatever the parts, and wherever it was stopped."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from needlens.codebook.edit import rename
from needlens.errors import UsageError
from needlens.scale.local import LocalEngine
from needlens.scale.run import cluster_to, write_clustered
from needlens.scale.stages import Sizes
from needlens.study.folder import check_folder, read_study
from needlens.study.run import Parameters, identity, run_study
from needlens.verbatims import Verbatims, verbatims_from_frame

Tables = Callable[[Path], dict[str, str]]
Start = Callable[..., "subprocess.Popen[bytes]"]

WAIT_S = 240


@pytest.mark.parametrize("sizes", [Sizes(40, 30, 25), Sizes(1000, 1000, 1000)])
def test_the_bytes_do_not_depend_on_the_parts(
    sizes: Sizes,
    few: Verbatims,
    asked: Parameters,
    whole: Path,
    tables_of: Tables,
    cache_folder: Path,
    tmp_path: Path,
) -> None:
    cache, out = cache_folder / "vectors.sqlite", tmp_path / "study"
    study = cluster_to(out, few, asked, cache=cache, engine=LocalEngine(workers=1), sizes=sizes)
    assert tables_of(out) == tables_of(whole)
    ours, theirs = (json.loads((folder / "study.json").read_text("utf-8")) for folder in (out, whole))
    assert ours["counts"].pop("without_theme") == _without_theme(whole)
    for counts in (ours["counts"], theirs["counts"]):
        counts.pop("encoded"), counts.pop("cached")
    assert {key: ours[key] for key in ours if key != "timings"} == {
        key: theirs[key] for key in theirs if key != "timings"
    }
    assert ours["sample"] == {"fitted": 120, "of": ours["counts"]["distinct"], "at_most": 120}
    # The rows the report shows are there.
    for theme in study.themes["theme_id"]:
        assert study.quotes(theme)


def _without_theme(folder: Path) -> int:
    study = read_study(folder, model=False)
    main = study.assignments[study.assignments["scale"] == study.main_scale]
    return int(main["theme_id"].isna().sum() - (~study.reasons["informative"]).sum())


def test_without_a_sample_and_in_another_order(
    few: Verbatims, asked: Parameters, tables_of: Tables, cache_folder: Path, tmp_path: Path
) -> None:
    asked = replace(asked, fit_at_most=50_000)
    cache = cache_folder / "vectors.sqlite"
    shuffled = verbatims_from_frame(
        few.frame.sample(frac=1, random_state=3),
        text="text",
        id="verbatim_id",
        respondent="respondent_id",
        segments=["plan"],
        date="date",
    )
    write_clustered(tmp_path / "memory", few, asked, cache=cache)
    for name, verbatims in (("parts", few), ("shuffled", shuffled)):
        out = tmp_path / name
        cluster_to(out, verbatims, asked, cache=cache, engine=LocalEngine(workers=1), sizes=Sizes(50, 50, 50))
        assert tables_of(out) == tables_of(tmp_path / "memory")
    assert json.loads((tmp_path / "parts" / "study.json").read_text("utf-8"))["sample"] is None


@pytest.mark.parametrize("texts", [["👍🏽", "!!!"], ["ok"], ["it is light", "it is quiet", ""]])
def test_hardly_any_verbatims(texts: list[str], tables_of: Tables, tmp_path: Path) -> None:
    verbatims = verbatims_from_frame(pd.DataFrame({"why": texts, "plan": "x"}), text="why", segments=["plan"])
    cache = tmp_path / "vectors.sqlite"
    # What a larger run left that was stopped goes with it.
    (tmp_path / "memory" / ".work").mkdir(parents=True)
    write_clustered(tmp_path / "memory", verbatims, Parameters(), cache=cache)
    cluster_to(tmp_path / "parts", verbatims, cache=cache, engine=LocalEngine(workers=1))
    assert tables_of(tmp_path / "parts") == tables_of(tmp_path / "memory")
    assert not [folder for folder in tmp_path.iterdir() if (folder / ".work").exists()]


def test_edits_of_themes_of_a_sample_are_refused(
    few: Verbatims, asked: Parameters, cache_folder: Path, tmp_path: Path
) -> None:
    cache = cache_folder / "vectors.sqlite"
    edits = [rename(1, "light")]
    with pytest.raises(UsageError, match="sample"):
        run_study(few, asked, edits=edits, cache=cache)
    with pytest.raises(UsageError, match="sample"):
        cluster_to(tmp_path / "study", few, asked, edits=edits, cache=cache)


def test_killed_twice_and_resumed(start: Start, whole: Path, tables_of: Tables, tmp_path: Path) -> None:
    """Killed while it splits and while it places: the same tables, and no part is made twice."""
    out = tmp_path / "study"
    _kill_at(start(out), out / ".work" / "reasons", 2)
    _kill_at(start(out), out / ".work" / "places", 1)
    work = out / ".work"
    before = {path: path.stat().st_mtime_ns for path in work.rglob("*.seal")}
    (work / "reasons" / "000001.parquet").write_bytes(b"torn by a power cut")
    process = start(out)
    seen = _last_seals(process, work)
    assert process.wait(WAIT_S) == 0
    assert tables_of(out) == tables_of(whole)
    assert not work.exists()
    again = {path for path in before if path in seen and seen[path] != before[path]}
    assert {path.name for path in again} <= {"000001.parquet.seal"}


def test_interrupted_by_the_keyboard(start: Start, whole: Path, tables_of: Tables, tmp_path: Path) -> None:
    out = tmp_path / "study"
    # A shell without job control starts its children deaf to Ctrl-C; a user's terminal does not.
    process = start(out, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
    _wait_for(process, out / ".work" / "reasons", 1)
    process.send_signal(signal.SIGINT)
    assert process.wait(WAIT_S) != 0
    assert list((out / ".work" / "reasons").glob("*.seal"))
    assert start(out).wait(WAIT_S) == 0
    assert tables_of(out) == tables_of(whole)


def test_a_disk_that_fills_up(start: Start, whole: Path, tables_of: Tables, tmp_path: Path) -> None:
    """No file may grow over 40 kB: one sentence, finished parts stay, and later it goes on."""
    out = tmp_path / "study"
    limit = 40_000
    process = start(out, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert process.wait(WAIT_S) == 1
    said = (tmp_path / "said.txt").read_text("utf-8")
    assert "cannot write to" in said
    assert "Traceback" not in said
    assert list((out / ".work" / "reasons").glob("*.seal"))
    assert not (out / "study.json").exists()
    assert start(out).wait(WAIT_S) == 0
    assert tables_of(out) == tables_of(whole)


def test_parts_of_other_parameters_are_not_used(
    few: Verbatims, asked: Parameters, cache_folder: Path, tables_of: Tables, whole: Path, tmp_path: Path
) -> None:
    out, cache = tmp_path / "study", cache_folder / "vectors.sqlite"
    check_folder(out, identity(few, asked))

    def stop(stage: str, done: int, total: int) -> None:  # noqa: ARG001
        if stage == "placing" and done:
            raise KeyboardInterrupt

    local, sizes = LocalEngine(workers=1), Sizes(40, 30, 25)
    other = replace(asked, themes=3)
    with pytest.raises(KeyboardInterrupt):
        cluster_to(out, few, other, cache=cache, engine=local, sizes=sizes, progress=stop)
    assert list((out / ".work" / "places").glob("*.seal"))
    check_folder(out, identity(few, asked))
    cluster_to(out, few, asked, cache=cache, engine=local, sizes=sizes)
    assert tables_of(out) == tables_of(whole)


def _wait_for(process: subprocess.Popen[bytes], folder: Path, count: int) -> None:
    end = time.monotonic() + WAIT_S
    while len(list(folder.glob("*.seal"))) < count:
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.01)


def _kill_at(process: subprocess.Popen[bytes], folder: Path, count: int) -> None:
    _wait_for(process, folder, count)
    process.kill()
    process.wait()


def _last_seals(process: subprocess.Popen[bytes], work: Path) -> dict[Path, int]:
    """When each part was made, as far as it was seen before the folder went."""
    seen: dict[Path, int] = {}
    while process.poll() is None:
        try:
            seen |= {path: path.stat().st_mtime_ns for path in work.rglob("*.seal")}
        except FileNotFoundError:  # a finished study clears its parts away
            continue
        time.sleep(0.02)
    return seen
