"""Measure by how many neighbours groups are best joined into wider ones, on texts of known topics.

Run it from the repository root::

    python benchmarks/joining.py DATA

DATA is the folder ``labelled_sets.py`` describes, with product_reviews.csv beside them. The texts are those
of ``graph_choices.py`` that have few labels.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
from graph_choices import Draw, draws, texts_of
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from needlens.encoders.text_vectors import TextVectors
from needlens.graph.affinity import affinity, n_edges
from needlens.graph.communities import Labels
from needlens.graph.distinct import distinct
from needlens.graph.draws import keys_of_texts
from needlens.graph.louvain import Weighed, aggregate, weighed
from needlens.graph.neighbours import Neighbours, nearest
from needlens.graph.nesting import Resolutions, nest
from needlens.graph.search import main_scale
from needlens.graph.ties import ties
from needlens.graph.visiting import outer_first
from needlens.graph.widening import widen

REACHES = (15, 30, 60, 120)
EDGES = "the edges of the graph"
N_MORE = 12
"""Draws of each kind beyond those of ``graph_choices.py``."""

NOTES = """\
- {n} draws of 300 to 900 texts with 5 to 10 intents of banking77 or clinc150 (their training parts), of
  clinc150's domains, or of the products of the reviews. The main scale of each is found once, and its groups
  are joined on the graph each row names: what the points' own edges between two groups weigh, or the
  similarities of so many nearest neighbours of each point. needlens takes 60, chosen on draws such as these.
- `best`: ARI of the best of the main scale and the wider ones, mean over the draws; `gain`: over the edges of
  the graph, with its 95 % bootstrap interval over the draws. `ln(k/K)`: of the nearest scale, in absolute
  value. `wider scales`: how many there are.
"""


def all_draws() -> list[Draw]:
    """Those of ``graph_choices.py`` with few labels, and more of the kind."""
    few = [draw for draw in draws() if draw.group == "few labels"]
    numbers = range(100, 100 + N_MORE)
    return few + [
        Draw(few[0].group, file, number) for file in dict.fromkeys(d.file for d in few) for number in numbers
    ]


def measure(draw: Draw, folder: Path) -> list[dict[str, Any]]:
    """One row a way of joining; none where no main scale is found."""
    texts, truth = texts_of(draw, folder)
    vectors = TextVectors().fit_transform(texts)
    first = distinct(vectors)[0]
    points, truth = vectors[first], truth[first]
    keys = keys_of_texts([texts[at] for at in first.tolist()])
    k = n_edges(len(points))
    near = nearest(points, points, max(REACHES), skip_self=True)
    order = outer_first(near, k)
    keys, near, truth = keys[order], near.reordered(order), truth[order]
    graph = weighed(affinity(near, k))
    found = main_scale(graph, keys, near.for_edges(k), k, seed=0)
    if found is None:
        return []
    at, main = found
    rows = [_row(EDGES, truth, main, _wider(graph, aggregate(graph, main), at, main, None))]
    for reach in REACHES:
        with mock.patch("needlens.graph.ties.REACH", reach):
            rows.append(
                _row(f"{reach} neighbours", truth, main, _wider(graph, ties(near, main), at, main, near))
            )
    return [{"set": f"{draw.file} {draw.number}", **row} for row in rows]


def _wider(
    graph: Weighed, groups: Weighed, at: Resolutions, main: Labels, near: Neighbours | None
) -> list[Labels]:
    wide = Resolutions(at.main, None, widen(groups, at, main).wider)
    return nest(graph, wide, main=main, near=near)[1:]


def _row(way: str, truth: NDArray[Any], main: Labels, wider: list[Labels]) -> dict[str, Any]:
    scales = [main, *wider]
    counts = np.array([int(labels.max()) + 1 for labels in scales])
    return {
        "joined by": way,
        "best": max(adjusted_rand_score(truth, labels) for labels in scales),
        "log_k": float(np.abs(np.log(counts / len(set(truth)))).min()),
        "wider": len(wider),
    }


def to_markdown(results: pd.DataFrame) -> str:
    """The result file."""
    table = results.pivot_table("best", "set", "joined by", sort=False)
    drawn = np.random.default_rng(0).integers(0, len(table), (2_000, len(table)))
    lines = ["| joined by | best | gain | ln(k/K) | wider scales |", "| --- | --: | --: | --: | --: |"]
    for way, own in results.groupby("joined by", sort=False):
        gain = (table[way] - table[EDGES]).to_numpy()
        low, high = np.quantile(gain[drawn].mean(axis=1), [0.025, 0.975])
        told = "" if way == EDGES else f"{gain.mean():+.3f} [{low:+.3f}, {high:+.3f}]"
        best, log_k, wider = own[["best", "log_k", "wider"]].mean()
        lines.append(f"| {way} | {best:.3f} | {told} | {log_k:.2f} | {wider:.1f} |")
    title = "# By what groups are joined\n\n`python benchmarks/joining.py DATA`\n"
    return "\n".join([title, NOTES.format(n=len(table)), *lines, ""])


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path, help="folder of the labelled sets")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    for draw in all_draws():
        rows += measure(draw, options.data)
        print(f"{draw.file} {draw.number}", file=sys.stderr, flush=True)
    options.out.write_text(to_markdown(pd.DataFrame(rows)), encoding="utf-8")
    options.out.with_suffix(".json").write_text(json.dumps(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
