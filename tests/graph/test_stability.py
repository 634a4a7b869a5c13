"""Stability of groups: planted ones are found again, pieces of them are not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from needlens.graph.affinity import affinity
from needlens.graph.draws import keys_of, resamples
from needlens.graph.louvain import weighed
from needlens.graph.neighbours import neighbours_of
from needlens.graph.nesting import Resolutions
from needlens.graph.partition import nested_partitions
from needlens.graph.stability import CHECKED, MOST_CHECKS, cohesion, cohesions, stability_of


@pytest.fixture(scope="module")
def cloud() -> NDArray[np.float32]:
    rng = np.random.default_rng(5)
    points = np.repeat(np.eye(12), 20, axis=0) + 0.2 * rng.standard_normal((240, 12))
    unit: NDArray[np.float32] = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    return unit


def test_planted_groups_are_stable_and_halves_of_them_are_not(cloud: NDArray[np.float32]) -> None:
    true = nested_partitions(cloud, 15, n_groups=12, seed=0).partitions[0].stability
    halves = nested_partitions(cloud, 15, n_groups=24, seed=0).partitions[0].stability
    assert true.min() > 0.75
    assert halves.mean() < 0.6


def test_a_piece_that_comes_back_in_each_resample_is_told_by_what_ties_it_to_the_rest() -> None:
    """Two pairs of blocks: each block comes back whole, though a third of its ties lead out."""
    rng = np.random.default_rng(0)
    centres = np.eye(8)[[0, 0, 1, 1]] + np.eye(8)[[2, 3, 4, 5]]
    points = np.repeat(centres, 15, axis=0) + 0.03 * rng.standard_normal((60, 8))
    unit = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    near, keys = neighbours_of(unit, 30), keys_of(unit)
    graph, labels = weighed(affinity(near, 30)), np.repeat(np.arange(4), 15)
    apart = cohesion(graph, labels)
    (found,) = stability_of([labels], keys, near, graph, 30, Resolutions(2.0), seed=0)
    assert apart.max() < 0.7
    np.testing.assert_allclose(found, (1 + apart) / 2)


def test_a_group_that_no_resample_holds_has_no_stability() -> None:
    points = np.eye(3, dtype=np.float32)
    keys = keys_of(points)
    seed = next(
        seed
        for seed in range(100_000)
        if not any(2 in kept for kept in resamples(keys, MOST_CHECKS, seed, CHECKED))
    )
    result = nested_partitions(points, 15, n_groups=3, seed=seed)
    assert np.isnan(result.partitions[0].stability).sum() == 1


@given(st.integers(0, 2**32), st.integers(1, 12), st.integers(1, 5))
def test_nested_partitions_are_as_cohesive_together_as_each_alone(
    seed: int, n_groups: int, n_wide: int
) -> None:
    rng = np.random.default_rng(seed)
    dense = rng.random((40, 40)) * (rng.random((40, 40)) < 0.1)
    graph = weighed(sparse.csr_matrix(dense + dense.T - np.diag(2 * np.diag(dense))))
    fine = np.unique(rng.integers(0, n_groups, 40), return_inverse=True)[1]
    wide = np.unique(rng.integers(0, n_wide, n_groups), return_inverse=True)[1]
    levels = [fine, np.unique(wide[fine], return_inverse=True)[1]]
    for found, labels in zip(cohesions(graph, levels), levels, strict=True):
        np.testing.assert_allclose(found, cohesion(graph, labels), atol=1e-6)


@given(st.integers(0, 2**32), st.integers(1, 5))
def test_cohesion_is_one_less_the_conductance_of_each_group(seed: int, n_groups: int) -> None:
    rng = np.random.default_rng(seed)
    dense = rng.random((12, 12)) * (rng.random((12, 12)) < 0.4)
    dense = dense + dense.T
    np.fill_diagonal(dense, 0)
    labels = np.sort(rng.integers(0, n_groups, 12))
    labels = np.unique(labels, return_inverse=True)[1]
    found = cohesion(weighed(sparse.csr_matrix(dense)), labels)
    for group, value in enumerate(found):
        inside = labels == group
        volume = dense[inside].sum()
        expected = 1.0 if volume == 0 else 1 - dense[np.ix_(inside, ~inside)].sum() / volume
        assert value == pytest.approx(expected, abs=1e-6)
