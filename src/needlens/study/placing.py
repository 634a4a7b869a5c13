"""New vectors onto the themes of a study: near points are sought in cells where there are many."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from needlens.graph.neighbours import EXACT, Neighbours, nearest
from needlens.graph.placement import Placement

_CELLS = 0.5
"""Cells for the square root of the number of points."""

_LOOKED_AT = 16.0
"""Points a row is compared with, over that square root."""

_ROUNDS = 3
"""Rounds of k-means: the centres need only lie among the points."""

_PER_CELL = 64
"""Points for each cell that the centres are fitted to."""


@dataclass(frozen=True, eq=False, slots=True)
class Placed:
    """Where rows belong.

    Attributes
    ----------
    ids, strengths
        Theme (0 for none) and strength on each scale, int64 and float64, shape (n_scales, m).
    far
        Whether a row is far from all fitted points, bool, shape (m,).
    point
        Position of the most similar fitted point, 0 for a far row, int64, shape (m,).
    """

    ids: NDArray[np.int64]
    strengths: NDArray[np.float64]
    far: NDArray[np.bool_]
    point: NDArray[np.int64]


class Placer:
    """Places any number of rows by the rule of :meth:`needlens.graph.placement.Placement.place`.

    Of more than :data:`needlens.graph.neighbours.EXACT` points only those in the cells around a row are
    looked at (an inverted file, Sivic & Zisserman 2003), so that nearly always the very nearest are found.
    What a row gets depends on it and on the fitted points alone, not on the rows beside it.

    Parameters
    ----------
    fitted
        The fitted points.

    Examples
    --------
    >>> corners = np.eye(2, dtype=np.float32)
    >>> near = nearest(corners, corners, 1, skip_self=True)
    >>> fitted = Placement(corners, np.array([[1, 2]]), np.array([[1.0, 1.0]]), near, 0.5, 1)
    >>> placed = Placer(fitted).place(np.array([[0.6, 0.8], [-1, 0]], dtype=np.float32))
    >>> placed.ids.tolist(), placed.far.tolist(), placed.point.tolist()
    ([[2, 0]], [False, True], [1, 0])
    """

    def __init__(self, fitted: Placement) -> None:
        self._n_scales, n = fitted.ids.shape
        # On a scale where every point has a group of its own, a row without one is far. On the study's own
        # scales it may also be near points that have none.
        own = np.arange(1, n + 1, dtype=np.int64)[None]
        self._fitted = replace(
            fitted,
            ids=np.vstack([fitted.ids, own]),
            strengths=np.vstack([fitted.strengths, np.ones((1, n))]),
            near=Neighbours(np.zeros((n, 0), dtype=np.int64), np.zeros((n, 0), dtype=np.float32)),
        )
        self._cells = _cells_of(fitted.points) if n > EXACT else None

    def place(self, rows: NDArray[np.float32]) -> Placed:
        """Theme, strength and nearest point of rows of unit length, float32, shape (m, d)."""
        if self._cells is None:
            return self._split(*self._fitted.place(rows))
        from threadpoolctl import threadpool_limits

        cells = self._cells
        ids = np.zeros((self._n_scales + 1, len(rows)), dtype=np.int64)
        strengths = np.zeros(ids.shape)
        cell = nearest(rows, cells.centres, 1).index[:, 0]
        order = np.argsort(cell, kind="stable")
        ends = np.searchsorted(cell[order], np.arange(len(cells.centres) + 1))

        def fill(at: int) -> None:
            own = order[ends[at] : ends[at + 1]]
            among = cells.around(at)
            fitted = self._fitted
            here = replace(
                fitted,
                points=fitted.points[among],
                ids=fitted.ids[:, among],
                strengths=fitted.strengths[:, among],
            )
            ids[:, own], strengths[:, own] = here.place(rows[own])

        busy = np.flatnonzero(np.diff(ends)).tolist()
        # One limit around them all: those inside would set each other's back.
        with threadpool_limits(limits=1), ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(fill, busy))
        return self._split(ids, strengths)

    @staticmethod
    def _split(ids: NDArray[np.int64], strengths: NDArray[np.float64]) -> Placed:
        point = ids[-1]
        return Placed(ids[:-1], strengths[:-1], point == 0, np.maximum(point - 1, 0))


@dataclass(frozen=True, eq=False, slots=True)
class _Cells:
    """Points by the centre they are nearest to: ``order`` lists them cell by cell."""

    centres: NDArray[np.float32]
    order: NDArray[np.int64]
    starts: NDArray[np.int64]
    nearest_first: NDArray[np.int64]

    def around(self, at: int) -> NDArray[np.int64]:
        """Positions, rising, of the points in the nearest cells that together hold enough."""
        wanted, chosen, n = round(_LOOKED_AT * np.sqrt(len(self.order))), [], 0
        for cell in self.nearest_first[at]:
            members = self.order[self.starts[cell] : self.starts[cell + 1]]
            chosen.append(members)
            n += len(members)
            if n >= wanted:
                break
        return np.sort(np.concatenate(chosen))


def _cells_of(points: NDArray[np.float32]) -> _Cells:
    """Cells of a spherical k-means over a fixed draw of the points."""
    count = max(1, round(_CELLS * np.sqrt(len(points))))
    drawn = np.random.default_rng(0).permutation(len(points))[: count * _PER_CELL]
    centres, sample = points[drawn[:count]], points[np.sort(drawn)]
    for _ in range(_ROUNDS):
        cell = nearest(sample, centres, 1).index[:, 0]
        order = np.argsort(cell, kind="stable")
        held, first = np.unique(cell[order], return_index=True)
        sums = np.add.reduceat(sample[order].astype(np.float64), first, axis=0)
        lengths = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
        centres = centres.copy()
        centres[held] = (sums / lengths).astype(np.float32)
    cell = nearest(points, centres, 1).index[:, 0]
    order = np.argsort(cell, kind="stable")
    starts = np.searchsorted(cell[order], np.arange(count + 1))
    return _Cells(centres, order, starts, nearest(centres, centres, count).index)
