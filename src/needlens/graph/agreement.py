"""How far two partitions of the same points agree."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from needlens.graph.communities import Labels


def adjusted_rand(left: Labels, right: Labels) -> float:
    """Adjusted Rand index (Hubert & Arabie 1985), with 0 where either side is a single group.

    A partition into one group says nothing, so agreeing on it is no agreement here; elsewhere the value is
    that of the usual definition: 1 for equal partitions, 0 expected by chance.

    Parameters
    ----------
    left, right
        Labels from 0, shape (n,).

    Examples
    --------
    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    1.0
    >>> adjusted_rand(np.array([0, 0, 0]), np.array([0, 0, 0]))
    0.0
    """
    table = _contingency(left, right)
    if 1 in table.shape:
        return 0.0
    rows, columns = np.asarray(table.sum(axis=1)).ravel(), np.asarray(table.sum(axis=0)).ravel()
    together = _pairs(table.data)
    expected = _pairs(rows) * _pairs(columns) / max(_pairs(np.array([len(left)])), 1.0)
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
    table = _contingency(groups, others).tocoo()
    sizes = np.bincount(groups, minlength=n_groups)
    other_sizes = np.bincount(others)
    overlap = table.data / (sizes[table.row] + other_sizes[table.col] - table.data)
    best = np.zeros(n_groups)
    np.maximum.at(best, table.row, overlap)
    best[sizes == 0] = np.nan
    return best


def _contingency(left: Labels, right: Labels) -> sparse.csr_matrix:
    table = sparse.csr_matrix((np.ones(len(left)), (left, right)))
    table.sum_duplicates()
    return table


def _pairs(counts: NDArray[np.float64]) -> float:
    return float((counts * (counts - 1)).sum() / 2)
