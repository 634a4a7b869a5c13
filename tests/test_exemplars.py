"""Exemplars: the definition step by step, and its limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.exemplars import exemplars


def _unit(n: int, seed: int) -> NDArray[np.float32]:
    cloud = np.random.default_rng(seed).standard_normal((n, 3)) + 1
    unit: NDArray[np.float32] = (cloud / np.linalg.norm(cloud, axis=1, keepdims=True)).astype(np.float32)
    return unit


@given(st.integers(1, 25), st.integers(0, 30), st.sampled_from([0.0, 0.3, 1.0]), st.integers(0, 99))
def test_each_next_one_is_the_best_of_those_left(n: int, top: int, diversity: float, seed: int) -> None:
    vectors = _unit(n, seed)
    chosen = exemplars(vectors, top=top, diversity=diversity).tolist()
    assert len(chosen) == len(set(chosen)) == min(top, n)
    centre = vectors.mean(axis=0, dtype=np.float64)
    typical = vectors @ (centre / np.linalg.norm(centre))
    for step, one in enumerate(chosen):
        repeats = (vectors @ vectors[chosen[:step]].T.astype(np.float64)).max(axis=1, initial=0)
        score = (1 - diversity) * typical - diversity * repeats
        left = np.setdiff1d(np.arange(n), chosen[:step])
        assert score[one] == pytest.approx(score[left].max(), abs=1e-6)


def test_equal_scores_go_by_position() -> None:
    assert exemplars(np.tile(np.eye(1, 3, dtype=np.float32), (4, 1)), top=4).tolist() == [0, 1, 2, 3]


def test_weights_bring_one_forward() -> None:
    vectors = np.tile(np.eye(1, 3, dtype=np.float32), (3, 1))
    assert exemplars(vectors, top=1, weights=np.array([0.5, 1.0, 0.6])).tolist() == [1]


def test_opposite_vectors_have_no_centre_and_still_an_answer() -> None:
    assert exemplars(np.array([[1, 0], [-1, 0]], dtype=np.float32), top=2).tolist() == [0, 1]
