"""The common centre: taken off many points, left on few, and the same rows for any order and company."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.graph.centring import ENOUGH, FEW, centre_of, off_centre


def _leaning(n: int, seed: int) -> NDArray[np.float32]:
    cloud = np.random.default_rng(seed).standard_normal((n, 6)) + 2 * np.eye(6)[0]
    unit: NDArray[np.float32] = (cloud / np.linalg.norm(cloud, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.mark.parametrize("n", [0, 1, 20, FEW])
def test_few_points_stay_as_they_are(n: int) -> None:
    points = _leaning(n, 0)
    assert centre_of(points) is None
    assert off_centre(points, None) is points


@settings(max_examples=30, deadline=None)
@given(st.integers(FEW + 1, 2 * ENOUGH), st.integers(0, 99))
def test_the_more_points_the_more_of_the_mean(n: int, seed: int) -> None:
    points = _leaning(n, seed)
    centre = centre_of(points)
    assert centre is not None
    share = min((n - FEW) / (ENOUGH - FEW), 1)
    np.testing.assert_allclose(centre, share * points.mean(axis=0), rtol=1e-5, atol=1e-7)
    apart = off_centre(points, centre)
    np.testing.assert_allclose(np.linalg.norm(apart, axis=1), 1, rtol=1e-5)
    if n >= ENOUGH:
        # What all lean to tells them apart no longer.
        assert abs(apart.mean(axis=0)[0]) < 0.2 < points.mean(axis=0)[0]


@given(st.integers(0, 99), st.data())
def test_a_row_is_the_same_in_any_company(seed: int, data: st.DataObject) -> None:
    points = _leaning(ENOUGH, seed)
    centre = centre_of(points)
    some = data.draw(st.lists(st.integers(0, ENOUGH - 1), min_size=1, max_size=20))
    np.testing.assert_array_equal(off_centre(points[some], centre), off_centre(points, centre)[some])


def test_a_row_at_the_centre_becomes_zeros_and_zeros_stay() -> None:
    row = np.array([[0.6, 0.8]], dtype=np.float32)
    assert off_centre(row, row[0]).tolist() == [[0, 0]]
    assert off_centre(np.zeros((1, 2), dtype=np.float32), row[0]).tolist() == [[0, 0]]
