"""At which resolutions a cloud of vectors falls into groups that come back in resamples."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from needlens.graph.affinity import affinity
from needlens.graph.agreement import adjusted_rand
from needlens.graph.communities import FINEST, Labels
from needlens.graph.draws import Keys, resamples
from needlens.graph.neighbours import Neighbours
from needlens.graph.sweep import sweep
from needlens.progress import Progress, silent

RESOLUTIONS = np.geomspace(0.15, FINEST, 30)
"""Resolutions tried, from a handful of wide groups to crumbs."""

EVERY_SECOND_FROM = 2_500
"""Points from which every second resolution and fewer resamples are enough: their figures are less noisy than
those of few."""

N_RESAMPLES = 6
MOST_RESAMPLES = 40
"""Resamples of very many points, and of fewer than :data:`EVERY_SECOND_FROM`: with 16 of 1,800 points the
number of groups moved with the seed."""


@dataclass(frozen=True, slots=True)
class Least:
    """Fewest points that groups may have on average.

    Attributes
    ----------
    chosen
        On a scale that may be chosen.
    seen
        On a scale that is looked at: what lies beyond the finest that may be chosen tells whether that one
        lies on a plateau or on its edge.
    """

    chosen: int
    seen: int


OF_ALL = Least(25, 15)
"""Shares of people over smaller groups could not be told apart."""

OF_SAMPLE = Least(15, 10)
"""The groups of a sample stand for larger ones: they need only be large enough to be found again."""


@dataclass(frozen=True, eq=False, slots=True)
class ScaleScan:
    """What the search saw at each usable resolution; every array has shape (n_resolutions,).

    Usable is a resolution whose groups have ``least.seen`` points or more on average. A single group has no
    stability: it is there so that what lies beside it is seen to lie at the edge.

    Attributes
    ----------
    resolutions
        Resolution parameter, rising.
    n_groups
        Groups of the whole at each.
    stability
        Mean adjusted Rand index between the partitions of the whole and of 80 % resamples, over all pairs;
        in [−1, 1].
    n_points
        Points that were looked at.
    least
        Fewest points of its groups.
    """

    resolutions: NDArray[np.float64]
    n_groups: NDArray[np.int64]
    stability: NDArray[np.float64]
    n_points: int
    least: Least = OF_ALL

    def within(self, least: int, most: int) -> ScaleScan:
        """Only the resolutions that give from ``least`` to ``most`` groups."""
        inside = (self.n_groups >= least) & (self.n_groups <= most)
        return replace(
            self,
            resolutions=self.resolutions[inside],
            n_groups=self.n_groups[inside],
            stability=self.stability[inside],
        )


def scan(
    keys: Keys,
    near: Neighbours,
    k: int,
    *,
    seed: int,
    resolutions: NDArray[np.float64] | None = None,
    least: Least = OF_ALL,
    count: int | None = None,
    progress: Progress = silent,
) -> ScaleScan:
    """Measure at each resolution how well the groups come back.

    For each resolution the whole and several 80 % resamples are partitioned
    (:func:`needlens.graph.sweep.sweep`), and every two of these partitions compared on the points they share
    (Ben-Hur, Elisseeff & Guyon 2002; Lange et al. 2004). The sweep of the whole begins at the highest of all
    resolutions, that of the resamples at the highest that is usable.

    Parameters
    ----------
    keys
        What tells the points apart, which draws their lots.
    near
        Neighbours of each among the others, enough of them for the graphs of resamples.
    k
        Edges each point may choose in the similarity graph.
    seed
        Seed of the resamples, which are the same at every resolution.
    resolutions
        Those to try, rising; :func:`tried_on` where None.
    least
        Fewest points of groups.
    count
        Number of resamples; :func:`n_resamples` where None.

    Returns
    -------
    ScaleScan
    """
    kept = resamples(keys, n_resamples(len(keys)) if count is None else count, seed)
    graph = affinity(near, k)
    resolutions = tried_on(len(keys)) if resolutions is None else resolutions
    wholes = sweep(graph, resolutions)
    n_groups = np.array([labels.max() + 1 for labels in wholes], dtype=np.int64)
    usable = np.flatnonzero(n_groups * least.seen <= len(keys))
    tried = resolutions[usable]
    if len(tried) == 0:
        return ScaleScan(tried, n_groups[usable], np.zeros(0), len(keys), least)
    again = []
    for done, keep in enumerate(kept, start=1):
        again.append(sweep(affinity(near.for_edges(k), k, keep=keep), tried))
        progress("choosing scales", done, len(kept))
    drawn = [[some[at] for some in again] for at in range(len(tried))]
    both = zip(usable.tolist(), drawn, strict=True)
    stability = np.array([mean_agreement(wholes[at], kept, own) for at, own in both])
    return ScaleScan(tried, n_groups[usable], stability, len(keys), least)


def tried_on(n: int) -> NDArray[np.float64]:
    """Resolutions that are tried on ``n`` points.

    Examples
    --------
    >>> [len(tried_on(n)) for n in (500, 3_000)]
    [30, 15]
    """
    return RESOLUTIONS[::2] if n >= EVERY_SECOND_FROM else RESOLUTIONS


def mean_agreement(whole: Labels, kept: list[NDArray[np.int64]], again: list[Labels]) -> float:
    """Mean adjusted Rand index over all pairs of the whole's partition and those of its resamples.

    Parameters
    ----------
    whole
        Group of each point, shape (n,).
    kept
        Positions of the points of each resample.
    again
        Group of each point of each resample.

    Examples
    --------
    >>> mean_agreement(np.array([0, 0, 1, 1]), [np.array([0, 2, 3])], [np.array([1, 0, 0])])
    1.0
    """
    partitions = [whole]
    for keep, labels in zip(kept, again, strict=True):
        partitions.append(np.full(len(whole), -1, dtype=np.int64))
        partitions[-1][keep] = labels
    values = []
    for at, left in enumerate(partitions):
        for right in partitions[at + 1 :]:
            values.append(adjusted_rand(left, right))
    return float(np.mean(values)) if values else 0.0


def n_resamples(n: int) -> int:
    """Resamples the search takes of ``n`` points: few points make noisy figures, and quick ones.

    Examples
    --------
    >>> [n_resamples(n) for n in (100, 2_499, 3_000, 50_000)]
    [40, 40, 10, 6]
    """
    return MOST_RESAMPLES if n < EVERY_SECOND_FROM else max(30_000 // n, N_RESAMPLES)
