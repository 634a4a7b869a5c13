"""Measure whether the stability of themes says which are found again in other texts.

Run it from the repository root::

    python benchmarks/stability.py DATA

DATA is the folder ``labelled_sets.py`` describes.
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
from labelled_sets import read_set
from numpy.typing import NDArray
from scipy import stats

from needlens.encoders.text_vectors import TextVectors
from needlens.graph.agreement import best_jaccard
from needlens.graph.draws import keys_of_texts
from needlens.intervals import wilson
from needlens.theme_model import ThemeModel
from needlens.wording import trust

SETS = [
    "banking77",
    "clinc150",
    "space",
    "oposum bags_and_cases",
    "oposum boots",
    "oposum keyboards",
    "clinc150, all",
]
WORDS = ["stable", "tentative", "unstable"]
AGAIN = 0.5
"""Jaccard overlap from which a theme counts as found again: most of both is shared."""

NOTES = """\
- A set is cut into two random halves; themes are found in each by itself, each with token weights of its own.
  A theme's `stability` and its word come from its own half alone. Its themes are then carried to the texts of
  the other half (`predict`) and compared with the themes found there: the largest Jaccard overlap is the
  theme's replication. Both halves take both parts. All on the main scale.
- `Spearman`: rank correlation of stability and replication over the themes of all draws; in brackets the
  95 % percentile bootstrap interval over the draws. `found again`: share of themes that replicate with an
  overlap of .5 or more, with its Wilson interval; themes of one draw are not independent, so it is rather too
  narrow.
- The cutoffs of the words (.75 and .6) are those of Hennig (2007); nothing was chosen on these sets.
"""


def halved(texts: list[str], others: list[str], seed: int) -> list[pd.DataFrame]:
    """Both halves: stability of its themes, and how each is found again in the other."""
    readers = [TextVectors().fit(part) for part in (texts, others)]
    models = [
        ThemeModel(seed=seed).fit(reader.transform(part), keys=keys_of_texts(part))
        for reader, part in zip(readers, (texts, others), strict=True)
    ]
    return [
        _found_again(models[0], models[1], readers[0].transform(others)),
        _found_again(models[1], models[0], readers[1].transform(texts)),
    ]


def _found_again(own: ThemeModel, again: ThemeModel, other: NDArray[np.float32]) -> pd.DataFrame:
    """Each theme of one half beside its replication in the other, whose texts the first one's reader read."""
    if not (own.structure_.found and again.structure_.found):
        return pd.DataFrame({"theme_id": [], "stability": [], "n": [], "replication": []})
    themes = own.themes_[own.themes_["scale"] == own.main_scale_].reset_index(drop=True)
    carried = pd.Series(own.predict(other)).to_numpy(np.int64, na_value=0)
    place = {theme: at for at, theme in enumerate(themes["theme_id"])}
    labels = np.array([place.get(theme, -1) for theme in carried.tolist()])
    there = pd.factorize(pd.Series(again.labels_).to_numpy(np.int64, na_value=0))[0]
    kept = labels >= 0
    # A text that is near no theme of this half takes part in none of them.
    overlap = best_jaccard(np.where(kept, labels, len(themes)), there, len(themes) + 1)[:-1]
    return themes.assign(replication=np.nan_to_num(overlap))[["theme_id", "stability", "n", "replication"]]


def measure(folder: Path, names: list[str], n_draws: int) -> pd.DataFrame:
    """One row a theme."""
    rows = []
    for name in names:
        texts = read_set(folder, name)["text"].tolist()
        for draw in range(n_draws):
            order = np.random.default_rng(draw).permutation(len(texts))
            parts = [[texts[at] for at in np.sort(part)] for part in np.array_split(order, 2)]
            for side, found in enumerate(halved(parts[0], parts[1], draw)):
                rows.append(found.assign(set=name, draw=draw, side=side))
            print(f"{name}, draw {draw}", file=sys.stderr, flush=True)
    table = pd.concat([own for own in rows if len(own)], ignore_index=True)
    return table.assign(word=[trust(value) for value in table["stability"]])


def correlations(results: pd.DataFrame) -> pd.DataFrame:
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
        rows.append(
            {
                "set": name,
                "draws": len(draws),
                "themes": len(own),
                "spearman": _spearman(own),
                "low": low,
                "high": high,
                "replication": own["replication"].mean(),
            }
        )
    return pd.DataFrame(rows)


def _spearman(table: pd.DataFrame) -> float:
    return float(stats.spearmanr(table["stability"], table["replication"]).statistic)


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


def to_markdown(correlated: pd.DataFrame, words: pd.DataFrame, command: str) -> str:
    """The result file."""
    lines = ["| set | draws | themes | Spearman | mean replication |", "| --- | --: | --: | --: | --: |"]
    lines += [
        f"| {row['set']} | {row['draws']} | {row['themes']} | {row['spearman']:.2f} [{row['low']:.2f}, "
        f"{row['high']:.2f}] | {row['replication']:.2f} |"
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
    parser.add_argument("--sets", nargs="+", default=SETS, help="which sets")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args()
    results = measure(options.data, options.sets, options.draws)
    correlated, words = correlations(results), reliability(results)
    command = f"python benchmarks/stability.py DATA --draws {options.draws}"
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
