"""Partitions of one graph at many resolutions, for the price of a few."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from needlens.graph.louvain import Graph, aggregate, first_round, louvain, refine, weighed

ENOUGH = 0.01
"""Modularity that a further round over the points must gain: what later ones gain does not move the curve of
stability, and costs a fifth of the sweep."""


def sweep(adjacency: Graph, resolutions: NDArray[np.float64]) -> list[NDArray[np.int64]]:
    """Partition a graph at each resolution, close to what it would be by itself.

    The many small groups of Louvain's first round at the highest resolution are hardly ever torn apart at a
    lower one, so they are found once. At each resolution Louvain joins them, and single points move once
    more, which makes up for where they were; modularity comes out no lower than by Louvain from the start.

    Parameters
    ----------
    adjacency
        Symmetric, non-negative, shape (n, n).
    resolutions
        Any number, at least one, as in :func:`needlens.graph.communities.communities`.

    Returns
    -------
    list of ndarray
        Group of each point at each resolution, int64, shape (n,), numbered from 0 without gaps.

    Examples
    --------
    >>> from scipy import sparse
    >>> chain = sparse.csr_matrix(np.diag([9.0, 1, 9, 0.1, 9, 1, 9], 1))
    >>> [labels.tolist() for labels in sweep(chain + chain.T, np.array([0.1, 2.0]))]
    [[0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 1, 1, 2, 2, 3, 3]]
    """
    graph = weighed(adjacency)
    small = first_round(graph, float(resolutions.max()))
    groups = aggregate(graph, small)
    return [refine(graph, louvain(groups, at)[small], at, tolerance=ENOUGH) for at in resolutions.tolist()]
