"""Kill runs at random moments, resume each, and compare with a run that nobody disturbed.

Run it from the repository root::

    python benchmarks/kills.py DATA --encoder ENCODER

Every run is killed (SIGKILL, with its processes) once, at a moment drawn evenly over the time of the
undisturbed one, then started again. Results are equal if every file but ``study.json`` and the
report is.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from recombined import clauses_of, write
from scale_run import command

SIZES = """
import sys
from needlens.scale import run
from needlens.scale.stages import Sizes
from needlens.cli import main

if __name__ == "__main__":
    sizes = Sizes(*map(int, sys.argv.pop(1).split(",")))
    run.IN_MEMORY, run.Sizes = 0, lambda: sizes
    main()
"""
"""The command with smaller parts, so that a small study has as many of them as a large one."""


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a study but ``study.json``."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("study.json", "report.html")
    }


def made_again(before: dict[Path, int], process: subprocess.Popen[bytes]) -> int:
    """Count the parts that were finished before and are written anew while the process runs."""
    again = set()
    while process.poll() is None:
        for path, when in before.items():
            try:
                if path.stat().st_mtime_ns != when:
                    again.add(path)
            except FileNotFoundError:
                continue
        time.sleep(0.1)
    return len(again)


def start(called: list[str], cache: Path) -> subprocess.Popen[bytes]:
    """Start a run in a process group of its own."""
    environment = {**os.environ, "NEEDLENS_CACHE_DIR": str(cache), "NEEDLENS_KEEP": "no"}
    return subprocess.Popen(
        called, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    )


def page(result: dict[str, Any]) -> str:
    """What the runs came to, in Markdown."""
    rows, n = result["runs"], result["n"]
    equal = sum(row["equal"] and row["exit"] == 0 for row in rows)
    left = [row["parts_left"] for row in rows]
    again = sum(row["made_again"] for row in rows)
    command_line = (
        f"python benchmarks/kills.py DATA --encoder {result['encoder']} --n {n} --kills {len(rows)}"
    )
    lines = [
        "# Killed and resumed",
        "",
        f"`{command_line}`; {n} verbatims of `recombined.py`,",
        f"in parts of {n // 10} verbatims or texts (placing: {n // 4}).",
        f"An undisturbed run took {result['seconds']:g} s on a machine with other work.",
        "",
        f"{len(rows)} runs were killed (SIGKILL, with their processes), each once, at moments drawn evenly",
        "over that time, and started again with the same command.",
        "",
        "| | |",
        "|---|--:|",
        f"| ended with all files but `study.json` and the report equal, byte for byte | {equal} |",
        f"| had ended before they were to be killed | {sum(row['had_ended'] for row in rows)} |",
        f"| finished parts there when started again, median | {int(np.median(left))} |",
        f"| the same, fewest and most | {min(left)} and {max(left)} |",
        f"| finished parts made again, of {sum(left)} in all runs | {again} |",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and write ``kills.json`` beside this file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--encoder", default="default")
    parser.add_argument("--n", type=int, default=500)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file, script = folder / "verbatims.csv", folder / "small_parts.py"
        write(file, clauses_of(asked.data), asked.n)
        script.write_text(SIZES, encoding="utf-8")

        def called(out: Path) -> list[str]:
            sizes = f"{asked.n // 10},{asked.n // 10},{asked.n // 4}"
            own = command(file, out, asked.encoder, "--fit-at-most", str(asked.n), "--quiet")
            return [sys.executable, str(script), sizes, *own[3:]]

        begun = time.perf_counter()
        first = start(called(folder / "whole"), folder / "cache-whole")
        if first.wait():
            sys.exit("the undisturbed run failed")
        seconds = time.perf_counter() - begun
        wanted = digests(folder / "whole")
        rows: list[dict[str, Any]] = []
        for number, share in enumerate(np.random.default_rng(0).random(asked.kills).tolist()):
            out, cache = folder / f"run-{number}", folder / f"cache-{number}"
            process = start(called(out), cache)
            time.sleep(share * seconds)
            ended = process.poll() is not None
            os.killpg(process.pid, signal.SIGKILL) if not ended else None
            process.wait()
            work = out / ".work"
            before = {path: path.stat().st_mtime_ns for path in work.rglob("*.seal")} if work.exists() else {}
            again = start(called(out), cache)
            twice = made_again(before, again)
            row = {"at": round(share, 3), "had_ended": ended, "parts_left": len(before), "made_again": twice}
            rows.append({**row, "exit": again.wait(), "equal": digests(out) == wanted})
            print(rows[-1], file=sys.stderr, flush=True)
            shutil.rmtree(out)
            shutil.rmtree(cache, ignore_errors=True)
            result = {
                "n": asked.n,
                "encoder": Path(asked.encoder).name,
                "seconds": round(seconds, 1),
                "runs": rows,
            }
            asked.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
            asked.out.with_suffix(".md").write_text(page(result), encoding="utf-8")
    print(page(result))


if __name__ == "__main__":
    main()
