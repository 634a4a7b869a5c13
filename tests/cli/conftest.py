"""The command as a user runs it: a process, its exit code, its two streams."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from needlens.datasets import sample_folder

Needlens = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One vector cache for all commands, so that each text is encoded once."""
    return tmp_path_factory.mktemp("vectors")


@pytest.fixture(scope="session")
def needlens(cache_folder: Path) -> Needlens:
    """Run ``needlens`` with the given arguments."""

    def run(
        *arguments: str | Path, stdin: str | None = None, cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "needlens", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            cwd=cwd,
            check=False,
            env={**os.environ, "NEEDLENS_CACHE_DIR": str(cache_folder), **environment},
        )

    return run


@pytest.fixture(scope="session")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """160 verbatims of the sample as a file of their own."""
    path = tmp_path_factory.mktemp("answers") / "answers.csv"
    with (sample_folder() / "verbatims.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    write_rows(path, [rows[0], *rows[1:-1:5]])
    return path


def write_rows(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
