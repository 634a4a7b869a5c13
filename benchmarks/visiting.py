"""Measure how far groups hang on the last digits of vectors, by the order in which points are visited.

Run it from the repository root::

    python benchmarks/visiting.py DATA

DATA is the folder ``labelled_sets.py`` describes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from labelled_sets import SETS, read_set
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import load_encoder
from needlens.encoders.vectors import encode_texts
from needlens.graph.affinity import affinity, n_edges
from needlens.graph.communities import communities
from needlens.graph.consensus import consensus
from needlens.graph.distinct import distinct
from needlens.graph.draws import keys_of_texts, least_of
from needlens.graph.louvain import weighed
from needlens.graph.neighbours import Neighbours, neighbours_of
from needlens.graph.search import least_size, main_scale
from needlens.graph.visiting import likeness, outer_first

BESIDE = (0.85, 1.0, 1.18)
"""Resolutions, over that of the main scale."""

NOTES = """\
- The same texts are read by the default encoder's chosen backend and by torch in float32. Each makes a graph,
  which is divided at the same resolutions: the one chosen for the first, and 15 % to either side.
- `agree`: adjusted Rand index of the two; `labels`: that with people's labels, mean of both. Means over the
  resolutions.
- `by bits`: points in the order of their bytes, which has nothing to do with where they lie. `inner first`,
  `outer first`: by how like their nearest neighbours they are. `consensus`: outer first, and edges weighed by
  how many of the partitions in orders a little off leave their ends together; the engine's way.
"""

Order = NDArray[np.int64]
Divide = Callable[[Neighbours, int, NDArray[np.uint64], float], NDArray[np.int64]]


def in_order(order_of: Callable[[Neighbours, int], Order]) -> Divide:
    """Divide once, visiting the points in an order."""

    def divide(near: Neighbours, k: int, keys: NDArray[np.uint64], at: float) -> NDArray[np.int64]:
        order = order_of(near, k)
        labels = np.empty(len(keys), dtype=np.int64)
        graph = affinity(near.reordered(order), k)
        labels[order] = communities(graph, at, floor=least_size(len(keys)))
        return labels

    return divide


def by_consensus(near: Neighbours, k: int, keys: NDArray[np.uint64], at: float) -> NDArray[np.int64]:
    """Divide as the engine does."""
    order = outer_first(near, k)
    near, labels = near.reordered(order), np.empty(len(keys), dtype=np.int64)
    graph, floor = weighed(affinity(near, k)), least_size(len(keys))
    labels[order] = consensus(graph, likeness(near, k), keys[order], at, floor=floor, seed=0)
    return labels


WAYS: dict[str, Divide] = {
    "by bits": in_order(lambda near, _k: np.arange(len(near.index))),
    "inner first": in_order(lambda near, k: outer_first(near, k)[::-1].copy()),
    "outer first": in_order(outer_first),
    "consensus": by_consensus,
}


def measure(folder: Path, names: list[str], cache: VectorCache) -> pd.DataFrame:
    """One row a set, way and resolution."""
    rows: list[dict[str, Any]] = []
    for name in names:
        table = read_set(folder, name)
        texts, truth = table["text"].tolist(), table["label"].to_numpy(dtype=object)
        made: list[tuple[Neighbours, int, NDArray[np.uint64], NDArray[np.int64]]] = []
        for backend in ("auto", "torch"):
            encoder = load_encoder(backend=backend)
            encoder = encoder.with_token_weights(encoder.weigh_tokens(texts))
            matrix = encode_texts(texts, encoder, cache=cache).matrix
            first, place = distinct(matrix)
            k = n_edges(len(first))
            keys = least_of(keys_of_texts(texts), place)
            made.append((neighbours_of(matrix[first], k), k, keys, place))
        near, k, keys, _ = made[0]
        order = outer_first(near, k)
        near = near.reordered(order)
        found = main_scale(weighed(affinity(near, k)), keys[order], near, k, seed=0)
        assert found is not None, name
        for way, divide in WAYS.items():
            for beside in BESIDE:
                at = found[0].main * beside
                both = [divide(near, k, keys, at)[place] for near, k, keys, place in made]
                rows.append(
                    {
                        "set": name,
                        "n": len(texts),
                        "way": way,
                        "agree": float(adjusted_rand_score(*both)),
                        "labels": float(np.mean([adjusted_rand_score(truth, one) for one in both])),
                    }
                )
        print(name, file=sys.stderr, flush=True)
    return pd.DataFrame(rows)


def to_markdown(results: pd.DataFrame, command: str) -> str:
    """The result file."""
    means = results.groupby(["set", "n", "way"], sort=False)[["agree", "labels"]].mean()
    overall = means.groupby("way", sort=False).mean()
    head = [f"{way}: {what}" for way in WAYS for what in ("agree", "labels")]
    lines = [f"| set | texts | {' | '.join(head)} |", "| --- |" + " --: |" * (len(head) + 1)]
    for (name, n), own in means.groupby(["set", "n"], sort=False):
        cells = " | ".join(f"{value:.3f}" for value in own.to_numpy().ravel())
        lines.append(f"| {name} | {n:,} | {cells} |")
    cells = " | ".join(f"{value:.3f}" for value in overall.to_numpy().ravel())
    lines.append(f"| mean | | {cells} |")
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, needlens {version('needlens')}"
    return "\n".join(["# The order of visiting\n", f"`{command}` on {machine}.\n", NOTES, *lines, ""])


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path, help="folder of the labelled sets")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cache = VectorCache(Path(folder) / "vectors.sqlite")
        results = measure(options.data, [name for name in SETS if name != "clinc150, all"], cache)
    command = "python benchmarks/visiting.py DATA"
    options.out.write_text(to_markdown(results, command), encoding="utf-8")
    text = json.dumps({"command": command, "results": results.to_dict("records")}, indent=1) + "\n"
    options.out.with_suffix(".json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
