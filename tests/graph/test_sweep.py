"""Partitions at many resolutions: hardly other than one by one, and no worse."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from needlens.graph.affinity import affinity
from needlens.graph.agreement import adjusted_rand
from needlens.graph.communities import communities
from needlens.graph.louvain import Weighed, aggregate, weighed
from needlens.graph.neighbours import neighbours_of
from needlens.graph.sweep import sweep

RESOLUTIONS = np.array([0.3, 1.0, 4.0, 15.0])


@pytest.fixture(scope="module")
def points() -> NDArray[np.float32]:
    rng = np.random.default_rng(0)
    wide, fine = rng.standard_normal((5, 24)), rng.standard_normal((25, 24))
    cloud = np.repeat(wide, 120, axis=0) + 0.6 * np.repeat(fine, 24, axis=0)
    cloud += 0.35 * rng.standard_normal(cloud.shape)
    unit: NDArray[np.float32] = (cloud / np.linalg.norm(cloud, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _modularity(graph: Weighed, labels: NDArray[np.int64], resolution: float) -> float:
    groups = aggregate(graph, labels)
    return float(groups.loops.sum() - resolution * (groups.degrees.astype(np.float64) ** 2).sum())


def test_each_partition_is_as_good_as_one_found_by_itself(points: NDArray[np.float32]) -> None:
    adjacency = affinity(neighbours_of(points, 15), 15)
    graph = weighed(adjacency)
    for resolution, labels in zip(RESOLUTIONS.tolist(), sweep(adjacency, RESOLUTIONS), strict=True):
        alone = communities(adjacency, resolution)
        assert sorted(set(labels.tolist())) == list(range(labels.max() + 1))
        assert _modularity(graph, labels, resolution) >= _modularity(graph, alone, resolution) - 0.01
        assert adjusted_rand(labels, alone) > 0.8


def test_one_resolution_does_not_depend_on_the_lower_ones(points: NDArray[np.float32]) -> None:
    adjacency = affinity(neighbours_of(points, 15), 15)
    many, few = sweep(adjacency, RESOLUTIONS), sweep(adjacency, RESOLUTIONS[[1, 3]])
    np.testing.assert_array_equal(many[1], few[0])
    np.testing.assert_array_equal(many[3], few[1])
