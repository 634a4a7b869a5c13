"""Scales of a sample found again in all points."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
from numpy.typing import NDArray

from needlens.graph import communities as module
from needlens.graph.affinity import affinity, n_edges
from needlens.graph.communities import small_groups
from needlens.graph.louvain import weighed
from needlens.graph.neighbours import neighbours_of
from needlens.graph.nesting import Resolutions, nest
from needlens.graph.partition import nested_partitions
from needlens.graph.ties import REACH
from needlens.graph.transfer import resolution_near, transfer


@pytest.fixture(scope="module")
def points() -> NDArray[np.float32]:
    rng = np.random.default_rng(3)
    wide = rng.standard_normal((5, 32))
    centres = 0.6 * rng.standard_normal((30, 32)) + wide[np.arange(30) % 5]
    cloud = centres[np.arange(2_400) % 30] + 0.7 * rng.standard_normal((2_400, 32))
    unit: NDArray[np.float32] = (cloud / np.linalg.norm(cloud, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.mark.parametrize("wanted", [5, 30, 60])
def test_the_number_of_groups_is_found_again(points: NDArray[np.float32], wanted: int) -> None:
    graph = affinity(neighbours_of(points, 15), 15)
    at = resolution_near(small_groups(weighed(graph))[1], wanted)
    assert int(nest(graph, Resolutions(at))[0].max()) + 1 == pytest.approx(wanted, rel=0.15)


def test_all_scales_are_carried_over(points: NDArray[np.float32]) -> None:
    near = neighbours_of(points, 15, reach=REACH)
    graph = affinity(near, 15)
    with mock.patch.object(module, "SMALL_FIRST_BEYOND", 0):  # a transfer is always to many points
        at, main = transfer(graph, near, Resolutions(1.0, finer=2.0, wider=(0.5,)), [60, 30, 5], floor=1)
        levels, again = nest(graph, at, near=near), nest(graph, at, main=main, near=near)
    assert at.finer is not None
    np.testing.assert_array_equal(levels[1], main)
    np.testing.assert_array_equal(levels, again)
    sizes = [int(labels.max()) + 1 for labels in levels]
    assert sizes[:2] == pytest.approx([60, 30], rel=0.15)
    assert 4 <= sizes[2] <= 8  # near the square root, as on the sample


def test_themes_of_many_points_are_those_of_a_sample(
    points: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = nested_partitions(points, seed=0)
    monkeypatch.setattr("needlens.graph.search.WHOLE", 900)
    monkeypatch.setattr("needlens.graph.search.SEARCHED", 900)
    sampled = nested_partitions(points, seed=0)
    assert sampled.found
    for result in (whole, sampled):
        (main,) = (part for part in result.partitions if part.main)
        assert main.n_groups == pytest.approx(30, abs=3)
        assert all(not np.isnan(part.evidence.p_value) for part in result.partitions)


def test_more_points_never_have_fewer_edges() -> None:
    edges = [n_edges(n) for n in (0, 1, 100, 1_500, 5_000, 20_000, 10**6)]
    assert edges == sorted(edges)
    assert (edges[0], edges[-1]) == (15, 50)
