"""How strongly groups are tied, by more neighbours than the points' own graph has edges."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from needlens.graph.communities import Labels
from needlens.graph.louvain import Weighed, weighed
from needlens.graph.neighbours import Neighbours

REACH = 60
"""Neighbours of each point that tell which groups are alike."""

_CELLS_A_PAIR = 8
"""A full table of the ties is made where it has at most so many cells for each pair of neighbours."""

ASKED = 5_000
"""Points whose neighbours are looked at, about: of more every second, every third and so on, to save time."""


def ties(near: Neighbours, labels: Labels, keep: NDArray[np.int64] | None = None) -> Weighed:
    """Make the graph of the groups, in which they are joined into wider ones.

    The weight between two groups is the sum of the similarities over all pairs of points of which one counts
    the other among its :data:`REACH` nearest, twice where both do. A point's few nearest tell which group it
    belongs to, its many which groups are alike (``benchmarks/joining.md``). Of more than :data:`ASKED` points
    only some are asked for their neighbours.

    Parameters
    ----------
    near
        Neighbours of every point among all points, shape (n, k); of fewer than :data:`REACH` all count.
    labels
        Group of each point that is kept, from 0 without gaps, int64, shape (m,).
    keep
        Rising positions of the points that are kept, int64, shape (m,); all of them by default.

    Returns
    -------
    Weighed
        One node a group; all weights, those within groups among them, sum to 1.

    Examples
    --------
    >>> similarity = np.array([[0.5], [0.5], [0.25]], dtype=np.float32)
    >>> chain = Neighbours(np.array([[1], [0], [1]]), similarity)
    >>> ties(chain, np.array([0, 0, 1])).weights.tolist()
    [0.800000011920929, 0.10000000149011612, 0.10000000149011612]
    >>> ties(chain, np.array([0, 1]), keep=np.array([1, 2])).weights.tolist()
    [0.5, 0.5]
    """
    n_groups = int(labels.max(initial=-1)) + 1
    of_all = labels
    if keep is not None:
        of_all = np.full(len(near.index), n_groups)  # points that are not kept are a last group of their own
        of_all[keep] = labels
    at = np.arange(len(labels))[:: 1 + len(labels) // ASKED]
    rows = at if keep is None else keep[at]
    theirs = of_all[near.index[rows, :REACH]]
    cells = (labels[at, None] * (n_groups + 1) + theirs).ravel()
    # As in the graph of the points, neighbours that have nothing in common but each other count a little.
    weights = np.maximum(near.similarity[rows, :REACH], np.float32(1e-6)).ravel()
    side = n_groups + 1
    if side**2 <= _CELLS_A_PAIR * len(cells):
        table = np.bincount(cells, weights=weights, minlength=side**2).reshape(side, side)
        table = table[:n_groups, :n_groups]
        return weighed(sparse.csr_matrix(table + table.T))
    pairs = np.divmod(cells, side)
    between = sparse.coo_matrix((weights.astype(np.float64), pairs), shape=(side, side)).tocsr()
    between = between[:n_groups, :n_groups]
    both = (between + between.T).tocsr()
    both.sort_indices()
    return weighed(both)
