"""Measure how much the number of themes on the main scale moves with the seed and with the scales tried.

Run it from the repository root::

    python benchmarks/scale_choice.py DATA

DATA is the folder ``labelled_sets.py`` describes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from labelled_sets import SETS, LabelledSet, load_set
from numpy.typing import NDArray

from needlens.graph.affinity import affinity, n_edges
from needlens.graph.distinct import distinct
from needlens.graph.draws import keys_of, sample
from needlens.graph.louvain import weighed
from needlens.graph.neighbours import neighbours_of
from needlens.graph.scales import EVERY_SECOND_FROM, RESOLUTIONS
from needlens.graph.search import SEARCHED, WHOLE, main_scale
from needlens.graph.visiting import outer_first

STEP = float(np.log(RESOLUTIONS[1] / RESOLUTIONS[0]))

GRIDS: dict[str, NDArray[np.float64]] = {
    "the engine's, 30 resolutions": RESOLUTIONS,
    "moved by half a step": RESOLUTIONS * np.exp(STEP / 2),
    "24 resolutions": np.geomspace(RESOLUTIONS[0], RESOLUTIONS[-1], 24),
    "40 resolutions, from .1 to 200": np.geomspace(0.1, 200.0, 40),
}

MOVES = 0.15
"""Share of the median number of themes by which it may move."""

NOTES = """\
- Each run chooses the main scale anew, with another seed of the resamples or another grid of resolutions, and
  counts the themes found at it: `seeds` × `grids` runs a set. Sets of more than 5,000 texts are searched on a
  random 3,000, those of 2,500 and more at every second resolution, as the engine does; there the seed draws
  the sample as well.
- `spread`: standard deviation over mean; `furthest`: the largest distance from the median, over the median;
  `within 15 %`: share of runs no further than that from the median. `by seed`: spread over the seeds, mean
  over the grids; `by grid`: spread over the grids, mean over the seeds.
"""


def n_themes(data: LabelledSet, seed: int, grid: NDArray[np.float64]) -> int:
    """Themes on the main scale the engine would choose."""
    points = data.weighed[distinct(data.weighed)[0]]
    sampled = len(points) > WHOLE
    if sampled:
        points = points[sample(keys_of(points), SEARCHED, seed)]
    if len(points) >= EVERY_SECOND_FROM:
        grid = grid[::2]
    k = n_edges(len(points))
    near = neighbours_of(points, k)
    order = outer_first(near, k)
    keys, near = keys_of(points[order]), near.reordered(order)
    graph = weighed(affinity(near, k))
    found = main_scale(graph, keys, near, k, resolutions=grid, sampled=sampled, seed=seed)
    return 1 if found is None else int(found[1].max()) + 1


def measure(folder: Path, names: list[str], n_seeds: int) -> Iterator[dict[str, Any]]:
    """One row a set, seed and grid."""
    for name in names:
        data = load_set(folder, name)
        for seed, (title, grid) in product(range(n_seeds), GRIDS.items()):
            yield {"set": name, "seed": seed, "grid": title, "n_themes": n_themes(data, seed, grid)}
        print(name, file=sys.stderr, flush=True)


def summarise(results: pd.DataFrame) -> pd.DataFrame:
    """One row a set."""
    rows = []
    for name, own in results.groupby("set", sort=False):
        counts = own["n_themes"]
        off = (counts / counts.median() - 1).abs()
        table = own.pivot_table("n_themes", "seed", "grid")
        rows.append(
            {
                "set": name,
                "runs": len(own),
                "median": counts.median(),
                "least": counts.min(),
                "most": counts.max(),
                "spread": counts.std() / counts.mean(),
                "furthest": off.max(),
                "within": float((off <= MOVES).mean()),
                "by_seed": float((table.std() / table.mean()).mean()),
                "by_grid": float((table.std(axis=1) / table.mean(axis=1)).mean()),
            }
        )
    return pd.DataFrame(rows)


def to_markdown(summary: pd.DataFrame, command: str) -> str:
    """The result file."""
    head = ["set", "runs", "themes", "spread", "furthest", "within 15 %", "by seed", "by grid"]
    lines = [f"| {' | '.join(head)} |", "| --- |" + " --: |" * (len(head) - 1)]
    lines += [
        f"| {row['set']} | {row['runs']} | {row['median']:.0f} ({row['least']}–{row['most']}) | "
        f"{row['spread']:.1%} | {row['furthest']:.1%} | {row['within']:.0%} | {row['by_seed']:.1%} | "
        f"{row['by_grid']:.1%} |"
        for row in summary.to_dict("records")
    ]
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, needlens {version('needlens')}"
    grids = "Grids: " + "; ".join(GRIDS) + ".\n"
    title = "# How far the number of themes moves\n"
    return "\n".join([title, f"`{command}` on {machine}.\n", NOTES, grids, *lines, ""])


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path, help="folder of the labelled sets")
    parser.add_argument("--seeds", type=int, default=20, help="seeds of the resamples")
    parser.add_argument("--sets", nargs="+", default=list(SETS), help="which sets")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args()
    results = pd.DataFrame(measure(options.data, options.sets, options.seeds))
    summary = summarise(results)
    picked = "" if options.sets == list(SETS) else " --sets " + " ".join(map(repr, options.sets))
    command = f"python benchmarks/scale_choice.py DATA --seeds {options.seeds}{picked}"
    options.out.write_text(to_markdown(summary, command), encoding="utf-8")
    record = {
        "command": command,
        "summary": json.loads(summary.to_json(orient="records", double_precision=6)),
        "results": json.loads(results.to_json(orient="records")),
    }
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    options.out.with_suffix(".json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
