"""The Louvain algorithm on plain arrays, without what a general library does around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

TOLERANCE = 1e-3
"""Modularity that another round over the nodes, or another level, must gain: scikit-network's default."""

FIRST_TOLERANCE = 3e-3
"""The same for rounds on the lowest level of several: the last ones there cost the most, and what they gain
the levels above and the refinement gain as well. Ten times as much shows in how stable wide groups are."""

_CELLS_AN_EDGE = 8
"""A full table of the ties between groups is made where it has at most so many cells for each edge."""


@dataclass(frozen=True, eq=False, slots=True)
class Weighed:
    """A symmetric graph whose weights sum to 1, in compressed rows.

    Attributes
    ----------
    starts
        Where the edges of each node start, int32, shape (n + 1,).
    targets, weights
        Other end and weight of each edge, int32 and float32, shape (n_edges,).
    degrees
        Weight of all edges of each node, float32, shape (n,).
    loops
        Weight of each node's edge to itself, float32, shape (n,).
    """

    starts: NDArray[np.int32]
    targets: NDArray[np.int32]
    weights: NDArray[np.float32]
    degrees: NDArray[np.float32]
    loops: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.degrees)


Graph: TypeAlias = sparse.csr_matrix | Weighed
"""A symmetric, non-negative matrix of similarities, or what :func:`weighed` made of it."""


def weighed(graph: Graph) -> Weighed:
    """Bring a graph into the shape the algorithm works on; one that has it stays as it is.

    Parameters
    ----------
    graph
        Symmetric, non-negative, shape (n, n).

    Examples
    --------
    >>> weighed(sparse.csr_matrix([[0, 2.0], [2.0, 0]])).weights.tolist()
    [0.5, 0.5]
    """
    if isinstance(graph, Weighed):
        return graph
    return _weighed(graph.indptr.astype(np.int32), graph.indices.astype(np.int32), graph.data)


def inside(graph: Graph, labels: NDArray[np.int64]) -> Weighed:
    """The graph without the edges between groups, so that no new group reaches over two old ones.

    Parameters
    ----------
    graph
        Symmetric, non-negative, shape (n, n).
    labels
        Group of each node, shape (n,).

    Examples
    --------
    >>> kept = inside(sparse.csr_matrix(1 - np.eye(3)), np.array([0, 0, 1]))
    >>> kept.starts.tolist(), kept.targets.tolist()
    ([0, 1, 2, 2], [1, 0])
    """
    graph = weighed(graph)
    kept = np.repeat(labels, np.diff(graph.starts)) == labels[graph.targets]
    before = np.concatenate([[0], np.cumsum(kept)])
    return _weighed(before[graph.starts].astype(np.int32), graph.targets[kept], graph.weights[kept])


def reweighed(graph: Weighed, factors: NDArray[np.floating]) -> Weighed:
    """The graph with each edge times a factor, which is the same both ways; edges times 0 are gone.

    Parameters
    ----------
    graph
        The graph.
    factors
        One an edge, shape (n_edges,).

    Examples
    --------
    >>> path = weighed(sparse.csr_matrix([[0, 1.0, 0], [1, 0, 1], [0, 1, 0]]))
    >>> reweighed(path, np.array([1.0, 1.0, 0.0, 0.0])).weights.tolist()
    [0.5, 0.5]
    """
    kept = factors > 0
    before = np.concatenate([[0], np.cumsum(kept)])
    weights = graph.weights[kept] * factors[kept]
    return _weighed(before[graph.starts].astype(np.int32), graph.targets[kept], weights)


def reordered(graph: Weighed, order: NDArray[np.int64]) -> Weighed:
    """The graph with its nodes in another order.

    Parameters
    ----------
    graph
        The graph.
    order
        Positions of the nodes, int64, shape (n,).

    Examples
    --------
    >>> path = weighed(sparse.csr_matrix([[0, 1.0, 0], [1, 0, 1], [0, 1, 0]]))
    >>> reordered(path, np.array([1, 0, 2])).targets.tolist()
    [1, 2, 0, 0]
    """
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    counts = np.diff(graph.starts)[order]
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    edges = np.arange(starts[-1], dtype=np.int32) + np.repeat(graph.starts[:-1][order] - starts[:-1], counts)
    targets, weights = rank[graph.targets[edges]], graph.weights[edges]
    return Weighed(starts, targets, weights, graph.degrees[order], graph.loops[order])


def _weighed(starts: NDArray[np.int32], targets: NDArray[np.int32], weights: NDArray[np.floating]) -> Weighed:
    n = len(starts) - 1
    weights = (weights / max(float(weights.sum(dtype=np.float64)), 1e-300)).astype(np.float32)
    sources = np.repeat(np.arange(n, dtype=np.int32), np.diff(starts))
    degrees = np.bincount(sources, weights=weights, minlength=n).astype(np.float32)
    own = sources == targets
    loops = np.bincount(sources[own], weights=weights[own], minlength=n).astype(np.float32)
    return Weighed(starts, targets, weights, degrees, loops)


def louvain(graph: Weighed, resolution: float) -> NDArray[np.int64]:
    """Find a partition of high modularity.

    Blondel et al. (2008): nodes move to the neighbouring group that gains most modularity, in their order,
    until a round gains hardly anything; then groups become nodes. Nothing is random.

    Parameters
    ----------
    graph
        The graph.
    resolution
        As in :func:`needlens.graph.communities.communities`.

    Returns
    -------
    ndarray
        Group of each node, int64, shape (n,), numbered from 0 without gaps.

    Examples
    --------
    >>> two_pairs = weighed(sparse.csr_matrix(np.kron(np.eye(2), 1 - np.eye(2))))
    >>> louvain(two_pairs, 1.0).tolist()
    [0, 0, 1, 1]
    """
    labels = own = first_round(graph, resolution)
    gain = np.inf
    while gain > TOLERANCE and 0 < own.max(initial=-1) < len(graph) - 1:
        graph = aggregate(graph, own)
        own, gain = _move(graph, resolution, np.arange(len(graph), dtype=np.int32), TOLERANCE)
        labels = own[labels]
    return labels


def first_round(graph: Weighed, resolution: float) -> NDArray[np.int64]:
    """Groups of the first of Louvain's levels alone: many, small, and hardly ever torn apart later.

    Examples
    --------
    >>> two_pairs = weighed(sparse.csr_matrix(np.kron(np.eye(2), 1 - np.eye(2))))
    >>> first_round(two_pairs, 1.0).tolist()
    [0, 0, 1, 1]
    """
    return _move(graph, resolution, np.arange(len(graph), dtype=np.int32), FIRST_TOLERANCE)[0]


def join_nearest(graph: Weighed, resolution: float) -> NDArray[np.int64]:
    """Put each node with the one it is most strongly tied to, where the two together gain modularity.

    A first level for the price of a look at each edge: Louvain's own goes over all edges ten times and more,
    to arrive at groups that hold nearly all of these (first neighbours, Sarfraz et al. 2019).

    Parameters
    ----------
    graph
        The graph.
    resolution
        As in :func:`louvain`.

    Returns
    -------
    ndarray
        Group of each node, int64, shape (n,), numbered from 0 without gaps.

    Examples
    --------
    >>> path = weighed(sparse.csr_matrix(np.diag([2.0, 1.0, 2.0], 1) + np.diag([2.0, 1.0, 2.0], -1)))
    >>> join_nearest(path, 1.0).tolist(), join_nearest(path, 9.0).tolist()
    ([0, 0, 1, 1], [0, 1, 2, 3])
    """
    n = len(graph)
    sources = np.repeat(np.arange(n, dtype=np.int32), np.diff(graph.starts))
    tied = np.flatnonzero(np.diff(graph.starts))
    strongest = np.zeros(n, dtype=np.float32)
    strongest[tied] = np.maximum.reduceat(graph.weights, graph.starts[tied])
    at = np.flatnonzero(graph.weights == strongest[sources])
    at = at[np.diff(sources[at], prepend=-1) > 0]  # of equal ties the first
    left, right = sources[at], graph.targets[at]
    gains = graph.weights[at] > resolution * graph.degrees[left] * graph.degrees[right]
    left, right = left[gains], right[gains]
    pairs = sparse.csr_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(n, n))
    return np.asarray(connected_components(pairs, directed=False)[1], dtype=np.int64)


def refine(
    graph: Weighed, labels: NDArray[np.int64], resolution: float, *, tolerance: float = TOLERANCE
) -> NDArray[np.int64]:
    """Let single nodes move once more between groups that were joined as wholes.

    The multi-level refinement of Rotta & Noack (2011), at the level of the nodes alone: rounds go on until
    one gains no more than ``tolerance`` of modularity.

    Examples
    --------
    >>> threes = weighed(sparse.csr_matrix(np.kron(np.eye(2), 1 - np.eye(3))))
    >>> refine(threes, np.array([0, 0, 0, 0, 1, 1]), 1.0).tolist()
    [0, 0, 0, 1, 1, 1]
    """
    return _move(graph, resolution, labels.astype(np.int32), tolerance)[0]


def aggregate(graph: Weighed, labels: NDArray[np.int64]) -> Weighed:
    """The graph of the groups.

    Parameters
    ----------
    graph
        The graph.
    labels
        Group of each node, numbered from 0 without gaps.

    Examples
    --------
    >>> path = weighed(sparse.csr_matrix([[0, 1.0, 0], [1, 0, 1], [0, 1, 0]]))
    >>> aggregate(path, np.array([0, 0, 1])).weights.tolist()
    [0.5, 0.25, 0.25]
    """
    n_groups = int(labels.max(initial=-1)) + 1
    degrees = np.bincount(labels, weights=graph.degrees, minlength=n_groups).astype(np.float32)
    targets = labels[graph.targets]
    if n_groups**2 <= _CELLS_AN_EDGE * len(targets):
        sources = np.repeat(labels, np.diff(graph.starts))
        table = np.bincount(sources * n_groups + targets, weights=graph.weights, minlength=n_groups**2)
        at = np.flatnonzero(table)
        sources, targets = np.divmod(at, n_groups)
        starts = np.concatenate([[0], np.cumsum(np.bincount(sources, minlength=n_groups))]).astype(np.int32)
        weights, loops = table[at].astype(np.float32), table[:: n_groups + 1].astype(np.float32)
        return Weighed(starts, targets.astype(np.int32), weights, degrees, loops)
    n = len(graph)
    ties = sparse.csr_matrix((graph.weights.astype(np.float64), targets, graph.starts), shape=(n, n_groups))
    member = sparse.csr_matrix((np.ones(n), labels, np.arange(n + 1)), shape=(n, n_groups))
    between = (member.T.tocsr() @ ties).tocsr()
    weights, loops = between.data.astype(np.float32), between.diagonal().astype(np.float32)
    return Weighed(between.indptr, between.indices, weights, degrees, loops)


def _move(
    graph: Weighed, resolution: float, labels: NDArray[np.int32], tolerance: float
) -> tuple[NDArray[np.int64], float]:
    """Move nodes until a round gains hardly anything: groups numbered without gaps, modularity gained."""
    # The compiled heart of scikit-network's Louvain, called as its class calls it but for the arrays, which
    # are made once for a graph here, not once for a resolution. It changes labels and group weights in place.
    from sknetwork.clustering.louvain_core import optimize_core

    n = len(graph)
    held = np.bincount(labels, weights=graph.degrees, minlength=n).astype(np.float32)
    free = np.zeros(n, dtype=np.float32)
    moved, gain = optimize_core(
        labels, graph.targets, graph.starts, graph.weights, graph.degrees, graph.degrees,
        held, held.copy(), free, graph.loops, resolution, tolerance,
    )  # fmt: skip
    labels = np.asarray(moved)
    there = np.zeros(n, dtype=bool)
    there[labels] = True
    return (np.cumsum(there) - 1)[labels], float(gain)
