"""Placing points: fitted ones where they are, near ones with their neighbours, far ones nowhere."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.graph.centring import off_centre
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


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 40), st.integers(1, 8), st.integers(0, 99))
def test_rows_are_compared_off_the_centre(n: int, k: int, seed: int) -> None:
    plain = _fitted(n, k, seed)
    centre = np.array([0.3, -0.2, 0.4], dtype=np.float32)
    apart = off_centre(plain.points, centre)
    near = nearest(apart, apart, k, skip_self=True)
    off, on = placement(plain.points, near, plain.ids, k, centre), placement(apart, near, plain.ids, k)
    rows = np.vstack([_fitted(n, k, seed + 1).points, plain.points])
    for mine, theirs in zip(off.place(rows), on.place(off_centre(rows, centre)), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert off.with_ids(plain.ids).centre is centre


def test_rows_that_rounding_alone_tells_from_a_point_get_what_it_has_however_near_the_centre() -> None:
    rng = np.random.default_rng(0)
    cloud = 20 * np.eye(8)[0] + rng.standard_normal((40, 8))
    points = (cloud / np.linalg.norm(cloud, axis=1, keepdims=True)).astype(np.float32)
    centre = points.mean(axis=0)
    near = nearest(off_centre(points, centre), off_centre(points, centre), 4, skip_self=True)
    fitted = placement(points, near, rng.integers(1, 4, (2, 40)), 4, centre)
    rounded = points + 2e-4 * rng.standard_normal(points.shape).astype(np.float32)
    rounded /= np.linalg.norm(rounded, axis=1, keepdims=True)
    assert np.einsum("ij,ij->i", rounded, points).min() > 1 - 1e-6
    apart = np.einsum("ij,ij->i", off_centre(rounded, centre), off_centre(points, centre))
    assert apart.min() < 1 - 2e-6  # the difference shows off the centre
    ids, strengths = fitted.place(rounded)
    np.testing.assert_array_equal(ids, fitted.ids)
    np.testing.assert_array_equal(strengths, fitted.strengths)


def test_a_row_of_zeros_is_far_whatever_the_centre() -> None:
    points = _fitted(40, 4, 0).points
    centre = points.mean(axis=0) + np.float32(0.3)
    apart = off_centre(points, centre)
    near = nearest(apart, apart, 4, skip_self=True)
    fitted = placement(points, near, np.ones((1, 40), dtype=np.int64), 4, centre)
    assert fitted.far > 0
    assert fitted.place(np.zeros((1, 3), dtype=np.float32))[0].tolist() == [[0]]


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
