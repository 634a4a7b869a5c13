"""The work on a cluster of two processes: the same bytes, also when one of them is lost."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

pytest.importorskip("distributed", reason="the dask extra is not installed")

from needlens.errors import StudyError, UsageError
from needlens.scale.dask_engine import DaskEngine

Tables = Callable[[Path], dict[str, str]]
Start = Callable[..., "subprocess.Popen[bytes]"]


def test_two_workers_give_the_bytes_of_one_process(
    start: Start, whole: Path, tables_of: Tables, tmp_path: Path
) -> None:
    assert start(tmp_path / "study", "dask").wait(400) == 0
    assert tables_of(tmp_path / "study") == tables_of(whole)


def test_a_worker_that_is_killed_half_way(
    start: Start, whole: Path, tables_of: Tables, tmp_path: Path
) -> None:
    out = tmp_path / "study"
    process = start(out, "dask")
    end = time.monotonic() + 240
    while len(list((out / ".work" / "reasons").glob("*.seal"))) < 2:
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.01)
    _a_worker(process.pid).kill()
    assert process.wait(400) == 0
    assert tables_of(out) == tables_of(whole)


def _a_worker(pid: int) -> psutil.Process:
    """A process that the cluster's nanny started and that does the work."""
    found = [child for child in psutil.Process(pid).children() if "spawn_main" in " ".join(child.cmdline())]
    return max(found, key=lambda child: child.cpu_times().user)


def test_work_that_kills_every_worker_is_told_in_a_sentence() -> None:
    engine = DaskEngine(workers=1)
    try:
        with pytest.raises(StudyError, match="was killed"):
            engine.map(os._exit, [9], with_model=False, done=lambda _n: None)
    finally:
        engine.close()


def test_an_address_where_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("needlens.scale.dask_engine._SECONDS_TO_CONNECT", 1)
    with pytest.raises(UsageError, match="no scheduler answers"):
        DaskEngine("tcp://127.0.0.1:9")
