"""Is a link more than the popularity of its two codes? A permutation test."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

N_PERMUTATIONS = 999

LARGEST_Q = 0.1
"""Largest false discovery rate at which a link counts as above chance."""

_ROUNDS = 50


def popularity_test(
    listed: pd.DataFrame, table: pd.DataFrame, *, seed: int = 0, n: int = N_PERMUTATIONS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Compare each direct link with what would come of dealing ends to means at random.

    Within each pair of levels every link keeps its means and gets the end of another link at random, so that
    each code is a means and an end as often as it was. A link that popular codes alone would bring about is
    as frequent then. Who says which means is kept; a link from a code to itself cannot be, so ends that
    would make one are dealt again.

    Parameters
    ----------
    listed
        As :func:`needlens.implications.pairs` gives it, counted by respondent.
    table
        As :func:`needlens.implications.implications` gives it, m rows.
    seed
        Seed of the permutations.
    n
        Permutations.

    Returns
    -------
    tuple of numpy.ndarray of float64, shape (m,)
        The chance of at least so many direct links, ``(1 + permutations at least as large) / (n + 1)``, and
        its Benjamini-Hochberg false discovery rate over all direct links; NaN for links never direct.

    Examples
    --------
    >>> from needlens.implications import implications, pairs
    >>> said = [(str(at), ("ab"[at % 2], "AB"[at % 2])) for at in range(40)]
    >>> levels = {"a": "attribute", "b": "attribute", "A": "functional", "B": "functional"}
    >>> popularity_test(pairs(said), implications(said, levels))[0].tolist()
    [0.001, 0.001]
    """
    p = np.full(len(table), np.nan)
    at = {pair: row for row, pair in enumerate(zip(table["means"], table["end"], strict=True))}
    made = listed[listed["direct"]]
    own = np.array([at[pair] for pair in zip(made["means"], made["end"], strict=True)], dtype=np.int64)
    heights = (table["means_level"] + "\t" + table["end_level"]).to_numpy(dtype=object)
    codes = {code: k for k, code in enumerate(sorted({*table["means"], *table["end"]}))}
    means = np.array([codes[code] for code in table["means"]], dtype=np.int64)
    ends = np.array([codes[code] for code in table["end"]], dtype=np.int64)
    people = np.unique(made["respondent_id"].to_numpy(dtype=object), return_inverse=True)[1]
    rng = np.random.default_rng(seed)
    for pair in sorted(set(heights)):
        rows = np.flatnonzero((heights == pair) & (table["direct"].to_numpy() > 0))
        links = np.isin(own, rows)
        if links.any():
            p[rows] = _of_pair(
                means[own[links]], ends[own[links]], people[links], means[rows], ends[rows], rng, n
            )
    return p, false_discovery_rate(p)


def _of_pair(
    means: NDArray[np.int64],
    ends: NDArray[np.int64],
    people: NDArray[np.int64],
    row_means: NDArray[np.int64],
    row_ends: NDArray[np.int64],
    rng: np.random.Generator,
    n: int,
) -> NDArray[np.float64]:
    """Chance of each link of one pair of levels."""
    width = int(max(means.max(), ends.max())) + 1
    keys = row_means * width + row_ends
    order = np.argsort(keys)
    observed = np.bincount(np.searchsorted(keys[order], means * width + ends), minlength=len(keys))
    larger = np.zeros(len(keys), dtype=np.int64)
    for start in range(0, n, 100):
        dealt = rng.permuted(np.tile(ends, (min(100, n - start), 1)), axis=1)
        _without_loops(dealt, means, rng)
        found = means * width + dealt
        place = np.minimum(np.searchsorted(keys[order], found), len(keys) - 1)
        hit = keys[order][place] == found
        # One respondent counts once a link, in the permutations as in the study.
        flat = (np.arange(len(dealt))[:, None] * len(keys) + place) * (people.max() + 1) + people
        distinct = np.unique(flat[hit]) // (people.max() + 1)
        counts = np.bincount(distinct, minlength=len(dealt) * len(keys)).reshape(len(dealt), len(keys))
        larger += (counts >= observed).sum(axis=0)
    p = np.empty(len(keys))
    p[order] = (1 + larger) / (n + 1)
    return p


def _without_loops(dealt: NDArray[np.int64], means: NDArray[np.int64], rng: np.random.Generator) -> None:
    """Swap ends that equal their means with random others until none is left, or nearly none (in place)."""
    for _ in range(_ROUNDS):
        row, at = np.nonzero(dealt == means)
        if len(row) == 0:
            return
        other = rng.integers(0, dealt.shape[1], size=len(row))
        for r, i, j in zip(row.tolist(), at.tolist(), other.tolist(), strict=True):
            dealt[r, i], dealt[r, j] = dealt[r, j], dealt[r, i]


def false_discovery_rate(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Adjust p-values for their number (Benjamini & Hochberg 1995); NaN stays NaN and does not count.

    Examples
    --------
    >>> false_discovery_rate(np.array([0.01, 0.04, np.nan])).tolist()
    [0.02, 0.04, nan]
    """
    q = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(-p[known], kind="stable")]
    ranks = np.arange(len(order), 0, -1)
    q[order] = np.minimum(1.0, np.minimum.accumulate(p[order] * len(order) / ranks))
    return q
