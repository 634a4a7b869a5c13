"""Measure whether themes keep their ids when a study is fitted again with a fifth more texts.

Run it from the repository root::

    python benchmarks/refit.py DATA

DATA is the folder ``labelled_sets.py`` describes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from labelled_sets import LabelledSet, load_set
from numpy.typing import NDArray

from needlens.encoders.text_vectors import TextVectors
from needlens.graph.draws import keys_of_texts
from needlens.intervals import wilson
from needlens.study.model import text_key
from needlens.theme_model import ThemeModel
from needlens.tracking import Grouping, Tracking, relabel, track

SETS = ["banking77", "clinc150", "space", "oposum bags_and_cases", "oposum boots", "oposum keyboards"]
STRANGE = [
    "The heron stood in the shallow water without moving.",
    "0x3f 0x7a 0x11 0x9c",
    "Gluons carry the colour charge of quantum chromodynamics.",
    "Tief im Keller sitz ich hier auf einem Fass voll Reben.",
    "asdf jkl qwer uiop",
]
"""Texts that have nothing to do with any set."""

CHANGES = ["kept", "split", "merged", "born", "died"]

NOTES = """\
- The weights of tokens are learned anew at each fit, as in a study.
- In each draw themes are found in a random 100 of every 120 texts, then in all of them, and the second fit is
  tracked from the first. All figures are of the main scale.
- `persisting`: labels that have a theme in both fits, that is, whose best theme overlaps with them by a
  Jaccard of .5 or more before and after, each among the texts of its fit. `same id`: the share of these whose
  best theme has the same id in both; in brackets its 95 % Wilson interval. Draws of a set share most of
  their texts, so the interval is rather too narrow.
- `lived on`: share of all old themes whose id is there after. `churn`: share of the old texts whose theme has
  another id after. `kept` to `died`: themes a draw, as `needlens.tracking.track` tells them; where a theme
  came apart or several came together, their largest part keeps its id too.
- `One text more`: themes are found in all texts, then with one strange text added to them, which belongs to
  none (five such texts in turn). `churn`: share of the old texts whose theme has another id after, its mean
  and its largest value; `unmoved`: draws in which no text changed its theme. A study made with `--previous`
  tells of it.
"""


def grouping(data: LabelledSet, rows: NDArray[np.int64]) -> Grouping:
    """Find themes in some of the texts."""
    texts = [data.texts[at] for at in rows]
    model = ThemeModel().fit(TextVectors().fit_transform(texts), keys=keys_of_texts(texts))
    keys = np.frombuffer(b"".join(text_key(data.texts[at]) for at in rows), dtype=np.uint8).reshape(-1, 16)
    order = np.lexsort(keys.T[::-1])
    ids = model.placement_.ids[:, model.position_[order]]
    return Grouping(keys[order], ids, model.placement_.points, model.placement_.ids, model.main_scale_)


def best_themes(ids: NDArray[np.int64], truth: NDArray[Any], labels: list[str]) -> dict[str, int]:
    """For each label the theme that overlaps with it by a Jaccard of .5 or more, 0 for none."""
    best = dict.fromkeys(labels, 0)
    for label in labels:
        own = truth == label
        for theme in np.unique(ids[own & (ids > 0)]).tolist():
            both, either = (own & (ids == theme)).sum(), (own | (ids == theme)).sum()
            if both > 0.5 * either or (both == 0.5 * either and not best[label]):
                best[label] = theme
    return best


def score(old: Grouping, new: Grouping, done: Tracking, truth: dict[bytes, str]) -> dict[str, Any]:
    """One draw's figures."""
    labels = sorted(set(truth.values()))
    best, main = [], []
    for fit, ids in ((old, old.ids), (new, relabel(new.ids, done.mapping))):
        own = np.array([truth[key.tobytes()] for key in fit.keys], dtype=object)
        main.append(ids[fit.main_scale])
        best.append(best_themes(main[-1], own, labels))
    there = [label for label in labels if best[0][label] and best[1][label]]
    before, after = (set(np.unique(ids[ids > 0]).tolist()) for ids in main)
    churn = done.churn[done.churn["scale"] == new.main_scale].iloc[0]
    told = done.changes
    old_main = told["scale"] == new.main_scale
    return {
        "persisting": len(there),
        "same_id": sum(best[0][label] == best[1][label] for label in there),
        "n_old": len(before),
        "n_new": len(after),
        "lived_on": len(before & after),
        "n_shared": int(churn["n_shared"]),
        "n_changed": int(churn["n_changed"]),
        **{change: int((old_main & (told["change"] == change)).sum()) for change in CHANGES},
    }


def measure(folder: Path, n_draws: int) -> pd.DataFrame:
    """One row a set and draw."""
    rows = []
    for name in SETS:
        data = load_set(folder, name)
        every = np.arange(len(data.texts))
        new = grouping(data, every)
        truth = {text_key(text): str(label) for text, label in zip(data.texts, data.truth, strict=True)}
        for draw in range(n_draws):
            some = np.random.default_rng(draw).permutation(every)[: round(len(every) * 100 / 120)]
            old = grouping(data, np.sort(some))
            rows.append({"set": name, "draw": draw, **score(old, new, track(old, new), truth)})
            print(f"{name}, draw {draw}", file=sys.stderr, flush=True)
    return pd.DataFrame(rows)


def measure_one_more(folder: Path) -> pd.DataFrame:
    """One row a set and strange text: how many of the others change their theme."""
    rows = []
    for name in SETS:
        data = load_set(folder, name)
        every = np.arange(len(data.texts))
        old = grouping(data, every)
        for strange in STRANGE:
            more = replace(data, texts=[*data.texts, strange])
            churn = track(old, grouping(more, np.arange(len(more.texts)))).churn
            own = churn[churn["scale"] == old.main_scale].iloc[0]
            rows.append({"set": name, "n": int(own["n_shared"]), "n_changed": int(own["n_changed"])})
        print(f"{name}, one text more", file=sys.stderr, flush=True)
    return pd.DataFrame(rows)


def summarise(results: pd.DataFrame) -> pd.DataFrame:
    """One row a set, and one of all."""
    rows = []
    groups = [*results.groupby("set", sort=False), ("all", results)]
    for name, of in groups:
        total = of.drop(columns=["set", "draw"]).sum()
        low, high = wilson(total["same_id"], total["persisting"])
        rows.append(
            {
                "set": name,
                "persisting": int(total["persisting"]),
                "same_id": total["same_id"] / total["persisting"] if total["persisting"] else np.nan,
                "low": low,
                "high": high,
                "lived_on": total["lived_on"] / total["n_old"],
                "churn": total["n_changed"] / total["n_shared"],
                **{column: float(of[column].mean()) for column in ("n_old", "n_new", *CHANGES)},
            }
        )
    return pd.DataFrame(rows)


def to_markdown(summary: pd.DataFrame, one_more: pd.DataFrame, command: str) -> str:
    """The result file."""
    columns = ["set", "persisting", "same id", "lived on", "churn", "themes before", "after", *CHANGES]
    lines = [f"| {' | '.join(columns)} |", "| --- |" + " --: |" * (len(columns) - 1)]
    for row in summary.to_dict("records"):
        counts = [f"{row[column]:.1f}" for column in ("n_old", "n_new", *CHANGES)]
        lines.append(
            f"| {row['set']} | {row['persisting']} | {row['same_id']:.1%} [{row['low']:.1%}, "
            f"{row['high']:.1%}] | {row['lived_on']:.0%} | {row['churn']:.0%} | {' | '.join(counts)} |"
        )
    lines += [
        "",
        "## One text more",
        "",
        "| set | texts | churn | largest | unmoved |",
        "| --- |" + " --: |" * 4,
    ]
    for name, own in one_more.groupby("set", sort=False):
        share = own["n_changed"] / own["n"]
        unmoved, n = f"{(share == 0).sum()} of {len(share)}", own["n"].iloc[0]
        lines.append(f"| {name} | {n:,} | {share.mean():.1%} | {share.max():.1%} | {unmoved} |")
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, needlens {version('needlens')}"
    return "\n".join(["# Themes when data come in\n", f"`{command}` on {machine}.\n", NOTES, *lines, ""])


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path, help="folder of the labelled sets")
    parser.add_argument("--draws", type=int, default=5, help="how many draws of the first fit's texts")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args()
    results = measure(options.data, options.draws)
    summary, one_more = summarise(results), measure_one_more(options.data)
    command = f"python benchmarks/refit.py DATA --draws {options.draws}"
    options.out.write_text(to_markdown(summary, one_more, command), encoding="utf-8")
    record = {
        "command": command,
        "results": json.loads(results.to_json(orient="records")),
        "one_more": json.loads(one_more.to_json(orient="records")),
        "summary": json.loads(summary.to_json(orient="records", double_precision=6)),
    }
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    options.out.with_suffix(".json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
