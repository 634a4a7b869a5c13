"""Placing points: fitted ones where they are, near ones with their neighbours, far ones nowhere."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.graph.distinct import row_keys
from needlens.graph.neighbours import nearest
from needlens.graph.placement import Placement, placement


def _fitted(n: int, k: int, seed: int, zeros: float = 0.1) -> Placement:
    rng = np.random.default_rng(seed)
    cloud = rng.standard_normal((n, 3))
    points = (cloud / np.linalg.norm(cloud, axis=1, keepdims=True)).astype(np.float32)
    ids = rng.integers(1, 4, (2, n)) * (rng.random((2, n)) > zeros)
    return placement(points, nearest(points, points, k, skip_self=True), ids, k)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(1, 8), st.integers(0, 99))
def test_fitted_rows_get_exactly_what_they_have(n: int, k: int, seed: int) -> None:
    fitted = _fitted(n, k, seed)
    order = np.random.default_rng(seed).permutation(n)
    ids, strengths = fitted.place(fitted.points[order])
    np.testing.assert_array_equal(ids, fitted.ids[:, order])
    np.testing.assert_array_equal(strengths, fitted.strengths[:, order])
    assert ((strengths >= 0) & (strengths <= 1)).all()
    assert (strengths[ids == 0] == 0).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 40), st.integers(1, 8), st.integers(0, 99))
def test_a_new_row_gets_the_group_with_most_of_its_neighbours_similarity(n: int, k: int, seed: int) -> None:
    fitted = _fitted(n, k, seed)
    query = np.array([[0.6, 0.0, 0.8]], dtype=np.float32)
    ids, strengths = fitted.place(query)
    near = nearest(query, fitted.points, k)
    if near.similarity[0, 0] < fitted.far:
        assert ids.tolist() == [[0], [0]]
        return
    weight = np.clip(near.similarity[0].astype(np.float64), 1e-6, 1)
    for scale in range(2):
        group = fitted.ids[scale, near.index[0]]
        shares = {int(g): weight[group == g].sum() / weight.sum() for g in group}
        chosen = int(ids[scale, 0])
        assert shares[chosen] >= max(shares.values()) - 1e-9
        assert strengths[scale, 0] == (round(shares[chosen], 6) if chosen else 0)


def test_far_rows_get_no_group() -> None:
    points = np.array([[1, 0, 0], [0.8, 0.6, 0], [0.6, 0.8, 0]], dtype=np.float32)
    fitted = placement(points, nearest(points, points, 2, skip_self=True), np.array([[1, 1, 1]]), 2)
    far = np.array([[0, 0, 1], [-1, 0, 0], [0, -0.6, 0.8]], dtype=np.float32)
    ids, strengths = fitted.place(far)
    assert ids.tolist() == [[0, 0, 0]]
    assert strengths.tolist() == [[0, 0, 0]]


def test_no_points_and_no_rows() -> None:
    points, ids = np.zeros((0, 2), np.float32), np.zeros((1, 0), np.int64)
    nothing = placement(points, nearest(points, points, 1, skip_self=True), ids, 1)
    assert nothing.place(np.eye(2, dtype=np.float32))[0].tolist() == [[0, 0]]
    ids, strengths = _fitted(5, 2, 0).place(np.zeros((0, 3), np.float32))
    assert ids.shape == strengths.shape == (2, 0)


def test_a_lone_point_has_no_far() -> None:
    point = np.eye(1, 3, dtype=np.float32)
    fitted = placement(point, nearest(point, point, 5, skip_self=True), np.array([[1]]), 5)
    assert fitted.far == -1
    assert fitted.place(-point)[0].tolist() == [[1]]


@given(st.lists(st.tuples(st.floats(width=32, allow_nan=False), st.floats(width=32, allow_nan=False))))
def test_keys_are_equal_where_rows_are(rows: list[tuple[float, float]]) -> None:
    array: NDArray[np.float32] = np.array(rows, dtype=np.float32).reshape(-1, 2)
    keys = row_keys(array).tolist()
    assert len(set(keys)) == len({row.tobytes() for row in array})
