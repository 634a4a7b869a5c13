"""One partition out of those that many orders of visiting give."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from needlens.graph.communities import Labels, communities
from needlens.graph.draws import Keys, draw
from needlens.graph.louvain import Weighed, reordered, reweighed

FEWEST_PARTITIONS = 10
MOST_PARTITIONS = 30
"""Least and largest number of partitions: those of few points differ more, and cost less."""

JITTER = 0.5
"""How far the orders stray from the outer-first one, in standard deviations of what that goes by."""


def consensus(
    graph: Weighed, likeness: NDArray[np.floating], keys: Keys, resolution: float, *, floor: int, seed: int
) -> Labels:
    """Partition a graph so that hardly anything hangs on the order in which its points are visited.

    Partitions of nearly the same modularity can differ in a tenth of their points, and the last digit of a
    vector decides between them. So several are made, each visiting the points in an order a little off, every
    edge is weighed by how many leave its ends together, and *that* graph is partitioned (consensus
    clustering, Lancichinetti & Fortunato 2012, on the edges alone).

    Parameters
    ----------
    graph
        Its nodes in the order of :func:`needlens.graph.visiting.outer_first`, shape (n, n).
    likeness
        What that order goes by (:func:`needlens.graph.visiting.likeness`), rising, shape (n,).
    keys
        What tells the points apart.
    resolution, floor
        As in :func:`needlens.graph.communities.communities`.
    seed
        Seed of the orders.

    Returns
    -------
    Labels
        int64, shape (n,), numbered from 0 by falling size.

    Examples
    --------
    >>> from scipy import sparse
    >>> from needlens.graph.louvain import weighed
    >>> two_pairs = weighed(sparse.csr_matrix(np.kron(np.eye(2), 1 - np.eye(2))))
    >>> consensus(two_pairs, np.ones(4), np.arange(4, dtype=np.uint64), 1.0, floor=1, seed=0).tolist()
    [0, 0, 1, 1]
    """
    sources = np.repeat(np.arange(len(graph), dtype=np.int32), np.diff(graph.starts))
    together = np.zeros(len(sources), dtype=np.int32)
    stray = JITTER * float(np.std(likeness)) * np.sqrt(12)  # of a uniform number of range 1
    count = n_partitions(len(graph))
    for number in range(count):
        chance = draw(keys, seed, number).astype(np.float64) / 2**64
        order = np.argsort(likeness + stray * chance, kind="stable")
        labels = np.empty(len(graph), dtype=np.int64)
        labels[order] = communities(reordered(graph, order), resolution)
        together += labels[sources] == labels[graph.targets]
    return communities(reweighed(graph, together / count), resolution, floor=floor)


def n_partitions(n: int) -> int:
    """Partitions of ``n`` points that one is made of.

    Examples
    --------
    >>> [n_partitions(n) for n in (500, 3_000, 5_000)]
    [30, 20, 12]
    """
    return int(np.clip(60_000 // n, FEWEST_PARTITIONS, MOST_PARTITIONS))
