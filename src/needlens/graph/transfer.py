"""The scales of a sample, carried over to the graph of all points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from needlens.graph.communities import FINEST, Labels, communities, divided, small_groups
from needlens.graph.louvain import Graph, Weighed, inside, louvain, weighed
from needlens.graph.neighbours import Neighbours
from needlens.graph.nesting import Resolutions
from needlens.graph.ties import ties
from needlens.graph.widening import widen

CLOSE = 0.02
"""How far off a number of groups may be, as a share: no reader sees the difference."""

_TRIES = 16


def transfer(
    graph: Graph, near: Neighbours, at: Resolutions, sizes: list[int], floor: int
) -> tuple[Resolutions, Labels]:
    """Find the resolutions at which a graph has as many groups as a sample of its points had.

    How many groups a resolution makes depends on how far the edges of the graph reach, and those of many
    points reach less far than those of a sample: so it is the number of groups that is carried over.

    Parameters
    ----------
    graph
        Symmetric similarities of all points, shape (n, n).
    near
        Neighbours of each point among the others.
    at
        The resolutions of the sample.
    sizes
        Number of groups of the sample at each of its scales, finest first.
    floor
        As in :func:`needlens.graph.nesting.nest`.

    Returns
    -------
    tuple
        Resolutions of as many scales as ``at`` or, where all points have no scale between, of fewer wide
        ones; and the partition at the main one.

    Examples
    --------
    >>> from scipy import sparse
    >>> chain = sparse.csr_matrix(np.diag([9.0, 1, 9, 0.1, 9, 1, 9], 1))
    >>> near = Neighbours(np.zeros((8, 1), dtype=np.int64), np.zeros((8, 1), dtype=np.float32))
    >>> at, main = transfer(chain + chain.T, near, Resolutions(1.0), [4], floor=1)
    >>> at.wider, main.tolist()
    ((), [0, 0, 1, 1, 2, 2, 3, 3])
    """
    graph = weighed(graph)
    small = small_groups(graph)
    resolution = resolution_near(small[1], sizes[at.at_main])
    main = communities(graph, resolution, floor=floor, small=small)
    finer = None
    if at.finer is not None:
        finer = resolution_near(divided(small, inside(graph, main), main)[1], sizes[0])
    found = Resolutions(resolution, finer)
    if not at.wider:
        return found, main
    wider = widen(ties(near, main), found, main).wider
    return replace(found, wider=wider if len(wider) == len(at.wider) else wider[-1:]), main


def resolution_near(groups: Weighed, n_groups: int) -> float:
    """Find a resolution at which small groups join into about ``n_groups``.

    Parameters
    ----------
    groups
        The graph of the small groups (:func:`needlens.graph.communities.small_groups`).
    n_groups
        How many are wanted.

    Examples
    --------
    >>> from scipy import sparse
    >>> ring = sparse.csr_matrix(np.roll(np.eye(60), 1, axis=1) + np.roll(np.eye(60), -1, axis=1))
    >>> found = resolution_near(weighed(ring), 10)
    >>> abs(int(louvain(weighed(ring), found).max()) + 1 - 10) <= 2
    True
    """
    low, high = np.log(0.01), np.log(FINEST)
    best, off = FINEST, np.inf
    for _ in range(_TRIES):
        middle = (low + high) / 2
        found = int(louvain(groups, float(np.exp(middle))).max()) + 1
        if abs(np.log(found / n_groups)) < off:
            best, off = float(np.exp(middle)), abs(float(np.log(found / n_groups)))
        if off <= CLOSE:
            break
        low, high = (middle, high) if found < n_groups else (low, middle)
    return best
