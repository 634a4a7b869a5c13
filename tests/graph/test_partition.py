"""Nested partitions: as many groups as asked for, and what is said about them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from needlens.graph.chance import Evidence
from needlens.graph.draws import Keys, resamples
from needlens.graph.neighbours import nearest, neighbours_of
from needlens.graph.nesting import nest
from needlens.graph.partition import is_passing, nested_partitions
from needlens.graph.placement import VOTERS
from needlens.graph.search import least_size, search
from needlens.graph.unit import unit_rows
from needlens.graph.visiting import outer_first


@pytest.fixture(scope="module")
def cloud() -> NDArray[np.float32]:
    rng = np.random.default_rng(5)
    points = np.repeat(np.eye(12), 5, axis=0) + 0.2 * rng.standard_normal((60, 12))
    unit: NDArray[np.float32] = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.fixture(scope="module")
def apart() -> NDArray[np.float32]:
    """Twelve groups of forty."""
    rng = np.random.default_rng(5)
    points = np.repeat(np.eye(14)[:12], 40, axis=0) + 0.1 * rng.standard_normal((480, 14))
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


@pytest.mark.parametrize("wanted", [None, 12])
def test_resamples_are_drawn_by_the_keys_of_the_points(
    apart: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch, wanted: int | None
) -> None:
    keys, given = np.random.default_rng(1).integers(0, 2**64, len(apart), dtype=np.uint64), []

    def noted(own: Keys, count: int, seed: int, share: float) -> list[NDArray[np.int64]]:
        given.append(own)
        return resamples(own, count, seed, share)

    monkeypatch.setattr("needlens.graph.stability.resamples", noted)
    assert nested_partitions(apart, 15, keys=keys, n_groups=wanted, seed=0).found
    np.testing.assert_array_equal(given, [keys[outer_first(neighbours_of(apart, 15), 15)]])


@pytest.mark.parametrize(("bounds", "most"), [((2, 30), 12), ((12, 20), 12), ((14, 30), 30), ((2, 5), 5)])
def test_a_range_of_groups_holds_and_the_data_choose_within_it(
    apart: NDArray[np.float32], bounds: tuple[int, int], most: int
) -> None:
    result = nested_partitions(apart, 15, n_groups=bounds, seed=0)
    (main,) = (part.n_groups for part in result.partitions if part.main)
    assert max(bounds[0], min(12, most)) <= main <= most


def test_every_scale_carries_its_evidence(apart: NDArray[np.float32]) -> None:
    result = nested_partitions(apart, 15, seed=0)
    assert result.found
    assert all(part.evidence.p_value <= 1 for part in result.partitions)
    assert [part.evidence for part in result.partitions if part.main] == [result.evidence]


@pytest.mark.parametrize(
    ("nearest", "between", "broad", "passing"),
    [
        (0.98, 0.84, 1.0, True),
        (0.6, 0.5, 0.6, False),  # hardly less sure than both
        (0.98, 0.84, 0.86, False),  # as sure as one of them
        (1.0, 0.999, 1.0, False),  # nobody sees so small a dip
        (0.9, 0.79, 0.9, True),
        (0.9, 0.81, 0.9, False),
    ],
)
def test_a_scale_on_the_way_is_far_less_sure_than_both_sides(
    nearest: float, between: float, broad: float, *, passing: bool
) -> None:
    three = (Evidence(own, 0.3, 0.001) for own in (nearest, between, broad))
    assert is_passing(*three) is passing


def test_of_the_neighbours_only_those_that_place_others_are_kept() -> None:
    points = unit_rows(np.random.default_rng(0).standard_normal((200, 8))).astype(np.float32)
    kept = nested_partitions(points, seed=0).neighbours
    wanted = nearest(points, points, VOTERS, skip_self=True)
    np.testing.assert_array_equal(kept.index, wanted.index)
    assert kept.index.base is None  # not a part of all that were looked at
    assert kept.similarity.base is None


def test_wide_scales_are_joined_by_what_weighed_them() -> None:
    """By the neighbours, not by the few edges between the groups."""
    rng = np.random.default_rng(0)
    cloud = rng.standard_normal((24, 24))[np.arange(720) % 24] + 0.7 * rng.standard_normal((720, 24))
    points = (cloud / np.linalg.norm(cloud, axis=1, keepdims=True)).astype(np.float32)
    seen, widest = search(points, seed=0), nested_partitions(points, seed=0).partitions[-1]
    floor = least_size(len(points))
    by_neighbours = nest(seen.graph, seen.at, floor=floor, main=seen.main, near=seen.near)[-1]
    by_edges = nest(seen.graph, seen.at, floor=floor, main=seen.main)[-1]
    np.testing.assert_array_equal(widest.labels[seen.order], by_neighbours)
    assert not np.array_equal(by_edges, by_neighbours)
