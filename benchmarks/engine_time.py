"""Time the engine alone beside UMAP and HDBSCAN as BERTopic runs them, on ready vectors of growing number.

Run it from the repository root::

    python benchmarks/engine_time.py DATA

DATA is the folder ``labelled_sets.py`` describes. Every fit runs in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from labelled_sets import load_set
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from needlens.graph.neighbours import EXACT, nearest, neighbours_of
from needlens.theme_model import ThemeModel

SETS = ["clinc150, all", "banking77"]
NOISE = 0.25
WANTED = 5.0
METHODS = ["needlens", "UMAP + HDBSCAN"]
PACKAGES = ["hdbscan", "needlens", "numba", "numpy", "pynndescent", "scikit-network", "scipy", "umap-learn"]
N_PROBED = 1_000

NOTES = """\
- Both are given ready vectors of 384 numbers. needlens does all of `ThemeModel().fit`: neighbours, search of
  the scales, clouds without groups, partitions with the stability of every theme, placement. The other does
  UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", low_memory=False) and
  HDBSCAN(min_cluster_size=10, metric="euclidean", cluster_selection_method="eom", prediction_data=True), as
  BERTopic does: without a fixed seed, so that UMAP runs on all cores.
- Every fit has a process of its own, the two methods by turns; before it a fit of 4,500 and one of 500 other
  vectors let everything compile. `memory` is the process's highest, of which `start` is there before the
  fit: libraries and vectors.
- The vectors are those of clinc150 and banking77, drawn without replacement; beyond their 25,574 each further
  one is a mixture of two of the same label plus noise, at unit length.
- `ratio`: the median of the other's over needlens's; in brackets the smallest and largest of single pairs.
- A fit is stopped after `--limit` seconds: `>` and `≥` say that it would have taken more.
- The machine was not ours alone: seconds of single fits differ with what else ran, CPU seconds less so.
- `ARI` is with the labels, over all texts, those left out counted as one group.
- `recall`: share of the 15 nearest of 1,000 vectors, as they are, that the search finds; up to {exact:,}
  it is exact.
"""


def vectors_of(folder: Path, n: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Real vectors, and where there are too few mixtures of two of the same label, with their labels."""
    sets = [load_set(folder, name) for name in SETS]
    real = np.vstack([data.vectors for data in sets])
    named = [f"{data.name}: {label}" for data in sets for label in data.truth]
    labels = np.unique(named, return_inverse=True)[1].astype(np.int64)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(real))[:n]
    real, labels = real[order], labels[order]
    more = n - len(real)
    if more <= 0:
        return real, labels
    first = rng.integers(0, len(real), more)
    by_label = np.argsort(labels, kind="stable")
    sizes = np.bincount(labels)
    starts = np.cumsum(sizes) - sizes
    own = labels[first]
    second = by_label[starts[own] + (rng.random(more) * sizes[own]).astype(np.int64)]
    share = rng.uniform(0.5, 1.0, (more, 1)).astype(np.float32)
    noise = rng.standard_normal((more, real.shape[1]), dtype=np.float32)
    mixed = share * real[first] + (1 - share) * real[second]
    mixed += np.float32(NOISE / np.sqrt(real.shape[1])) * noise
    mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
    return np.vstack([real, mixed]), np.concatenate([labels, own])


def fit(method: str, vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """Group of each vector, 0 or below for none."""
    if method == "needlens":
        return np.asarray(ThemeModel().fit(vectors).labels_.to_numpy(np.int64, na_value=0))
    from hdbscan import HDBSCAN
    from umap import UMAP

    umap = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", low_memory=False)
    hdbscan = HDBSCAN(
        min_cluster_size=10, metric="euclidean", cluster_selection_method="eom", prediction_data=True
    )
    return np.asarray(hdbscan.fit_predict(umap.fit_transform(vectors)), dtype=np.int64)


def peak_memory() -> float:
    """Highest memory of this process so far, GiB; without what its parent had taken before it."""
    status = Path("/proc/self/status")
    if status.is_file():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def worker(method: str, path: Path, limit: int) -> None:
    """Fit once, after a warm-up, and print the figures: what runs in the process of its own.

    The figures before the fit are printed too; the system ends the process when the limit is reached.
    """
    warnings.simplefilter("ignore")
    with np.load(path) as stored:
        vectors, labels = stored["vectors"], stored["labels"]
    rng = np.random.default_rng(1)
    for n in (500, 4_500):
        fit(method, rng.standard_normal((n, vectors.shape[1]), dtype=np.float32))
    start = peak_memory()
    wall, cpu = time.perf_counter(), time.process_time()
    print(json.dumps({"start": start, "cpu": cpu}), flush=True)
    signal.alarm(limit)
    found = fit(method, vectors)
    figures = {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "stopped": False,
        "start": start,
        "memory": peak_memory(),
        "themes": len(set(found[found > 0].tolist())) if method == "needlens" else int(found.max()) + 1,
        "left_out": float((found <= 0 if method == "needlens" else found < 0).mean()),
        "ari": float(adjusted_rand_score(labels, found)),
    }
    print(json.dumps(figures))


def run_apart(folder: Path, method: str, path: Path, limit: int) -> dict[str, Any]:
    """Figures of one fit in a process of its own; where it was stopped, what it had taken until then."""
    called = [sys.executable, __file__, str(folder), "--worker", method, "--vectors", str(path)]
    called += ["--limit", str(limit)]
    with tempfile.TemporaryFile("w+") as told:
        child = subprocess.Popen(called, stdout=told)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        before, *after = [json.loads(line) for line in told.read().splitlines() if line.startswith("{")]
    if child.returncode == -signal.SIGALRM:
        return {
            "wall": float(limit),
            "cpu": used.ru_utime + used.ru_stime - before["cpu"],
            "stopped": True,
            "start": before["start"],
            "memory": used.ru_maxrss / 2**20,
            "themes": None,
            "left_out": None,
            "ari": None,
        }
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, called)
    figures: dict[str, Any] = after[-1]
    return figures


def recall(vectors: NDArray[np.float32]) -> float:
    """Share of the 15 nearest that the search finds."""
    points = np.unique(vectors, axis=0)
    probed = np.sort(np.random.default_rng(0).choice(len(points), min(N_PROBED, len(points)), replace=False))
    exact, found = nearest(points[probed], points, 16), neighbours_of(points, 15)
    shares = []
    for at, row in zip(probed.tolist(), exact.index.tolist(), strict=True):
        true = [other for other in row if other != at][:15]
        shares.append(len(set(true) & set(found.index[at, :15].tolist())) / len(true))
    return float(np.mean(shares))


def measure(folder: Path, n: int, repeats: int, limit: int) -> list[dict[str, Any]]:
    """One row a repeat and method."""
    rows: list[dict[str, Any]] = []
    found = float("nan")
    for repeat in range(repeats):
        vectors, labels = vectors_of(folder, n, repeat)
        found = recall(vectors) if repeat == 0 else found
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "vectors.npz"
            np.savez(path, vectors=vectors, labels=labels)
            del vectors, labels
            for method in METHODS:
                rows.append({"n": n, "repeat": repeat, "method": method, "recall": found})
                rows[-1] |= run_apart(folder, method, path, limit)
                print(rows[-1], file=sys.stderr, flush=True)
    return rows


def summarise(results: pd.DataFrame) -> pd.DataFrame:
    """One row a size."""
    rows = []
    for n in results["n"].unique().tolist():
        of = results[results["n"] == n]
        ours, theirs = (of[of["method"] == method].set_index("repeat") for method in METHODS)
        row: dict[str, Any] = {"n": n, "repeats": len(ours), "recall": ours["recall"].iloc[0]}
        row["stopped"] = bool(theirs["stopped"].any())
        for kind in ("wall", "cpu"):
            pairs = theirs[kind] / ours[kind]
            row |= {
                f"{kind}_ratio": theirs[kind].median() / ours[kind].median(),
                f"{kind}_low": pairs.min(),
                f"{kind}_high": pairs.max(),
            }
        rows.append(row)
    return pd.DataFrame(rows)


def powers(results: pd.DataFrame, column: str) -> dict[str, float]:
    """Slope of a figure from the second largest n to the largest, both on the log scale, a method.

    What does not depend on n, as the libraries in memory, weighs least there.
    """
    slopes = {}
    for method, of in results.groupby("method"):
        medians = of.groupby("n")[column].median().iloc[-2:]
        rise = np.diff(np.log(medians.to_numpy(np.float64))) / np.diff(np.log(medians.index))
        slopes[str(method)] = float(rise[0]) if len(rise) else float("nan")
    return slopes


def conclude(summary: pd.DataFrame, memory: dict[str, float]) -> str:
    """What the figures say, in words."""
    reached = summary[summary["wall_ratio"] >= WANTED]
    said = [
        f"Wanted: at least {WANTED:g} times faster at each size, and memory growing no faster than n. By the "
        f"clock needlens was "
        + ", ".join(
            f"{'at least ' if row.stopped else ''}{row.wall_ratio:.1f} times faster at {row.n:,}"
            for row in summary.itertuples()
        )
        + f": {'reached at every size' if len(reached) == len(summary) else 'not reached at every size'}.",
        "By CPU time the ratios are "
        + ", ".join(f"{row.cpu_ratio:.1f}" for row in summary.itertuples())
        + f", from {summary['cpu_low'].min():.1f} to {summary['cpu_high'].max():.1f} over single pairs.",
        "Memory grew as n to the power "
        f"{memory['needlens']:.2f} (the other's {memory['UMAP + HDBSCAN']:.2f}): "
        + ("reached." if memory["needlens"] <= 1 else "not reached."),
    ]
    return " ".join(said)


def to_markdown(
    results: pd.DataFrame, summary: pd.DataFrame, slopes: dict[str, dict[str, float]], command: str
) -> str:
    """The result file."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, with {versions}"
    lines = ["| n | repeats | ratio of seconds | ratio of CPU seconds | recall |", "| --: |" + " --: |" * 4]
    for row in summary.itertuples():
        more = "≥ " if row.stopped else ""
        wall = f"{more}{row.wall_ratio:.1f} [{row.wall_low:.1f}, {row.wall_high:.1f}]"
        cpu = f"{more}{row.cpu_ratio:.1f} [{row.cpu_low:.1f}, {row.cpu_high:.1f}]"
        lines.append(f"| {row.n:,} | {row.repeats} | {wall} | {cpu} | {row.recall:.3f} |")
    columns = [
        "n",
        "method",
        "seconds",
        "CPU seconds",
        "memory, GiB",
        "start, GiB",
        "themes",
        "left out",
        "ARI",
    ]
    lines += ["", "Medians:", "", f"| {' | '.join(columns)} |", "| --: | --- |" + " --: |" * 7]
    for n, method in [(n, method) for n in summary["n"] for method in METHODS]:
        own = results[(results["n"] == n) & (results["method"] == method)]
        middle = own.drop(columns=["n", "repeat", "method", "stopped", "recall"]).astype(float).median()
        more = "> " if own["stopped"].any() else ""
        cells = [f"{more}{middle[column]:.1f}" for column in ("wall", "cpu")]
        cells += [f"{more}{middle['memory']:.2f}", f"{middle['start']:.2f}"]
        told = [f"{middle['themes']:.0f}", f"{middle['left_out']:.0%}", f"{middle['ari']:.3f}"]
        cells += ["–"] * 3 if more else told
        lines.append(f"| {n:,} | {method} | {' | '.join(cells)} |")
    lines += ["", "Powers of n, from the second largest to the largest:", "", "| method | seconds | memory |"]
    lines += ["| --- | --: | --: |"]
    for method in METHODS:
        lines.append(f"| {method} | " + " | ".join(f"{own[method]:.2f}" for own in slopes.values()) + " |")
    head = ["# Time of the engine\n", f"`{command}` on {machine}.\n", NOTES.format(exact=EXACT)]
    return "\n".join([*head, *lines, "", conclude(summary, slopes["memory"]), ""])


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path, help="folder of the labelled sets")
    parser.add_argument("--sizes", type=int, nargs="+", default=[3_000, 30_000, 300_000])
    parser.add_argument("--repeats", type=int, nargs="+", default=[3, 3, 1], help="one number a size")
    parser.add_argument("--limit", type=int, default=3_600, help="seconds after which a fit is stopped")
    parser.add_argument("--keep", action="store_true", help="keep the other sizes that --out holds already")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    parser.add_argument("--worker", choices=METHODS, help=argparse.SUPPRESS)
    parser.add_argument("--vectors", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        worker(options.worker, options.vectors, options.limit)
        return
    stored = options.out.with_suffix(".json")
    rows: list[dict[str, Any]] = []
    if options.keep and stored.exists():
        rows = json.loads(stored.read_text(encoding="utf-8"))["results"]
        rows = [row for row in rows if row["n"] not in options.sizes]
    sizes, repeats = (" ".join(map(str, given)) for given in (options.sizes, options.repeats))
    command = f"python benchmarks/engine_time.py DATA --sizes {sizes} --repeats {repeats}"
    command += f" --limit {options.limit}" + (" --keep" if options.keep else "")
    for n, times in zip(options.sizes, options.repeats, strict=True):
        rows += measure(options.data, n, times, options.limit)
        write(pd.DataFrame(rows).sort_values(["n", "repeat"], ignore_index=True), command, options.out)


def write(results: pd.DataFrame, command: str, out: Path) -> None:
    """Write both files: after every size, so that a run that is cut short leaves something."""
    summary = summarise(results)
    slopes = {column: powers(results, column) for column in ("wall", "memory")}
    out.write_text(to_markdown(results, summary, slopes, command), encoding="utf-8")
    record = {
        "command": command,
        "versions": {name: version(name) for name in PACKAGES},
        "results": json.loads(results.to_json(orient="records", double_precision=6)),
        "summary": json.loads(summary.to_json(orient="records", double_precision=6)),
        "powers": slopes,
    }
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    out.with_suffix(".json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
