"""Which texts belong with some given ones: by vectors, from the given ones outwards."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 20
"""Rounds after which the drawing stops; it settles in a handful."""

_DECIMALS = 6
"""Where similarities are cut off: beyond are the traces of the order of summing."""


def closer(rows: NDArray[np.float32], seeds: NDArray[np.int64], pool: NDArray[np.int64]) -> NDArray[np.int64]:
    """Draw from a pool what is more like the seeds than like the rest of the pool.

    Two means on the sphere, one of them bound to the seeds (seeded k-means [1]_): each text of the pool goes
    with the mean direction it is closer to, the means follow, until nothing changes. Seeds never leave. The
    start is what lies from the pool's mean towards the seeds at least half as far as anything does: one or
    two seeds alone would be so far from every other text that the mean of the rest wins nearly all.

    Parameters
    ----------
    rows
        Rows of unit length, float32, shape (n, d).
    seeds, pool
        Positions of rows, int64, disjoint.

    Returns
    -------
    ndarray
        The positions drawn, ascending; never the whole pool.

    References
    ----------
    .. [1] Basu, S., Banerjee, A. & Mooney, R. (2002). Semi-supervised clustering by seeding. *ICML*, 27-34.

    Examples
    --------
    >>> rows = np.array([[1, 0], [0.96, 0.28], [0, 1], [0.28, 0.96]], dtype=np.float32)
    >>> closer(rows, np.array([0]), np.array([1, 2, 3])).tolist()
    [1]
    """
    points = rows[pool].astype(np.float64)
    given = rows[seeds].astype(np.float64).sum(axis=0)
    if not len(pool):
        return pool
    middle = points.mean(axis=0)
    towards = np.round((points - middle) @ (given / len(seeds) - middle), _DECIMALS)
    drawn = towards > towards.max() / 2
    for _ in range(_ROUNDS):
        own = given + points[drawn].sum(axis=0)
        rest = points[~drawn].sum(axis=0)
        now = np.round(points @ (_unit(own) - _unit(rest)), _DECIMALS) > 0
        if now.all() or (now == drawn).all():
            break
        drawn = now
    return np.sort(pool[drawn])


def likeness(
    rows: NDArray[np.float32], own: NDArray[np.int64], ids: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Mean cosine similarity of some rows to the members of each group.

    Parameters
    ----------
    rows
        Rows of unit length, float32, shape (n, d).
    own
        Positions of the rows in question.
    ids
        Group of each row, int64, shape (n,).

    Returns
    -------
    tuple
        Group ids, ascending, and the mean similarity to each, rounded to six decimals.

    Examples
    --------
    >>> rows = np.eye(3, dtype=np.float32)[[0, 0, 1]]
    >>> likeness(rows, np.array([0]), np.array([0, 4, 5]))[1].tolist()
    [1.0, 1.0, 0.0]
    """
    centre = rows[own].astype(np.float64).mean(axis=0)
    similar = (rows @ centre.astype(np.float32)).astype(np.float64)
    themes, group = np.unique(ids, return_inverse=True)
    return themes, np.round(np.bincount(group, weights=similar) / np.bincount(group), _DECIMALS)


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    length = float(np.sqrt(vector @ vector))
    unit: NDArray[np.float64] = vector / length if length > 0 else vector
    return unit
