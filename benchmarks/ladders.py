"""How well ladders are recovered from texts whose truth is known: python benchmarks/ladders.py.

Planted worlds (``ladder_worlds.py``), a bank of phrases that nothing was developed with, seeds of their own.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ladder_baselines import baseline_scores, true_links
from ladder_codes import book_of, helped_codes, links_by
from ladder_matching import matched, score
from ladder_worlds import World, make_world
from scipy.stats import spearmanr
from sklearn.metrics import adjusted_rand_score, f1_score

from needlens.implications import implications, weight
from needlens.ladders import rank, straighten
from needlens.study.ladder import LadderOptions, ladder_study
from needlens.study.record import Study
from needlens.study.run import Parameters, run_study
from needlens.verbatims import verbatims_from_frame

SEEDS = (101, 102, 103)
EXPLICIT = ("E3", "E2")


def study_of(world: World) -> Study:
    """The texts of a world as a study; its themes are of no interest here."""
    verbatims = verbatims_from_frame(
        world.verbatims, text="text", id="verbatim_id", respondent="respondent_id"
    )
    return run_study(verbatims, Parameters(themes=2))


def measure(world: World, study: Study) -> dict[str, Any]:
    """Everything that is measured of one laddered world."""
    assert study.ladder is not None
    elements, names = matched(study, world)
    links = study.ladder["links"]
    place = elements.set_index("element_id")["true"]
    who = links["respondent_id"]
    spoken = pd.DataFrame(
        {
            "who": who,
            "m": links["means_element_id"].map(place),
            "e": links["end_element_id"].map(place),
            "grade": links["grade"],
        }
    )
    coded = pd.DataFrame(
        {
            "who": who,
            "m": links["means_code"].map(names),
            "e": links["end_code"].map(names),
            "grade": links["grade"],
        }
    )
    truth = true_links(world)
    said = Counter(
        zip(
            *(world.links.loc[world.links["explicit"], name] for name in ("respondent_id", "means", "end")),
            strict=True,
        )
    )
    out: dict[str, Any] = {}
    for name, grades in (
        ("E3", ("E3",)),
        ("E2", ("E2",)),
        ("E1", ("E1",)),
        ("explicit", EXPLICIT),
        ("all", (*EXPLICIT, "E1")),
    ):
        for kind, frame in (("spans", spoken), ("codes", coded)):
            own = frame[frame["grade"].isin(grades)]
            out[f"{name} by {kind}"] = {
                **score(Counter(zip(own["who"], own["m"], own["e"], strict=True)), truth),
                "n": len(own),
            }
    own = spoken[spoken["grade"].isin(EXPLICIT)]
    out["explicit of explicit"] = score(Counter(zip(own["who"], own["m"], own["e"], strict=True)), said)
    forward = sum((w, m, e) in truth for w, m, e in zip(own["who"], own["m"], own["e"], strict=True))
    back = sum((w, e, m) in truth for w, m, e in zip(own["who"], own["m"], own["e"], strict=True))
    out["direction"] = forward / max(forward + back, 1)
    out["direction_n"] = forward + back
    typed = elements[(elements["true"] != "") & (elements["role"] == "rung")]
    true_level = typed["true"].map(world.levels)
    sure = typed["level"] != "unsure"
    out["levels"] = {
        "macro_f1": float(f1_score(true_level[sure], typed.loc[sure, "level"], average="macro")),
        "adjacent": float((abs(true_level[sure].map(rank) - typed.loc[sure, "level"].map(rank)) <= 1).mean()),
        "sure": float(sure.mean()),
    }
    both = typed[typed["code"].notna()]
    out["codes_ari"] = float(adjusted_rand_score(both["true"], both["code"]))
    out["n_codes"], out["n_true"] = both["code"].nunique(), both["true"].nunique()
    out |= _matrix(study, world, names)
    return out


def _matrix(study: Study, world: World, names: dict[str, str]) -> dict[str, Any]:
    """Likeness of the matrix, true ladders found again, calibration of support, false edges."""
    assert study.ladder is not None
    true = implications(world.ladders, world.levels)
    truth = {(m, e): int(w) for m, e, w in zip(true["means"], true["end"], weight(true), strict=True) if w}
    table = study.ladder["implications"]
    found: Counter[tuple[str, str]] = Counter()
    for m, e, w in zip(table["means"], table["end"], table["direct"], strict=True):
        if m in names and e in names:
            found[names[m], names[e]] += int(w)
    cells = sorted({*truth, *found})
    a, b = (np.array([own.get(cell, 0) for cell in cells]) for own in (truth, dict(found)))
    edges = study.ladder["value_map_edges"]
    real = [
        (names.get(m, ""), names.get(e, "")) in truth
        for m, e in zip(edges["means"], edges["end"], strict=True)
    ]
    edges = edges.assign(real=real)
    solid = edges[edges["support"] >= 0.8]
    dashed = edges[(edges["support"] >= 0.5) & (edges["support"] < 0.8)]
    top = [
        path
        for path, _ in Counter(straighten(rungs) for _, rungs in world.ladders if len(rungs) > 2).most_common(
            10
        )
    ]
    made = {(m, e) for m, e in found if found[m, e] >= 3}
    above = edges["above_chance"].fillna(value=False).to_numpy(dtype=bool)
    return {
        "jaccard": float(np.minimum(a, b).sum() / max(np.maximum(a, b).sum(), 1)),
        "spearman": float(spearmanr(a, b).statistic) if len(cells) > 2 else float("nan"),
        "paths": float(np.mean([all(step in made for step in zip(p, p[1:], strict=False)) for p in top]))
        if top
        else float("nan"),
        "solid": [int(solid["real"].sum()), len(solid)],
        "dashed": [int(dashed["real"].sum()), len(dashed)],
        "edges": len(edges),
        "cells": len(table),
        "above_chance": int(above.sum()),
        "tested": int(edges["q_value"].notna().sum()),
    }


WORLDS = (
    ("plain, q = 1", "plain", 1.0),
    ("plain, q = 0.5", "plain", 0.5),
    ("plain, q = 0.2", "plain", 0.2),
    ("reversed, q = 1", "reversed", 1.0),
    ("null, q = 1", "null", 1.0),
    ("popular, q = 1", "popular", 1.0),
)


def run(seeds: tuple[int, ...], phrases: int, n: int, grades: tuple[str, ...]) -> list[dict[str, Any]]:
    """Measure every world with every seed."""
    rows = []
    for name, kind, q in WORLDS:
        for seed in seeds:
            world = make_world(kind, seed=seed, n=n, q=q, phrases=phrases)
            start = time.perf_counter()
            study = study_of(world)
            middle = time.perf_counter()
            alone, study = study, ladder_study(study, LadderOptions(grades=grades))
            spent = time.perf_counter() - middle
            book = book_of(world, phrases, seed)
            booked = measure(world, ladder_study(alone, LadderOptions(grades=grades), codes=book))
            rows.append(
                {
                    "world": name,
                    "seed": seed,
                    "n": n,
                    "verbatims": len(world.verbatims),
                    "ladder_s": spent,
                    **measure(world, study),
                    "baselines": baseline_scores(world),
                    "book": booked,
                    "helped": {
                        way: links_by(study, world, codes)
                        for way, codes in helped_codes(study, world, phrases).items()
                    },
                }
            )
            sys.stderr.write(f"{name} {seed}: {middle - start:.0f} + {spent:.0f} s\n")
    return rows


def mean(rows: list[dict[str, Any]], *keys: str) -> float:
    """Mean over the rows of a nested figure."""
    own = []
    for row in rows:
        value: Any = row
        for key in keys:
            value = value[key]
        own.append(float(value))
    return float(np.nanmean(own))


def report(rows: list[dict[str, Any]], command: str) -> str:
    """Lay the figures out as tables."""
    lines = ["# Ladders on planted worlds", "", f"`{command}`", ""]
    n, seeds = rows[0]["n"], sorted({row["seed"] for row in rows})
    lines += [
        f"{n} respondents a world, {len(seeds)} worlds of each kind (seeds {', '.join(map(str, seeds))}); means.",
        "",
    ]
    lines += [
        (
            "*By spans*: a link counts as found if the pieces it joins were meant as that means and that end. *By codes*: "
            "if their found codes, matched one to one with the true ones, are. *Codebook*: the analyst knows the codes and "
            "gives three sentences of each, drawn from the bank of phrases that the texts are not made of. *k-means* is "
            "told the number of codes of each level, *nearest mean* all clauses of the other bank; levels are those found. "
            "Recall is of all links told, with a "
            "connective or without; *explicit of explicit* is of those with one. Baselines are told the true codes and "
            "levels, which needlens is not. In the null and popular worlds people do make the links counted above; "
            "there is only no code that goes with another beyond how often both are named, so no edge may be above chance."
        ),
        "",
    ]
    lines += ["## Links: is who links what to what found?", ""]
    lines += ["| world | links | precision | recall | F1 |", "|---|---|--:|--:|--:|"]
    names = list(dict.fromkeys(row["world"] for row in rows))
    for world in names:
        own = [row for row in rows if row["world"] == world]
        for key in (
            "E3 by spans",
            "E2 by spans",
            "E1 by spans",
            "explicit by spans",
            "explicit of explicit",
            "explicit by codes",
            "all by codes",
        ):
            p, r, f = (mean(own, key, part) for part in ("precision", "recall", "f1"))
            lines.append(f"| {world} | {key} | {p:.2f} | {r:.2f} | {f:.2f} |")
        p, r, f = (mean(own, "book", "explicit by codes", part) for part in ("precision", "recall", "f1"))
        lines.append(
            f"| {world} | explicit by codes, codebook of three sentences each | {p:.2f} | {r:.2f} | {f:.2f} |"
        )
        for key in own[0]["helped"]:
            p, r, f = (mean(own, "helped", key, part) for part in ("precision", "recall", "f1"))
            lines.append(f"| {world} | explicit by codes, {key} | {p:.2f} | {r:.2f} | {f:.2f} |")
        for key in own[0]["baselines"]:
            p, r, f = (mean(own, "baselines", key, part) for part in ("precision", "recall", "f1"))
            lines.append(f"| {world} | baseline: {key} | {p:.2f} | {r:.2f} | {f:.2f} |")
    lines += ["", "## Directions, levels, codes, matrix", ""]
    lines += [
        "| world | direction | level macro-F1 (sure) | adjacent | sure | codes | code ARI | with codebook | k-means | nearest mean | matrix Jaccard | Spearman | top-10 paths | solid edges true | dashed true | edges above chance, of tested |",
        "|---|" + "--:|" * 15,
    ]
    for world in names:
        own = [row for row in rows if row["world"] == world]
        solid, dashed = (np.sum([row[key] for row in own], axis=0) for key in ("solid", "dashed"))
        above, tested = sum(row["above_chance"] for row in own), sum(row["tested"] for row in own)
        figures = [
            mean(own, "direction"),
            mean(own, "levels", "macro_f1"),
            mean(own, "levels", "adjacent"),
            mean(own, "levels", "sure"),
        ]
        figures += [mean(own, "codes_ari"), mean(own, "book", "codes_ari")]
        figures += [mean(own, "helped", way, "ari") for way in own[0]["helped"]]
        figures += [mean(own, key) for key in ("jaccard", "spearman", "paths")]
        cells = [f"{x:.2f}" for x in figures]
        cells.insert(4, f"{mean(own, 'n_codes'):.0f} of {mean(own, 'n_true'):.0f}")
        lines.append(
            f"| {world} | {' | '.join(cells)} | {solid[0]} of {solid[1]} | {dashed[0]} of {dashed[1]} | {above} of {tested} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and write ladders.md and ladders.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--phrases", type=int, choices=(0, 1), default=1)
    parser.add_argument("--respondents", type=int, default=300)
    parser.add_argument("--explicit", action="store_true", help="ladders of links that a word ties only")
    asked = parser.parse_args()
    grades = EXPLICIT if asked.explicit else (*EXPLICIT, "E1")
    rows = run(tuple(asked.seeds), asked.phrases, asked.respondents, grades)
    command = "python benchmarks/ladders.py" + (" --explicit" if asked.explicit else "")
    text = report(rows, command)
    name = "ladders_explicit" if asked.explicit else "ladders"
    (asked.out / f"{name}.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    (asked.out / f"{name}.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
