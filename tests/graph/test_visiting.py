"""The order of visiting is the points' own, and hardly moves when they do."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.graph.neighbours import Neighbours, neighbours_of
from needlens.graph.visiting import outer_first


def _cloud(n: int, seed: int) -> NDArray[np.float32]:
    points = np.random.default_rng(seed).standard_normal((n, 8)).astype(np.float32)
    unit: NDArray[np.float32] = points / np.linalg.norm(points, axis=1, keepdims=True)
    return unit


@given(st.integers(3, 40), st.integers(0, 999))
def test_the_order_of_the_points_does_not_matter(n: int, seed: int) -> None:
    points = _cloud(n, seed)
    shuffle = np.random.default_rng(seed).permutation(n)
    own, other = (outer_first(neighbours_of(some, 5), 5) for some in (points, points[shuffle]))
    likeness = neighbours_of(points, 5).similarity[:, :5].sum(axis=1)
    assert (np.diff(likeness[own]) >= 0).all()
    np.testing.assert_allclose(likeness[own], likeness[shuffle[other]], rtol=1e-6)


def test_a_little_noise_moves_points_a_little() -> None:
    points = _cloud(400, 0)
    moved = points + np.random.default_rng(1).standard_normal(points.shape).astype(np.float32) * 1e-4
    places = [np.argsort(outer_first(neighbours_of(some, 10), 10)) for some in (points, moved)]
    assert np.abs(places[0] - places[1]).max() <= 4


@given(st.integers(2, 30), st.integers(0, 999))
def test_neighbours_follow_their_points(n: int, seed: int) -> None:
    points, order = _cloud(n, seed), np.random.default_rng(seed).permutation(n)
    near = neighbours_of(points, 4)
    moved = near.reordered(order)
    assert (order[moved.index] == near.index[order]).all()
    back = moved.reordered(np.argsort(order))
    assert (back.index == near.index).all()
    assert (back.similarity == near.similarity).all()


def test_no_points_no_order() -> None:
    none = Neighbours(np.zeros((0, 0), dtype=np.int64), np.zeros((0, 0), dtype=np.float32))
    assert len(outer_first(none, 5)) == 0
