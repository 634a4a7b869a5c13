"""Measure the themes on labelled texts, beside BERTopic, EVoC and k-means, all on the same vectors.

Run it from the repository root, with the "bench" extra installed::

    python benchmarks/themes.py DATA

DATA is a folder with banking77.csv, clinc150.csv, space_aspects.csv and oposum_dev.csv: columns ``text`` and
``label``, the first two ``split``, the last one ``domain``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
import warnings
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import load_encoder
from needlens.encoders.vectors import encode_texts

Labels = NDArray[np.int64]
"""Group of each text, −1 for none, shape (n,)."""

SETS = {
    "banking77": ("banking77.csv", "split == 'test'"),
    "clinc150": ("clinc150.csv", "split == 'test'"),
    "space": ("space_aspects.csv", "label != 'general'"),
    "oposum bags_and_cases": ("oposum_dev.csv", "domain == 'bags_and_cases'"),
    "oposum boots": ("oposum_dev.csv", "domain == 'boots'"),
    "oposum keyboards": ("oposum_dev.csv", "domain == 'keyboards'"),
}
"""The file of each set and which of its rows count."""

MEASURES = ["ari", "nmi", "ari_placed", "nmi_placed", "n_themes", "left_out", "seconds"]
BEST_SCALE = "needlens, best scale"
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
- k-means is told the true number of labels; the others find theirs. `needlens, best scale` is the nested
  scale of the same fit with the highest ARI, picked with the labels: no method can know it, a reader of
  all scales can find it.
- The mean is over sets, each the mean of its seeds; in brackets its 95 % bootstrap interval over the
  sets; ± is the standard deviation of that mean over the seeds. The oposum sets share a source and a
  kind of label, so the sets are fewer than they look.
- Seconds are of the fit on ready vectors, after a first fit that let everything compile. Those of BERTopic
  include its words; its UMAP runs on one core, as it always does with a fixed seed.
"""


def needlens(_: list[str], vectors: NDArray[np.float32], n_labels: int, seed: int) -> list[Labels]:
    """Every nested scale, the main one first."""
    del n_labels
    from needlens.themes import ThemeModel

    model = ThemeModel(seed=seed).fit(vectors)
    found = [pd.Series(ids).to_numpy(np.int64, na_value=-1) for ids in (model.labels_, *model.scales_)]
    return [np.asarray(labels) for labels in found]


def bertopic(texts: list[str], vectors: NDArray[np.float32], n_labels: int, seed: int) -> list[Labels]:
    """BERTopic with its defaults."""
    del n_labels
    from bertopic import BERTopic

    model = BERTopic()
    model.umap_model.random_state = seed
    return [np.array(model.fit(texts, vectors).topics_)]


def evoc(_: list[str], vectors: NDArray[np.float32], n_labels: int, seed: int) -> list[Labels]:
    """EVoC with its defaults."""
    del n_labels
    from evoc import EVoC

    return [np.asarray(EVoC(random_state=seed).fit_predict(vectors))]


def k_means(_: list[str], vectors: NDArray[np.float32], n_labels: int, seed: int) -> list[Labels]:
    """k-means, told the number of labels."""
    from sklearn.cluster import KMeans

    return [KMeans(n_labels, n_init=3, random_state=seed).fit_predict(vectors)]


METHODS: dict[str, Callable[[list[str], NDArray[np.float32], int, int], list[Labels]]] = {
    "needlens": needlens,
    "BERTopic": bertopic,
    "EVoC": evoc,
    "k-means, told K": k_means,
}


def read_set(folder: Path, name: str) -> pd.DataFrame:
    """Distinct texts of a set with their labels: columns ``text`` and ``label``."""
    file, rows = SETS[name]
    table = pd.read_csv(folder / file).query(rows)[["text", "label"]]
    return table.dropna().drop_duplicates("text", ignore_index=True)


def score(truth: NDArray[Any], labels: Labels) -> dict[str, float]:
    """Agreement of a clustering with the labels, and how many texts it placed in how many themes."""
    placed = labels >= 0
    return {
        "ari": adjusted_rand_score(truth, labels),
        "nmi": normalized_mutual_info_score(truth, labels),
        "ari_placed": adjusted_rand_score(truth[placed], labels[placed]) if placed.any() else np.nan,
        "nmi_placed": normalized_mutual_info_score(truth[placed], labels[placed]) if placed.any() else np.nan,
        "n_themes": len(np.unique(labels[placed])),
        "left_out": float((~placed).mean()),
    }


def warm_up() -> None:
    """Fit everything once, so that no compilation counts; UMAP has one path to 4,095 points, one beyond."""
    rng = np.random.default_rng(0)
    for n in (400, 4_200):
        points = np.eye(384)[rng.integers(20, size=n)] + 0.05 * rng.standard_normal((n, 384))
        vectors = (points / np.linalg.norm(points, axis=1)[:, None]).astype(np.float32)
        for method in METHODS.values():
            method([f"text {at}" for at in range(n)], vectors, 20, 0)


def measure(folder: Path, sets: list[str], n_seeds: int) -> pd.DataFrame:
    """One row a set, method and seed."""
    encoder = load_encoder()
    rows: list[dict[str, Any]] = []
    for name in sets:
        table = read_set(folder, name)
        texts, truth = table.text.tolist(), table.label.to_numpy(dtype=object)
        vectors = encode_texts(texts, encoder, cache=VectorCache()).matrix
        n_labels = len(set(truth))
        for (title, method), seed in product(METHODS.items(), range(n_seeds)):
            start = time.perf_counter()
            found = method(texts, vectors, n_labels, seed)
            seconds = time.perf_counter() - start
            key = {"set": name, "n_texts": len(texts), "n_labels": n_labels, "seed": seed}
            scores = [score(truth, labels) for labels in found]
            rows.append({**key, "method": title, **scores[0], "seconds": seconds})
            if title == "needlens":
                best = max(scores, key=lambda of: of["ari"])
                rows.append({**key, "method": BEST_SCALE, **best, "seconds": seconds})
            said = f"{name}: {title}, seed {seed}: ARI {scores[0]['ari']:.3f}, {seconds:.1f} s"
            print(said, file=sys.stderr, flush=True)
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


def to_markdown(results: pd.DataFrame, summary: pd.DataFrame, record: dict[str, Any]) -> str:
    """The result file: how it was made, the means, and a table a set."""
    versions = ", ".join(f"{name} {number}" for name, number in record["versions"].items())
    columns = ["measure", "mean", "low", "high", "over_seeds"]
    means = [
        [str(method), *map(_mean, *(of[column] for column in columns))]
        for method, of in summary.groupby("method", sort=False)
    ]
    parts = [
        "# Themes on labelled texts\n",
        f"`{record['command']}` on {record['machine']}, with {versions}.\n",
        NOTES,
        f"## Mean over {results['set'].nunique()} sets\n\n{_table(means)}",
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


def _table(rows: list[list[str]]) -> str:
    head = ["method", "ARI", "NMI", "ARI placed", "NMI placed", "themes", "left out", "seconds"]
    lines = [head, ["---", *["--:"] * len(MEASURES)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _mean(measure: str, mean: float, low: float, high: float, over_seeds: float) -> str:
    if measure not in ("ari", "nmi"):
        return _number(mean, measure)
    within = f"{_number(mean, measure)} [{_number(low, measure)}, {_number(high, measure)}]"
    return f"{within} ± {_number(over_seeds, measure)}"


def _number(value: float, measure: str) -> str:
    if not np.isfinite(value):
        return "–"
    formats = {"n_themes": "{:.0f}", "left_out": "{:.0%}", "seconds": "{:.1f}"}
    return formats.get(measure, "{:.3f}").format(value)


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path, help="folder of the labelled sets")
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # of the libraries compared

    warm_up()
    results = measure(options.data, options.sets, options.seeds)
    summary = summarise(results)
    chosen = "" if options.sets == list(SETS) else " --sets " + " ".join(map(repr, options.sets))
    record = {
        "command": f"python benchmarks/themes.py DATA{chosen} --seeds {options.seeds}",
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
        "versions": {name: version_of(name) for name in PACKAGES},
        "results": json.loads(results.to_json(orient="records", double_precision=6)),
        "summary": json.loads(summary.to_json(orient="records", double_precision=6)),
    }
    options.out.write_text(to_markdown(results, summary, record), encoding="utf-8")
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    options.out.with_suffix(".json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
