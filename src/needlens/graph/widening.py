"""Broad scales over the main one, for a view of the whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from needlens.graph.communities import Labels, by_size
from needlens.graph.louvain import Weighed, aggregate, louvain
from needlens.graph.nesting import Resolutions
from needlens.graph.scales import RESOLUTIONS

APART = 1.5
"""Times the groups of a wider scale that the next finer one has at least."""

FAR_APART = 3
"""Times the broad groups the main ones must be for a scale between them."""


def widen(groups: Weighed, at: Resolutions, main: Labels) -> Resolutions:
    """Add a scale of a handful of broad groups, and one half way to it where the way is long.

    Parameters
    ----------
    groups
        The graph of the main groups (:func:`needlens.graph.ties.ties`).
    at
        The main and the finer scale.
    main
        The partition of the points at the main scale, shape (n,).

    Returns
    -------
    Resolutions
        With one or two wider scales, none where the groups do not join into fewer by :data:`APART`. The broad
        one has near the square root of the number of main groups.

    Examples
    --------
    >>> from scipy import sparse
    >>> from needlens.graph.louvain import weighed
    >>> from needlens.graph.nesting import nest
    >>> chain = sparse.csr_matrix(np.diag([9.0, 1, 9, 0.1, 9, 1, 9], 1))
    >>> graph, at = weighed(chain + chain.T), Resolutions(2.0)
    >>> (main,) = nest(graph, at)
    >>> [labels.tolist() for labels in nest(graph, widen(aggregate(graph, main), at, main))]
    [[0, 0, 1, 1, 2, 2, 3, 3], [0, 0, 0, 0, 1, 1, 1, 1]]
    """
    n_main = int(main.max()) + 1
    joined = {}
    for resolution in RESOLUTIONS.tolist():
        joined[resolution] = louvain(groups, resolution)
        if int(joined[resolution].max()) + 1 == n_main:
            break  # no two of them gain by joining, nor at any higher resolution
    sizes = np.bincount(main)
    broad = _nearest(joined, sizes, float(np.sqrt(n_main)))
    if broad is None:
        return at
    n_broad = int(joined[broad].max()) + 1
    if n_main < FAR_APART * n_broad:
        return replace(at, wider=(broad,))
    middle = _nearest(joined, sizes, float(np.sqrt(n_main * n_broad)))
    if middle is None or middle <= broad:
        return replace(at, wider=(broad,))
    of_group = np.empty(n_main, dtype=np.int64)
    of_group[main] = by_size(joined[middle][main])
    n_wide = int(of_group.max()) + 1, int(louvain(aggregate(groups, of_group), broad).max()) + 1
    return replace(at, wider=(middle, broad) if 2 <= n_wide[1] <= n_wide[0] / APART else (broad,))


def _nearest(joined: dict[float, NDArray[np.int64]], sizes: NDArray[np.int64], wanted: float) -> float | None:
    """Resolution that joined the groups into about ``wanted``, fewer by :data:`APART`; None if there is none.

    Partitions with more than half of all points in one group come last.
    """
    best: tuple[bool, float, float] | None = None
    for resolution, wide in joined.items():
        n_wide = int(wide.max()) + 1
        if not 2 <= n_wide <= len(sizes) / APART:
            continue
        lopsided = bool(np.bincount(wide, weights=sizes).max() > sizes.sum() / 2)
        this = (lopsided, abs(float(np.log(n_wide / wanted))), resolution)
        best = this if best is None else min(best, this)
    return None if best is None else best[2]
