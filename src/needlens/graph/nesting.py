"""Scales that nest: one partition found directly, finer ones inside its groups, wider ones over them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from needlens.graph.communities import Labels, begin, communities, divided, join, merge_down
from needlens.graph.louvain import Graph, aggregate, inside, weighed
from needlens.graph.neighbours import Neighbours
from needlens.graph.ties import ties


@dataclass(frozen=True, slots=True)
class Resolutions:
    """The resolution of each scale.

    Attributes
    ----------
    main
        Of the partition of the points themselves.
    finer
        Of the partition within its groups; None for none.
    wider
        Of the partitions over its groups, falling.
    """

    main: float
    finer: float | None = None
    wider: tuple[float, ...] = ()

    @property
    def at_main(self) -> int:
        """Position of the main scale, finest first."""
        return int(self.finer is not None)


def nest(
    graph: Graph,
    at: Resolutions,
    *,
    floor: int = 1,
    n_groups: int | None = None,
    main: Labels | None = None,
    near: Neighbours | None = None,
    keep: NDArray[np.int64] | None = None,
) -> list[Labels]:
    """Partition a graph at every scale.

    The main partition is the best there is at its resolution; the others bend to it: a finer one may only
    divide its groups, a wider one may only join them.

    Parameters
    ----------
    graph
        Symmetric similarities, shape (n, n).
    at
        The resolutions.
    floor
        Least size of a group, see :func:`needlens.graph.communities.communities`.
    n_groups
        Join the smallest groups of the main scale until so many are left.
    main
        The main partition, where it is known already.
    near, keep
        What ties the main groups, which are joined by it (:func:`needlens.graph.ties.ties`); the edges of the
        graph by default.

    Returns
    -------
    list of Labels
        Finest first; each group of a scale lies within one group of the next.

    Examples
    --------
    >>> from scipy import sparse
    >>> chain = sparse.csr_matrix(np.diag([9.0, 1, 9, 0.1, 9, 1, 9], 1))
    >>> [labels.tolist() for labels in nest(chain + chain.T, Resolutions(2.0, wider=(0.1,)))]
    [[0, 0, 1, 1, 2, 2, 3, 3], [0, 0, 0, 0, 1, 1, 1, 1]]
    """
    graph = weighed(graph)
    small = begin(graph, at.main) if main is None or at.finer is not None else None
    if main is None:
        main = communities(graph, at.main, floor=floor, small=small)
    if n_groups is not None:
        main = merge_down(graph, main, n_groups)
    levels = [main]
    if at.finer is not None:
        inner = inside(graph, main)
        within = None if small is None else divided(small, inner, main)
        levels.insert(0, communities(inner, at.finer, floor=floor, small=within))
    if not at.wider:
        return levels
    groups = aggregate(graph, main) if near is None else ties(near, main, keep)
    for resolution in at.wider:
        wide = join(groups, levels[-1], resolution)
        of_group = np.empty(len(groups), dtype=np.int64)
        of_group[levels[-1]] = wide
        groups = aggregate(groups, of_group)
        levels.append(wide)
    return levels
