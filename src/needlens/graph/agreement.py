"""How far two partitions of the same points agree."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from needlens.graph.communities import Labels

_FULL = 8
"""A full table of both sides' groups is made where it has at most so many cells for each point."""


def adjusted_rand(left: Labels, right: Labels) -> float:
    """Adjusted Rand index (Hubert & Arabie 1985), with 0 where either side is a single group.

    A partition into one group says nothing, so agreeing on it is no agreement here; elsewhere the value is
    that of the usual definition: 1 for equal partitions, 0 expected by chance.

    Parameters
    ----------
    left, right
        Labels from 0, shape (n,); points with −1 on either side do not count.

    Examples
    --------
    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    1.0
    >>> adjusted_rand(np.array([0, 0, 0]), np.array([0, 0, 0]))
    0.0
    """
    row, column, count = _shared(left, right)
    rows, columns = np.bincount(row, weights=count), np.bincount(column, weights=count)
    if (rows > 0).sum() < 2 or (columns > 0).sum() < 2:
        return 0.0
    together = _pairs(count)
    expected = _pairs(rows) * _pairs(columns) / max(_pairs(count.sum()), 1.0)
    most = (_pairs(rows) + _pairs(columns)) / 2
    return 0.0 if most == expected else float((together - expected) / (most - expected))


def best_jaccard(groups: Labels, others: Labels, n_groups: int) -> NDArray[np.float64]:
    """For each group the largest Jaccard overlap with any of the other partition's groups.

    The cluster-wise stability of Hennig (2007) averages this over resamples.

    Parameters
    ----------
    groups, others
        Labels from 0 of the same points, shape (n,).
    n_groups
        Number of groups asked about; a group without a point among these gets NaN.

    Returns
    -------
    ndarray
        float64, shape (n_groups,), each in [0, 1] or NaN.

    Examples
    --------
    >>> best_jaccard(np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1]), 2).round(3).tolist()
    [0.667, 0.5]
    """
    row, column, count = _shared(groups, others)
    sizes = np.bincount(groups, minlength=n_groups)
    overlap = count / (sizes[row] + np.bincount(others)[column] - count)
    best = np.zeros(n_groups)
    np.maximum.at(best, row, overlap)
    best[sizes == 0] = np.nan
    return best


def _shared(left: Labels, right: Labels) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Every pair of groups that share points, and how many; without points that have −1."""
    wide = int(right.max(initial=-1)) + 2
    code = (left + 1) * wide + (right + 1)
    cells = (int(left.max(initial=-1)) + 2) * wide
    if cells <= _FULL * len(left):
        table = np.bincount(code, minlength=cells)
        at = np.flatnonzero(table)
        count = table[at]
    else:
        at, count = np.unique(code, return_counts=True)
    row, column = np.divmod(at, wide)
    both = (row > 0) & (column > 0)
    return row[both] - 1, column[both] - 1, count[both]


def _pairs(counts: NDArray[np.float64] | NDArray[np.int64]) -> float:
    return float((counts * (counts - 1.0)).sum() / 2)
