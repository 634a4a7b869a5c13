"""What was found set beside what was planted: codes one to one, links counted."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
from ladder_worlds import World
from scipy.optimize import linear_sum_assignment

from needlens.study.record import Study


def matched(study: Study, world: World) -> tuple[pd.DataFrame, dict[str, str]]:
    """Pieces with the true code they overlap most, and the true code each found code stands for."""
    assert study.ladder is not None
    elements = study.ladder["elements"]
    by_verbatim = {key: own.to_dict("records") for key, own in world.spans.groupby("verbatim_id")}
    true = []
    for row in elements.to_dict("records"):
        best, most = "", 0
        for span in by_verbatim.get(row["verbatim_id"], []):
            shared = min(row["end"], span["end"]) - max(row["start"], span["start"])
            if shared > most:
                best, most = span["code"], shared
        true.append(best)
    elements = elements.assign(true=true)
    return elements, one_to_one(elements["code"], elements["true"])


def one_to_one(found: pd.Series, true: pd.Series) -> dict[str, str]:
    """The true code each found code stands for (Hungarian); pieces without one of them do not count."""
    both = found.notna() & (true != "")
    table = pd.crosstab(found[both], true[both])
    rows, columns = linear_sum_assignment(-table.to_numpy())
    return {table.index[r]: table.columns[c] for r, c in zip(rows, columns, strict=True)}


def score(found: Counter[Any], true: Counter[Any]) -> dict[str, float]:
    """Precision, recall, F1 of counted links."""
    hit = sum(min(n, true[key]) for key, n in found.items())
    precision, recall = hit / max(sum(found.values()), 1), hit / max(sum(true.values()), 1)
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / max(precision + recall, 1e-12),
    }
