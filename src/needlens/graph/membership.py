"""Every group a point touches, not only its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from needlens.graph.neighbours import Neighbours

FLOOR = 0.2
"""Least share of a point's neighbourhood that lies in a group the point is said to touch: 3 of 15."""


def touched(
    near: Neighbours, ids: NDArray[np.int64], *, floor: float = FLOOR
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Groups that hold a good share of a point's neighbours, weighted by similarity.

    Parameters
    ----------
    near
        Neighbours of m points among n, shape (m, k).
    ids
        Group of each of the n points, 0 for none, int64, shape (n,).
    floor
        Least share.

    Returns
    -------
    tuple
        Positions of points (rising), their groups (the strongest first), and the shares, in [floor, 1], six
        decimals.

    Examples
    --------
    >>> near = Neighbours(np.array([[1, 2, 3]]), np.array([[0.5, 0.25, 0.25]], dtype=np.float32))
    >>> [column.tolist() for column in touched(near, np.array([1, 1, 2, 0]))]
    [[0, 0], [1, 2], [0.5, 0.25]]
    """
    from scipy import sparse

    m, k = near.index.shape
    if m == 0 or k == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)
    weight = np.clip(near.similarity.astype(np.float64), 1e-6, 1.0)
    weight /= weight.sum(axis=1, keepdims=True)
    cells = (weight.ravel(), (np.repeat(np.arange(m), k), ids[near.index].ravel()))
    shares = sparse.csr_matrix(cells, shape=(m, int(ids.max(initial=0)) + 1))
    shares.sum_duplicates()
    table = shares.tocoo()
    share = table.data.round(6)
    kept = (share >= floor) & (table.col > 0)
    row, group, share = table.row[kept].astype(np.int64), table.col[kept].astype(np.int64), share[kept]
    order = np.lexsort((group, -share, row))
    return row[order], group[order], share[order]
