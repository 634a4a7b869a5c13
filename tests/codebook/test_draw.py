"""What is drawn: planted clouds, and what holds for any vectors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.codebook.draw import closer, likeness


def clouds(seed: int, n: int = 30) -> NDArray[np.float32]:
    """Two clouds of n rows, their centres 60 degrees apart and their rows far from one another."""
    centres = np.repeat(np.eye(24)[:2] + np.eye(24)[2], n, axis=0)
    rows = centres + 0.15 * np.random.default_rng(seed).standard_normal(centres.shape)
    unit: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("n_seeds", [1, 3])
def test_a_few_seeds_draw_their_cloud(seed: int, n_seeds: int) -> None:
    drawn = closer(clouds(seed), np.arange(n_seeds), np.arange(n_seeds, 60))
    assert drawn.tolist() == list(range(n_seeds, 30))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 999), st.integers(1, 5), st.integers(0, 12))
def test_it_draws_part_of_the_pool_in_any_order(seed: int, n_seeds: int, n_pool: int) -> None:
    generator = np.random.default_rng(seed)
    rows = generator.standard_normal((20, 3))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    seeds, pool = np.arange(n_seeds), np.arange(n_seeds, n_seeds + n_pool)
    drawn = closer(rows, seeds, pool)
    assert set(drawn.tolist()) <= set(pool.tolist())
    assert len(drawn) < max(n_pool, 1)
    assert closer(rows, seeds[::-1], generator.permutation(pool)).tolist() == drawn.tolist()


def test_equal_rows_stay_together() -> None:
    rows = np.ones((5, 1), dtype=np.float32)
    assert closer(rows, np.array([0]), np.array([1, 2, 3, 4])).tolist() == []


def test_likeness_is_the_mean_cosine() -> None:
    rows = clouds(0)
    ids = np.repeat([0, 4], 30)
    themes, mean = likeness(rows, np.array([0, 1]), ids)
    pairs = rows[:2].astype(np.float64) @ rows.astype(np.float64).T
    assert themes.tolist() == [0, 4]
    assert mean == pytest.approx([pairs[:, :30].mean(), pairs[:, 30:].mean()], abs=1e-6)
