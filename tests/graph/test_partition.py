"""Nested partitions: as many groups as asked for, and what is said about them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.graph.partition import least_size, nested_partitions


@pytest.fixture(scope="module")
def cloud() -> NDArray[np.float32]:
    rng = np.random.default_rng(5)
    points = np.repeat(np.eye(12), 5, axis=0) + 0.2 * rng.standard_normal((60, 12))
    unit: NDArray[np.float32] = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.mark.parametrize("wanted", [2, 3, 7, 12, 25, 60])
def test_exactly_as_many_groups_as_asked_for(cloud: NDArray[np.float32], wanted: int) -> None:
    result = nested_partitions(cloud, 5, n_groups=wanted, seed=0)
    main = [part for part in result.partitions if part.main]
    assert [part.n_groups for part in main] == [wanted]
    assert result.found
    assert np.isnan(result.p_value)
    for fine, wide in zip(result.partitions, result.partitions[1:], strict=False):
        assert len(set(zip(fine.labels.tolist(), wide.labels.tolist(), strict=True))) == fine.n_groups
        assert 2 <= wide.n_groups <= fine.n_groups / 2
    for part in result.partitions:
        assert part.stability.shape == (part.n_groups,)
        measured = part.stability[~np.isnan(part.stability)]
        assert ((measured >= 0) & (measured <= 1)).all()


def test_planted_groups_are_stable_and_halves_of_them_are_not(cloud: NDArray[np.float32]) -> None:
    true = nested_partitions(cloud, 5, n_groups=12, seed=0).partitions[0].stability
    halves = nested_partitions(cloud, 5, n_groups=24, seed=0).partitions[0].stability
    assert true.mean() > 0.9 > halves.mean()


def test_a_group_that_no_resample_holds_has_no_stability() -> None:
    """With this seed the third of three points is never drawn."""
    result = nested_partitions(np.eye(3, dtype=np.float32), 15, n_groups=3, seed=1135)
    assert np.isnan(result.partitions[0].stability).sum() == 1


@given(st.integers(1, 10**6))
def test_least_sizes_grow(n: int) -> None:
    assert 3 <= least_size(n) <= least_size(n + 1)
