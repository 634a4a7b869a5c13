"""Two runs in one folder: the second is told, and one that was killed is in nobody's way."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from needlens.errors import StudyError
from needlens.scale.local import LocalEngine
from needlens.scale.only_run import LOCK, only_run
from needlens.scale.run import cluster_to
from needlens.study.run import Parameters
from needlens.verbatims import Verbatims

HOLD = """
import sys, time
from pathlib import Path
from needlens.scale.only_run import only_run
with only_run(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(120)
"""


def test_a_second_run_is_refused_until_the_first_is_killed(tmp_path: Path) -> None:
    work = tmp_path / "study" / ".work"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(work)], stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(StudyError, match=r"another run is at work in .*study"), only_run(work):
            pass
        first.send_signal(signal.SIGKILL)
    with only_run(work):
        assert (work / LOCK).is_file()
    assert not work.exists()


def test_finished_parts_stay(tmp_path: Path) -> None:
    work = tmp_path / ".work"
    with only_run(work):
        (work / "part").touch()
    assert (work / "part").exists()


def test_a_run_in_parts_holds_the_folder(few: Verbatims, asked: Parameters, tmp_path: Path) -> None:
    out = tmp_path / "study"
    with only_run(out / ".work"), pytest.raises(StudyError, match="another run"):
        cluster_to(out, few, asked, cache=tmp_path / "vectors.sqlite", engine=LocalEngine(workers=1))
    assert not (out / "study.json").exists()


def test_where_there_are_no_locks_work_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from filelock import FileLock

    def unknown(*_: object, **__: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr(FileLock, "acquire", unknown)
    with only_run(tmp_path / ".work"), only_run(tmp_path / ".work"):
        pass
