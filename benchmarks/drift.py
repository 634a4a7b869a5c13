"""Measure how often `assign` reports drift where there is none, and where a theme is missing.

Run it from the repository root::

    python benchmarks/drift.py DATA

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
from labelled_sets import SETS as FILES
from labelled_sets import LabelledSet, load_set
from numpy.typing import NDArray

from needlens.drift import Drift, drift
from needlens.graph.distinct import row_keys
from needlens.graph.neighbours import nearest
from needlens.graph.placement import placement
from needlens.intervals import wilson

SETS = ["banking77", "clinc150", "space", "oposum bags_and_cases", "oposum boots", "oposum keyboards"]
SHARES = [0.02, 0.05, 0.10, 0.20]
HELD_OUT = 0.2

NOTES = """\
- No themes are searched: whether a new text resembles nothing depends on the fitted texts alone
  (`needlens.graph.placement`), in a study and here. All texts of a set are distinct, none is both fitted and
  new. An alarm is p < .05.
- `halves`: a random half is fitted, the other half is new, every text its own person. There is no drift, so
  every alarm is false.
- `halves, by review`: whole reviews go into either half, and the test is told who wrote what; only these sets
  say which review a text is from. Texts fitted together may then resemble one another as no new text can.
- `2%` to `20%`: one label is left out of the fit; new are a fifth of the other texts, held out too, and as
  many texts of that label as make this share of all new ones. Where the label has too few, all of them are
  new, and of the others only as many as make the share: hence fewer new texts. Draws take the labels in
  turn, in random order.
- `alarms` is the share of draws with an alarm, with its 95 % Wilson interval; draws of a set share texts, so
  the interval is rather too narrow. `unexplained`: mean share of the new texts that resemble nothing; among
  the texts of the left-out label alone: `of the label`. `expected`: what the test expects without a change.
"""


def unexplained(
    vectors: NDArray[np.float32], fitted: NDArray[np.int64], new: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], int]:
    """Which new texts `assign` would find to resemble nothing, and how many distinct vectors were fitted."""
    points = vectors[fitted]
    points = points[np.unique(row_keys(points), return_index=True)[1]]
    near = nearest(points, points, 1, skip_self=True)
    everywhere = np.ones((1, len(points)), dtype=np.int64)
    placed, _ = placement(points, near, everywhere, 1).place(vectors[new])
    return np.asarray(placed[0] == 0), len(points)


def row(name: str, case: str, draw: int, found: Drift, of_label: float = np.nan) -> dict[str, object]:
    """One draw's figures."""
    return {
        "set": name,
        "case": case,
        "draw": draw,
        "n_new": found.n,
        "n_unexplained": found.n_unexplained,
        "share": found.share,
        "of_label": of_label,
        "expected": found.expected,
        "p_value": found.p_value,
        "alarm": found.alarm,
    }


def halves(data: LabelledSet, case: str, people: NDArray[np.int64], n_draws: int) -> list[dict[str, object]]:
    """Fit the texts of half of the people, and test the others'."""
    rows = []
    for draw in range(n_draws):
        order = np.random.default_rng(draw).permutation(people.max() + 1)
        mine = np.isin(people, order[: len(order) // 2])
        fitted, new = np.flatnonzero(mine), np.flatnonzero(~mine)
        flags, n_fitted = unexplained(data.weighed, fitted, new)
        rows.append(row(data.name, case, draw, drift(flags, [str(one) for one in people[new]], n_fitted)))
    return rows


def left_out(data: LabelledSet, n_draws: int) -> list[dict[str, object]]:
    """Fit without a label, and test texts that hold it at several shares."""
    rows = []
    labels = np.random.default_rng(0).permutation(sorted(set(data.truth)))
    for draw in range(n_draws):
        rng = np.random.default_rng(draw)
        own = data.truth == labels[draw % len(labels)]
        missing, rest = rng.permutation(np.flatnonzero(own)), rng.permutation(np.flatnonzero(~own))
        held_out, fitted = np.split(rest, [round(HELD_OUT * len(rest))])
        flags, n_fitted = unexplained(data.weighed, np.sort(fitted), np.concatenate([missing, held_out]))
        for share in SHARES:
            n = min(round(share / (1 - share) * len(held_out)), len(missing))
            n_others = min(round(n * (1 - share) / share), len(held_out))
            chosen = np.concatenate([flags[:n], flags[len(missing) :][:n_others]])
            found = drift(chosen, [str(at) for at in range(len(chosen))], n_fitted)
            rows.append(row(data.name, f"{share:.0%}", draw, found, float(flags[:n].mean())))
    return rows


def reviews(folder: Path, data: LabelledSet) -> NDArray[np.int64] | None:
    """Number of the review each text is from, where the set says so."""
    file, rows = FILES[data.name]
    table = pd.read_csv(folder / file).query(rows)
    if "review_id" not in table:
        return None
    first = table.drop_duplicates("text").set_index("text")["review_id"]
    return np.asarray(pd.factorize(first.loc[data.texts], sort=True)[0], dtype=np.int64)


def measure(folder: Path, n_halves: int, n_left_out: int) -> pd.DataFrame:
    """One row a set, case and draw."""
    rows = []
    for name in SETS:
        data = load_set(folder, name)
        rows += halves(data, "halves", np.arange(len(data.texts)), n_halves)
        by_review = reviews(folder, data)
        if by_review is not None:
            rows += halves(data, "halves, by review", by_review, n_halves)
        rows += left_out(data, n_left_out)
        print(name, file=sys.stderr, flush=True)
    return pd.DataFrame(rows)


def summarise(results: pd.DataFrame) -> pd.DataFrame:
    """One row a case and set, and one a case of all sets."""
    rows = []
    for case, of_case in results.groupby("case", sort=False):
        for name, of in [*of_case.groupby("set", sort=False), ("all", of_case)]:
            alarms = int(of["alarm"].sum())
            low, high = wilson(alarms, len(of))
            means = of[["n_new", "share", "of_label", "expected"]].mean().to_dict()
            bounds = {"alarms": alarms / len(of), "low": low, "high": high}
            rows.append({"case": case, "set": name, "draws": len(of), **bounds, **means})
    return pd.DataFrame(rows)


def to_markdown(summary: pd.DataFrame, command: str) -> str:
    """The result file."""
    columns = ["case", "set", "draws", "new texts", "alarms", "unexplained", "of the label", "expected"]
    lines = [f"| {' | '.join(columns)} |", "| --- | --- |" + " --: |" * (len(columns) - 2)]
    for one in summary.to_dict("records"):
        of_label = "" if np.isnan(one["of_label"]) else f"{one['of_label']:.1%}"
        lines.append(
            f"| {one['case']} | {one['set']} | {one['draws']} | {one['n_new']:.0f} | {one['alarms']:.1%} "
            f"[{one['low']:.1%}, {one['high']:.1%}] | {one['share']:.1%} | {of_label} | "
            f"{one['expected']:.1%} |"
        )
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, needlens {version('needlens')}"
    return "\n".join(["# Alarms about missing themes\n", f"`{command}` on {machine}.\n", NOTES, *lines, ""])


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path, help="folder of the labelled sets")
    parser.add_argument("--halves", type=int, default=50, help="how many random halves of each set")
    parser.add_argument("--left-out", type=int, default=40, help="how many fits without a label of each set")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args()
    results = measure(options.data, options.halves, options.left_out)
    summary = summarise(results)
    command = f"python benchmarks/drift.py DATA --halves {options.halves} --left-out {options.left_out}"
    options.out.write_text(to_markdown(summary, command), encoding="utf-8")
    record = {
        "command": command,
        "results": json.loads(results.to_json(orient="records", double_precision=6)),
        "summary": json.loads(summary.to_json(orient="records", double_precision=6)),
    }
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    options.out.with_suffix(".json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
