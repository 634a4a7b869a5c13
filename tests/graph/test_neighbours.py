"""Nearest neighbours against brute force, ties and all, whatever the blocks and the threads."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from needlens.graph import neighbours
from needlens.graph.neighbours import nearest


def _clouds(least: int, most: int) -> st.SearchStrategy[NDArray[np.float32]]:
    """Few values, so that every product is exact and ties abound."""
    return st.tuples(st.integers(least, most), st.just(2)).flatmap(
        lambda shape: arrays(np.float32, shape, elements=st.sampled_from([-1.0, 0.0, 1.0]))
    )


def _brute(queries: NDArray[np.float32], points: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Sort everything, equal similarities by position."""
    order: NDArray[np.int64] = np.argsort(-(queries @ points.T), axis=1, kind="stable")[:, :k]
    return order


@settings(max_examples=150, deadline=None)
@given(_clouds(1, 4), _clouds(1, 40), st.integers(0, 45))
def test_the_same_as_brute_force(queries: NDArray[np.float32], points: NDArray[np.float32], k: int) -> None:
    found = nearest(queries, points, k)
    np.testing.assert_array_equal(found.index, _brute(queries, points, k))
    np.testing.assert_array_equal(
        found.similarity, np.take_along_axis(queries @ points.T, found.index, axis=1)
    )


def test_the_least_similar_points_can_tie() -> None:
    points = np.repeat(np.array([[0], [1]], dtype=np.float32), 8, axis=0)
    query = np.ones((1, 1), dtype=np.float32)
    for k in range(1, 17):
        np.testing.assert_array_equal(nearest(query, points, k).index, _brute(query, points, k))


@settings(max_examples=50, deadline=None)
@given(_clouds(1, 30), st.integers(1, 30))
def test_nobody_is_a_neighbour_of_themselves(points: NDArray[np.float32], k: int) -> None:
    found = nearest(points, points, k, skip_self=True)
    others = points @ points.T
    np.fill_diagonal(others, -np.inf)
    expected = np.argsort(-others, axis=1, kind="stable")[:, : min(k, len(points) - 1)]
    np.testing.assert_array_equal(found.index, expected)


def test_many_blocks_of_queries_and_points(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "_COLUMNS", 100)
    points = np.random.default_rng(0).integers(-2, 3, (700, 3)).astype(np.float32)
    others = points @ points.T
    np.fill_diagonal(others, -np.inf)
    expected = np.argsort(-others, axis=1, kind="stable")[:, :20]
    np.testing.assert_array_equal(nearest(points, points, 20, skip_self=True).index, expected)


def test_the_same_bits_for_any_number_of_threads_and_any_company() -> None:
    rng = np.random.default_rng(1)
    points = rng.standard_normal((600, 384)).astype(np.float32)
    with threadpool_limits(limits=1):
        one = nearest(points, points, 10)
    with threadpool_limits(limits=2):
        two = nearest(points, points, 10)
    alone = nearest(points[300:301], points, 10)
    assert one.similarity.tobytes() == two.similarity.tobytes()
    assert one.similarity[300].tobytes() == alone.similarity[0].tobytes()


def test_progress_ends_at_the_total() -> None:
    told: list[tuple[str, int, int | None]] = []
    points = np.eye(300, dtype=np.float32)
    nearest(points, points, 2, progress=lambda stage, done, total: told.append((stage, done, total)))
    assert told == [("comparing", 256, 300), ("comparing", 300, 300)]
