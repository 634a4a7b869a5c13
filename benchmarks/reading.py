"""What reading the input of a large study takes: processor seconds and memory, by format.

Run it from the repository root::

    python benchmarks/reading.py DATA --n 1000000

Each file is read by a process of its own, which reads nothing else.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
from recombined import clauses_of, write

READ = """
import json, re, sys, time
from needlens.verbatims import read_verbatims

def held(name="VmRSS"):
    return int(re.search(name + r":\\s+(\\d+)", open("/proc/self/status").read())[1]) / 2**20

before, start = held(), time.process_time()
n = len(read := read_verbatims(sys.argv[1], text="text", id="id", respondent="respondent", segments=["plan"]))
used = time.process_time() - start
peak = held("VmHWM")
print(json.dumps({"n": n, "cpu_seconds": used, "before_gib": before, "after_gib": held(), "peak_gib": peak}))
"""


def measure(data: Path, n: int, folder: Path) -> list[dict[str, Any]]:
    """One row a format."""
    file = folder / "verbatims.csv"
    write(file, clauses_of(data), n)
    table = pd.read_csv(file)
    # pandas leaves a cell with a lone carriage return without quotes, and then it ends the row.
    table["text"] = table["text"].str.replace("\r", " ")
    table.to_csv(file.with_suffix(".tsv"), sep="\t", index=False)
    table.to_json(file.with_suffix(".jsonl"), orient="records", lines=True, force_ascii=False)
    table.to_parquet(file.with_suffix(".parquet"), index=False)
    del table
    rows = []
    for suffix in (".csv", ".tsv", ".jsonl", ".parquet"):
        path = file.with_suffix(suffix)
        done = subprocess.run(
            [sys.executable, "-c", READ, str(path)], check=True, capture_output=True, text=True
        )
        found = {name: round(value, 2) for name, value in json.loads(done.stdout).items()}
        rows.append({"format": suffix[1:], "file_gib": round(path.stat().st_size / 2**30, 3), **found})
        print(rows[-1], flush=True)
    return rows


def main() -> None:
    """Measure and write ``reading.json`` beside this file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--n", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        rows = measure(asked.data, asked.n, Path(name))
    asked.out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
