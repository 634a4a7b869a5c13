"""Consensus: planted groups come back, and the last digits of vectors hardly matter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.graph.affinity import affinity
from needlens.graph.agreement import adjusted_rand
from needlens.graph.communities import Labels, communities
from needlens.graph.consensus import consensus, n_partitions
from needlens.graph.draws import Keys, draw, keys_of
from needlens.graph.louvain import Weighed, reordered, reweighed, weighed
from needlens.graph.neighbours import neighbours_of
from needlens.graph.visiting import outer_first

K = 10


def _groups(spread: float, n: int = 600) -> NDArray[np.float32]:
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((15, 16))
    points = centres[np.arange(n) % 15] + spread * rng.standard_normal((n, 16))
    unit: NDArray[np.float32] = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _divided(points: NDArray[np.float32], keys: NDArray[np.uint64], *, alone: bool = False) -> Labels:
    near = neighbours_of(points, K)
    order = outer_first(near, K) if not alone else np.arange(len(points))
    near = near.reordered(order)
    graph = weighed(affinity(near, K))
    labels = np.empty(len(points), dtype=np.int64)
    likeness = near.similarity[:, :K].sum(axis=1)
    labels[order] = (
        communities(graph, 2.0) if alone else consensus(graph, likeness, keys[order], 2.0, floor=3, seed=0)
    )
    return labels


def test_planted_groups_come_back() -> None:
    points = _groups(0.2)
    found = _divided(points, keys_of(points))
    assert adjusted_rand(found, np.arange(600) % 15) > 0.98


def _agreement(spread: float) -> tuple[float, float]:
    """How far groups agree when noise is added to the last digits: by consensus, and in any order."""
    points = _groups(spread)
    keys = keys_of(points)
    by_consensus, in_any_order = [], []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        moved = points + rng.standard_normal(points.shape).astype(np.float32) * 1e-3
        shuffle = rng.permutation(len(points))
        by_consensus.append(adjusted_rand(_divided(points, keys), _divided(moved, keys)))
        one = _divided(points, keys, alone=True)[shuffle]
        in_any_order.append(adjusted_rand(one, _divided(moved[shuffle], keys, alone=True)))
    return float(np.mean(by_consensus)), float(np.mean(in_any_order))


@pytest.mark.parametrize(("spread", "least", "gain"), [(1.3, 0.95, 0.05), (1.6, 0.8, 0.1)])
def test_noise_in_the_last_digits_moves_fewer_points_than_without(
    spread: float, least: float, gain: float
) -> None:
    with_it, without = _agreement(spread)
    assert with_it > least
    assert with_it > without + gain


def test_an_edge_weighs_what_share_of_all_partitions_leaves_its_ends_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    near = neighbours_of(_groups(1.0, 60), K)
    graph = weighed(affinity(near, K))
    count = n_partitions(60)
    joined = {0, 3, count - 1}
    calls, factors = iter(range(count + 1)), []

    def partition(*_args: object, **_kwargs: object) -> Labels:
        alone = np.arange(60, dtype=np.int64)
        return np.zeros_like(alone) if next(calls) in joined else alone

    def noted(graph: Weighed, given: NDArray[np.float64]) -> Weighed:
        factors.append(given)
        return graph

    monkeypatch.setattr("needlens.graph.consensus.communities", partition)
    monkeypatch.setattr("needlens.graph.consensus.reweighed", noted)
    consensus(graph, np.ones(60), np.arange(60, dtype=np.uint64), 1.0, floor=1, seed=0)
    np.testing.assert_allclose(factors, len(joined) / count)
    assert next(calls, None) is None


def test_every_order_is_drawn_by_the_points_own_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    points = _groups(1.0, 60)
    keys, drawn = keys_of(points), []

    def noted(own: Keys, seed: int, number: int) -> Keys:
        drawn.append((own.tolist(), seed, number))
        return draw(own, seed, number)

    monkeypatch.setattr("needlens.graph.consensus.draw", noted)
    graph = weighed(affinity(neighbours_of(points, K), K))
    consensus(graph, np.ones(60), keys, 1.0, floor=1, seed=7)
    assert drawn == [(keys.tolist(), 7, number) for number in range(n_partitions(60))]


@given(st.integers(1, 10**6))
def test_more_points_never_more_partitions(n: int) -> None:
    assert n_partitions(n + 1) <= n_partitions(n)


@given(st.integers(2, 25), st.integers(0, 999))
def test_a_reordered_graph_is_the_same_graph(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    near = neighbours_of(_groups(1.0, n), 3)
    order = rng.permutation(n)
    dense = affinity(near, 3).toarray()
    graph, moved = weighed(affinity(near, 3)), reordered(weighed(affinity(near, 3)), order)
    there = np.zeros((n, n))
    there[np.repeat(np.arange(n), np.diff(moved.starts)), moved.targets] = moved.weights
    np.testing.assert_allclose(there, dense[np.ix_(order, order)] / dense.sum(), rtol=1e-5)
    np.testing.assert_allclose(moved.degrees, graph.degrees[order])


@given(st.integers(3, 25), st.integers(0, 999))
def test_edges_weighed_with_nothing_are_gone(n: int, seed: int) -> None:
    graph = weighed(affinity(neighbours_of(_groups(1.0, n), 3), 3))
    sources = np.repeat(np.arange(n), np.diff(graph.starts))
    side = np.random.default_rng(seed).integers(0, 2, n)
    kept = reweighed(graph, (side[sources] == side[graph.targets]).astype(np.float64))
    left = np.repeat(np.arange(n), np.diff(kept.starts))
    assert (side[left] == side[kept.targets]).all()
    assert len(kept.weights) == 0 or abs(float(kept.weights.sum()) - 1) < 1e-5
