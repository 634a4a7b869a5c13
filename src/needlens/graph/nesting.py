"""Scales that nest: one partition found directly, finer ones inside its groups, wider ones over them."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import sparse

from needlens.graph.communities import Labels, coarsen, communities, merge_down


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
    graph: sparse.csr_matrix,
    at: Resolutions,
    *,
    floor: int = 1,
    n_groups: int | None = None,
    main: Labels | None = None,
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

    Returns
    -------
    list of Labels
        Finest first; each group of a scale lies within one group of the next.

    Examples
    --------
    >>> import numpy as np
    >>> chain = sparse.csr_matrix(np.diag([9.0, 1, 9, 0.1, 9, 1, 9], 1))
    >>> [labels.tolist() for labels in nest(chain + chain.T, Resolutions(2.0, wider=(0.1,)))]
    [[0, 0, 1, 1, 2, 2, 3, 3], [0, 0, 0, 0, 1, 1, 1, 1]]
    """
    if main is None:
        main = communities(graph, at.main, floor=floor)
    if n_groups is not None:
        main = merge_down(graph, main, n_groups)
    levels = [main]
    if at.finer is not None:
        levels.insert(0, communities(inside(graph, main), at.finer, floor=floor))
    for resolution in at.wider:
        levels.append(coarsen(graph, levels[-1], resolution))
    return levels


def inside(graph: sparse.csr_matrix, labels: Labels) -> sparse.csr_matrix:
    """The graph without the edges between groups, so that no new group reaches over two old ones.

    Examples
    --------
    >>> import numpy as np
    >>> inside(sparse.csr_matrix(1 - np.eye(3)), np.array([0, 0, 1])).toarray().tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    edges = graph.tocoo()
    kept = labels[edges.row] == labels[edges.col]
    within = sparse.csr_matrix((edges.data[kept], (edges.row[kept], edges.col[kept])), shape=graph.shape)
    within.sort_indices()
    return within
