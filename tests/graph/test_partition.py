"""Nested partitions: as many groups as asked for, and what is said about them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from needlens.graph.partition import nested_partitions


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
    assert np.isnan(result.evidence.p_value)
    for fine, wide in zip(result.partitions, result.partitions[1:], strict=False):
        assert len(set(zip(fine.labels.tolist(), wide.labels.tolist(), strict=True))) == fine.n_groups
        assert 2 <= wide.n_groups <= fine.n_groups / 1.5
    for part in result.partitions:
        assert part.stability.shape == (part.n_groups,)
        measured = part.stability[~np.isnan(part.stability)]
        assert ((measured >= 0) & (measured <= 1)).all()


@pytest.mark.parametrize(("bounds", "most"), [((2, 30), 12), ((12, 20), 12), ((14, 30), 30), ((2, 5), 5)])
def test_a_range_of_groups_holds_and_the_data_choose_within_it(bounds: tuple[int, int], most: int) -> None:
    rng = np.random.default_rng(5)
    points = np.repeat(np.eye(14)[:12], 40, axis=0) + 0.1 * rng.standard_normal((480, 14))
    unit = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    result = nested_partitions(unit, 15, n_groups=bounds, seed=0)
    (main,) = (part.n_groups for part in result.partitions if part.main)
    assert max(bounds[0], min(12, most)) <= main <= most


def test_every_scale_carries_its_evidence() -> None:
    rng = np.random.default_rng(5)
    points = np.repeat(np.eye(14)[:12], 40, axis=0) + 0.1 * rng.standard_normal((480, 14))
    unit = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    result = nested_partitions(unit, 15, seed=0)
    assert result.found
    assert all(part.evidence.p_value <= 1 for part in result.partitions)
    assert [part.evidence for part in result.partitions if part.main] == [result.evidence]
