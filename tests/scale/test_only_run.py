"""Two runs in one folder: the second is told, and one that was killed is in nobody's way."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from needlens.errors import StudyError
from needlens.scale.local import LocalEngine
from needlens.scale.only_run import LOCK, clear, only_run
from needlens.scale.run import cluster_to, write_clustered
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


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
def test_where_there_are_no_locks_work_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def unknown(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", unknown)
    with only_run(tmp_path / ".work"), only_run(tmp_path / ".work"):
        pass


def test_a_disk_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(fcntl, "flock", broken)
    with pytest.raises(OSError, match="Input/output"), only_run(tmp_path / ".work"):
        pass


def test_whoever_ends_takes_nobody_elses_lock(tmp_path: Path) -> None:
    work = tmp_path / "study" / ".work"
    with only_run(work):
        (work / "part").touch()
        clear(work)
        assert (work / LOCK).is_file()
        with pytest.raises(StudyError), only_run(work):
            pass
        assert (work / LOCK).is_file()
    assert not work.parent.exists()


def test_a_run_in_memory_holds_the_folder_too(few: Verbatims, asked: Parameters, tmp_path: Path) -> None:
    out = tmp_path / "study"
    with only_run(out / ".work"):
        (out / ".work" / "part").touch()
        with pytest.raises(StudyError, match="another run"):
            write_clustered(out, few, asked, cache=tmp_path / "vectors.sqlite")
        assert (out / ".work" / "part").exists()
    assert not (out / "study.json").exists()
