"""Nested partitions of a cloud of vectors, with the evidence for every scale and group."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from needlens.graph.affinity import affinity, n_edges
from needlens.graph.chance import Evidence
from needlens.graph.communities import Labels, resolution_for
from needlens.graph.draws import Keys, keys_of
from needlens.graph.louvain import weighed
from needlens.graph.neighbours import Neighbours, neighbours_of
from needlens.graph.nesting import Resolutions, nest
from needlens.graph.placement import VOTERS
from needlens.graph.search import Searched, least_size, search
from needlens.graph.stability import stability_of
from needlens.graph.ties import REACH, ties
from needlens.graph.visiting import outer_first
from needlens.graph.widening import widen
from needlens.progress import Progress, silent
from needlens.wording import chance

LEAST_EXCESS = 0.15
"""Stability above the null's, in adjusted Rand index, from which groups count as structure."""

LEAST_P = 0.05
"""Largest p-value that counts as structure."""

UNSURE, LEAST_DIP = 2, 0.05
"""Times as far from full stability as both its neighbours a scale between them must be to be left out, and
how far it must lie below both."""

UNTESTED = Evidence(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True, eq=False, slots=True)
class Partition:
    """One scale.

    Attributes
    ----------
    labels
        Group of each point from 0 by falling size, −1 for none (only outlier-leaving engines), shape (n,).
    stability
        How surely each group is found again (:func:`needlens.graph.stability.stability_of`), float64, shape
        (n_groups,); NaN if unmeasured.
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
        The :data:`needlens.graph.placement.VOTERS` nearest of every point: those that place new ones.
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
        near = neighbours_of(points, edges, reach=REACH, progress=progress)
        order = outer_first(near, edges)
        found = _as_asked(keys[order], near.reordered(order), edges, n_groups, seed, progress)
    else:
        seen = search(points, k, keys=keys, bounds=n_groups, seed=seed, progress=progress)
        order = seen.order
        found = _as_searched(keys[order], seen, edges, n_groups, seed, progress)
    return replace(found, neighbours=found.neighbours.first(VOTERS)).reordered(np.argsort(order))


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
    if len(seen.at.wider) > 1 and is_passing(*seen.evidence[-3:]):
        seen = seen.without_between()
    floor = least_size(len(keys))
    levels = nest(seen.graph, seen.at, floor=floor, main=seen.main, near=seen.near)
    stability = stability_of(
        levels, keys, seen.near, seen.graph, k, seen.at, floor=floor, seed=seed, progress=progress
    )
    partitions = _told(levels, stability, seen.at)
    tested = tuple(replace(part, evidence=own) for part, own in zip(partitions, seen.evidence, strict=True))
    return NestedPartitions(tested, seen.near, found, main, reason)


def is_passing(nearest: Evidence, between: Evidence, broad: Evidence) -> bool:
    """Whether a scale is only on the way from the one before it to the one after, and no place to stop at.

    Examples
    --------
    >>> sure, less, unsure = (Evidence(stability, 0.3, 0.001) for stability in (0.95, 0.91, 0.89))
    >>> is_passing(sure, unsure, sure), is_passing(sure, less, sure), is_passing(sure, unsure, less)
    (True, False, False)
    """
    sides = min(nearest.stability, broad.stability)
    dip = sides - between.stability
    return dip >= LEAST_DIP and dip > (UNSURE - 1) * (1 - sides)


def beyond_chance(evidence: Evidence) -> bool:
    """Whether a scale counts as structure.

    Examples
    --------
    >>> beyond_chance(Evidence(stability=0.6, excess=0.3, p_value=0.001))
    True
    """
    return evidence.p_value <= LEAST_P and evidence.excess >= LEAST_EXCESS


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
    at = widen(ties(near, main), at, main)
    levels = nest(graph, at, main=main, near=near)
    stability = stability_of(
        levels, keys, near, graph, k, at, n_groups=n_groups, seed=seed, progress=progress
    )
    partitions = _told(levels, stability, at)
    reason = f"{n_groups} themes were asked for: whether there are any was not tested"
    return NestedPartitions(partitions, near, True, UNTESTED, reason)  # noqa: FBT003


def _told(
    levels: list[Labels], stability: list[NDArray[np.float64]], at: Resolutions
) -> tuple[Partition, ...]:
    both = enumerate(zip(levels, stability, strict=True))
    return tuple(Partition(labels, own, level == at.at_main) for level, (labels, own) in both)


def _say(*, found: bool, main: Evidence) -> str:
    beyond = f"{main.excess:.2f} above a cloud without groups ({chance(main.p_value)})"
    if found:
        return f"there are themes: in resamples they come back more than by chance, agreement {beyond}"
    return f"no structure found: groups come back in resamples hardly more than by chance, agreement {beyond}"
