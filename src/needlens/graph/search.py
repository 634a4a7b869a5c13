"""The search for the scales of a cloud of vectors: all of a small one, a sample of a large one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from needlens.graph.affinity import affinity, n_edges
from needlens.graph.chance import Evidence, weigh
from needlens.graph.choice import choose
from needlens.graph.communities import Labels, communities
from needlens.graph.consensus import consensus
from needlens.graph.draws import Keys, keys_of, sample
from needlens.graph.louvain import Weighed, weighed
from needlens.graph.neighbours import Neighbours, neighbours_of
from needlens.graph.nesting import Resolutions, nest
from needlens.graph.scales import N_RESAMPLES, OF_ALL, OF_SAMPLE, scan
from needlens.graph.ties import REACH, ties
from needlens.graph.transfer import transfer
from needlens.graph.visiting import likeness, outer_first
from needlens.graph.widening import widen
from needlens.progress import Progress, silent

WHOLE = 5_000
"""Most points that the search looks at all of."""

SEARCHED = 3_000
"""Points of a random sample that it looks at where there are more."""

LEAST = 3
"""Fewest points of any group; in a sample they stand for many more."""


@dataclass(frozen=True, eq=False, slots=True)
class Searched:
    """Where the scales are, and what speaks for each.

    Attributes
    ----------
    order
        The points in the order they are visited (:func:`needlens.graph.visiting.outer_first`); all else is of
        points in this order.
    near, graph
        Neighbours of all points, and the graph they make.
    at
        The resolutions of the scales in that graph.
    main
        The partition at the main one.
    evidence
        How each scale compares with chance, finest first.
    """

    order: NDArray[np.int64]
    near: Neighbours
    graph: Weighed
    at: Resolutions
    main: Labels
    evidence: tuple[Evidence, ...]

    @property
    def of_main(self) -> Evidence:
        """Evidence of the main scale."""
        return self.evidence[self.at.at_main]

    def without_finer(self) -> Searched:
        """The same but for the finer scale."""
        return replace(self, at=replace(self.at, finer=None), evidence=self.evidence[1:])

    def without_between(self) -> Searched:
        """The same but for the first of two wider scales."""
        kept = (*self.evidence[:-2], self.evidence[-1])
        return replace(self, at=replace(self.at, wider=self.at.wider[1:]), evidence=kept)


def search(
    points: NDArray[np.float32],
    k: int | None = None,
    *,
    keys: Keys | None = None,
    bounds: tuple[int, int] | None = None,
    seed: int,
    progress: Progress = silent,
) -> Searched:
    """Choose the scales and weigh each against chance.

    Parameters
    ----------
    points, k, keys, seed
        As in :func:`needlens.graph.partition.nested_partitions`.
    bounds
        Least and most groups of the main scale, kept to where the search saw any such scale.

    Returns
    -------
    Searched

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> points = np.repeat(np.eye(8)[:4], 50, axis=0) + 0.05 * rng.standard_normal((200, 8))
    >>> points /= np.linalg.norm(points, axis=1, keepdims=True)
    >>> found = search(points.astype(np.float32), seed=0)
    >>> int(found.main.max()) + 1, found.of_main.p_value < 0.05
    (4, True)
    """
    keys = keys_of(points) if keys is None else keys
    if len(points) > WHOLE:
        return _search_sample(points, keys, k, bounds, seed, progress)
    k = n_edges(len(points)) if k is None else k
    near = neighbours_of(points, k, reach=REACH, progress=progress)
    return _search_all(points, keys, near, k, bounds, seed, progress)


def least_size(n: int) -> int:
    """Least number of distinct points in a group of the finest scale, growing slowly with their number.

    Examples
    --------
    >>> [least_size(n) for n in (50, 1_000, 10_000, 100_000)]
    [3, 4, 12, 40]
    """
    return max(LEAST, round(float(np.sqrt(n)) / 8))


def main_scale(
    graph: Weighed,
    keys: Keys,
    near: Neighbours,
    k: int,
    *,
    bounds: tuple[int, int] | None = None,
    resolutions: NDArray[np.float64] | None = None,
    sampled: bool = False,
    seed: int,
    progress: Progress = silent,
) -> tuple[Resolutions, Labels] | None:
    """Choose the main scale and a finer one, and partition the points at the main one.

    Parameters
    ----------
    graph
        What ``near`` and ``k`` make, shape (n, n).
    keys
        What tells the points apart.
    near
        Their neighbours, the points in the order of :func:`needlens.graph.visiting.outer_first`.
    k, bounds, seed
        As in :func:`search`.
    resolutions
        As in :func:`needlens.graph.scales.scan`.
    sampled
        Whether they stand for many more: then only the number of groups is of interest.

    Returns
    -------
    tuple or None
        None where no resolution gives two groups.
    """
    least, count = (OF_SAMPLE, N_RESAMPLES) if sampled else (OF_ALL, None)
    seen = scan(
        keys, near, k, seed=seed, resolutions=resolutions, least=least, count=count, progress=progress
    )
    chosen = choose(seen if bounds is None else seen.within(*bounds)) or choose(seen)
    if chosen is None:
        return None
    at = Resolutions(*chosen)
    if sampled:
        return at, communities(graph, at.main, floor=LEAST)
    floor = least_size(len(keys))
    return at, consensus(graph, likeness(near, k), keys, at.main, floor=floor, seed=seed)


def _search_all(
    points: NDArray[np.float32],
    keys: Keys,
    near: Neighbours,
    k: int,
    bounds: tuple[int, int] | None,
    seed: int,
    progress: Progress,
    *,
    sampled: bool = False,
) -> Searched:
    order, near, graph = _visited(near, k)
    points, keys = points[order], keys[order]
    found = main_scale(graph, keys, near, k, bounds=bounds, sampled=sampled, seed=seed, progress=progress)
    if found is None:
        whole = communities(graph, 1.0, floor=least_size(len(points)))
        return Searched(order, near, graph, Resolutions(1.0), whole, (Evidence(0.0, 0.0, 1.0),))
    at, labels = found
    at = widen(ties(near, labels), at, labels)
    evidence = weigh(points, keys, near, k, at, seed=seed, progress=progress)
    return Searched(order, near, graph, at, labels, tuple(evidence))


def _search_sample(
    points: NDArray[np.float32],
    keys: Keys,
    k: int | None,
    bounds: tuple[int, int] | None,
    seed: int,
    progress: Progress,
) -> Searched:
    """Choose and weigh the scales of a random sample, and find them again in all points.

    The neighbours of all come first: they are sought in many short steps, each of which would wait until
    Louvain's compiled heart lets go of the interpreter. The few long steps that make a graph of them go on
    beside the search.
    """
    drawn = sample(keys, SEARCHED, seed)
    some = points[drawn]
    k_all, k_some = (n_edges(len(points)), n_edges(len(some))) if k is None else (k, k)
    near = neighbours_of(points, k_all, reach=REACH, progress=progress)
    near_some = neighbours_of(some, k_some, reach=REACH)
    with ThreadPoolExecutor(1) as beside:
        of_all = beside.submit(_visited, near, k_all)
        found = _search_all(some, keys[drawn], near_some, k_some, bounds, seed, progress, sampled=True)
        order, near, graph = of_all.result()
    levels = nest(found.graph, found.at, floor=LEAST, main=found.main, near=found.near)
    sizes = [int(labels.max()) + 1 for labels in levels]
    at, main = transfer(graph, near, found.at, sizes, least_size(len(points)))
    # Where all points have fewer wide scales than the sample, it is those between that are missing.
    first_wide = found.at.at_main + 1
    evidence = found.evidence[:first_wide] + found.evidence[len(levels) - len(at.wider) :]
    return Searched(order, near, graph, at, main, evidence)


def _visited(near: Neighbours, k: int) -> tuple[NDArray[np.int64], Neighbours, Weighed]:
    """The order in which points are visited, their neighbours in this order, and the graph they make."""
    order = outer_first(near, k)
    near = near.reordered(order)
    return order, near, weighed(affinity(near, k))
