"""Measure what becomes of seeds on labelled texts, those whose texts are there and those whose are not.

Run it from the repository root, with the "bench" extra installed::

    python benchmarks/seeds.py DATA

DATA is the folder of labelled sets that ``benchmarks/themes.py`` describes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import load_encoder
from needlens.encoders.vectors import encode_texts
from needlens.seed_claims import claim
from needlens.seeds import Seed, seed_vectors
from needlens.theme_model import ThemeModel

SETS = {
    "banking77": ("banking77.csv", "split == 'test'"),
    "clinc150": ("clinc150.csv", "split == 'test'"),
    "oposum boots": ("oposum_dev.csv", "domain == 'boots'"),
}
"""The file of each set and which of its rows count."""

REMOVED = 0.25
"""Share of labels whose texts are taken out of the data."""

N_EXAMPLES = 3
ALONE = 3
"""Every which seed is also tried alone."""

NOTES = """\
- In each draw a quarter of the labels is taken out of the data, themes are found in the rest, and *all*
  labels are given as seeds: by their name (underscores made blanks), or by three of their texts, which are
  taken out of the data too. `together`: all seeds at once, as a list of themes would be; `alone`: one at
  a time.
- `fine`: the themes needlens finds; `coarse`: a fifth as many as there are labels, so that most seeds are
  buried in a wider theme.
- Over seeds whose texts are in the data: what became of them; of those not unmet, the precision and recall of
  the theme against the label; `F1` counts an unmet seed as 0. Over seeds whose texts were taken out:
  `false`, the share that is not unmet. `neighbour`: of these, the share whose nearest texts are at least as
  like it as the median present seed's: no rule on likeness could tell those from present ones.
- `nearest theme` answers every seed with the theme whose centre is most similar: it never says unmet.
"""


def read_set(folder: Path, name: str) -> pd.DataFrame:
    """Distinct texts of a set with their labels, of labels with enough of them: ``text`` and ``label``."""
    file, rows = SETS[name]
    table = pd.read_csv(folder / file).query(rows)[["text", "label"]].dropna().drop_duplicates("text")
    enough = table["label"].map(table["label"].value_counts()) > 2 * N_EXAMPLES
    return table[enough].reset_index(drop=True)


def draw(table: pd.DataFrame, number: int) -> tuple[NDArray[np.bool_], list[str], dict[str, tuple[str, ...]]]:
    """Which rows stay, which labels are taken out, and three texts of each label."""
    rng = np.random.default_rng(number)
    labels = sorted(table["label"].unique())
    removed = sorted(rng.choice(labels, max(2, round(REMOVED * len(labels))), replace=False).tolist())
    stays = ~table["label"].isin(removed).to_numpy()
    examples = {}
    for label in labels:
        rows = rng.choice(np.flatnonzero(table["label"] == label), N_EXAMPLES, replace=False)
        examples[label] = tuple(table["text"].iloc[rows])
        stays[rows] = False
    return stays, removed, examples


def score(truth: NDArray[Any], ids: NDArray[np.int64], theme: int, label: str) -> tuple[float, float]:
    """Precision and recall of a theme against a label."""
    own, right = ids == theme, truth == label
    hits = float((own & right).sum())
    return hits / max(1.0, float(own.sum())), hits / max(1.0, float(right.sum()))


def claims(
    seeds: list[Seed],
    of_seeds: NDArray[np.float32],
    points: NDArray[np.float32],
    ids: NDArray[np.int64],
    truth: NDArray[Any],
    labels: list[str],
    *,
    alone: bool,
) -> list[dict[str, Any]]:
    """One row a seed: outcome, precision, recall, similarity."""
    rows = []
    groups = [[at] for at in range(0, len(seeds), ALONE)] if alone else [list(range(len(seeds)))]
    for group in groups:
        claimed = claim([seeds[at] for at in group], of_seeds[group], points, ids)
        outcomes = claimed.outcomes.to_dict("records")
        for at, row in zip(group, outcomes, strict=True):
            theme = 0 if row["outcome"] == "unmet" else int(row["theme_id"])
            precision, recall = score(truth, claimed.ids, theme, labels[at]) if theme else (np.nan, np.nan)
            rows.append(
                {
                    "label": labels[at],
                    "outcome": row["outcome"],
                    "precision": precision,
                    "recall": recall,
                    "similarity": row["similarity"],
                }
            )
    return rows


def nearest_theme(
    of_seeds: NDArray[np.float32],
    points: NDArray[np.float32],
    ids: NDArray[np.int64],
    truth: NDArray[Any],
    labels: list[str],
) -> list[dict[str, Any]]:
    """The theme whose centre is most similar, whatever the seed."""
    themes = np.unique(ids[ids > 0])
    centres = np.array([points[ids == theme].mean(axis=0) for theme in themes])
    centres /= np.linalg.norm(centres, axis=1)[:, None]
    likeness = of_seeds @ centres.T
    rows = []
    for at, label in enumerate(labels):
        precision, recall = score(truth, ids, themes[likeness[at].argmax()], label)
        key = {"label": label, "outcome": "found", "precision": precision, "recall": recall}
        rows.append({**key, "similarity": float(likeness[at].max())})
    return rows


def measure(folder: Path, sets: list[str], n_draws: int) -> pd.DataFrame:
    """One row a set, draw, kind of themes, kind of seed, method and seed."""
    encoder, cache = load_encoder(), VectorCache()
    tables = []
    for name in sets:
        table = read_set(folder, name)
        encoder = encoder.with_token_weights(encoder.weigh_tokens(table["text"].tolist()))
        vectors = encode_texts(table["text"].tolist(), encoder, cache=cache).matrix
        labels = sorted(table["label"].unique())
        for number in range(n_draws):
            stays, removed, examples = draw(table, number)
            points, truth = vectors[stays], table["label"].to_numpy(dtype=object)[stays]
            points, first = np.unique(points, axis=0, return_index=True)
            truth = truth[first]
            named = [Seed(label.replace("_", " ")) for label in labels]
            shown = [Seed(label, examples[label]) for label in labels]
            coarse = ThemeModel(max(2, len(labels) // 5))
            for scale, model in (("fine", ThemeModel()), ("coarse", coarse)):
                found = model.fit(points).labels_
                ids = pd.Series(found).to_numpy(np.int64, na_value=0)
                for kind, seeds in (("name", named), ("3 examples", shown)):
                    of_seeds = seed_vectors(seeds, encoder, cache=cache)
                    given = (of_seeds, points, ids, truth, labels)
                    methods = {
                        "together": claims(seeds, *given, alone=False),
                        "alone": claims(seeds, *given, alone=True),
                        "nearest theme": nearest_theme(*given),
                    }
                    for method, rows in methods.items():
                        part = pd.DataFrame(rows)
                        part["removed"] = part["label"].isin(removed)
                        tables.append(
                            part.assign(set=name, draw=number, themes=scale, seed=kind, method=method)
                        )
            print(f"{name}, draw {number}", file=sys.stderr, flush=True)
    return pd.concat(tables, ignore_index=True)


def summarise(results: pd.DataFrame) -> pd.DataFrame:
    """One row a set, kind of themes, kind of seed and method."""
    rows = []
    keys = ["set", "themes", "seed", "method"]
    for key, of in results.groupby(keys, sort=False):
        present, removed = of[~of["removed"]], of[of["removed"]]
        both = present["precision"] + present["recall"]
        f1 = (2 * present["precision"] * present["recall"] / both.where(both > 0)).fillna(0)
        rows.append(
            {
                **dict(zip(keys, key, strict=True)),
                "n": len(present),
                **{name: float((present["outcome"] == name).mean()) for name in ("found", "carved", "unmet")},
                "precision": float(present["precision"].mean()),
                "recall": float(present["recall"].mean()),
                "f1": float(f1.mean()),
                "n_removed": len(removed),
                "false": float((removed["outcome"] != "unmet").mean()),
                "neighbour": float((removed["similarity"] >= present["similarity"].median()).mean()),
            }
        )
    return pd.DataFrame(rows)


def to_markdown(summary: pd.DataFrame, command: str) -> str:
    """The result file."""
    parts = [
        "# Seeds on labelled texts\n",
        f"`{command}` on {os.cpu_count()} cores, Python {platform.python_version()}.\n",
        NOTES,
    ]
    columns = ["themes", "seeds", "method", "n", "found", "carved", "unmet", "precision", "recall", "F1"]
    head = f"| {' | '.join([*columns, 'n removed', 'false', 'neighbour'])} |"
    rule = "| --- | --- | --- |" + " --: |" * 10
    for name, of_set in summary.groupby("set", sort=False):
        lines = [
            f"| {row['themes']} | {row['seed']} | {row['method']} | {row['n']} | {row['found']:.0%} | "
            f"{row['carved']:.0%} | {row['unmet']:.0%} | {row['precision']:.2f} | {row['recall']:.2f} | "
            f"{row['f1']:.2f} | {row['n_removed']} | {row['false']:.0%} | {row['neighbour']:.0%} |"
            for row in of_set.to_dict("records")
        ]
        parts.append("\n".join([f"## {name}\n", head, rule, *lines]) + "\n")
    return "\n".join(parts)


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path, help="folder of the labelled sets")
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--draws", type=int, default=3, help="how many draws of labels")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args()
    summary = summarise(measure(options.data, options.sets, options.draws))
    command = f"python benchmarks/seeds.py DATA --draws {options.draws}"
    options.out.write_text(to_markdown(summary, command), encoding="utf-8")
    record = {
        "command": command,
        "summary": json.loads(summary.to_json(orient="records", double_precision=6)),
    }
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    options.out.with_suffix(".json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
