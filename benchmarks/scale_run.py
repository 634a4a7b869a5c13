"""One run of ``needlens cluster`` in processes of its own: time, processor time, memory of them all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

OPTIONS = ["--text-column", "text", "--id-column", "id", "--respondent-column", "respondent"]
OPTIONS += ["--segment-column", "plan", "--log-format", "json"]
EVERY = 0.5
"""Seconds between two looks at the memory."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What a run took.

    Attributes
    ----------
    seconds, cpu_seconds
        By the clock, and of all its processes together.
    peak_gib
        Most memory of all its processes together: what each has for itself, and what they share once.
    stages
        Seconds of each stage, as ``study.json`` tells them.
    """

    seconds: float
    cpu_seconds: float
    peak_gib: float
    stages: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)


def command(file: Path, out: Path, encoder: str, *more: str) -> list[str]:
    """The command line of a run."""
    called = [sys.executable, "-m", "needlens", "cluster", str(file), *OPTIONS, "--encoder", encoder]
    return [*called, "--out", str(out), *more]


def watch(called: list[str], out: Path, cache: Path, *, cores: int | None = None) -> Watched:
    """Run a command with a cache of its own, on so many cores if it is said, and watch it to its end."""
    environment = {**os.environ, "NEEDLENS_CACHE_DIR": str(cache), "NEEDLENS_KEEP": "no"}
    if cores is not None:
        environment["OMP_NUM_THREADS"] = str(cores)
    start, peak, used = time.perf_counter(), 0, {}
    with (out.parent / f"{out.name}.log").open("w", encoding="utf-8") as log:
        child = subprocess.Popen(called, env=environment, stderr=log, stdout=log)
        while child.poll() is None:
            held = 0
            for process in _family(child.pid):
                try:
                    held += process.memory_full_info().pss
                    times = process.cpu_times()
                    used[process.pid] = times.user + times.system
                except psutil.Error:
                    continue
            peak = max(peak, held)
            time.sleep(EVERY)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, called)
    stages = json.loads((out / "study.json").read_text("utf-8"))["timings"]
    seconds = time.perf_counter() - start
    return Watched(round(seconds, 2), round(sum(used.values()), 1), round(peak / 2**30, 2), stages)


def _family(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.Error:
        return []
