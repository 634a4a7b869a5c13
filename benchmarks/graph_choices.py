"""Choose what the graph of the engine is made of, on texts that the benchmark of themes does not hold.

Run it from the repository root::

    python benchmarks/graph_choices.py DATA

DATA is the folder ``labelled_sets.py`` describes, with product_reviews.csv beside them.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from needlens.encoders.text_vectors import TextVectors
from needlens.graph.affinity import FEWEST_EDGES, MOST_EDGES
from needlens.graph.draws import keys_of_texts
from needlens.graph.unit import unit_rows
from needlens.theme_model import ThemeModel


def by_root(n: int) -> int:
    """Edges by the root of the number of points, as far as the engine's."""
    return int(np.clip(round(0.3 * n**0.5), FEWEST_EDGES, MOST_EDGES))


ONCE, TWICE = "mutual edges count once", "mutual edges count twice however few"
OFF_MEAN = "vectors off their mean"
PLAIN = "as the engine does"
OPTIONS: dict[str, dict[str, Any]] = {
    PLAIN: {},
    OFF_MEAN: {},
    ONCE: {"affinity.ALIKE_TO": 10**9, "affinity.DOUBLE_FROM": 10**9 + 1},
    TWICE: {"affinity.ALIKE_TO": 0, "affinity.DOUBLE_FROM": 1},
    "edges by the root": {f"{place}.n_edges": by_root for place in ("search", "partition")},
    "up to 40 edges": {"affinity.MOST_EDGES": 40},
    "up to 60 edges": {"affinity.MOST_EDGES": 60},
}
"""Constants of needlens.graph that an option puts something else in the place of."""

ASKED = {
    "few labels": [PLAIN, OFF_MEAN, TWICE],
    "many labels": [PLAIN, OFF_MEAN, ONCE, TWICE, "edges by the root"],
    "many texts": [PLAIN, ONCE, "up to 40 edges", "up to 60 edges"],
}
"""Options that make a difference there: few texts have the fewest edges whatever the option."""

SIZES = {
    "many labels": {"banking77": (1_500, 3_000, 9_900), "clinc150": (1_500, 3_000, 4_500, 9_900)},
    "many texts": {"clinc150": (14_900,), "both": (18_000, 24_800)},
}
N_DRAWS, N_PRODUCT_DRAWS = 12, 6

NOTES = """\
- Texts are of the training parts of banking77 and clinc150, and sentences of product reviews. `few labels`:
  {few} draws of 300 to 900 texts with 5 to 10 of the intents, of clinc150's domains, or of the products, in
  uneven shares. `many labels`: all intents, at {many} sizes from 1,500 to 9,900 texts. `many texts`: all
  intents of clinc150, and of both files together, at {texts} sizes from 14,900 on.
- `main`: ARI of the main scale with the labels; `best`: of the best of the nested scales; both are means over
  sets, each the mean of {seeds} seeds. `gain of the engine`: the engine's less the option's over the same
  sets, with its 95 % bootstrap interval over the sets.
- `ln(k/K)`: of the nearest scale, in absolute value. `found`: share of runs that find themes. `within 15 %`:
  share of runs whose main scale has a number of themes within 15 % of the set's median.
- An option changes the one thing it names; `edges by the root` are .3 √n, between the same bounds. With the
  engine a mutual edge, which both ends chose, counts double from 3,000 points on, once up to 1,500; a point
  chooses .077 n^(2/3) edges, at least 15, at most 50.
- Vectors off their mean seemed to help on other draws of the kind; these are there to see whether that holds.
- The other constants were chosen on sets like these, so that the gains are a little kind;
  [themes.md](themes.md) has sets that nothing was chosen on.
"""


@dataclass(frozen=True, slots=True)
class Draw:
    """Texts with one label each, drawn from a file."""

    group: str
    file: str
    number: int
    """Seed of a draw with few labels, number of texts of one with many."""


def draws() -> Iterator[Draw]:
    """All of them."""
    few = [*product(("banking77", "clinc150", "domains"), range(N_DRAWS))]
    few += [("products", number) for number in range(N_PRODUCT_DRAWS)]
    for file, number in few:
        yield Draw("few labels", file, number)
    for group, files in SIZES.items():
        for file, sizes in files.items():
            for n in sizes:
                yield Draw(group, file, n)


def texts_of(draw: Draw, folder: Path) -> tuple[list[str], NDArray[Any]]:
    """Its texts, and the label of each."""
    table = _table(draw.file, folder)
    if draw.group in SIZES:
        taken = table.sample(draw.number, random_state=draw.number)
        return taken["text"].tolist(), taken["label"].to_numpy()
    rng = np.random.default_rng(100 + draw.number)
    n_labels, n = int(rng.integers(5, 11)), int(rng.integers(300, 900))
    labels = rng.choice(sorted(set(table["label"])), n_labels, replace=False)
    shares = np.geomspace(1, 6, n_labels)
    parts = []
    for label, wanted in zip(labels, (shares / shares.sum() * n).astype(int) + 3, strict=True):
        of_label = table[table["label"] == label]
        parts.append(of_label.sample(min(wanted, len(of_label)), random_state=draw.number))
    taken = pd.concat(parts)
    return taken["text"].tolist(), taken["label"].to_numpy()


@cache
def _table(file: str, folder: Path) -> pd.DataFrame:
    if file == "products":
        table = pd.read_csv(folder / "product_reviews.csv").drop_duplicates("text")
        return table[table["text"].str.len() > 30].rename(columns={"product": "label"})
    if file == "both":
        two = [(name, _table(name, folder)) for name in ("banking77", "clinc150")]
        return pd.concat([table.assign(label=f"{name}: " + table["label"]) for name, table in two])
    name = "clinc150" if file == "domains" else file
    table = pd.read_csv(folder / f"{name}.csv").query("split == 'train' and label != 'oos'")
    table = table.drop_duplicates("text", ignore_index=True)
    return table.assign(label=table["domain"]) if file == "domains" else table


def measure(job: tuple[Draw, list[str], NDArray[Any], NDArray[np.float32], int]) -> list[dict[str, Any]]:
    """One row an option and seed."""
    draw, texts, truth, vectors, n_seeds = job
    rows = []
    for title, seed in product(ASKED[draw.group], range(n_seeds)):
        constants = OPTIONS[title]
        patches = [mock.patch(f"needlens.graph.{name}", value) for name, value in constants.items()]
        for patch in patches:
            patch.start()
        points = vectors
        if title == OFF_MEAN:
            points = unit_rows(vectors - vectors.mean(axis=0)).astype(np.float32)
        model = ThemeModel(seed=seed).fit(points, keys=keys_of_texts(texts))
        mock.patch.stopall()
        ids = model.placement_.ids[:, np.asarray(model.position_)]
        scores = [adjusted_rand_score(truth, own) for own in ids]
        counts = np.array([len(set(own)) for own in ids])
        rows.append(
            {
                "group": draw.group,
                "set": f"{draw.file} {draw.number}",
                "option": title,
                "main": scores[model.main_scale_],
                "best": max(scores),
                "log_k": float(np.abs(np.log(counts / len(set(truth)))).min()),
                "found": model.structure_.found,
                "k": int(counts[model.main_scale_]),
            }
        )
    return rows


def summarise(results: pd.DataFrame) -> list[list[str]]:
    """Lines of the table: one an option and group of sets."""
    lines = []
    for group, of_group in results.groupby("group", sort=False):
        means = of_group.groupby(["option", "set"])[["main", "best", "log_k", "found"]].mean()
        for title in ASKED[str(group)]:
            own = means.loc[title]
            runs = of_group[of_group["option"] == title]
            near = (runs["k"] / runs.groupby("set")["k"].transform("median") - 1).abs() <= 0.15
            gains = ["", ""]
            if title != PLAIN:
                gains = [_gain((means.loc[PLAIN][what] - own[what]).to_numpy()) for what in ("main", "best")]
            lines.append(
                [
                    str(group),
                    title,
                    f"{own['main'].mean():.3f}",
                    gains[0],
                    f"{own['best'].mean():.3f}",
                    gains[1],
                    f"{own['log_k'].mean():.2f}",
                    f"{own['found'].mean():.2f}",
                    f"{near.mean():.2f}",
                ]
            )
    return lines


def _gain(values: NDArray[np.float64]) -> str:
    rng = np.random.default_rng(0)
    means = values[rng.integers(len(values), size=(5_000, len(values)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return f"{values.mean():+.3f} [{low:+.3f}, {high:+.3f}]"


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, help="folder of the labelled sets")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    asked = parser.parse_args()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    jobs = []
    for draw in draws():
        texts, truth = texts_of(draw, asked.data)
        jobs.append((draw, texts, truth, TextVectors().fit_transform(texts), asked.seeds))
    rows: list[dict[str, Any]] = []
    with ProcessPoolExecutor(2) as pool:
        for draw, found in zip(draws(), pool.map(measure, jobs), strict=True):
            rows += found
            print(f"{draw.group}: {draw.file} {draw.number}", file=sys.stderr, flush=True)
    results = pd.DataFrame(rows)
    results.to_json(asked.out.with_suffix(".json"), orient="records", indent=0)
    heads = "group option main gain_of_the_engine best gain_of_the_engine ln(k/K) found within_15_%"
    n_few = 3 * N_DRAWS + N_PRODUCT_DRAWS
    n_many, n_texts = (sum(map(len, files.values())) for files in SIZES.values())
    text = [
        "# What the engine's graph is made of\n",
        f"`python benchmarks/graph_choices.py DATA --seeds {asked.seeds}`\n",
        NOTES.format(few=n_few, many=n_many, texts=n_texts, seeds=asked.seeds),
        "| " + " | ".join(heads.split()).replace("_", " ") + " |",
        "| --- | --- |" + " --: |" * 7,
        *("| " + " | ".join(line) + " |" for line in summarise(results)),
    ]
    asked.out.write_text("\n".join(text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
