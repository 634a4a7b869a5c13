"""Measure large runs: time and memory by n, what a sample loses, a cluster of one worker.

Run it from the repository root::

    python benchmarks/scale.py DATA --encoder ENCODER --sizes 10000 100000 1000000

ENCODER is what ``needlens cluster --encoder`` takes. Every run is a command with a vector cache of its own.
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
import pandas as pd
from kills import digests
from recombined import clauses_of, write
from scale_run import command, watch
from sklearn.metrics import adjusted_rand_score

from needlens.encoders.distil import static_table, table_path
from needlens.encoders.weights import find_weights
from needlens.study.folder import read_study


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


def agreement(one: Path, other: Path) -> dict[str, float]:
    """How far two studies of the same verbatims group their reasons alike, and count people alike."""
    tables, themes = [], []
    for folder in (one, other):
        study = read_study(folder, model=False)
        main = study.assignments[study.assignments["scale"] == study.main_scale]
        tables.append(main.set_index("reason_id")["theme_id"])
        themes.append(len(study.main_themes()))
    both = pd.concat(tables, axis=1, keys=["one", "other"])
    known = both.dropna()
    return {
        "themes_one": themes[0],
        "themes_other": themes[1],
        "ari": float(adjusted_rand_score(known["one"].astype("int64"), known["other"].astype("int64"))),
        "without_theme_one": float(both["one"].isna().mean()),
        "without_theme_other": float(both["other"].isna().mean()),
        "n": len(both),
    }


def main() -> None:
    """Measure and write ``scale.json`` beside this file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--encoder", default="default")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--loss-at", type=int, default=30_000, help="verbatims for sample against full fit")
    parser.add_argument("--dask-at", type=int, default=30_000, help="verbatims for dask beside local")
    parser.add_argument("--parts", nargs="+", default=["sizes", "loss", "dask"])
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
        if "loss" in asked.parts:
            file = file_of(asked.loss_at)
            full = measure(file, folder / "full", asked.encoder, "--fit-at-most", "10000000")
            distinct = full["counts"]["distinct"]
            losses = []
            seeds = measure(file, folder / "seed", asked.encoder, "--fit-at-most", "10000000", "--seed", "1")
            other = agreement(folder / "full", folder / "seed")
            losses.append({"fitted": distinct, "seed": 1, **other, "cpu_seconds": seeds["cpu_seconds"]})
            for share in (2, 4, 10):
                out = folder / f"sample-{share}"
                own = measure(file, out, asked.encoder, "--fit-at-most", str(distinct // share))
                found = agreement(folder / "full", out)
                losses.append(
                    {"fitted": distinct // share, "seed": 0, **found, "cpu_seconds": own["cpu_seconds"]}
                )
            keep("loss", {"n": asked.loss_at, "distinct": distinct, "rows": losses})
        if "dask" in asked.parts:
            file = file_of(asked.dask_at)
            local = measure(file, folder / "local", asked.encoder, cores=1)
            dask = measure(file, folder / "dask", asked.encoder, "--engine", "dask", cores=1)
            equal = digests(folder / "local") == digests(folder / "dask")
            keep("dask", {"n": asked.dask_at, "local": local, "dask": dask, "equal": equal})


if __name__ == "__main__":
    main()
