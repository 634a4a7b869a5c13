"""The search for the scales of a cloud of vectors: all of a small one, a sample of a large one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from needlens.graph.affinity import affinity, n_edges
from needlens.graph.chance import Evidence, weigh
from needlens.graph.choice import choose, settle
from needlens.graph.communities import Labels, communities
from needlens.graph.draws import sample
from needlens.graph.louvain import Weighed, weighed
from needlens.graph.neighbours import Neighbours, neighbours_of
from needlens.graph.nesting import Resolutions, nest
from needlens.graph.scales import OF_ALL, OF_SAMPLE, RESOLUTIONS, SPARSE, scan
from needlens.graph.transfer import transfer
from needlens.graph.widening import widen
from needlens.progress import Progress, silent

WHOLE = 5_000
"""Most points that the search looks at all of."""

SEARCHED = 3_000
"""Points of a random sample that it looks at where there are more."""


@dataclass(frozen=True, eq=False, slots=True)
class Searched:
    """Where the scales are, and what speaks for each.

    Attributes
    ----------
    near, graph
        Neighbours of all points, and the graph they make.
    at
        The resolutions of the scales in that graph.
    main
        The partition at the main one.
    evidence
        How each scale compares with chance, finest first.
    """

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
    bounds: tuple[int, int] | None = None,
    seed: int,
    progress: Progress = silent,
) -> Searched:
    """Choose the scales and weigh each against chance.

    Parameters
    ----------
    points, k, seed
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
    if len(points) > WHOLE:
        return _search_sample(points, k, bounds, seed, progress)
    k = n_edges(len(points)) if k is None else k
    near = neighbours_of(points, k, progress=progress)
    return _search_all(points, near, k, bounds, seed, progress)


def least_size(n: int) -> int:
    """Least number of distinct points in a group of the finest scale, growing slowly with their number.

    Examples
    --------
    >>> [least_size(n) for n in (50, 1_000, 10_000, 100_000)]
    [3, 4, 12, 40]
    """
    return max(3, round(float(np.sqrt(n)) / 8))


def _search_all(
    points: NDArray[np.float32],
    near: Neighbours,
    k: int,
    bounds: tuple[int, int] | None,
    seed: int,
    progress: Progress,
    *,
    sampled: bool = False,
) -> Searched:
    graph, floor = weighed(affinity(near, k)), least_size(len(points))

    def divide(resolution: float) -> Labels:
        return communities(graph, resolution, floor=floor)

    resolutions, least = (SPARSE, OF_SAMPLE) if sampled else (RESOLUTIONS, OF_ALL)
    seen = scan(points, near, k, seed=seed, resolutions=resolutions, least=least, progress=progress)
    chosen = choose(seen if bounds is None else seen.within(*bounds)) or choose(seen)
    if chosen is None:
        return Searched(near, graph, Resolutions(1.0), divide(1.0), (Evidence(0.0, 0.0, 1.0),))
    main, finer = chosen
    at = Resolutions(settle(seen, main, lambda resolution: int(divide(resolution).max()) + 1), finer)
    labels = divide(at.main)
    at = widen(graph, at, labels)
    evidence = weigh(points, near, k, at, seed=seed, progress=progress)
    return Searched(near, graph, at, labels, tuple(evidence))


def _search_sample(
    points: NDArray[np.float32],
    k: int | None,
    bounds: tuple[int, int] | None,
    seed: int,
    progress: Progress,
) -> Searched:
    """Choose and weigh the scales of a random sample, and find them again in all points.

    The neighbours of all are sought meanwhile, as the search keeps no more than one core busy.
    """
    from threadpoolctl import threadpool_limits

    some = points[sample(points, SEARCHED, seed)]
    k_all, k_some = (n_edges(len(points)), n_edges(len(some))) if k is None else (k, k)
    searching = True

    def tell(stage: str, done: int, total: int) -> None:
        if not searching:
            progress(stage, done, total)

    # The limit on threads is the process's: it is set around both, so that neither lifts it for the other.
    with threadpool_limits(limits=1), ThreadPoolExecutor(1) as meanwhile:
        near_all = meanwhile.submit(neighbours_of, points, k_all, progress=tell)
        near_some = neighbours_of(some, k_some)
        found = _search_all(some, near_some, k_some, bounds, seed, progress, sampled=True)
        searching = False
        near = near_all.result()
    levels = nest(found.graph, found.at, floor=least_size(len(some)), main=found.main)
    graph = weighed(affinity(near, k_all))
    sizes = [int(labels.max()) + 1 for labels in levels]
    at, main = transfer(graph, found.at, sizes, least_size(len(points)))
    # Where all points have fewer wide scales than the sample, it is those between that are missing.
    first_wide = found.at.at_main + 1
    evidence = found.evidence[:first_wide] + found.evidence[len(levels) - len(at.wider) :]
    return Searched(near, graph, at, main, evidence)
