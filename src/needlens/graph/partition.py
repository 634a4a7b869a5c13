"""Nested partitions of a cloud of vectors, with the evidence for every scale and group."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from needlens.graph.affinity import affinity, n_edges
from needlens.graph.agreement import best_jaccard
from needlens.graph.chance import Evidence, weigh
from needlens.graph.communities import Labels, communities, resolution_for
from needlens.graph.draws import resamples, sample
from needlens.graph.louvain import weighed
from needlens.graph.neighbours import Neighbours, neighbours_of
from needlens.graph.nesting import Resolutions, nest
from needlens.graph.scales import choose, scan, settle
from needlens.graph.transfer import transfer
from needlens.graph.widening import widen
from needlens.progress import Progress, silent
from needlens.wording import chance

SEARCHED = 5_000
"""Points the search looks at, of more a random sample: groups at a resolution hardly depend on n."""

FEWEST_CHECKS = 4
MOST_CHECKS = 6
"""Resamples that tell how well each group comes back: fewer of very many points, whose groups are large."""

LEAST_EXCESS = 0.15
"""Stability above the null's, in adjusted Rand index, from which groups count as structure."""

LEAST_P = 0.05
"""Largest p-value that counts as structure."""

DIP = 0.05
"""Stability by which a scale between two others must fall short of both to be left out: it is on the way from
one to the other, and no place to stop at."""

UNTESTED = Evidence(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True, eq=False, slots=True)
class Partition:
    """One scale.

    Attributes
    ----------
    labels
        Group of each point from 0 by falling size, −1 for none (only outlier-leaving engines), shape (n,).
    stability
        Mean best Jaccard overlap of each group over resamples (:func:`n_checks`), float64, shape (n_groups,);
        NaN if unmeasured.
    main
        Whether this is the scale to show first.
    evidence
        How the scale compares with chance; all NaN where that was not tested.
    """

    labels: Labels
    stability: NDArray[np.float64]
    main: bool
    evidence: Evidence = UNTESTED

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
    found, reason
        As in :class:`needlens.themes.Structure`.
    evidence
        How the main scale compares with chance.
    """

    partitions: tuple[Partition, ...]
    neighbours: Neighbours
    found: bool
    evidence: Evidence
    reason: str


def nested_partitions(
    points: NDArray[np.float32],
    k: int | None = None,
    *,
    n_groups: int | tuple[int, int] | None = None,
    seed: int,
    progress: Progress = silent,
) -> NestedPartitions:
    """Choose the scales and partition the points at each, every finer group within one wider group.

    Parameters
    ----------
    points
        Distinct rows of unit length, float32, shape (n, d).
    k
        Neighbours each point is joined to; None leaves it to their number
        (:func:`needlens.graph.affinity.n_edges`).
    n_groups
        Number of groups wanted on the main scale, or the least and the most; chosen by stability when None.
    seed
        Seed of everything random.

    Returns
    -------
    NestedPartitions
    """
    asked, k = k, n_edges(len(points)) if k is None else k
    floor = least_size(len(points))
    if isinstance(n_groups, int):
        near = neighbours_of(points, k, progress=progress)
        return _as_asked(points, near, k, n_groups, seed, progress)
    if len(points) <= SEARCHED:
        near = neighbours_of(points, k, progress=progress)
        at, evidence = _search(points, near, k, floor, n_groups, seed, progress)
    else:
        at, evidence, near = _search_sample(points, k, asked, floor, n_groups, seed, progress)
    if n_groups is not None:
        n_main = int(nest(affinity(near, k), at, floor=floor)[at.at_main].max()) + 1
        within = min(max(n_main, n_groups[0]), n_groups[1])
        if within != n_main:
            return _as_asked(points, near, k, within, seed, progress)
    main = evidence[at.at_main]
    found = beyond_chance(main)
    reason = _say(found=found, main=main)
    if not found:
        return NestedPartitions((), near, found, main, reason)
    if at.finer is not None and not beyond_chance(evidence[0]):
        at, evidence = replace(at, finer=None), evidence[1:]
    if len(at.wider) > 1:
        *finer, between, broad = (own.stability for own in evidence)
        if between < min(finer[-1], broad) - DIP:
            at, evidence = replace(at, wider=at.wider[1:]), [*evidence[:-2], evidence[-1]]
    partitions = _partitions(points, near, k, at, floor, None, seed, progress)
    weighed = tuple(replace(part, evidence=own) for part, own in zip(partitions, evidence, strict=True))
    return NestedPartitions(weighed, near, found, main, reason)


def beyond_chance(evidence: Evidence) -> bool:
    """Whether a scale counts as structure.

    Examples
    --------
    >>> beyond_chance(Evidence(stability=0.6, excess=0.3, p_value=0.001))
    True
    """
    return evidence.p_value <= LEAST_P and evidence.excess >= LEAST_EXCESS


def least_size(n: int) -> int:
    """Least number of distinct points in a group of the finest scale, growing slowly with their number.

    Examples
    --------
    >>> [least_size(n) for n in (50, 1_000, 10_000, 100_000)]
    [3, 4, 12, 40]
    """
    return max(3, round(float(np.sqrt(n)) / 8))


def n_checks(n: int) -> int:
    """Resamples that the stability of each group of ``n`` points is a mean over.

    Examples
    --------
    >>> [n_checks(n) for n in (1_000, 24_000, 300_000)]
    [6, 5, 4]
    """
    return int(np.clip(120_000 // n, FEWEST_CHECKS, MOST_CHECKS))


def _as_asked(
    points: NDArray[np.float32], near: Neighbours, k: int, n_groups: int, seed: int, progress: Progress
) -> NestedPartitions:
    graph = weighed(affinity(near, k))
    at = widen(graph, Resolutions(resolution_for(graph, n_groups)), 1, n_groups)
    partitions = _partitions(points, near, k, at, 1, n_groups, seed, progress)
    reason = f"{n_groups} themes were asked for: whether there are any was not tested"
    return NestedPartitions(partitions, near, True, UNTESTED, reason)  # noqa: FBT003


def _search(
    points: NDArray[np.float32],
    near: Neighbours,
    k: int,
    floor: int,
    bounds: tuple[int, int] | None,
    seed: int,
    progress: Progress,
) -> tuple[Resolutions, list[Evidence]]:
    """Choose the scales and weigh them."""
    seen = scan(points, near, k, seed=seed, progress=progress)
    chosen = choose(seen if bounds is None else seen.within(*bounds)) or choose(seen)
    if chosen is None:
        return Resolutions(1.0), [Evidence(0.0, 0.0, 1.0)]
    graph, (main, finer) = weighed(affinity(near, k)), chosen

    def count(resolution: float) -> int:
        return int(communities(graph, resolution, floor=floor).max()) + 1

    at = widen(graph, Resolutions(settle(seen, main, count), finer), floor)
    return at, weigh(points, near, k, at, seed=seed, progress=progress)


def _search_sample(
    points: NDArray[np.float32],
    k: int,
    asked: int | None,
    floor: int,
    bounds: tuple[int, int] | None,
    seed: int,
    progress: Progress,
) -> tuple[Resolutions, list[Evidence], Neighbours]:
    """Choose and weigh the scales of a random sample, and find them again in all points.

    The neighbours of all are sought meanwhile, as the search keeps no more than one core busy.
    """
    from threadpoolctl import threadpool_limits

    some = points[sample(points, SEARCHED, seed)]
    k_some, floor_some = n_edges(SEARCHED) if asked is None else asked, least_size(SEARCHED)
    searching = True

    def tell(stage: str, done: int, total: int | None) -> None:
        if not searching:
            progress(stage, done, total)

    # The limit on threads is the process's: it is set around both, so that neither lifts it for the other.
    with threadpool_limits(limits=1), ThreadPoolExecutor(1) as meanwhile:
        near_all = meanwhile.submit(neighbours_of, points, k, progress=tell)
        near_some = neighbours_of(some, k_some)
        at_some, evidence = _search(some, near_some, k_some, floor_some, bounds, seed, progress)
        searching = False
        near = near_all.result()
    levels = nest(affinity(near_some, k_some), at_some, floor=floor_some)
    at = transfer(affinity(near, k), at_some, [int(labels.max()) + 1 for labels in levels], floor)
    # Where all points have fewer wide scales than the sample, it is those between that are missing.
    first_wide = at_some.at_main + 1
    return at, evidence[:first_wide] + evidence[len(evidence) - len(at.wider) :], near


def _partitions(
    points: NDArray[np.float32],
    near: Neighbours,
    k: int,
    at: Resolutions,
    floor: int,
    n_groups: int | None,
    seed: int,
    progress: Progress,
) -> tuple[Partition, ...]:
    """Partition all points at every scale, with how well each group comes back in resamples."""
    levels = nest(affinity(near, k), at, floor=floor, n_groups=n_groups)
    kept = resamples(points, n_checks(len(points)), seed)
    overlap = [np.empty((len(kept), labels.max() + 1)) for labels in levels]
    for number, keep in enumerate(kept):
        again = nest(affinity(near, k, keep=keep), at, floor=floor, n_groups=n_groups)
        for level, labels in enumerate(levels):
            overlap[level][number] = best_jaccard(labels[keep], again[level], labels.max() + 1)
        progress("checking stability", number + 1, len(kept))
    return tuple(
        Partition(labels, _mean_of_measured(table), level == at.at_main)
        for level, (labels, table) in enumerate(zip(levels, overlap, strict=True))
    )


def _mean_of_measured(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of each column without its NaNs; NaN where there is nothing else."""
    measured = (~np.isnan(table)).sum(axis=0)
    mean = np.full(table.shape[1], np.nan)
    np.divide(np.nansum(table, axis=0), measured, out=mean, where=measured > 0)
    return mean


def _say(*, found: bool, main: Evidence) -> str:
    beyond = f"{main.excess:.2f} above a cloud without groups ({chance(main.p_value)})"
    if found:
        return f"there are themes: in resamples they come back more than by chance, agreement {beyond}"
    return f"no structure found: groups come back in resamples hardly more than by chance, agreement {beyond}"
