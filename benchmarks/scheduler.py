"""A scheduler started apart, two workers that share a folder with it and nothing else, one of them killed.

Run it from the repository root::

    python benchmarks/scheduler.py DATA

Each of the processes, the run's own among them, has a working folder and a cache of its own. One worker is
killed (SIGKILL) when half of the verbatims are split; the tables are compared with those of a run without a
cluster.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from kills import SIZES, digests
from recombined import clauses_of, write
from scale_run import command

PARTS = 10


def start(called: list[str], own: Path) -> subprocess.Popen[bytes]:
    """Start a process with a working folder and a cache of its own."""
    own.mkdir()
    cache = {"NEEDLENS_CACHE_DIR": str(own / "cache"), "NEEDLENS_KEEP": "no"}
    environment = {**os.environ, **cache, "OMP_NUM_THREADS": "1"}
    with (own / "log").open("wb") as log:
        return subprocess.Popen(
            called, env=environment, cwd=own, stdout=log, stderr=log, start_new_session=True
        )


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def seals(out: Path, stage: str) -> int:
    """How many parts of a stage are finished."""
    return len(list((out / ".work" / stage).glob("*.seal")))


def measure(data: Path, n: int, encoder: str, folder: Path) -> dict[str, Any]:
    """One run without a cluster, one with it that loses a worker."""
    file, script = folder / "verbatims.csv", folder / "small_parts.py"
    write(file, clauses_of(data), n)
    script.write_text(SIZES, encoding="utf-8")

    def called(out: Path, *more: str) -> list[str]:
        sizes = f"{n // PARTS},{n // PARTS},{n // PARTS}"
        own = command(file, out, encoder, "--fit-at-most", str(n), "--quiet", *more)
        return [sys.executable, str(script), sizes, *own[3:]]

    plain, out = folder / "plain", folder / "cluster"
    if start(called(plain), folder / "own-plain").wait():
        sys.exit("the run without a cluster failed")
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--no-dashboard"]
    scheduler += ["--host", "127.0.0.1", "--port", str(port)]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1"]
    worker += ["--no-nanny", "--no-dashboard"]
    started = [start(scheduler, folder / "own-scheduler")]
    started += [start(worker, folder / f"own-worker-{at}") for at in range(2)]
    try:
        run = start(called(out, "--engine", "dask", "--scheduler", address), folder / "own-run")
        started.append(run)
        while seals(out, "reasons") < PARTS // 2:
            if run.poll() is not None:
                sys.exit((folder / "own-run" / "log").read_text("utf-8"))
            time.sleep(0.01)
        os.killpg(started[1].pid, signal.SIGKILL)
        killed_at = seals(out, "reasons")
        ended = run.wait()
        lives = started[2].poll() is None
    finally:
        for process in started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    one, other = digests(plain), digests(out)
    return {
        "n": n,
        "encoder": encoder,
        "parts": PARTS,
        "killed_after_parts": killed_at,
        "other_worker_lived": lives,
        "exit": ended,
        "files": len(one),
        "files_equal": sum(other.get(name) == digest for name, digest in one.items()),
        "same_names": sorted(one) == sorted(other),
        "counts": json.loads((out / "study.json").read_text("utf-8"))["counts"],
    }


def main() -> None:
    """Measure and write ``scheduler.json`` beside this file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--n", type=int, default=1_500)
    parser.add_argument("--encoder", default="default")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = measure(asked.data, asked.n, asked.encoder, Path(name))
    asked.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
