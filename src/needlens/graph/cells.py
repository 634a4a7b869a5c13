"""Nearest neighbours of many points: each is compared with the points of the cells around its own."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from needlens.graph.best import best_of_rows
from needlens.progress import Progress, silent

LOOKED_AT = 12.0
"""Points each is compared with, over √n: ``benchmarks/engine_time.md`` tells what is found."""

_FOR_EACH = 20
"""Fewest points each is compared with for a neighbour wanted: it counts where k is large beside √n."""

_CELLS = 1.4
"""Cells for the square root of n: more make tighter cells and dearer centres, which cost n times as many."""

_PER_CELL = 32
"""Points of the sample for each cell that the centres are fitted to."""

_ROUNDS = 4
"""Rounds of k-means: the centres need only lie among the points, not be the best there are."""

_ROWS = 1_024
"""Rows in one matrix product."""


def neighbours_in_cells(
    points: NDArray[np.float32], k: int, *, progress: Progress = silent
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Find ``k`` of the points most similar to each, nearly always the very most similar.

    The points are dealt to the cells of a spherical k-means (an inverted file, Sivic & Zisserman 2003; Jégou,
    Douze & Schmid 2011). All points of a cell are compared with those of the cells nearest to it, so that the
    work is a few large matrix products, and grows as n√n. Nothing is random but a sample with a fixed seed,
    and every product runs on one thread: the result is the same for any number of them.

    Parameters
    ----------
    points
        Rows of unit length, float32, shape (n, d), more than ``k`` of them.
    k
        How many neighbours.
    progress
        Told how many points are done.

    Returns
    -------
    tuple
        Positions, int64, and similarities, float32, both of shape (n, k), the most similar first.

    Examples
    --------
    >>> square = np.eye(2, dtype=np.float32)[[0, 0, 1, 1]]
    >>> neighbours_in_cells(square, 1)[0].ravel().tolist()
    [1, 0, 3, 2]
    """
    from threadpoolctl import threadpool_limits

    n = len(points)
    index = np.empty((n, k), dtype=np.int64)
    similarity = np.empty((n, k), dtype=np.float32)
    with threadpool_limits(limits=1), ThreadPoolExecutor(os.cpu_count()) as pool:
        centres = _centres(points, round(_CELLS * np.sqrt(n)), pool)
        cell = _cell_of(points, centres, pool)
        order = np.argsort(cell, kind="stable")
        sizes = np.bincount(cell, minlength=len(centres))
        starts = np.cumsum(sizes) - sizes
        likeness = centres @ centres.T
        np.fill_diagonal(likeness, np.inf)
        wanted = max(round(LOOKED_AT * np.sqrt(n)), _FOR_EACH * k)
        around = np.argsort(-likeness, axis=1, kind="stable")
        enough = (np.cumsum(sizes[around], axis=1) < wanted).sum(axis=1) + 1
        members = np.split(order, starts[1:])

        def fill(at: int) -> int:
            # Those of the cell itself come first, and each finds itself at its own place.
            among = np.concatenate([members[other] for other in around[at, : enough[at]]])
            others = points[among]
            own = members[at]
            for first in range(0, len(own), _ROWS):
                rows = own[first : first + _ROWS]
                product = others[first : first + len(rows)] @ others.T
                np.fill_diagonal(product[:, first:], -np.inf)
                near, similarity[rows] = best_of_rows(product, k)
                index[rows] = among[near]
            return len(own)

        busy = np.flatnonzero(sizes).tolist()
        for done in accumulate(pool.map(fill, busy)):
            progress("comparing", done, n)
    return index, similarity


def _centres(points: NDArray[np.float32], count: int, pool: ThreadPoolExecutor) -> NDArray[np.float32]:
    """Centres of spherical k-means on a sample: a few rounds from points of it."""
    rng = np.random.default_rng(0)
    drawn = rng.choice(len(points), min(len(points), count * _PER_CELL), replace=False)
    centres = points[drawn[:count]]
    sample = points[np.sort(drawn)]
    for _ in range(_ROUNDS):
        cell = _cell_of(sample, centres, pool)
        order = np.argsort(cell, kind="stable")
        held, first = np.unique(cell[order], return_index=True)
        sums = np.add.reduceat(sample[order], first, axis=0)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres[held] = sums / np.where(lengths > 0, lengths, 1)
    return centres


def _cell_of(
    points: NDArray[np.float32], centres: NDArray[np.float32], pool: ThreadPoolExecutor
) -> NDArray[np.int64]:
    """The most similar centre of each point."""

    def nearest(first: int) -> NDArray[np.int64]:
        return np.asarray((points[first : first + _ROWS] @ centres.T).argmax(axis=1))

    return np.concatenate(list(pool.map(nearest, range(0, len(points), _ROWS))))
