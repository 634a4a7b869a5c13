"""Measure the themes on labelled texts, beside other tools and k-means, all with the same encoder.

Run it from the repository root, with the "bench" extra installed::

    python benchmarks/themes.py DATA [--apart PYTHON]

DATA is the folder ``labelled_sets.py`` describes; PYTHON that of an environment with the tools that do not go
with our dependencies, made as ``peers_apart.py`` says.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
import warnings
from importlib.metadata import PackageNotFoundError, version
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from labelled_sets import CONTAINS, SETS, LabelledSet, load_set
from numpy.typing import NDArray
from peers import APART, METHODS, NESTED, Answers, Labels, run_apart, versions_apart, warm_up
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from verdict import judge

MEASURES = ["ari", "nmi", "log_k", "n_themes", "n_scales", "left_out", "ari_placed", "nmi_placed", "seconds"]
PACKAGES = [
    "bertopic",
    "evoc",
    "hdbscan",
    "needlens",
    "numpy",
    "scikit-learn",
    "scikit-network",
    "torch",
    "umap-learn",
]

NOTES = """\
- `ARI` and `NMI` are over all texts, those left out counted as one group of their own; `placed` is over
  the texts that were given a theme, which flatters a method that leaves the hard ones out. Texts occur
  once: duplicates within a set are dropped.
- All read the texts with the same encoder. needlens lets tokens that many of the texts share count less in
  its vectors (`needlens.encoders.token_weights`); the others have them as the encoder's makers meant them,
  and in the rows `needlens's vectors` those of needlens. `all tokens alike`: needlens without its weights.
- k-means is told the true number of labels; the others find theirs. `best scale` is the nested scale of the
  same fit with the highest ARI, picked with the labels: no method can know it, a reader of all scales can
  find it. `scales`: how many a method shows.
- `ln(k/K)`: how far, in absolute value, the nearest number of themes a method shows is from the number of
  labels; where it finds nothing, k is 1. In the rows `best scale` it is that scale's own.
- The mean is over sets, each the mean of its seeds; in brackets its 95 % bootstrap interval over the
  sets; ± is the standard deviation of that mean over the seeds. The oposum sets share a source and a
  kind of label, so the sets are fewer than they look. `clinc150, all` contains `clinc150` and stands apart.
  Turftopic, Topeax and Top2Vec were not run on it.
- Seconds are of the fit on ready vectors, after a first fit that let everything compile. Those of BERTopic,
  Turftopic, Topeax and Top2Vec include their words; UMAP runs on one core, as it always does with a seed.
- With `--kept` the rows of Turftopic, Topeax and Top2Vec are those of an earlier run on the same texts and
  the encoder's own vectors: nothing of needlens goes into them, but their seconds are of another hour.
"""


def score(truth: NDArray[Any], labels: Labels) -> dict[str, float]:
    """Agreement of a clustering with the labels, and how many texts it placed in how many themes."""
    placed = labels >= 0
    n_themes = len(np.unique(labels[placed]))
    return {
        "ari": adjusted_rand_score(truth, labels),
        "nmi": normalized_mutual_info_score(truth, labels),
        "log_k": abs(float(np.log(max(n_themes, 1) / len(set(truth))))),
        "n_themes": n_themes,
        "left_out": float((~placed).mean()),
        "ari_placed": adjusted_rand_score(truth[placed], labels[placed]) if placed.any() else np.nan,
        "nmi_placed": normalized_mutual_info_score(truth[placed], labels[placed]) if placed.any() else np.nan,
    }


def rows_of(
    data: LabelledSet, method: str, seed: int, found: list[Labels], seconds: float
) -> list[dict[str, Any]]:
    """The row of a method's main scale, and of its best one where it shows several."""
    scores = [score(data.truth, labels) for labels in found]
    key = {"set": data.name, "n_texts": len(data.texts), "n_labels": data.n_labels, "seed": seed}
    rest = {"n_scales": len(found), "seconds": seconds}
    nearest = min(of["log_k"] for of in scores)
    said = f"{data.name}: {method}, seed {seed}: ARI {scores[0]['ari']:.3f}, {seconds:.1f} s"
    print(said, file=sys.stderr, flush=True)
    main = {**key, "method": method, **scores[0], **rest, "log_k": nearest}
    if method not in NESTED:
        return [main]
    best = max(scores, key=lambda of: of["ari"])
    return [main, {**key, "method": f"{method}, best scale", **best, **rest}]


def measure(sets: list[LabelledSet], n_seeds: int, apart: Answers) -> pd.DataFrame:
    """One row a set, method and seed."""
    rows: list[dict[str, Any]] = []
    for data in sets:
        for (title, method), seed in product(METHODS.items(), range(n_seeds)):
            start = time.perf_counter()
            found = method(data, seed)
            rows += rows_of(data, title, seed, found, time.perf_counter() - start)
        for (name, title, seed), (labels, seconds) in apart.items():
            if name == data.name:
                rows += rows_of(data, title, seed, [labels], seconds)
    return pd.DataFrame(rows)


def summarise(results: pd.DataFrame) -> pd.DataFrame:
    """Mean over sets of each method and measure: columns ``mean``, ``low``, ``high`` and ``over_seeds``."""
    rng = np.random.default_rng(0)
    rows = []
    for method, of_method in results.groupby("method", sort=False):
        by_set = of_method.groupby("set")[MEASURES].mean()
        drawn = rng.integers(len(by_set), size=(10_000, len(by_set)))
        low, high = np.nanquantile(np.nanmean(by_set.to_numpy()[drawn], axis=1), [0.025, 0.975], axis=0)
        over_seeds = of_method.groupby("seed")[MEASURES].mean().std(ddof=1)
        table = pd.DataFrame({"mean": by_set.mean(), "low": low, "high": high, "over_seeds": over_seeds})
        rows.append(table.assign(method=method).rename_axis("measure").reset_index())
    return pd.concat(rows, ignore_index=True)


def to_markdown(results: pd.DataFrame, record: dict[str, Any]) -> str:
    """The result file: how it was made, the verdict, the means, and a table a set."""
    versions = ", ".join(f"{name} {number}" for name, number in record["versions"].items())
    summary = pd.DataFrame(record["summary"])
    columns = ["measure", "mean", "low", "high", "over_seeds"]
    means = [
        [str(method), *map(_mean, *(of[column] for column in columns))]
        for method, of in summary.groupby("method", sort=False)
    ]
    n_sets = len(set(results["set"]) - set(CONTAINS))
    parts = [
        "# Themes on labelled texts\n",
        f"`{record['command']}` on {record['machine']}, with {versions}.\n",
        NOTES,
        f"## What they should reach\n\n{_verdict(pd.DataFrame(record['verdict']))}",
        f"## Mean over {n_sets} sets\n\n{_table(means)}",
    ]
    for name, of_set in results.groupby("set", sort=False):
        average = of_set.groupby("method", sort=False)[MEASURES].mean()
        body = [
            [str(method), *map(_number, row, MEASURES)]
            for method, row in zip(average.index, average.to_numpy(), strict=True)
        ]
        size = f"{of_set.n_texts.iloc[0]:,} texts, {of_set.n_labels.iloc[0]} labels"
        parts.append(f"## {name}: {size}\n\n{_table(body)}")
    return "\n".join(parts)


def version_of(package: str) -> str:
    """Version of an installed package; needlens may be on the path only."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "of this checkout"


def _verdict(table: pd.DataFrame) -> str:
    lines = [["goal", "wanted", "found", "95 % interval", "sets", "seeds", "reached"]]
    lines.append(["---", *["--:"] * 5, "---"])
    for row in table.to_dict("records"):
        between = f"[{row['low']:.3f}, {row['high']:.3f}]"
        counts = [str(row["n_sets"]), str(row["n_seeds"])]
        reached = "yes" if row["reached"] else "no"
        lines.append([row["goal"], row["wanted"], f"{row['value']:.3f}", between, *counts, reached])
    over_seeds = "On single sets the brackets hold the least and the largest of the seeds.\n"
    return "".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n" + over_seeds


def _table(rows: list[list[str]]) -> str:
    names = ["ARI", "NMI", "ln(k/K)", "themes", "scales", "left out", "ARI placed", "NMI placed", "seconds"]
    lines = [["method", *names], ["---", *["--:"] * len(MEASURES)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _mean(measure: str, mean: float, low: float, high: float, over_seeds: float) -> str:
    if measure not in ("ari", "nmi", "log_k"):
        return _number(mean, measure)
    within = f"{_number(mean, measure)} [{_number(low, measure)}, {_number(high, measure)}]"
    return f"{within} ± {_number(over_seeds, measure)}"


def _number(value: float, measure: str) -> str:
    if not np.isfinite(value):
        return "–"
    formats = {"n_themes": "{:.0f}", "n_scales": "{:.1f}", "left_out": "{:.0%}", "seconds": "{:.1f}"}
    return formats.get(measure, "{:.3f}").format(value)


def versions_of_apart(python: Path | None, last: dict[str, Any] | None) -> dict[str, str]:
    """Versions of the tools in an environment of their own, or of those whose rows were kept."""
    if python is not None:
        return versions_apart(python)
    versions: dict[str, str] = last["versions"] if last is not None else {}
    return {name: number for name, number in versions.items() if name in ("turftopic", "top2vec")}


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path, help="folder of the labelled sets")
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds")
    parser.add_argument("--apart", type=Path, help="Python of an environment with Turftopic and Top2Vec")
    parser.add_argument(
        "--kept", action="store_true", help="take the rows of those tools from the last result file instead"
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # of the libraries compared

    sets = [load_set(options.data, name) for name in options.sets]
    smaller = [data for data in sets if data.name not in CONTAINS]
    apart = run_apart(options.apart, smaller, options.seeds) if options.apart else {}
    last = json.loads(options.out.with_suffix(".json").read_text(encoding="utf-8")) if options.kept else None
    warm_up()
    results = measure(sets, options.seeds, apart)
    if last is not None:
        kept = pd.DataFrame(last["results"])
        results = pd.concat([results, kept[kept["method"].isin(APART)]], ignore_index=True)
    summary = summarise(results[~results["set"].isin(CONTAINS)])
    chosen = "" if options.sets == list(SETS) else " --sets " + " ".join(map(repr, options.sets))
    chosen += " --apart PYTHON" if options.apart else " --kept" if options.kept else ""
    versions = {name: version_of(name) for name in PACKAGES}
    record = {
        "command": f"python benchmarks/themes.py DATA{chosen} --seeds {options.seeds}",
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
        "versions": versions | versions_of_apart(options.apart, last),
        "results": json.loads(results.to_json(orient="records", double_precision=6)),
        "summary": json.loads(summary.to_json(orient="records", double_precision=6)),
        "verdict": json.loads(judge(results, CONTAINS).to_json(orient="records", double_precision=6)),
    }
    options.out.write_text(to_markdown(results, record), encoding="utf-8")
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    options.out.with_suffix(".json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
