"""Which of the resolutions that the search saw are worth showing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from needlens.graph.scales import ScaleScan

DETAIL = 0.05
"""Stability, in adjusted Rand index, that e times as many groups are worth: of two scales whose groups come
back almost equally well, the finer one tells more."""

FEW = 0.3
"""Stability, over the number of groups, that few have for nothing: two come back where nothing else does, and
say next to nothing. Without it 8,000 product reviews had two themes or 150, as lots fell."""

PLATEAU = 0.05
"""How far below the highest worth another counts as no worse."""

BREADTH = 0.35
"""Standard deviation, in the logarithm of the resolution, of the window that smooths worth."""

_FINE = 200
"""Points at which the curve of worth is read, so that the choice does not hang on which were tried."""

FINER = 2
"""Times the groups of the main scale that a finer one has."""


def choose(scan: ScaleScan) -> tuple[float, float | None] | None:
    """Choose the resolutions of the main scale and of a finer one.

    A scale is worth its stability and, by :data:`DETAIL` and :data:`FEW`, its number of groups. Main is the
    middle of the plateau of greatest worth, the finest where several come within :data:`PLATEAU` of it, as
    which of these is highest is luck: the mean of the log resolutions there, weighted by how far their worth
    stands above the plateau's foot. A mean over the plateau hardly moves where its highest point would jump.
    Only scales whose groups have ``least.chosen`` points or more on average are chosen. The finer scale has
    :data:`FINER` times as many groups, if there is one.

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
    worth = _smooth(at, scan.stability + DETAIL * counts - FEW / scan.n_groups)
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


def _plateau(at: NDArray[np.float64], worth: NDArray[np.float64]) -> float:
    """Middle of the finest stretch that stands above the foot."""
    foot = worth.max() - PLATEAU
    above = np.flatnonzero(worth > foot)
    # What follows the last gap.
    above = above[np.flatnonzero(np.diff(above, prepend=-2) > 1)[-1] :]
    weight = worth[above] - foot
    return float((weight * at[above]).sum() / weight.sum())


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
