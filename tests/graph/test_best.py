"""The largest of each row against a full sort, ties and all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlens.graph.best import best_of_rows


@settings(max_examples=80, deadline=None)
@given(
    st.integers(1, 5), st.integers(1, 700), st.integers(1, 30), st.integers(0, 99), st.sampled_from([3, 500])
)
def test_the_same_as_a_stable_sort(m: int, n: int, k: int, seed: int, n_values: int) -> None:
    values = (np.random.default_rng(seed).integers(-n_values, n_values, (m, n)) / 7).astype(np.float32)
    at, top = best_of_rows(values, k)
    order = np.argsort(-values, axis=1, kind="stable")[:, :k]
    np.testing.assert_array_equal(at, order)
    np.testing.assert_array_equal(top, np.take_along_axis(values, order, axis=1))


def test_zeros_of_either_sign_are_equal() -> None:
    values = np.array([[-0.0, 0.0, -0.0, -1.0]], dtype=np.float32)
    at, top = best_of_rows(values, 3)
    assert at.tolist() == [[0, 1, 2]]
    assert not np.signbit(top).any()


@pytest.mark.parametrize("n", [40, 400])
def test_below_the_floor_nothing_need_be_found(n: int) -> None:
    values = np.linspace(0, 1, n, dtype=np.float32)[None]
    top = best_of_rows(values, 3, np.array([values[0, -2]]))[1]
    assert top[0, :2].tolist() == values[0, [-1, -2]].tolist()


def test_minus_infinity_comes_last() -> None:
    values = np.full((2, 100), -np.inf, dtype=np.float32)
    values[:, 50] = -5
    at, top = best_of_rows(values, 2)
    assert at[:, 0].tolist() == [50, 50]
    assert top[:, 1].tolist() == [-np.inf, -np.inf]
