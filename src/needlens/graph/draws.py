"""Random subsets in which a point's lot depends on the point alone, not on the company it keeps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SHARE = 0.8
"""Share of points a resample keeps."""


def draw(points: NDArray[np.float32], seed: int, number: int) -> NDArray[np.uint64]:
    """Draw one random number for each point, from its own bits.

    A point gets the same number wherever it stands and whatever other points there are; so adding a point
    leaves every subset of the others as it was (common random numbers). Multiply-add hashing over the bits of
    a row (Dietzfelbinger et al. 1997).

    Parameters
    ----------
    points
        float32, shape (n, d).
    seed, number
        Which of the many draws.

    Returns
    -------
    ndarray
        uint64, shape (n,), uniform over the whole range for points in general position.

    Examples
    --------
    >>> points = np.eye(3, dtype=np.float32)
    >>> bool((draw(points, 0, 1)[1:] == draw(points[1:], 0, 1)).all())
    True
    """
    lots: NDArray[np.uint64] = _draws(points, seed, [number])[0]
    return lots


def sample(points: NDArray[np.float32], size: int, seed: int) -> NDArray[np.int64]:
    """Rising positions of ``size`` random points, all of them if there are no more.

    Examples
    --------
    >>> sample(np.eye(5, dtype=np.float32), 3, seed=0).shape
    (3,)
    """
    if len(points) <= size:
        return np.arange(len(points))
    order = np.argsort(draw(points, seed, 0), kind="stable")
    return np.sort(order[:size])


def resamples(points: NDArray[np.float32], count: int, seed: int) -> list[NDArray[np.int64]]:
    """Rising positions of ``count`` random subsets, each point in with a chance of 80 %.

    Examples
    --------
    >>> points = np.random.default_rng(0).standard_normal((1000, 8)).astype(np.float32)
    >>> [round(len(kept), -2) for kept in resamples(points, 2, seed=0)]
    [800, 800]
    """
    limit = np.uint64(int(SHARE * 2**64))
    return [np.flatnonzero(lots < limit) for lots in _draws(points, seed, range(1, count + 1))]


def _draws(points: NDArray[np.float32], seed: int, numbers: Sequence[int]) -> NDArray[np.uint64]:
    """Several draws in one go over the points, uint64, shape (len(numbers), n)."""
    bits = np.ascontiguousarray(points).view(np.uint32)
    shape = (bits.shape[1] + 1, 2)
    several = [
        np.random.default_rng([seed, number]).integers(0, 2**64, size=shape, dtype=np.uint64) | np.uint64(1)
        for number in numbers
    ]
    factors = np.hstack(several)
    mixed = np.empty((len(bits), factors.shape[1]), dtype=np.uint64)
    for at in range(0, len(bits), 4096):
        block = bits[at : at + 4096].astype(np.uint64)
        mixed[at : at + 4096] = block @ factors[:-1] + factors[-1]
    # Low bits of a product are poor; the high halves of two independent ones make a good whole.
    high = mixed >> np.uint64(32)
    return np.ascontiguousarray(((high[:, ::2] << np.uint64(32)) | high[:, 1::2]).T)
