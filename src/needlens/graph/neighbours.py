"""Nearest neighbours by cosine similarity, in bounded memory and bit for bit repeatable."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from needlens.graph.best import best_of_rows
from needlens.graph.cells import neighbours_in_cells
from needlens.progress import Progress, silent

_ROWS = 256
"""Queries in one matrix product; the last block is padded to it, so that no result depends on its size."""

_COLUMNS = 16_384
"""Points in one matrix product: 256 × 16,384 similarities are 16 MiB a worker."""

EXACT = 16_384
"""Most points that are all compared with each other: one block of columns, and a few seconds' work."""

WIDER = 1.7
"""Neighbours searched per edge wanted, so that a resample of 80 % still finds enough among those it keeps."""


@dataclass(frozen=True, eq=False, slots=True)
class Neighbours:
    """The ``k`` most similar points of each query, most similar first.

    Attributes
    ----------
    index
        Positions of the points, int64, shape (n_queries, k).
    similarity
        Cosine similarities, float32, shape (n_queries, k), falling along each row.
    """

    index: NDArray[np.int64]
    similarity: NDArray[np.float32]

    def for_edges(self, k: int) -> Neighbours:
        """As many of each as are searched for ``k`` edges (:data:`WIDER`), from which resamples draw theirs.

        Examples
        --------
        >>> near = Neighbours(np.zeros((3, 9), dtype=np.int64), np.ones((3, 9), dtype=np.float32))
        >>> near.for_edges(2).index.shape
        (3, 4)
        """
        return self.first(n_searched(k))

    def first(self, k: int) -> Neighbours:
        """The ``k`` nearest of each, or as many as there are.

        Examples
        --------
        >>> near = Neighbours(np.array([[1, 2], [0, 2]]), np.ones((2, 2), dtype=np.float32))
        >>> near.first(1).index.tolist()
        [[1], [0]]
        """
        return Neighbours(self.index[:, :k], self.similarity[:, :k])

    def reordered(self, order: NDArray[np.int64]) -> Neighbours:
        """The same for points that stand in another order; queries and points must be the same.

        Examples
        --------
        >>> near = Neighbours(np.array([[1], [2], [1]]), np.array([[0.5], [0.9], [0.9]], dtype=np.float32))
        >>> near.reordered(np.array([2, 0, 1])).index.ravel().tolist()
        [2, 2, 0]
        """
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        return Neighbours(rank[self.index[order]], self.similarity[order])


def nearest(
    queries: NDArray[np.float32],
    points: NDArray[np.float32],
    k: int,
    *,
    skip_self: bool = False,
    progress: Progress = silent,
) -> Neighbours:
    """Find the ``k`` points most similar to each query, exactly.

    Every product has the same shape and runs on one thread of the linear algebra library, blocks run side by
    side: the result is the same for any number of threads. Equal similarities are ordered by position.

    Parameters
    ----------
    queries, points
        Rows of unit length, float32, shapes (n_queries, d) and (n_points, d).
    k
        How many neighbours; fewer are returned when there are fewer points.
    skip_self
        Leave out the point at the query's own position (for ``queries is points``).

    Returns
    -------
    Neighbours
        Arrays of shape (n_queries, min(k, n_points [- 1])).

    Examples
    --------
    >>> square = np.eye(2, dtype=np.float32)[[0, 0, 1]]
    >>> nearest(square, square, 1, skip_self=True).index.ravel().tolist()
    [1, 0, 0]
    """
    from threadpoolctl import threadpool_limits

    k = max(0, min(k, len(points) - skip_self))
    index = np.empty((len(queries), k), dtype=np.int64)
    similarity = np.empty((len(queries), k), dtype=np.float32)
    if k == 0:
        return Neighbours(index, similarity)
    starts = range(0, len(queries), _ROWS)

    def fill(start: int) -> None:
        stop = min(start + _ROWS, len(queries))
        block = np.zeros((_ROWS, queries.shape[1]), dtype=np.float32)
        block[: stop - start] = queries[start:stop]
        own = np.arange(start, start + _ROWS) if skip_self else None
        best_index, best_similarity = _best_of(block, points, k, own)
        index[start:stop] = best_index[: stop - start]
        similarity[start:stop] = best_similarity[: stop - start]

    with threadpool_limits(limits=1), ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, _ in enumerate(pool.map(fill, starts), start=1):
            progress("comparing", min(done * _ROWS, len(queries)), len(queries))
    return Neighbours(index, similarity)


def neighbours_of(
    points: NDArray[np.float32], k: int, *, reach: int = 0, progress: Progress = silent
) -> Neighbours:
    """Nearest neighbours of each point among the others, enough for the graphs of resamples.

    Of more than :data:`EXACT` points they are sought in the cells around each
    (:func:`needlens.graph.cells.neighbours_in_cells`), and nearly all of them found.

    Parameters
    ----------
    points
        Distinct rows of unit length in an order that is theirs alone, float32, shape (n, d).
    k
        Edges each point may choose in the similarity graph.
    reach
        Fewest neighbours wanted, however few the edges.

    Examples
    --------
    >>> points = np.eye(9, dtype=np.float32)
    >>> neighbours_of(points, 2).index.shape, neighbours_of(points, 2, reach=6).index.shape
    ((9, 4), (9, 6))
    """
    wanted = max(n_searched(k), reach)
    if len(points) > EXACT:
        return Neighbours(*neighbours_in_cells(points, wanted, progress=progress))
    return nearest(points, points, wanted, skip_self=True, progress=progress)


def n_searched(k: int) -> int:
    """Neighbours searched for ``k`` edges.

    Examples
    --------
    >>> n_searched(15)
    26
    """
    return int(np.ceil(WIDER * k))


def _best_of(
    block: NDArray[np.float32],
    points: NDArray[np.float32],
    k: int,
    own: NDArray[np.int64] | None,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Keep the best ``k`` over the column blocks, so that no full similarity matrix is ever held."""
    best_index = np.empty((len(block), 0), dtype=np.int64)
    best = np.empty((len(block), 0), dtype=np.float32)
    for first in range(0, len(points), _COLUMNS):
        columns = points[first : first + _COLUMNS]
        product = block @ columns.T
        if own is not None:
            inside = (own >= first) & (own < first + len(columns))
            product[np.flatnonzero(inside), own[inside] - first] = -np.inf
        local, similarity = best_of_rows(product, k, best[:, -1] if best.shape[1] == k else None)
        best_index = np.hstack([best_index, local + first])
        best = np.hstack([best, similarity])
        order = np.argsort(-best, axis=1, kind="stable")[:, :k]
        best_index = np.take_along_axis(best_index, order, axis=1)
        best = np.take_along_axis(best, order, axis=1)
    return best_index, best
