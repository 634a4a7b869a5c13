"""Which of the resolutions that the search saw are worth showing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from needlens.graph.scales import ScaleScan

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


def choose(scan: ScaleScan) -> tuple[float, float | None] | None:
    """Choose the resolutions of the main scale and of a finer one.

    A scale is worth its stability and, by :data:`DETAIL`, its number of groups. Main is the middle of the
    plateau of greatest worth: the mean of the log resolutions around the peak, weighted by how far their
    worth stands above the plateau's foot. A mean over the plateau hardly moves where its highest point, which
    is luck, would jump. Only scales whose groups have ``least.chosen`` points or more on average are chosen.
    The finer scale has :data:`FINER` times as many groups, if there is one.

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
    limit = np.log(max(scan.n_points / scan.least.chosen, 1))
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
