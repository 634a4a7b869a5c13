"""Measure large runs: time and memory by n, a cluster of one worker beside one process.

Run it from the repository root::

    python benchmarks/scale.py DATA --encoder fast

This makes ``scale.json``, with ``--sizes`` and ``--parts`` some of it; with ``--encoder default --sizes 10000
100000 --parts sizes --out benchmarks/scale_default.json`` that file. ``--encoder`` is that of ``needlens
cluster``. Every run is a command with a vector cache of its own.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from kills import digests
from recombined import clauses_of, write
from scale_run import command, watch

from needlens.encoders.distil import static_table, table_path
from needlens.encoders.weights import find_weights


def measure(file: Path, out: Path, encoder: str, *more: str, cores: int | None = None) -> dict[str, Any]:
    """Run once with a cache that holds nothing but the fast encoder's table."""
    cache = out.parent / f"{out.name}-cache"
    if encoder == "fast":
        shutil.copytree(_table(), cache / "static")
    found = watch(command(file, out, encoder, *more), out, cache, cores=cores).to_dict()
    shutil.rmtree(cache, ignore_errors=True)
    return {**found, "counts": json.loads((out / "study.json").read_text("utf-8"))["counts"]}


def _table() -> Path:
    """Folder of the fast encoder's table, which is made once for all studies."""
    weights = find_weights("default")
    static_table(weights)
    return table_path(weights).parent


def exponent(rows: list[dict[str, Any]], column: str) -> float:
    """Slope of a figure over n on the log scale, over all sizes."""
    n, value = (np.log([row[name] for row in rows]) for name in ("n", column))
    return float(np.polyfit(n, value, 1)[0])


def main() -> None:
    """Measure and write ``scale.json`` beside this file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--encoder", default="default")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--dask-at", type=int, default=30_000, help="verbatims for dask beside local")
    parser.add_argument("--parts", nargs="+", default=["sizes", "dask"])
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    asked = parser.parse_args()
    result: dict[str, Any] = json.loads(asked.out.read_text("utf-8")) if asked.out.exists() else {}
    result["encoder"] = Path(asked.encoder).name
    clauses = clauses_of(asked.data)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def file_of(n: int) -> Path:
            path = folder / f"{n}.csv"
            if not path.exists():
                write(path, clauses, n)
            return path

        def keep(part: str, found: object) -> None:
            result[part] = found
            asked.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
            print(part, found, file=sys.stderr, flush=True)

        if "sizes" in asked.parts:
            rows: list[dict[str, Any]] = []
            for n in asked.sizes:
                rows.append({"n": n, **measure(file_of(n), folder / f"study-{n}", asked.encoder)})
                shutil.rmtree(folder / f"study-{n}")
                keep("sizes", rows)
            if len(rows) > 1:
                keep("exponents", {name: exponent(rows, name) for name in ("seconds", "cpu_seconds")})
        if "dask" in asked.parts:
            file = file_of(asked.dask_at)
            local = measure(file, folder / "local", asked.encoder, cores=1)
            dask = measure(file, folder / "dask", asked.encoder, "--engine", "dask", cores=1)
            equal = digests(folder / "local") == digests(folder / "dask")
            keep("dask", {"n": asked.dask_at, "local": local, "dask": dask, "equal": equal})


if __name__ == "__main__":
    main()
