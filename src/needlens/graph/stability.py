"""How surely each group of points is found again in other points like them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from needlens.graph.affinity import affinity
from needlens.graph.agreement import best_jaccard
from needlens.graph.communities import Labels
from needlens.graph.draws import Keys, resamples
from needlens.graph.louvain import Weighed, aggregate
from needlens.graph.neighbours import Neighbours
from needlens.graph.nesting import Resolutions, nest
from needlens.progress import Progress, silent

FEWEST_CHECKS = 3
MOST_CHECKS = 6
"""Resamples that tell how well each group comes back: fewer of very many points, whose groups are large."""

CHECKED = 0.632
"""Share of points they keep: as many as are distinct in a bootstrap sample, which Hennig (2007) draws."""


def stability_of(
    levels: list[Labels],
    keys: Keys,
    near: Neighbours,
    graph: Weighed,
    k: int,
    at: Resolutions,
    *,
    floor: int = 1,
    n_groups: int | None = None,
    seed: int,
    progress: Progress = silent,
) -> list[NDArray[np.float64]]:
    """Mean of two witnesses for each group at every scale, both in [0, 1].

    The first is how well the group comes back: its mean best Jaccard overlap over resamples of the points
    (Hennig 2007). The second is how well it stands apart: :func:`cohesion`. Resamples share most of their
    points and all of their chance likenesses, so a group can come back in each and yet not be found in fresh
    points; a group that stands apart more often is. The mean of both tells better than overlap alone; than
    cohesion alone it is better on some texts and worse on others (``benchmarks/stability.md``).

    Parameters
    ----------
    levels
        Partition of the points at each scale, each of shape (n,).
    keys, near, k
        As in :func:`needlens.graph.scales.scan`.
    graph
        What ``near`` and ``k`` make.
    at, floor, n_groups
        As in :func:`needlens.graph.nesting.nest`, which made the partitions.
    seed
        Seed of the resamples.

    Returns
    -------
    list of ndarray
        One a scale, float64, shape (n_groups,); NaN for a group of which no resample holds a point.

    Examples
    --------
    >>> from needlens.graph.draws import keys_of
    >>> from needlens.graph.louvain import weighed
    >>> from needlens.graph.neighbours import neighbours_of
    >>> points = np.repeat(np.eye(3, 8), 20, axis=0) + 0.05 * np.random.default_rng(0).random((60, 8))
    >>> points = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    >>> near, labels = neighbours_of(points, 10), np.repeat(np.arange(3), 20)
    >>> graph, keys = weighed(affinity(near, 10)), keys_of(points)
    >>> stability_of([labels], keys, near, graph, 10, Resolutions(1.0), seed=0)[0].tolist()
    [1.0, 1.0, 1.0]
    """
    kept = resamples(keys, n_checks(len(keys)), seed, CHECKED)

    def check(keep: NDArray[np.int64]) -> list[NDArray[np.float64]]:
        again = nest(
            affinity(near.for_edges(k), k, keep=keep),
            at,
            floor=floor,
            n_groups=n_groups,
            near=near,
            keep=keep,
        )
        both = zip(levels, again, strict=True)
        return [best_jaccard(labels[keep], own, labels.max() + 1) for labels, own in both]

    overlap = []
    # Two at a time: while one is in compiled code that lets go of the interpreter, the other goes on.
    with ThreadPoolExecutor(2) as pool:
        apart = pool.submit(cohesions, graph, levels)
        for done, own in enumerate(pool.map(check, kept), start=1):
            overlap.append(own)
            progress("checking stability", done, len(kept))
    again = [_mean_of_measured(np.array(table)) for table in zip(*overlap, strict=True)]
    return [(ours + theirs) / 2 for ours, theirs in zip(again, apart.result(), strict=True)]


def cohesions(graph: Weighed, levels: list[Labels]) -> list[NDArray[np.float64]]:
    """:func:`cohesion` of partitions each of which lies within the next: the edges are gone through once.

    Parameters
    ----------
    graph
        Shape (n, n).
    levels
        Group of each node from 0 at each, finest first, each of shape (n,).

    Returns
    -------
    list of ndarray
        One a partition, float64, shape (n_groups,).

    Examples
    --------
    >>> from scipy import sparse
    >>> from needlens.graph.louvain import weighed
    >>> path = sparse.diags_array([np.ones(3), np.ones(3)], offsets=[-1, 1]).tocsr()
    >>> graph, levels = weighed(sparse.csr_matrix(path)), [np.array([0, 0, 1, 2]), np.array([0, 0, 0, 1])]
    >>> [values.round(2).tolist() for values in cohesions(graph, levels)]
    [[0.67, 0.0, 0.0], [0.8, 0.0]]
    """
    groups, values = aggregate(graph, levels[0]), []
    of_group = np.empty(len(groups), dtype=np.int64)
    for labels in levels:
        of_group[levels[0]] = labels
        values.append(cohesion(groups, of_group))
    return values


def cohesion(graph: Weighed, labels: Labels) -> NDArray[np.float64]:
    """Share of the weight of each group's edges that stays within it: 1 less what leads out over its volume.

    Parameters
    ----------
    graph
        Shape (n, n).
    labels
        Group of each node from 0, shape (n,).

    Returns
    -------
    ndarray
        float64, shape (n_groups,); 1 for a group without edges, which nothing ties to another.

    Examples
    --------
    >>> from scipy import sparse
    >>> from needlens.graph.louvain import weighed
    >>> path = sparse.diags_array([np.ones(3), np.ones(3)], offsets=[-1, 1]).tocsr()
    >>> cohesion(weighed(sparse.csr_matrix(path)), np.array([0, 0, 0, 1])).round(2).tolist()
    [0.8, 0.0]
    """
    sources = np.repeat(labels, np.diff(graph.starts))
    within = sources == labels[graph.targets]
    n_groups = int(labels.max(initial=-1)) + 1
    own = np.bincount(sources, weights=graph.weights * within, minlength=n_groups)
    whole = np.bincount(sources, weights=graph.weights, minlength=n_groups)
    return np.divide(own, whole, out=np.ones(n_groups), where=whole > 0)


def n_checks(n: int) -> int:
    """Resamples that the first witness for the groups of ``n`` points is a mean over.

    Examples
    --------
    >>> [n_checks(n) for n in (1_000, 24_000, 300_000)]
    [6, 4, 3]
    """
    return int(np.clip(100_000 // n, FEWEST_CHECKS, MOST_CHECKS))


def _mean_of_measured(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of each column without its NaNs; NaN where there is nothing else."""
    measured = (~np.isnan(table)).sum(axis=0)
    mean = np.full(table.shape[1], np.nan)
    np.divide(np.nansum(table, axis=0), measured, out=mean, where=measured > 0)
    return mean
