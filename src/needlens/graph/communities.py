"""Communities of a graph at a given resolution, and the nesting of one scale in another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from needlens.graph.louvain import (
    Graph,
    Weighed,
    aggregate,
    first_round,
    join_nearest,
    louvain,
    refine,
    weighed,
)

Labels = NDArray[np.int64]
"""Group of each point, numbered from 0 by falling size (equal sizes: by first member), shape (n,)."""


Small = tuple[NDArray[np.int64], Weighed]
"""Small group of each node, from 0 without gaps, int64, shape (n,), and the graph of the groups."""

FINEST = 160.0
"""Highest resolution of interest: it gives crumbs."""

SMALL_FIRST_BEYOND = 5_000
"""Nodes beyond which Louvain begins with small groups: it takes half the time, and of fewer nodes it costs
wide groups some of their stability."""


def communities(
    adjacency: Graph,
    resolution: float,
    *,
    floor: int = 1,
    small: Small | None = None,
) -> Labels:
    """Partition a graph into communities of high modularity.

    Modularity of Newman & Girvan (2004) with the resolution parameter of Reichardt & Bornholdt (2006),
    maximised by the Louvain algorithm (Blondel et al. 2008), after which single points move once more (Rotta
    & Noack 2011): points are visited in their order, nothing is random. Of many points small groups are
    found first.

    Parameters
    ----------
    adjacency
        Symmetric, non-negative, shape (n, n).
    resolution
        Above 0; larger values give more and smaller communities.
    floor
        Least size: smaller communities join the one they are most strongly tied to, smallest first.
    small
        What to begin with, where it is there already: of this very graph, found at no lower a resolution.

    Returns
    -------
    Labels
        int64, shape (n,), numbered from 0 by falling size.

    Examples
    --------
    >>> from scipy import sparse
    >>> two_pairs = sparse.csr_matrix(np.kron(np.eye(2), 1 - np.eye(2)))
    >>> communities(two_pairs, 1.0).tolist()
    [0, 0, 1, 1]
    """
    graph = weighed(adjacency)
    small = begin(graph, resolution) if small is None else small
    labels = louvain(graph, resolution) if small is None else louvain(small[1], resolution)[small[0]]
    labels = refine(graph, labels, resolution)
    return _absorb(graph, labels, floor) if floor > 1 else by_size(labels)


def begin(graph: Weighed, resolution: float) -> Small | None:
    """Small groups for this resolution and all lower ones, of many points.

    Parameters
    ----------
    graph
        Shape (n, n).
    resolution
        As in :func:`communities`.

    Returns
    -------
    Small or None
        None up to :data:`SMALL_FIRST_BEYOND` points, where Louvain begins with the points themselves.

    Examples
    --------
    >>> from scipy import sparse
    >>> begin(weighed(sparse.csr_matrix((3, 3))), 1.0) is None
    True
    """
    return small_groups(graph, max(resolution, FINEST)) if len(graph) > SMALL_FIRST_BEYOND else None


def small_groups(graph: Weighed, resolution: float = FINEST) -> Small:
    """Groups that are hardly ever torn apart at a lower resolution, so that they are found once for many.

    Each node is put with its nearest (first neighbours, Sarfraz et al. 2019), and Louvain's first round
    (Blondel et al. 2008) joins these pairs.

    Parameters
    ----------
    graph
        Shape (n, n).
    resolution
        The highest they are to serve.

    Returns
    -------
    Small

    Examples
    --------
    >>> from scipy import sparse
    >>> two_pairs = sparse.csr_matrix(np.kron(np.eye(2), 1 - np.eye(2)))
    >>> of_node, groups = small_groups(weighed(two_pairs), 1.0)
    >>> of_node.tolist(), len(groups)
    ([0, 0, 1, 1], 2)
    """
    pairs = join_nearest(graph, resolution)
    paired = aggregate(graph, pairs)
    own = first_round(paired, resolution)
    return own[pairs], aggregate(paired, own)


def divided(small: Small, inner: Weighed, labels: Labels) -> Small:
    """The small groups, each divided by the wider groups that it reaches into.

    Parameters
    ----------
    small
        Of the whole graph.
    inner
        That graph without the edges between the wider groups (:func:`needlens.graph.louvain.inside`).
    labels
        Wider group of each node, int64, shape (n,).

    Returns
    -------
    Small
        Every one lies within one wider group.

    Examples
    --------
    >>> from needlens.graph.louvain import inside
    >>> from scipy import sparse
    >>> path = weighed(sparse.csr_matrix(np.diag([1.0, 1.0], 1) + np.diag([1.0, 1.0], -1)))
    >>> small, wide = small_groups(path, 0.1), np.array([0, 0, 1])
    >>> small[0].tolist(), divided(small, inside(path, wide), wide)[0].tolist()
    ([0, 0, 0], [0, 0, 1])
    """
    own = np.unique(small[0] * (labels.max(initial=0) + 1) + labels, return_inverse=True)[1]
    return own, aggregate(inner, own)


def join(groups: Weighed, labels: Labels, resolution: float) -> Labels:
    """Partition the groups themselves: each group goes as a whole into one wider group.

    Parameters
    ----------
    groups
        What :func:`needlens.graph.louvain.aggregate` gave for ``labels``.
    labels
        The finer partition, shape (n,).
    resolution
        As in :func:`communities`.

    Returns
    -------
    Labels
        The wider partition of the *points*, shape (n,); every finer group lies within one wider group.

    Examples
    --------
    >>> from scipy import sparse
    >>> groups = weighed(sparse.csr_matrix(np.diag([1.0], 1) + np.diag([1.0], -1)))
    >>> join(groups, np.array([0, 0, 1]), 0.1).tolist()
    [0, 0, 0]
    """
    return by_size(louvain(groups, resolution)[labels])


def merge_down(adjacency: Graph, labels: Labels, n_groups: int) -> Labels:
    """Join the smallest group to the one it is most strongly tied to until ``n_groups`` are left.

    Examples
    --------
    >>> from scipy import sparse
    >>> path = sparse.csr_matrix(np.diag([2.0, 1.0, 2.0], 1))
    >>> merge_down(path + path.T, np.array([0, 1, 2, 2]), 2).tolist()
    [0, 0, 1, 1]
    """
    labels = labels.copy()
    between = _ties(weighed(adjacency), labels)
    sizes = np.bincount(labels).astype(float)
    while np.isfinite(sizes).sum() > n_groups:
        small = int(np.argmin(sizes))
        _join(labels, between, sizes, small)
    return by_size(labels)


def resolution_for(adjacency: Graph, n_groups: int) -> float:
    """Find the lowest resolution that gives at least ``n_groups`` communities, by bisection.

    Examples
    --------
    >>> from scipy import sparse
    >>> path = sparse.csr_matrix(np.diag([2.0, 1.0, 2.0], 1))
    >>> int(communities(path + path.T, resolution_for(path + path.T, 2)).max()) + 1
    2
    """
    # Points that have next to nothing in common stay together up to very high resolutions.
    low, high = np.log(1e-3), np.log(1e12)
    graph = weighed(adjacency)
    small = begin(graph, FINEST)
    fewest, best = len(graph), float(np.exp(high))
    for _ in range(24):
        middle = (low + high) / 2
        resolution = float(np.exp(middle))
        found = int(communities(graph, resolution, small=small if resolution <= FINEST else None).max()) + 1
        if n_groups <= found <= fewest:
            fewest, best = found, float(np.exp(middle))
        if found == n_groups:
            break
        low, high = (middle, high) if found < n_groups else (low, middle)
    return best


def by_size(labels: NDArray[np.int64]) -> Labels:
    """Number groups from 0 by falling size; equal sizes by their first member.

    Examples
    --------
    >>> by_size(np.array([7, 3, 3])).tolist()
    [1, 0, 0]
    """
    if labels.min(initial=0) < 0 or labels.max(initial=0) > len(labels):
        labels = np.unique(labels, return_inverse=True)[1]
    sizes = np.bincount(labels)
    first = np.full(len(sizes), len(labels))
    first[labels[::-1]] = np.arange(len(labels) - 1, -1, -1)  # of equal labels the last one written stays
    rank = np.empty(len(sizes), dtype=np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    return rank[labels]


def _absorb(graph: Weighed, labels: Labels, floor: int) -> Labels:
    labels = by_size(labels)
    sizes = np.bincount(labels).astype(float)
    if sizes.min(initial=floor) >= floor:
        return labels
    between = _ties(graph, labels)
    while True:
        # A group tied to no other stays as it is, however small.
        tied = (between[:, np.isfinite(sizes)] > 0).sum(axis=1) > (np.diag(between) > 0)
        small = np.flatnonzero(tied & (sizes < floor))
        if len(small) == 0:
            return by_size(labels)
        _join(labels, between, sizes, int(small[np.argmin(sizes[small])]))


def _join(labels: Labels, between: NDArray[np.float64], sizes: NDArray[np.float64], small: int) -> None:
    """Move group ``small`` into the group it shares most weight with for that group's size (in place)."""
    alive = np.isfinite(sizes)
    alive[small] = False
    tie = np.where(alive, between[small] / np.where(alive, sizes, 1.0), -1.0)
    into = int(np.argmax(tie))
    labels[labels == small] = into
    between[into] += between[small]
    between[:, into] += between[:, small]
    sizes[into] += sizes[small]
    sizes[small] = np.inf


def _ties(graph: Weighed, labels: Labels) -> NDArray[np.float64]:
    """Weight between every two groups."""
    groups = aggregate(graph, labels)
    n = len(groups)
    ties = np.zeros((n, n))
    ties[np.repeat(np.arange(n), np.diff(groups.starts)), groups.targets] = groups.weights
    return ties
