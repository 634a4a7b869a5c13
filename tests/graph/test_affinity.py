"""The similarity graph: symmetric, without loops, weights that mean something."""

from __future__ import annotations

from unittest import mock

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.graph import affinity as module
from needlens.graph.affinity import affinity
from needlens.graph.neighbours import nearest


def _unit(n: int, seed: int) -> NDArray[np.float32]:
    cloud = np.random.default_rng(seed).standard_normal((n, 4))
    unit: NDArray[np.float32] = (cloud / np.linalg.norm(cloud, axis=1, keepdims=True)).astype(np.float32)
    return unit


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 40), st.integers(1, 12), st.integers(0, 99))
def test_an_edge_stands_where_either_end_chose_the_other(n: int, k: int, seed: int) -> None:
    points = _unit(n, seed)
    near = nearest(points, points, n, skip_self=True)
    graph = affinity(near, k).toarray()
    chosen = np.zeros((n, n), dtype=bool)
    np.put_along_axis(chosen, near.index[:, :k], values=True, axis=1)
    np.testing.assert_array_equal(graph > 0, chosen | chosen.T)
    np.testing.assert_array_equal(graph, graph.T)
    assert not graph.diagonal().any()
    assert graph.max() <= 1
    np.testing.assert_allclose(graph[graph > 0], np.clip(points @ points.T, 1e-6, 1)[graph > 0], rtol=1e-5)


@settings(max_examples=60, deadline=None)
@given(st.integers(4, 40), st.integers(1, 8), st.data())
def test_the_graph_of_a_subset_is_that_of_its_points_alone(n: int, k: int, data: st.DataObject) -> None:
    points = _unit(n, 7)
    keep = np.array(sorted(data.draw(st.sets(st.integers(0, n - 1), min_size=2))))
    near = nearest(points, points, n, skip_self=True)
    alone = affinity(nearest(points[keep], points[keep], k, skip_self=True), k)
    np.testing.assert_allclose(affinity(near, k, keep=keep).toarray(), alone.toarray(), rtol=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(4, 40), st.integers(1, 8), st.integers(0, 99), st.floats(0, 1))
def test_of_many_points_an_edge_counts_for_up_to_two_where_both_ends_chose_it(
    n: int, k: int, seed: int, share: float
) -> None:
    points = _unit(n, seed)
    near = nearest(points, points, n, skip_self=True)
    once = affinity(near, k).toarray()
    chosen = np.zeros((n, n), dtype=bool)
    np.put_along_axis(chosen, near.index[:, :k], values=True, axis=1)
    fewer = int(share * n)
    few, many = mock.patch.object(module, "ALIKE_TO", fewer), mock.patch.object(module, "DOUBLE_FROM", n + 1)
    with few, many:
        between = affinity(near, k).toarray()
    with mock.patch.object(module, "ALIKE_TO", n - 1), mock.patch.object(module, "DOUBLE_FROM", n):
        twice = affinity(near, k).toarray()
    mutual = chosen & chosen.T
    np.testing.assert_allclose(between, once * (1 + mutual * (n - fewer) / (n + 1 - fewer)), rtol=1e-12)
    np.testing.assert_allclose(twice, once * (1 + mutual), rtol=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.integers(6, 40), st.integers(1, 8), st.booleans())
def test_in_a_subset_mutual_edges_count_as_in_the_whole(n: int, k: int, twice: bool) -> None:
    points = _unit(n, 3)
    near, keep = nearest(points, points, n, skip_self=True), np.arange(0, n, 2)
    once = affinity(near, k, keep=keep).toarray()
    with mock.patch.object(module, "ALIKE_TO", n - 1), mock.patch.object(module, "DOUBLE_FROM", n):
        found = affinity(near, k, keep=keep, twice=twice).toarray()
    chosen = np.zeros((len(keep), len(keep)), dtype=bool)
    alone = nearest(points[keep], points[keep], k, skip_self=True)
    np.put_along_axis(chosen, alone.index, values=True, axis=1)
    np.testing.assert_allclose(found, once * (1 + twice * (chosen & chosen.T)), rtol=1e-12)
