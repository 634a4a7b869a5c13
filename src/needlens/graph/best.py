"""The largest values of each row of a matrix of similarities, without sorting it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SIGN = np.uint32(0x80000000)


def best_of_rows(
    values: NDArray[np.float32], k: int, floor: NDArray[np.float32] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Positions and values of the ``k`` largest of each row, equal ones by position.

    The k-th largest of the maxima of runs of values is no more than the k-th largest value, so only runs
    whose maximum reaches it need a look: ``k`` of n / r runs, k · r of all values. Runs of r = √(n / k)
    values leave as many maxima to look at as values under them.

    Parameters
    ----------
    values
        float32, shape (m, n).
    k
        How many, at least 1.
    floor
        Values below it are of no interest, float32, shape (m,).

    Returns
    -------
    tuple
        Positions, int64, and values, float32, falling along each row, both of shape (m, min(k, n)); what a
        row lacks above its floor is filled with −inf at position 0.

    Examples
    --------
    >>> at, top = best_of_rows(np.array([[0, 0.75, 0.5, 0.75]], dtype=np.float32), 3)
    >>> at.tolist(), top.tolist()
    ([[1, 3, 2]], [[0.75, 0.75, 0.5]])
    """
    m, n = values.shape
    k = min(k, n)
    run = max(1, round(float(np.sqrt(n / k))))
    n_runs = n // run
    if n_runs <= k:
        row, column = np.divmod(np.arange(m * n), n)
        return _first(row, column, values.ravel(), m, k)
    whole = n_runs * run
    # Runs are strided, so that the maxima are taken of whole rows of memory at a time.
    runs = values[:, :whole].reshape(m, run, n_runs).max(axis=1)
    least = np.partition(runs, n_runs - k, axis=1)[:, n_runs - k]
    if floor is not None:
        least = np.maximum(least, floor)
    looked_at = runs >= least[:, None]
    row = np.repeat(np.arange(m), np.count_nonzero(looked_at, axis=1))
    at = np.flatnonzero(looked_at) - row * n_runs
    # Where in memory the values of these runs are; most lie below after all.
    place = (row * n + at)[:, None] + n_runs * np.arange(run)
    kept = np.flatnonzero(values.ravel().take(place) >= least[row][:, None])
    row = row[kept // run]
    column = place.ravel()[kept] - row * n
    if whole < n:
        rest = np.nonzero(values[:, whole:] >= least[:, None])
        row, column = np.concatenate([row, rest[0]]), np.concatenate([column, rest[1] + whole])
        order = np.argsort(row, kind="stable")
        row, column = row[order], column[order]
    return _first(row, column, values[row, column], m, k)


def _first(
    row: NDArray[np.int64], column: NDArray[np.int64], value: NDArray[np.float32], m: int, k: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The first ``k`` of each row by falling value, then by column; ``row`` rises."""
    counts = np.bincount(row, minlength=m)
    rank = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    none = _falling(np.full(1, -np.inf, dtype=np.float32))[0] << np.uint64(32)
    keys = np.full((m, max(k, int(counts.max(initial=0)))), none)
    keys[row, rank] = _falling(value) << np.uint64(32) | column.astype(np.uint64)
    keys.sort(axis=1)
    keys = keys[:, :k]
    return (keys & np.uint64(0xFFFFFFFF)).astype(np.int64), _value(keys >> np.uint64(32))


def _falling(value: NDArray[np.float32]) -> NDArray[np.uint64]:
    """Whole numbers that rise as the values fall."""
    bits = (value + np.float32(0)).view(np.int32)  # -0.0 and 0.0 are one value
    return np.where(bits < 0, bits.view(np.uint32), ~bits.view(np.uint32) ^ _SIGN).astype(np.uint64)


def _value(falling: NDArray[np.uint64]) -> NDArray[np.float32]:
    """The values that :func:`_falling` took."""
    bits = falling.astype(np.uint32)
    values: NDArray[np.float32] = np.where(bits & _SIGN, bits, ~bits ^ _SIGN).view(np.float32)
    return values
