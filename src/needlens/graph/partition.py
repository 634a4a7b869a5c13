"""Nested partitions of a cloud of vectors, with the evidence for every scale and group."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from needlens.graph.affinity import affinity, n_edges
from needlens.graph.agreement import best_jaccard
from needlens.graph.chance import Evidence
from needlens.graph.communities import Labels, resolution_for
from needlens.graph.draws import Keys, keys_of, resamples
from needlens.graph.louvain import weighed
from needlens.graph.neighbours import Neighbours, neighbours_of
from needlens.graph.nesting import Resolutions, nest
from needlens.graph.search import Searched, least_size, search
from needlens.graph.visiting import outer_first
from needlens.graph.widening import widen
from needlens.progress import Progress, silent
from needlens.wording import chance

FEWEST_CHECKS = 3
MOST_CHECKS = 6
"""Resamples that tell how well each group comes back: fewer of very many points, whose groups are large."""

CHECKED = 0.632
"""Share of points they keep: as many as are distinct in a bootstrap sample, which Hennig (2007) draws."""

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

    def reordered(self, order: NDArray[np.int64]) -> NestedPartitions:
        """The same of the points in another order, given by their positions, int64, shape (n,)."""
        partitions = tuple(replace(part, labels=part.labels[order]) for part in self.partitions)
        return replace(self, partitions=partitions, neighbours=self.neighbours.reordered(order))


def nested_partitions(
    points: NDArray[np.float32],
    k: int | None = None,
    *,
    keys: Keys | None = None,
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
    keys
        What tells the points apart; from their own bits when None.
    n_groups
        Number of groups wanted on the main scale, or the least and the most; chosen by stability when None.
    seed
        Seed of everything random.

    Returns
    -------
    NestedPartitions
    """
    edges = n_edges(len(points)) if k is None else k
    keys = keys_of(points) if keys is None else keys
    if isinstance(n_groups, int):
        near = neighbours_of(points, edges, progress=progress)
        order = outer_first(near, edges)
        found = _as_asked(keys[order], near.reordered(order), edges, n_groups, seed, progress)
    else:
        seen = search(points, k, keys=keys, bounds=n_groups, seed=seed, progress=progress)
        order = seen.order
        found = _as_searched(keys[order], seen, edges, n_groups, seed, progress)
    return found.reordered(np.argsort(order))


def _as_searched(
    keys: Keys,
    seen: Searched,
    k: int,
    bounds: tuple[int, int] | None,
    seed: int,
    progress: Progress,
) -> NestedPartitions:
    if bounds is not None:
        n_main = int(seen.main.max()) + 1
        within = min(max(n_main, bounds[0]), bounds[1])
        if within != n_main:
            return _as_asked(keys, seen.near, k, within, seed, progress)
    main = seen.of_main
    found = beyond_chance(main)
    reason = _say(found=found, main=main)
    if not found:
        return NestedPartitions((), seen.near, found, main, reason)
    if seen.at.finer is not None and not beyond_chance(seen.evidence[0]):
        seen = seen.without_finer()
    if len(seen.at.wider) > 1:
        *_, nearest, between, broad = (own.stability for own in seen.evidence)
        if between < min(nearest, broad) - DIP:
            seen = seen.without_between()
    floor = least_size(len(keys))
    levels = nest(seen.graph, seen.at, floor=floor, main=seen.main)
    partitions = _checked(keys, seen.near, k, seen.at, levels, floor, None, seed, progress)
    tested = tuple(replace(part, evidence=own) for part, own in zip(partitions, seen.evidence, strict=True))
    return NestedPartitions(tested, seen.near, found, main, reason)


def beyond_chance(evidence: Evidence) -> bool:
    """Whether a scale counts as structure.

    Examples
    --------
    >>> beyond_chance(Evidence(stability=0.6, excess=0.3, p_value=0.001))
    True
    """
    return evidence.p_value <= LEAST_P and evidence.excess >= LEAST_EXCESS


def n_checks(n: int) -> int:
    """Resamples that the stability of each group of ``n`` points is a mean over.

    Examples
    --------
    >>> [n_checks(n) for n in (1_000, 24_000, 300_000)]
    [6, 6, 3]
    """
    return int(np.clip(150_000 // n, FEWEST_CHECKS, MOST_CHECKS))


def _as_asked(
    keys: Keys,
    near: Neighbours,
    k: int,
    n_groups: int,
    seed: int,
    progress: Progress,
) -> NestedPartitions:
    graph = weighed(affinity(near, k))
    at = Resolutions(resolution_for(graph, n_groups))
    main = nest(graph, at, n_groups=n_groups)[0]
    at = widen(graph, at, main)
    levels = nest(graph, at, main=main)
    partitions = _checked(keys, near, k, at, levels, 1, n_groups, seed, progress)
    reason = f"{n_groups} themes were asked for: whether there are any was not tested"
    return NestedPartitions(partitions, near, True, UNTESTED, reason)  # noqa: FBT003


def _checked(
    keys: Keys,
    near: Neighbours,
    k: int,
    at: Resolutions,
    levels: list[Labels],
    floor: int,
    n_groups: int | None,
    seed: int,
    progress: Progress,
) -> tuple[Partition, ...]:
    """Tell of each group at every scale how well it comes back in resamples."""
    kept = resamples(keys, n_checks(len(keys)), seed, CHECKED)

    def check(keep: NDArray[np.int64]) -> list[NDArray[np.float64]]:
        again = nest(affinity(near, k, keep=keep), at, floor=floor, n_groups=n_groups)
        both = zip(levels, again, strict=True)
        return [best_jaccard(labels[keep], own, labels.max() + 1) for labels, own in both]

    overlap = []
    # Two at a time: while one is in compiled code that lets go of the interpreter, the other goes on.
    with ThreadPoolExecutor(2) as pool:
        for done, own in enumerate(pool.map(check, kept), start=1):
            overlap.append(own)
            progress("checking stability", done, len(kept))
    return tuple(
        Partition(labels, _mean_of_measured(np.array(table)), level == at.at_main)
        for level, (labels, table) in enumerate(zip(levels, zip(*overlap, strict=True), strict=True))
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
