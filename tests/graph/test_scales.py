"""What the search for scales sees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.graph.draws import keys_of
from needlens.graph.neighbours import neighbours_of
from needlens.graph.scales import OF_ALL, mean_agreement, n_resamples, scan


@pytest.fixture(scope="module")
def four() -> NDArray[np.float32]:
    rng = np.random.default_rng(0)
    cloud = np.repeat(np.eye(8)[:4], 40, axis=0) + 0.1 * rng.standard_normal((160, 8))
    unit: NDArray[np.float32] = (cloud / np.linalg.norm(cloud, axis=1, keepdims=True)).astype(np.float32)
    return unit


def test_what_the_search_sees_in_four_groups(four: NDArray[np.float32]) -> None:
    told: list[int] = []
    near = neighbours_of(four, 15)
    seen = scan(keys_of(four), near, 15, seed=0, progress=lambda _stage, done, _total: told.append(done))
    assert 4 in seen.n_groups[seen.stability == seen.stability.max()]
    assert seen.stability.max() == pytest.approx(1)
    assert (seen.stability[seen.n_groups == 1] == 0).all()
    assert (seen.n_groups * OF_ALL.seen <= 160).all()
    assert told == list(range(1, n_resamples(len(four)) + 1))


def test_agreement_counts_only_points_that_both_hold() -> None:
    whole = np.array([0, 0, 1, 1, 2])
    assert mean_agreement(whole, [np.array([0, 1, 2, 3])], [np.array([1, 1, 0, 0])]) == 1.0
    assert mean_agreement(whole, [np.array([0, 2])], [np.array([0, 0])]) == 0.0
    assert mean_agreement(whole, [], []) == 0.0


@given(st.integers(1, 10**7))
def test_more_points_never_more_resamples(n: int) -> None:
    assert n_resamples(n + 1) <= n_resamples(n)


def test_neighbours_beyond_those_of_the_edges_change_nothing() -> None:
    """They are there to tell which groups are alike; the graphs of resamples are made of the others."""
    points = np.random.default_rng(5).standard_normal((300, 6)).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    few, many = neighbours_of(points, 10), neighbours_of(points, 10, reach=60)
    assert few.index.shape[1] < many.index.shape[1]
    alone, besides = (scan(keys_of(points), near, 10, seed=0) for near in (few, many))
    np.testing.assert_array_equal(alone.stability, besides.stability)
