"""At which resolutions a cloud of vectors falls into groups that come back in resamples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from needlens.graph.affinity import affinity
from needlens.graph.agreement import adjusted_rand
from needlens.graph.communities import Labels
from needlens.graph.draws import resamples
from needlens.graph.neighbours import Neighbours
from needlens.graph.sweep import sweep
from needlens.progress import Progress, silent

RESOLUTIONS = np.geomspace(0.15, 120.0, 20)
"""Resolutions tried, from a handful of wide groups to crumbs."""

N_RESAMPLES = 6
MOST_RESAMPLES = 30
"""Least and largest number of resamples of the data."""

LEAST_MEAN = 25
"""Points a group must have on average: shares of people over smaller groups could not be told apart."""

PLATEAU = 0.06
"""How far below its peak, in adjusted Rand index, stability still counts as on the same plateau."""

FINER = 2
"""A finer scale has at least so many times the groups of the main one."""


@dataclass(frozen=True, eq=False, slots=True)
class ScaleScan:
    """What the search saw at each usable resolution; every array has shape (n_resolutions,).

    Usable is a resolution that gives two groups or more, of :data:`LEAST_MEAN` points or more on average.

    Attributes
    ----------
    resolutions
        Resolution parameter, rising.
    n_groups
        Groups of the whole at each.
    stability
        Mean adjusted Rand index between the partitions of the whole and of 80 % resamples, over all pairs,
        smoothed over neighbouring resolutions (1, 2, 1); in [−1, 1].
    """

    resolutions: NDArray[np.float64]
    n_groups: NDArray[np.int64]
    stability: NDArray[np.float64]

    def within(self, least: int, most: int) -> ScaleScan:
        """Only the resolutions that give from ``least`` to ``most`` groups."""
        inside = (self.n_groups >= least) & (self.n_groups <= most)
        return ScaleScan(self.resolutions[inside], self.n_groups[inside], self.stability[inside])


def scan(
    points: NDArray[np.float32], near: Neighbours, k: int, *, seed: int, progress: Progress = silent
) -> ScaleScan:
    """Measure at each resolution how well the groups come back.

    For each resolution the whole and several 80 % resamples are partitioned
    (:func:`needlens.graph.sweep.sweep`), and every two of these partitions compared on the points they share
    (Ben-Hur, Elisseeff & Guyon 2002; Lange et al. 2004).

    Parameters
    ----------
    points
        Rows of unit length, float32, shape (n, d).
    near
        Neighbours of each among the others, enough of them for the graphs of resamples.
    k
        Edges each point may choose in the similarity graph.
    seed
        Seed of the resamples, which are the same at every resolution.

    Returns
    -------
    ScaleScan
    """
    kept = resamples(points, n_resamples(len(points)), seed)
    graph = affinity(near, k)
    tried = RESOLUTIONS[_usable(sweep(graph, RESOLUTIONS), len(points))]
    if len(tried) == 0:
        return ScaleScan(tried, np.zeros(0, dtype=np.int64), np.zeros(0))
    wholes, again = sweep(graph, tried), []
    for done, keep in enumerate(kept, start=1):
        again.append(sweep(affinity(near, k, keep=keep), tried))
        progress("choosing scales", done, len(kept))
    usable = np.flatnonzero(_usable(wholes, len(points)))
    stability = np.array([mean_agreement(wholes[at], kept, [some[at] for some in again]) for at in usable])
    n_groups = np.array([wholes[at].max() + 1 for at in usable], dtype=np.int64)
    return ScaleScan(tried[usable], n_groups, _smooth(stability))


def choose(scan: ScaleScan) -> tuple[float, float | None] | None:
    """Choose the resolutions of the main scale and of a finer one.

    Main is the middle of the most stable plateau: the mean of the log resolutions around the peak, weighted
    by how far their stability stands above the plateau's foot. A mean over the plateau hardly moves where
    its highest point, which is luck, would jump. Finer is the next plateau, if there is one with at least
    twice as many groups.

    Returns
    -------
    tuple or None
        Resolutions of the main and the finer scale, the latter None if there is none; None if no resolution
        is usable.

    Examples
    --------
    >>> seen = ScaleScan(np.array([1.0, 2, 4, 8]), np.array([2, 4, 9, 30]), np.array([.5, .9, .5, .6]))
    >>> main, finer = choose(seen)
    >>> round(main, 6), round(finer, 6)
    (2.0, 8.0)
    """
    stability = scan.stability
    if len(stability) == 0:
        return None
    main, last = _plateau(scan.resolutions, stability, int(np.argmax(stability)))
    n_main = np.interp(np.log(main), np.log(scan.resolutions), scan.n_groups)
    padded = np.concatenate([[-np.inf], stability, [-np.inf]])
    peak = (stability >= padded[:-2]) & (stability >= padded[2:])
    beyond = peak & (np.arange(len(stability)) > last) & (scan.n_groups >= FINER * n_main)
    if not beyond.any():
        return main, None
    next_top = int(np.argmax(np.where(beyond, stability, -np.inf)))
    rest = slice(last + 1, None)
    return main, _plateau(scan.resolutions[rest], stability[rest], next_top - last - 1)[0]


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
    >>> [n_resamples(n) for n in (100, 3_000, 50_000)]
    [30, 15, 6]
    """
    return int(np.clip(45_000 // n, N_RESAMPLES, MOST_RESAMPLES))


def _usable(wholes: list[Labels], n: int) -> NDArray[np.bool_]:
    n_groups = np.array([labels.max() + 1 for labels in wholes])
    usable: NDArray[np.bool_] = (n_groups >= 2) & (n_groups * LEAST_MEAN <= n)
    return usable


def _plateau(resolutions: NDArray[np.float64], stability: NDArray[np.float64], top: int) -> tuple[float, int]:
    """Middle of the plateau around ``top``, and the last position on it."""
    foot = stability[top] - PLATEAU
    first = last = top
    while first > 0 and stability[first - 1] > foot:
        first -= 1
    while last + 1 < len(stability) and stability[last + 1] > foot:
        last += 1
    weight = stability[first : last + 1] - foot
    middle = (weight * np.log(resolutions[first : last + 1])).sum() / weight.sum()
    return float(np.exp(middle)), last


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(values) == 0:
        return values
    return np.convolve(np.pad(values, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
