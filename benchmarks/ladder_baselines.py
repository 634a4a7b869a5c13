"""Links as simple rules find them that are told the true codes and levels."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
from ladder_matching import score
from ladder_worlds import World

from needlens.ladders import rank


def true_links(world: World) -> Counter[Any]:
    """Who links which means to which end, and how often."""
    return Counter(zip(world.links["respondent_id"], world.links["means"], world.links["end"], strict=True))


def baseline_scores(world: World) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 of each baseline."""
    truth = true_links(world)
    return {name: score(found, truth) for name, found in baselines(world).items()}


def baselines(world: World) -> dict[str, Counter[Any]]:
    """Links by co-occurrence, by adjacency of rising levels, and at random; all are told the true codes."""
    rng = np.random.default_rng(7)
    spans = world.spans.merge(world.verbatims[["verbatim_id", "respondent_id"]], on="verbatim_id")
    together: Counter[Any] = Counter()
    adjacent: Counter[Any] = Counter()
    chance: Counter[Any] = Counter()
    codes = sorted(world.levels)
    for _, own in spans.sort_values(["verbatim_id", "start"]).groupby("verbatim_id"):
        rows = own.to_dict("records")
        who = rows[0]["respondent_id"]
        seen = list(dict.fromkeys(row["code"] for row in rows))
        together.update((who, a, b) for i, a in enumerate(seen) for b in seen[i + 1 :])
        for x, y in pairwise(rows):
            low, high = sorted((x, y), key=lambda row: rank(row["level"]))
            if rank(high["level"]) > rank(low["level"]):
                adjacent[who, low["code"], high["code"]] += 1
                higher = [code for code in codes if rank(world.levels[code]) == rank(low["level"]) + 1]
                chance[who, low["code"], str(rng.choice(higher or codes))] += 1
    return {"co-occurrence": together, "adjacency by true level": adjacent, "random, right levels": chance}
