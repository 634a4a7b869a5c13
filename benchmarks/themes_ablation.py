"""Measure what the engine does against what it could do instead, on labelled texts.

Run it from the repository root, with the "bench" extra installed::

    python benchmarks/themes_ablation.py DATA

DATA is the folder ``labelled_sets.py`` describes; the options are in ``ablation_options.py``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

import ablation_options as do
import numpy as np
import pandas as pd
from ablation_options import Graph, Vectors
from labelled_sets import CONTAINS, SETS, LabelledSet, load_set
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from needlens.encoders.text_vectors import TextVectors
from needlens.graph.affinity import affinity, n_edges
from needlens.graph.choice import choose
from needlens.graph.communities import Labels, communities
from needlens.graph.neighbours import neighbours_of
from needlens.graph.null import gaussian_of
from needlens.graph.scales import OF_ALL, RESOLUTIONS, ScaleScan, mean_agreement

PLAIN = "as the engine does"
FINE = (20.0, 60.0)
"""Resolutions of the fine groups that are joined."""

PACKAGES = ["numpy", "scikit-learn", "scikit-network", "scipy", "torch"]

EDGES = [10, 15, 25, 40, 60]
SIZES = [600, 1_500, 3_000, 6_000, 9_900, 17_900]
"""Edges a text, and numbers of texts, that are tried together."""

EDGE_NOTES = """\
ARI at the best of the 30 resolutions, mean over draws of so many texts; `the engine's`: how many edges a text
it takes. These are texts of the training parts, which the sets above do not hold.
"""

RESAMPLES = 6
CLOUDS = 3
"""Clouds without groups behind an excess."""


@dataclass(frozen=True, slots=True)
class Option:
    """The steps, the engine's unless said otherwise; ``join`` replaces the resolutions by joining."""

    vectors: Callable[[LabelledSet], Vectors] = do.as_they_are
    graph: Callable[[Vectors], Graph] = do.nearest_graph
    divide: Callable[[Graph, float], Labels] = do.louvain
    after: Callable[[LabelledSet, Graph, Labels], Labels] | None = None
    join: Callable[[LabelledSet, Graph, Labels], list[Labels]] | None = None


OPTIONS = {
    PLAIN: Option(),
    "all tokens alike": Option(do.all_alike),
    "tokens count half at 5 % of the texts": Option(do.weighed_at(0.05)),
    "tokens count half at 20 % of the texts": Option(do.weighed_at(0.2)),
    "5 neighbours": Option(graph=do.with_k(5)),
    "10 neighbours": Option(graph=do.with_k(10)),
    "15 neighbours": Option(graph=do.with_k(15)),
    "25 neighbours": Option(graph=do.with_k(25)),
    "mutual neighbours, of 25": Option(graph=do.mutual),
    "shared neighbours, of 25": Option(graph=do.shared),
    "UMAP's fuzzy weights": Option(graph=do.fuzzy),
    "self-tuned Gaussian weights": Option(graph=do.self_tuned),
    "neighbours by CSLS": Option(graph=do.less_hubs),
    "mutual edges count once": Option(graph=do.either_end),
    "edges all alike": Option(graph=do.unweighted),
    "similarity to the 4th power": Option(graph=do.sharpened(4)),
    "centred": Option(do.centred),
    "without the top direction": Option(do.without_top(1)),
    "without the top 2": Option(do.without_top(2)),
    "without the top 3": Option(do.without_top(3)),
    "64 principal directions": Option(do.principal(64)),
    "32 principal directions": Option(do.principal(32)),
    "half whitened": Option(do.principal(300, 0.5)),
    "fully whitened, 64 directions": Option(do.principal(64, 1.0)),
    "fully whitened, 300 directions": Option(do.principal(300, 1.0)),
    "smoothed over 15 neighbours, once": Option(do.smoothed(1)),
    "smoothed over 15 neighbours, twice": Option(do.smoothed(2)),
    "smoothed over 10 neighbours, thrice": Option(do.smoothed(3, 10)),
    "whitened within groups, at 3": Option(do.whitened_within(3, 0.5)),
    "whitened within groups, at 10": Option(do.whitened_within(10, 0.5)),
    "with words, weight .1": Option(do.with_words(0.1)),
    "with words, weight .25": Option(do.with_words(0.25)),
    "with words, weight .4": Option(do.with_words(0.4)),
    "linear map by contrast, 5 neighbours": Option(do.contrasted(500, 5)),
    "linear map by contrast, 15 neighbours": Option(do.contrasted(500, 15)),
    "linear map by contrast, 15, warmer": Option(do.contrasted(500, 15, 0.2)),
    "Leiden": Option(divide=do.leiden),
    "constant Potts model": Option(divide=do.potts),
    "consensus of 10 resamples": Option(divide=do.consensus),
    "consensus, then polished 5 times": Option(divide=do.consensus, after=do.polished(5)),
    "polished by centres, once": Option(after=do.polished(1)),
    "polished by centres, 5 times": Option(after=do.polished(5)),
    "polished by neighbours' votes": Option(after=do.by_vote),
    "fine groups joined, Ward": Option(join=do.ward),
    "fine groups joined, average link": Option(join=do.average_link),
    "fine groups joined, shared words": Option(join=do.shared_words),
}

CHOSEN = "middle of the plateau of stability and detail"
"""The engine's rule."""

UNCHOSEN = ["consensus, then polished 5 times"]
"""Options whose choice of scale would take too long."""

RULES: dict[str, Callable[[ScaleScan, NDArray[np.float64]], int]] = {
    "most stable": lambda seen, _: int(np.argmax(seen.stability)),
    "largest excess over a cloud": lambda seen, chance: int(np.argmax(seen.stability - chance)),
}
"""Ways to choose the scale from what is seen at each; the engine's, the plateau's middle, stands apart."""

NOTES = """\
- `best`: the highest ARI over the engine's 30 resolutions (for joining: over 20 numbers of groups from each
  of two fine partitions), picked with the labels: what the groups could give if the scale were always right.
- `chosen`: ARI at the scale the engine's rule chooses, from 6 resamples cut out of the whole graph (the
  engine draws more, with neighbours of their own); – where there is nothing to choose from or it would take
  too long.
- The engine weighs tokens so that one that a tenth of the texts share counts half, and joins each text to
  .077 n^(2/3) others, at least 15 and at most 50; of many texts edges that both ends chose count double.
  Options change the one thing they name.
- `gain`: mean difference in `best` to the first row, in brackets its 95 % bootstrap interval over the sets;
  `ahead`: on how many sets. Each seed is another order of the texts, the same for all options: Louvain visits
  texts in their order. ± is the standard deviation of the mean over the seeds.
- `seconds`: of all sets together, one seed, `chosen` included.
"""


CONCLUSIONS = "## What follows"


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path, help="folder of the labelled sets")
    parser.add_argument("--seeds", type=int, default=4, help="how many orders of the texts")
    parser.add_argument(
        "--options", nargs="+", choices=list(OPTIONS), metavar="OPTION", default=list(OPTIONS)
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    asked = parser.parse_args()
    warnings.simplefilter("ignore")  # of the libraries compared

    sets = [load_set(asked.data, name) for name in SETS if name not in CONTAINS]
    options = {PLAIN: OPTIONS[PLAIN]} | {name: OPTIONS[name] for name in asked.options}
    results = pd.DataFrame(measure(sets, options, asked.seeds))
    rules = pd.DataFrame(measure_rules(sets, asked.seeds))
    edges = pd.DataFrame(measure_edges(asked.data, asked.seeds))
    picked = "" if asked.options == list(OPTIONS) else " --options " + " ".join(map(repr, asked.options))
    record = {
        "command": f"python benchmarks/themes_ablation.py DATA{picked} --seeds {asked.seeds}",
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
        "versions": {name: version(name) for name in PACKAGES},
        "results": json.loads(results.to_json(orient="records", double_precision=6)),
        "rules": json.loads(rules.to_json(orient="records", double_precision=6)),
        "edges": json.loads(edges.to_json(orient="records", double_precision=6)),
    }
    text = f"{to_markdown(results, rules, edges, record)}\n{conclusions(asked.out)}"
    asked.out.write_text(text, encoding="utf-8")
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    asked.out.with_suffix(".json").write_text(text, encoding="utf-8")


def conclusions(out: Path) -> str:
    """What stands under the last heading of the result file, written by hand: kept from run to run."""
    before = out.read_text(encoding="utf-8") if out.exists() else ""
    return CONCLUSIONS + (before.partition(CONCLUSIONS)[2] or "\n\nTo be written.\n")


def measure(sets: list[LabelledSet], options: dict[str, Option], n_seeds: int) -> Iterator[dict[str, Any]]:
    """One row an option, seed and set: ARI at the best and at the chosen scale."""
    for title, option in options.items():
        for seed in range(n_seeds):
            for data in (shuffled(data, seed) for data in sets):
                start = time.perf_counter()
                graph = option.graph(option.vectors(data))
                found = partitions(data, graph, option)
                agreement = [adjusted_rand_score(data.truth, labels) for labels in found]
                chosen = np.nan
                if option.join is None and title not in UNCHOSEN:
                    labels = at_chosen(data, graph, option, scan(graph, option, found, seed))
                    chosen = adjusted_rand_score(data.truth, labels)
                best = int(np.argmax(agreement))
                yield {
                    "option": title,
                    "seed": seed,
                    "set": data.name,
                    "best": agreement[best],
                    "n_groups": int(found[best].max()) + 1,
                    "chosen": chosen,
                    "seconds": time.perf_counter() - start,
                }
        print(title, file=sys.stderr, flush=True)


def measure_rules(sets: list[LabelledSet], n_seeds: int) -> Iterator[dict[str, Any]]:
    """One row a rule, seed and set: ARI at the scale each rule chooses on the engine's graph."""
    option = Option()
    for seed in range(n_seeds):
        for data in (shuffled(data, seed) for data in sets):
            graph = option.graph(data.weighed)
            found = partitions(data, graph, option)
            seen = scan(graph, option, found, seed)
            chance = by_chance(data, option, seen, seed)
            answers = {
                name: option.divide(graph, seen.resolutions[rule(seen, chance)])
                for name, rule in RULES.items()
            }
            answers[CHOSEN] = at_chosen(data, graph, option, seen)
            for name, labels in answers.items():
                agreement, k = adjusted_rand_score(data.truth, labels), int(labels.max()) + 1
                log_k = abs(float(np.log(k / data.n_labels)))
                key = {"rule": name, "seed": seed, "set": data.name}
                yield {**key, "chosen": agreement, "n_groups": k, "log_k": log_k}
        print(f"rules, seed {seed}", file=sys.stderr, flush=True)


def measure_edges(folder: Path, n_seeds: int) -> Iterator[dict[str, Any]]:
    """One row a set, number of texts, number of edges and seed: ARI at the best resolution."""
    for file in ("banking77.csv", "clinc150.csv"):
        table = pd.read_csv(folder / file).query("split != 'test' and label != 'oos'").drop_duplicates("text")
        for n, seed in product(SIZES, range(n_seeds)):
            some = table.sample(min(n, len(table)), random_state=seed)
            vectors = TextVectors().fit_transform(some["text"].tolist())
            near = neighbours_of(vectors, max(EDGES))
            for k in EDGES if n <= len(table) else ():
                graph = affinity(near, k)
                found = [communities(graph, float(at)) for at in RESOLUTIONS]
                best = max(adjusted_rand_score(some["label"], labels) for labels in found)
                yield {"file": file, "n": n, "k": k, "seed": seed, "best": best}
            print(f"{file}, {n} texts, seed {seed}", file=sys.stderr, flush=True)


def shuffled(data: LabelledSet, seed: int) -> LabelledSet:
    """The texts in another order; seed 0 leaves them."""
    order = np.random.default_rng(seed).permutation(len(data.texts)) if seed else np.arange(len(data.texts))
    texts, vectors = [data.texts[at] for at in order], np.ascontiguousarray(data.vectors[order])
    weighed = np.ascontiguousarray(data.weighed[order])
    return replace(data, texts=texts, truth=data.truth[order], vectors=vectors, weighed=weighed)


def partitions(data: LabelledSet, graph: Graph, option: Option) -> list[Labels]:
    """Groups at each resolution, or after each joining."""
    if option.join is not None:
        fine = [option.divide(graph, resolution) for resolution in FINE]
        return [labels for groups in fine for labels in option.join(data, graph, groups)]
    found = [option.divide(graph, float(resolution)) for resolution in RESOLUTIONS]
    return found if option.after is None else [option.after(data, graph, labels) for labels in found]


def scan(graph: Graph, option: Option, wholes: list[Labels], seed: int) -> ScaleScan:
    """As the engine scans, on resamples cut out of the graph."""
    n = graph.shape[0]
    rng = np.random.default_rng([seed, n])
    kept = [np.flatnonzero(rng.random(n) < 0.8) for _ in range(RESAMPLES)]
    cut = [graph[keep][:, keep].tocsr() for keep in kept]
    n_groups = np.array([whole.max() + 1 for whole in wholes])
    usable = np.flatnonzero(n_groups * OF_ALL.seen <= n)
    stability = np.zeros(len(usable))
    for at, position in enumerate(usable):
        again = [option.divide(part, float(RESOLUTIONS[position])) for part in cut]
        stability[at] = mean_agreement(wholes[position], kept, again)
    return ScaleScan(RESOLUTIONS[usable], n_groups[usable], stability, n)


def at_chosen(data: LabelledSet, graph: Graph, option: Option, seen: ScaleScan) -> Labels:
    """Groups at the scale the engine's rule chooses; one group where it chooses none."""
    chosen = choose(seen)
    if chosen is None:
        return np.zeros(len(data.texts), dtype=np.int64)
    labels = option.divide(graph, chosen[0])
    return labels if option.after is None else option.after(data, graph, labels)


def by_chance(data: LabelledSet, option: Option, seen: ScaleScan, seed: int) -> NDArray[np.float64]:
    """Mean stability of clouds without groups at the resolutions seen; 0 where they do not fall apart."""
    total = np.zeros(len(seen.resolutions))
    for number in range(CLOUDS):
        rng = np.random.default_rng([seed, number])
        graph = option.graph(gaussian_of(data.weighed).draw(len(data.texts), rng))
        own = scan(graph, option, [option.divide(graph, float(at)) for at in RESOLUTIONS], seed)
        at_same = np.isin(seen.resolutions, own.resolutions)
        total[at_same] += own.stability[np.isin(own.resolutions, seen.resolutions)]
    return total / CLOUDS


def to_markdown(
    results: pd.DataFrame, rules: pd.DataFrame, edges: pd.DataFrame, record: dict[str, Any]
) -> str:
    """The result file, without the conclusions."""
    versions = ", ".join(f"{name} {number}" for name, number in record["versions"].items())
    names = list(dict.fromkeys(results["set"]))
    best, chosen, seconds = (
        results.pivot_table(column, "option", "set", sort=False, dropna=False)[names]
        for column in ("best", "chosen", "seconds")
    )
    plain = best.loc[PLAIN]
    drawn = np.random.default_rng(0).integers(len(names), size=(10_000, len(names)))
    head = ["option", "best", "gain", "ahead", "chosen", *names, "seconds"]
    lines = [head, ["---", *["--:"] * (len(head) - 1)]]
    for option in map(str, best.index):
        row = best.loc[option]
        own = results[results["option"] == option]
        over_seeds = own.groupby("seed")["best"].mean().std(ddof=1)
        gain = (row - plain).to_numpy()
        low, high = np.quantile(gain[drawn].mean(axis=1), [0.025, 0.975])
        at_chosen = chosen.loc[option].to_numpy().mean()
        lines.append(
            [
                option,
                f"{row.mean():.3f} ± {over_seeds:.3f}",
                "" if option == PLAIN else f"{gain.mean():+.3f} [{low:+.3f}, {high:+.3f}]",
                "" if option == PLAIN else f"{(gain > 0).sum()} of {len(gain)}",
                "–" if np.isnan(at_chosen) else f"{at_chosen:.3f}",
                *(f"{row[name]:.3f}" for name in names),
                f"{seconds.loc[option].sum():.0f}",
            ]
        )
    parts = [
        "# What else could make the groups\n",
        f"`{record['command']}` on {record['machine']}, with {versions}.\n",
        NOTES,
        f"## Options, one change at a time\n\n{_rows(lines)}",
        f"## Ways to choose the scale\n\n{_rows(_rule_lines(rules, names))}",
        f"## Edges a text, by number of texts\n\n{EDGE_NOTES}\n{_rows(_edge_lines(edges))}",
    ]
    return "\n".join(parts)


def _rule_lines(rules: pd.DataFrame, names: list[str]) -> list[list[str]]:
    head = ["rule", "chosen", "ln(k/K)", *names]
    lines = [head, ["---", *["--:"] * (len(head) - 1)]]
    for rule, own in rules.groupby("rule", sort=False):
        over_seeds = own.groupby("seed")["chosen"].mean().std(ddof=1)
        means = own.groupby("set")[["chosen", "n_groups"]].mean()
        cells = [f"{means['chosen'][name]:.3f} ({means['n_groups'][name]:.0f})" for name in names]
        mean = f"{means['chosen'].mean():.3f} ± {over_seeds:.3f}"
        lines.append([str(rule), mean, f"{own['log_k'].mean():.2f}", *cells])
    return lines


def _edge_lines(edges: pd.DataFrame) -> list[list[str]]:
    lines = [["texts", "n", "the engine's", *map(str, EDGES)], ["---", *["--:"] * (len(EDGES) + 2)]]
    for (file, n), own in edges.groupby(["file", "n"], sort=False):
        means = own.groupby("k")["best"].mean()
        cells = [f"{means[k]:.3f}" for k in EDGES]
        lines.append([str(file).removesuffix(".csv"), f"{n:,}", str(n_edges(int(str(n)))), *cells])
    return lines


def _rows(lines: list[list[str]]) -> str:
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    main()
