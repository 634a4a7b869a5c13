"""What the themes should reach on labelled texts, and whether they do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FEW = 10
"""Sets with so few labels are those a single fine scale fails on."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A mean over sets that should be so many times another.

    Attributes
    ----------
    says
        What is compared.
    measure, ours, theirs
        Column of the results, and the two methods compared in it.
    goal
        The ratio wanted.
    at_most
        Whether the goal is a most; a least if not.
    """

    says: str
    measure: str
    ours: str
    theirs: str
    goal: float
    at_most: bool = False


RATIOS = [
    Ratio("ARI of the main scale / BERTopic's", "ari", "needlens", "BERTopic", 1.5),
    Ratio("ARI of the main scale / that of k-means told K", "ari", "needlens", "k-means, told K", 1.0),
    Ratio("ARI of the best nested scale / k-means'", "ari", "needlens, best scale", "k-means, told K", 1.25),
    Ratio(
        "\\|ln(k/K)\\| of the nearest scale / BERTopic's", "log_k", "needlens", "BERTopic", 0.5, at_most=True
    ),
]

NMI_AIMS = {"banking77": 0.852, "clinc150": 0.940, "clinc150, all": 0.940}
"""NMI of the main scale wanted on single sets (ClusterLLM, Zhang, Wang & Shang 2023, on their test parts)."""


def judge(results: pd.DataFrame, apart: dict[str, str]) -> pd.DataFrame:
    """Compare the results with every goal.

    Parameters
    ----------
    results
        One row a set, method and seed: ``set``, ``method``, ``seed``, ``n_labels``,
        ``ari``, ``nmi``, ``log_k``.
    apart
        Sets that contain another, which they replace in a second reckoning and join in a third.

    Returns
    -------
    DataFrame
        One row a goal: ``goal``, ``wanted``, ``value``, ``low``, ``high`` (95 % bootstrap interval over the
        sets; over single sets the least and largest of the seeds), ``n_sets``, ``n_seeds``, ``reached``.
    """
    names = [name for name in results["set"].unique() if name not in apart]
    swapped = [name for name in names if name not in apart.values()]
    whole = [name for name in results["set"].unique() if name in apart]
    rows = _ratios(results, names, "")
    if whole:
        rows += _ratios(results, swapped + whole, f", with {', '.join(whole)}")
        rows += _ratios(results, names + whole, f", with {', '.join(whole)} besides")
    rows += _few_labels(results, names)
    rows += [_nmi(results, name, aim) for name, aim in NMI_AIMS.items() if name in set(results["set"])]
    columns = ["goal", "wanted", "value", "low", "high", "n_sets", "n_seeds", "reached"]
    return pd.DataFrame(rows, columns=columns)


def _ratios(results: pd.DataFrame, names: list[str], where: str) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    of_sets = results[results["set"].isin(names)]
    for ratio in RATIOS:
        means = of_sets.pivot_table(ratio.measure, "set", "method")
        ours, theirs = means[ratio.ours].to_numpy(), means[ratio.theirs].to_numpy()
        value, (low, high) = ours.mean() / theirs.mean(), _interval(ours, theirs)
        reached = value <= ratio.goal if ratio.at_most else value >= ratio.goal
        wanted = f"{'≤' if ratio.at_most else '≥'} {ratio.goal:g}"
        n_seeds = of_sets["seed"].nunique()
        rows.append((ratio.says + where, wanted, value, low, high, len(means), n_seeds, bool(reached)))
    return rows


def _interval(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> tuple[float, float]:
    """95 % percentile bootstrap interval of the ratio of two means over the same sets."""
    drawn = np.random.default_rng(0).integers(len(ours), size=(10_000, len(ours)))
    low, high = np.quantile(ours[drawn].mean(axis=1) / theirs[drawn].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


def _few_labels(results: pd.DataFrame, names: list[str]) -> list[tuple[object, ...]]:
    few = results[results["set"].isin(names) & (results["n_labels"] <= FEW)]
    rows: list[tuple[object, ...]] = []
    for name, of_set in few.groupby("set", sort=False):
        each = of_set.pivot_table("ari", "seed", "method")
        ahead = (each["needlens, best scale"] - each["k-means, told K"]).to_numpy()
        says = f"{name}: ARI of the best nested scale − k-means'"
        found = (ahead.mean(), ahead.min(), ahead.max(), 1, len(ahead), bool(ahead.mean() >= 0))
        rows.append((says, "≥ 0", *found))
    return rows


def _nmi(results: pd.DataFrame, name: str, aim: float) -> tuple[object, ...]:
    own = results[(results["set"] == name) & (results["method"] == "needlens")]["nmi"]
    reached = bool(own.mean() >= aim)
    found = (own.mean(), own.min(), own.max(), 1, len(own), reached)
    return (f"{name}: NMI of the main scale", f"≥ {aim:.3f}", *found)
