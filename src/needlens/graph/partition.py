"""Nested partitions of a cloud of vectors, with the stability of every group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from needlens.graph.affinity import affinity
from needlens.graph.agreement import best_jaccard
from needlens.graph.communities import Labels, coarsen, communities, merge_down
from needlens.graph.neighbours import Neighbours
from needlens.graph.scales import N_RESAMPLES, RESOLUTIONS, choose, neighbours_of, resamples, scan
from needlens.progress import Progress, silent
from needlens.wording import chance

LEAST_EXCESS = 0.15
"""Stability above the null's, in adjusted Rand index, from which groups count as structure."""

LEAST_P = 0.05
"""Largest p-value that counts as structure."""


@dataclass(frozen=True, eq=False, slots=True)
class Partition:
    """One scale.

    Attributes
    ----------
    labels
        Group of each point from 0 by falling size, −1 for none (only outlier-leaving engines), shape (n,).
    stability
        Mean best Jaccard overlap of each group over resamples, float64, shape (n_groups,), NaN if unmeasured.
    main
        Whether this is the scale to show first.
    """

    labels: Labels
    stability: NDArray[np.float64]
    main: bool

    @property
    def n_groups(self) -> int:
        """Number of groups."""
        return int(self.labels.max(initial=-1)) + 1


@dataclass(frozen=True, eq=False, slots=True)
class NestedPartitions:
    """The scales, finest first, and whether there is anything to see.

    Attributes
    ----------
    partitions
        Finest first, each nested in the next; empty when nothing was found.
    neighbours
        Nearest neighbours of every point.
    found, p_value, excess, reason
        As in :class:`needlens.themes.Structure`.
    """

    partitions: tuple[Partition, ...]
    neighbours: Neighbours
    found: bool
    p_value: float
    excess: float
    reason: str


def nested_partitions(
    points: NDArray[np.float32],
    k: int,
    *,
    n_groups: int | None = None,
    seed: int,
    progress: Progress = silent,
) -> NestedPartitions:
    """Choose the scales and partition the points at each, every finer group within one wider group.

    The finest scale is partitioned directly; the wider ones partition its groups.

    Parameters
    ----------
    points
        Distinct rows of unit length, float32, shape (n, d).
    k
        Neighbours each point is joined to.
    n_groups
        Number of groups wanted on the main scale; chosen by stability when None.
    seed
        Seed of everything random.

    Returns
    -------
    NestedPartitions
    """
    near = neighbours_of(points, k, progress=progress)
    graph = affinity(near, k)
    floor = 1 if n_groups else least_size(len(points))
    if n_groups is not None:
        labels, resolution = _exactly(graph, n_groups)
        levels, at_resolution, main = [labels], [resolution], 0
        found, p_value, excess = True, float("nan"), float("nan")
        reason = f"{n_groups} themes were asked for: whether there are any was not tested"
    else:
        search = scan(points, k, seed=seed, progress=progress)
        chosen = choose(search)
        excess = float(search.excess[chosen[0]]) if chosen else 0.0
        p_value = search.p_value
        found = bool(chosen) and p_value <= LEAST_P and excess >= LEAST_EXCESS
        reason = _say(found=found, excess=excess, p_value=p_value)
        if not found:
            return NestedPartitions((), near, found, p_value, excess, reason)
        at_resolution = [float(search.resolutions[at]) for at in sorted(chosen, reverse=True)]
        levels = _nested(graph, at_resolution, floor)
        main = len(levels) - 1
    wide = _broad(graph, levels[main])
    if wide is not None:
        levels, at_resolution = [*levels, wide[0]], [*at_resolution, wide[1]]
    stability = _group_stability(near, k, levels, at_resolution, floor, n_groups, seed, progress)
    partitions = tuple(
        Partition(labels, stable, at == main)
        for at, (labels, stable) in enumerate(zip(levels, stability, strict=True))
    )
    return NestedPartitions(partitions, near, found, p_value, excess, reason)


def least_size(n: int) -> int:
    """Least number of distinct points in a group of the finest scale, growing slowly with their number.

    Examples
    --------
    >>> [least_size(n) for n in (50, 1_000, 10_000, 100_000)]
    [3, 4, 12, 40]
    """
    return max(3, round(float(np.sqrt(n)) / 8))


def _nested(
    graph: sparse.csr_matrix, resolutions: list[float], floor: int, n_groups: int | None = None
) -> list[Labels]:
    """Partition the points at the finest resolution, then its groups at each wider one."""
    finest = communities(graph, resolutions[0], floor=floor)
    levels = [finest if n_groups is None else merge_down(graph, finest, n_groups)]
    for resolution in resolutions[1:]:
        levels.append(coarsen(graph, levels[-1], resolution))
    return levels


def _broad(graph: sparse.csr_matrix, labels: Labels) -> tuple[Labels, float] | None:
    """A handful of wide groups over ``labels``, and their resolution; None if there is no such partition.

    Of the partitions of the groups into at most half as many, the one whose number is nearest to the square
    root of theirs; partitions with more than half of all points in one group come last.
    """
    n_groups = int(labels.max()) + 1
    best: tuple[bool, float, Labels, float] | None = None
    for resolution in RESOLUTIONS:
        wide = coarsen(graph, labels, float(resolution))
        n_wide = int(wide.max()) + 1
        if not 2 <= n_wide <= n_groups / 2:
            continue
        lopsided = bool(np.bincount(wide).max() > len(wide) / 2)
        distance = abs(float(np.log(n_wide) - np.log(n_groups) / 2))
        if best is None or (lopsided, distance) < best[:2]:
            best = (lopsided, distance, wide, float(resolution))
    return None if best is None else best[2:]


def _exactly(graph: sparse.csr_matrix, n_groups: int) -> tuple[Labels, float]:
    """Bisect the resolution for ``n_groups``; take the next larger partition and merge down to it."""
    low, high = np.log(1e-3), np.log(1e4)
    best, best_resolution = np.arange(graph.shape[0]), float(np.exp(high))
    for _ in range(24):
        middle = (low + high) / 2
        labels = communities(graph, float(np.exp(middle)))
        found = int(labels.max()) + 1
        if n_groups <= found <= best.max() + 1:
            best, best_resolution = labels, float(np.exp(middle))
        if found == n_groups:
            break
        low, high = (middle, high) if found < n_groups else (low, middle)
    return merge_down(graph, best, n_groups), best_resolution


def _group_stability(
    near: Neighbours,
    k: int,
    levels: list[Labels],
    resolutions: list[float],
    floor: int,
    n_groups: int | None,
    seed: int,
    progress: Progress,
) -> list[NDArray[np.float64]]:
    """Mean best overlap of each group with those that the same steps find in resamples."""
    kept = resamples(len(near.index), N_RESAMPLES, np.random.default_rng([seed, 1]))
    overlap = [np.empty((len(kept), labels.max() + 1)) for labels in levels]
    for at, keep in enumerate(kept):
        again = _nested(affinity(near, k, keep=keep), resolutions, floor, n_groups)
        for level, labels in enumerate(levels):
            overlap[level][at] = best_jaccard(labels[keep], again[level], labels.max() + 1)
        progress("checking stability", at + 1, len(kept))
    return [_mean_of_measured(table) for table in overlap]


def _mean_of_measured(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of each column without its NaNs; NaN where there is nothing else."""
    measured = (~np.isnan(table)).sum(axis=0)
    mean = np.full(table.shape[1], np.nan)
    np.divide(np.nansum(table, axis=0), measured, out=mean, where=measured > 0)
    return mean


def _say(*, found: bool, excess: float, p_value: float) -> str:
    beyond = f"{excess:.2f} above a cloud without groups ({chance(p_value)})"
    if found:
        return f"there are themes: in resamples they come back more than by chance, agreement {beyond}"
    return f"no structure found: groups come back in resamples hardly more than by chance, agreement {beyond}"
