"""At which resolutions a cloud of vectors falls into groups that come back in resamples."""

from __future__ import annotations

from collections.abc import Callable
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

RESOLUTIONS = np.geomspace(0.15, 160.0, 30)
"""Resolutions tried, from a handful of wide groups to crumbs."""

N_RESAMPLES = 6
MOST_RESAMPLES = 30
"""Least and largest number of resamples of the data."""

LEAST_MEAN = 25
"""Points a group must have on average: shares of people over smaller groups could not be told apart."""

LEAST_SEEN = 15
"""Points a group must have on average for a scale to be looked at: what lies beyond the finest scale that may
be chosen tells whether that one lies on a plateau or on its edge."""

DETAIL = 0.05
"""Stability, in adjusted Rand index, that e times as many groups are worth: of two scales whose groups come
back almost equally well, the finer one tells more."""

PLATEAU = 0.05
"""How far below its peak a scale's worth still counts as on the same plateau."""

BREADTH = 0.35
"""Standard deviation, in the logarithm of the resolution, of the window that smooths worth."""

CLOSE = 0.03
"""How far off the smoothed number of groups may be, as a share."""

_STEPS = (0.0, 0.06, -0.06, 0.12, -0.12, 0.18, -0.18)
"""Moves tried, in the logarithm of the resolution: up to three quarters of a step between resolutions."""

_FINE = 200
"""Points at which the curve of worth is read, so that the choice does not hang on which were tried."""

FINER = 2
"""Times the groups of the main scale that a finer one has."""


@dataclass(frozen=True, eq=False, slots=True)
class ScaleScan:
    """What the search saw at each usable resolution; every array has shape (n_resolutions,).

    Usable is a resolution whose groups have :data:`LEAST_SEEN` points or more on average. A single group has
    no stability: it is there so that what lies beside it is seen to lie at the edge.

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
    """

    resolutions: NDArray[np.float64]
    n_groups: NDArray[np.int64]
    stability: NDArray[np.float64]
    n_points: int

    def within(self, least: int, most: int) -> ScaleScan:
        """Only the resolutions that give from ``least`` to ``most`` groups."""
        inside = (self.n_groups >= least) & (self.n_groups <= most)
        return ScaleScan(
            self.resolutions[inside], self.n_groups[inside], self.stability[inside], self.n_points
        )


def scan(
    points: NDArray[np.float32],
    near: Neighbours,
    k: int,
    *,
    seed: int,
    resolutions: NDArray[np.float64] = RESOLUTIONS,
    progress: Progress = silent,
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
    resolutions
        Those to try, rising.

    Returns
    -------
    ScaleScan
    """
    kept = resamples(points, n_resamples(len(points)), seed)
    graph = affinity(near, k)
    tried = resolutions[_usable(sweep(graph, resolutions), len(points))]
    if len(tried) == 0:
        return ScaleScan(tried, np.zeros(0, dtype=np.int64), np.zeros(0), len(points))
    wholes, again = sweep(graph, tried), []
    for done, keep in enumerate(kept, start=1):
        again.append(sweep(affinity(near, k, keep=keep), tried))
        progress("choosing scales", done, len(kept))
    usable = np.flatnonzero(_usable(wholes, len(points)))
    stability = np.array([mean_agreement(wholes[at], kept, [some[at] for some in again]) for at in usable])
    n_groups = np.array([wholes[at].max() + 1 for at in usable], dtype=np.int64)
    return ScaleScan(tried[usable], n_groups, stability, len(points))


def choose(scan: ScaleScan) -> tuple[float, float | None] | None:
    """Choose the resolutions of the main scale and of a finer one.

    A scale is worth its stability and, by :data:`DETAIL`, its number of groups. Main is the middle of the
    plateau of greatest worth: the mean of the log resolutions around the peak, weighted by how far their
    worth stands above the plateau's foot. A mean over the plateau hardly moves where its highest point, which
    is luck, would jump. Only scales whose groups have :data:`LEAST_MEAN` points or more on average are
    chosen. The finer scale has :data:`FINER` times as many groups, if there is one.

    Returns
    -------
    tuple or None
        Resolutions of the main and the finer scale, the latter None if there is none; None if no usable
        resolution gives two groups or more.

    Examples
    --------
    >>> tried = np.geomspace(1, 100, 21)
    >>> seen = ScaleScan(tried, (2 * tried).astype(int), np.exp(-np.abs(np.log(tried / 10))), 5_000)
    >>> main, finer = choose(seen)
    >>> 9 < main < 11, 18 < finer < 22
    (True, True)
    """
    limit = np.log(max(scan.n_points / LEAST_MEAN, 1))
    if scan.n_groups.max(initial=1) == 1 or np.log(scan.n_groups[0]) > limit:
        return None
    at, counts = np.log(scan.resolutions), np.log(scan.n_groups)
    worth = _smooth(at, scan.stability + DETAIL * counts)
    # More resolution can give fewer groups, by luck; between resolutions the number is interpolated.
    counts = np.maximum.accumulate(_trend(at, counts))
    last = at[-1] if counts[-1] <= limit else max(float(np.interp(limit, counts, at)), float(at[0]))
    if np.interp(last, at, counts) < np.log(2):
        last = float(at[scan.n_groups >= 2][0])
    fine = np.linspace(at[0], last, _FINE)
    main = _plateau(fine, np.interp(fine, at, worth))
    wanted = float(np.interp(main, at, counts)) + np.log(FINER)
    finer = float(np.exp(np.interp(wanted, counts, at))) if wanted <= min(counts[-1], limit) else None
    return float(np.exp(main)), finer


def settle(scan: ScaleScan, main: float, count: Callable[[float], int]) -> float:
    """Move a resolution a little, so that it gives the number of groups that resolutions around it give.

    How many groups there are jumps from one resolution to the next, by luck; the smoothed number does not.

    Parameters
    ----------
    scan, main
        What the search saw, and the resolution chosen.
    count
        Number of groups at a resolution.

    Returns
    -------
    float
        The nearest resolution tried that gives the smoothed number, or comes closest to it.

    Examples
    --------
    >>> seen = ScaleScan(np.array([1.0, 2, 4]), np.array([10, 20, 40]), np.zeros(3), 1000)
    >>> settle(seen, 2.0, lambda at: 20 if at > 2 else 23) > 2
    True
    """
    at = np.log(scan.resolutions)
    wanted = np.exp(np.interp(np.log(main), at, _trend(at, np.log(scan.n_groups))))
    best, off = main, np.inf
    for step in _STEPS:
        tried = main * float(np.exp(step))
        this = abs(float(np.log(count(tried) / wanted)))
        if this < off:
            best, off = tried, this
        if off <= CLOSE:
            break
    return best


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
    [30, 10, 6]
    """
    return int(np.clip(30_000 // n, N_RESAMPLES, MOST_RESAMPLES))


def _usable(wholes: list[Labels], n: int) -> NDArray[np.bool_]:
    n_groups = np.array([labels.max() + 1 for labels in wholes])
    usable: NDArray[np.bool_] = n_groups * LEAST_SEEN <= n
    return usable


def _plateau(at: NDArray[np.float64], worth: NDArray[np.float64]) -> float:
    """Middle of the plateau around the peak."""
    first = last = int(np.argmax(worth))
    foot = worth[first] - PLATEAU
    while first > 0 and worth[first - 1] > foot:
        first -= 1
    while last + 1 < len(worth) and worth[last + 1] > foot:
        last += 1
    weight = worth[first : last + 1] - foot
    return float((weight * at[first : last + 1]).sum() / weight.sum())


def _trend(at: NDArray[np.float64], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Smoothed logarithms of numbers of groups, which lie near a line: only what is off it is smoothed."""
    if len(at) < 2:
        return counts
    slope = float(np.polyfit(at, counts, 1)[0])
    return slope * at + _smooth(at, counts - slope * at)


def _smooth(at: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over the window around each place (Nadaraya 1964, Watson 1964)."""
    window = np.exp(-(((at[:, None] - at) / BREADTH) ** 2) / 2)
    smoothed: NDArray[np.float64] = (window * values).sum(axis=1) / window.sum(axis=1)
    return smoothed
