"""The similarity graph: points joined to their nearest neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from needlens.graph.neighbours import Neighbours

FEWEST_EDGES, MOST_EDGES = 15, 50
"""Edges a point of a small and of a large cloud may choose: beyond, they cost more than they tell."""

EDGES = 0.077
"""Edges over the number of points to the power two thirds, in between."""

ALIKE_TO, DOUBLE_FROM = 1_500, 3_000
"""Points up to which an edge that both ends chose counts like any other, and from which it counts double."""


def n_edges(n: int) -> int:
    """Edges each of ``n`` points may choose.

    Where points lie closer, as many edges reach less far, and groups fall to pieces: of 18,000 texts with 150
    labels, 15 edges a point find the labels worse than 40 do, of 1,500 better
    (``benchmarks/weights_and_edges.md``). Between a constant number and a constant share lies the power.

    Examples
    --------
    >>> [n_edges(n) for n in (500, 5_000, 10_000, 300_000)]
    [15, 23, 36, 50]
    """
    return int(np.clip(round(EDGES * float(n) ** (2 / 3)), FEWEST_EDGES, MOST_EDGES))


def affinity(
    neighbours: Neighbours, k: int, *, keep: NDArray[np.int64] | None = None, twice: bool = True
) -> sparse.csr_matrix:
    """Join each point to its ``k`` nearest neighbours, weighted by their similarity.

    The symmetric k-nearest-neighbour graph (von Luxburg 2007): an edge stands if either end chose the
    other. In large clouds a mutual edge, which both ends chose, counts double: there, a one-sided choice
    more often leads out of the group (``benchmarks/graph_choices.md``). With ``keep`` the graph is that
    of a subset, its edges weighted as in the whole: its points are joined to their ``k`` nearest *kept*
    neighbours, which needs no new search as long as ``neighbours`` holds enough of them.

    Parameters
    ----------
    neighbours
        Neighbours of every point among all points, itself left out.
    k
        Edges each point may choose.
    keep
        Rising positions of the points to keep, int64, shape (m,); all of them by default.
    twice
        Whether mutual edges of large clouds count double.

    Returns
    -------
    scipy.sparse.csr_matrix
        Symmetric, float64, shape (m, m), no diagonal, weights in (0, 2].

    Examples
    --------
    >>> import numpy as np
    >>> near = Neighbours(np.array([[1], [0], [1]]), np.array([[0.9], [0.9], [0.5]], dtype=np.float32))
    >>> affinity(near, 1).toarray().round(1).tolist()
    [[0.0, 0.9, 0.0], [0.9, 0.0, 0.5], [0.0, 0.5, 0.0]]
    """
    if keep is None:
        index, similarity = neighbours.index[:, :k].astype(np.int32), neighbours.similarity[:, :k]
        chosen = np.ones(index.shape, dtype=bool)
    else:
        position = np.full(len(neighbours.index), -1, dtype=np.int32)
        position[keep] = np.arange(len(keep), dtype=np.int32)
        index, similarity = position[neighbours.index[keep]], neighbours.similarity[keep]
        kept = index >= 0
        chosen = kept & (np.cumsum(kept, axis=1, dtype=np.int32) <= k)
    n = len(index)
    starts = np.concatenate([[0], np.cumsum(np.count_nonzero(chosen, axis=1))]).astype(np.int32)
    # A tiny floor keeps the edge between points that have nothing in common but each other.
    weight = np.clip(similarity[chosen].astype(np.float64), 1e-6, 1.0)
    directed = sparse.csr_matrix((weight, index[chosen], starts), shape=(n, n))
    # Turned over its columns come in order, and turned back too: sorting them would cost more.
    turned = directed.T.tocsr()
    directed = turned.T.tocsr()
    share = (len(neighbours.index) - ALIKE_TO) / (DOUBLE_FROM - ALIKE_TO)
    more = float(np.clip(share, 0, 1)) if twice else 0.0
    if more == 1:
        return directed + turned
    either = directed.maximum(turned)
    return either + more * directed.minimum(turned) if more > 0 else either
