"""In which order points are visited."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from needlens.graph.neighbours import Neighbours


def likeness(near: Neighbours, k: int) -> NDArray[np.float32]:
    """How like its ``k`` nearest neighbours each point is: the sum of their similarities.

    Parameters
    ----------
    near, k
        As in :func:`outer_first`.

    Returns
    -------
    ndarray
        float32, shape (n,).

    Examples
    --------
    >>> likeness(Neighbours(np.array([[1], [0]]), np.array([[0.5], [0.5]], dtype=np.float32)), 1).tolist()
    [0.5, 0.5]
    """
    sums: NDArray[np.float32] = near.similarity[:, :k].sum(axis=1)
    return sums


def outer_first(near: Neighbours, k: int) -> NDArray[np.int64]:
    """Order points by how like their nearest neighbours they are, the least alike first.

    Louvain visits points in turn, and each finds what the earlier ones left: of two orders that have nothing
    to do with each other come partitions that differ in a tenth of the points. This order is the points' own
    and hardly moves when their vectors do, so neither do the groups; and points far from all choose while
    groups are still small, which finds them a little better (``benchmarks/visiting.md``).

    Parameters
    ----------
    near
        Neighbours of each point among the others.
    k
        How many of them count.

    Returns
    -------
    ndarray
        Positions of the points, int64, shape (n,); equals stay in their order.

    Examples
    --------
    >>> similarity = np.array([[0.9], [0.2], [0.9]], dtype=np.float32)
    >>> outer_first(Neighbours(np.array([[2], [0], [0]]), similarity), 1).tolist()
    [1, 0, 2]
    """
    return np.argsort(likeness(near, k), kind="stable")
