"""Measure whether the stability of themes says which are found again in other texts.

Run it from the repository root::

    python benchmarks/stability.py DATA

DATA is the folder ``labelled_sets.py`` describes, with product_reviews.csv: column ``text``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from labelled_sets import SETS as LABELLED
from numpy.typing import NDArray
from scipy import stats

from needlens.encoders.text_vectors import TextVectors
from needlens.graph.affinity import affinity, n_edges
from needlens.graph.agreement import best_jaccard
from needlens.graph.draws import keys_of_texts
from needlens.graph.louvain import weighed
from needlens.graph.neighbours import neighbours_of
from needlens.graph.stability import cohesion
from needlens.intervals import wilson
from needlens.theme_model import ThemeModel
from needlens.wording import trust

SETS = {
    **LABELLED,
    "banking77, all": ("banking77.csv", "split != ''"),
    "product reviews": ("product_reviews.csv", "text != ''"),
}
"""The file of each set and which of its rows count. No labels are needed here, so there are two sets more."""

WORDS = ["stable", "tentative", "unstable"]
COLUMNS = ["theme_id", "stability", "overlap", "cohesion", "replication"]
AGAIN = 0.5
"""Jaccard overlap from which a theme counts as found again: most of both is shared."""

NOTES = """\
- A set is cut into two random halves; themes are found in each by itself, each with token weights of its own.
  A theme's `stability` and its word come from its own half alone. Its themes are then carried to the texts of
  the other half (`predict`) and compared with the themes found there: the largest Jaccard overlap is the
  theme's replication. Both halves take both parts. All on the main scale.
  Stability of wider scales was not measured; its second witness is larger there for no other reason than
  size.
- `stability` is the mean of two witnesses: overlap in resamples of the own half, and the share of the weight
  of a theme's edges that stays within it. `overlap alone` and `cohesion alone`: the rank correlation of each.
- `Spearman`: rank correlation of stability and replication over the themes of all draws; in brackets the 95
  % percentile bootstrap interval over the draws: how far the cut into halves matters, not what other texts
  of the kind would give; of five draws it is too narrow. `found again`: share of themes that replicate with
  an overlap of .5 or more, with its Wilson interval; themes of one draw are not independent, so it is
  rather too narrow. The rows `all` pool sets of unlike difficulty, each by its number of themes: nearly
  half of the unstable ones are product reviews, two thirds of the stable ones the two sets named `all`.
- `repeats`: rank correlation between a theme's replication in one fresh part and in another, sets cut into
  thirds. Where fresh texts do not agree among themselves no score can foretell them: if their errors are
  independent, no score is expected to correlate with one part by more than the root of that, `at most`.
  Roughly so: the bound is that of Pearson's correlation, thirds are smaller than the halves of the other
  columns and repeat less well, and few draws leave it uncertain, most of all in the oposum sets. Themes
  count if there are any in both other thirds; a dash: there never were.
- The cutoffs of the words (.75 and .6) are those Hennig (2007) gives to overlaps. That stability should have
  the second witness was found on the training parts of banking77 and clinc150, which the sets named `all`
  hold among other texts, and on pros and cons of products, which are not here.
"""


def cut(texts: list[str], n_parts: int, seed: int) -> list[list[str]]:
    """Random parts of about equal size, the texts of each in the order they had."""
    order = np.random.default_rng(seed).permutation(len(texts))
    return [[texts[at] for at in np.sort(part)] for part in np.array_split(order, n_parts)]


def found_again(parts: list[list[str]], seed: int) -> list[pd.DataFrame]:
    """How the themes of each part are found again in each other part: one table for each such pair."""
    readers = [TextVectors().fit(part) for part in parts]
    models = [
        ThemeModel(seed=seed).fit(reader.transform(part), keys=keys_of_texts(part))
        for reader, part in zip(readers, parts, strict=True)
    ]
    return [
        _found_again(models[own], models[other], readers[own].transform(parts[other])).assign(
            part=own, other=other
        )
        for own in range(len(parts))
        for other in range(len(parts))
        if own != other
    ]


def _found_again(own: ThemeModel, again: ThemeModel, other: NDArray[np.float32]) -> pd.DataFrame:
    """Each theme of one half beside its replication in the other, whose texts the first one's reader read."""
    if not (own.structure_.found and again.structure_.found):
        return pd.DataFrame({column: [] for column in COLUMNS})
    themes = own.themes_[own.themes_["scale"] == own.main_scale_].reset_index(drop=True)
    carried = pd.Series(own.predict(other)).to_numpy(np.int64, na_value=0)
    place = {theme: at for at, theme in enumerate(themes["theme_id"])}
    labels = np.array([place.get(theme, -1) for theme in carried.tolist()])
    there = pd.factorize(pd.Series(again.labels_).to_numpy(np.int64, na_value=0))[0]
    kept = labels >= 0
    # A text that is near no theme of this half takes part in none of them.
    overlap = best_jaccard(np.where(kept, labels, len(themes)), there, len(themes) + 1)[:-1]
    apart = _cohesion(own, themes["theme_id"].to_numpy())
    alone = 2 * themes["stability"] - apart
    return themes.assign(replication=np.nan_to_num(overlap), overlap=alone, cohesion=apart)[COLUMNS]


def _cohesion(own: ThemeModel, theme_ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """The second witness of each theme of the main scale, from which the first follows."""
    points = own.placement_.points
    k = n_edges(len(points))
    graph = weighed(affinity(neighbours_of(points, k), k))
    place = np.full(int(own.placement_.ids.max()) + 1, -1, dtype=np.int64)
    place[theme_ids] = np.arange(len(theme_ids))
    return cohesion(graph, place[own.placement_.ids[own.main_scale_]])


def measure(folder: Path, names: list[str], n_parts: int, n_draws: int) -> pd.DataFrame:
    """One row a theme and other part."""
    rows = []
    for name in names:
        file, which = SETS[name]
        texts = pd.read_csv(folder / file).query(which)["text"].dropna().drop_duplicates().tolist()
        for draw in range(n_draws):
            found = found_again(cut(texts, n_parts, draw), draw)
            rows += [table.assign(set=name, draw=draw) for table in found if len(table)]
            print(f"{name}, in {n_parts}, draw {draw}", file=sys.stderr, flush=True)
    table = pd.concat(rows, ignore_index=True)
    return table.assign(word=[trust(value) for value in table["stability"]])


def correlations(results: pd.DataFrame, thirds: pd.DataFrame) -> pd.DataFrame:
    """One row a set."""
    rows = []
    for name, own in results.groupby("set", sort=False):
        draws = [part for _, part in own.groupby("draw")]
        rng = np.random.default_rng(0)
        drawn = [
            _spearman(pd.concat([draws[at] for at in rng.integers(len(draws), size=len(draws))]))
            for _ in range(1_000)
        ]
        low, high = np.nanquantile(drawn, [0.025, 0.975])
        twice = _repeats(thirds[thirds["set"] == name])
        rows.append(
            {
                "set": name,
                "draws": len(draws),
                "themes": len(own),
                "spearman": _spearman(own),
                "low": low,
                "high": high,
                "overlap": _spearman(own, "overlap"),
                "cohesion": _spearman(own, "cohesion"),
                "repeats": twice,
                "at_most": np.sqrt(np.clip(twice, 0.0, None)),
                "replication": own["replication"].mean(),
            }
        )
    return pd.DataFrame(rows)


def _spearman(table: pd.DataFrame, score: str = "stability") -> float:
    return float(stats.spearmanr(table[score], table["replication"], nan_policy="omit").statistic)


def _repeats(thirds: pd.DataFrame) -> float:
    """Rank correlation between the replications of a theme in two other parts."""
    of = thirds.groupby(["draw", "part", "theme_id"])["replication"].agg(["first", "last", "size"])
    first, second = of.loc[of["size"] == 2, ["first", "last"]].to_numpy().T
    return float(stats.spearmanr(first, second).statistic)


def reliability(results: pd.DataFrame) -> pd.DataFrame:
    """One row a set and word, and those of all sets, each theme counted once."""
    rows = []
    for name, own in [*results.groupby("set", sort=False), ("all", results)]:
        for word in WORDS:
            of = own[own["word"] == word]
            if len(of):
                again = int((of["replication"] >= AGAIN).sum())
                low, high = wilson(again, len(of))
                mean = of["replication"].mean()
                rows.append((name, word, len(of), mean, again / len(of), low, high))
    return pd.DataFrame(rows, columns=["set", "word", "themes", "replication", "again", "low", "high"])


def _known(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.2f}"


def to_markdown(correlated: pd.DataFrame, words: pd.DataFrame, command: str) -> str:
    """The result file."""
    heads = ["set", "draws", "themes", "Spearman", "overlap alone", "cohesion alone", "repeats", "at most"]
    lines = ["| " + " | ".join([*heads, "mean replication"]) + " |", "| --- |" + " --: |" * 8]
    lines += [
        f"| {row['set']} | {row['draws']} | {row['themes']} | {row['spearman']:.2f} [{row['low']:.2f}, "
        f"{row['high']:.2f}] | {row['overlap']:.2f} | {row['cohesion']:.2f} | "
        f"{_known(row['repeats'])} | {_known(row['at_most'])} | {row['replication']:.2f} |"
        for row in correlated.to_dict("records")
    ]
    lines += [
        "",
        "| set | word | themes | mean replication | found again | |",
        "| --- | --- |" + " --: |" * 3,
    ]
    lines[-1] += " --- |"
    lines += [
        f"| {row['set']} | {row['word']} | {row['themes']} | {row['replication']:.2f} | {row['again']:.0%} "
        f"[{row['low']:.0%}, {row['high']:.0%}] | {'█' * round(row['again'] * 20)} |"
        for row in words.to_dict("records")
    ]
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, needlens {version('needlens')}"
    title = "# Whether stable themes are found again\n"
    return "\n".join([title, f"`{command}` on {machine}.\n", NOTES, *lines, ""])


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path, help="folder of the labelled sets")
    parser.add_argument("--draws", type=int, default=5, help="how often each set is halved")
    parser.add_argument("--thirds", type=int, default=2, help="how often each is cut into thirds")
    parser.add_argument("--sets", nargs="+", default=list(SETS), help="which sets")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args()
    results = measure(options.data, options.sets, 2, options.draws)
    thirds = measure(options.data, options.sets, 3, options.thirds)
    correlated, words = correlations(results, thirds), reliability(results)
    command = f"python benchmarks/stability.py DATA --draws {options.draws} --thirds {options.thirds}"
    options.out.write_text(to_markdown(correlated, words, command), encoding="utf-8")
    record = {
        "command": command,
        "correlations": json.loads(correlated.to_json(orient="records", double_precision=6)),
        "words": json.loads(words.to_json(orient="records", double_precision=6)),
    }
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    options.out.with_suffix(".json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
