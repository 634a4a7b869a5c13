"""How strongly groups are tied."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlens.graph import ties as module
from needlens.graph.draws import resamples
from needlens.graph.louvain import Weighed
from needlens.graph.neighbours import Neighbours, neighbours_of
from needlens.graph.ties import REACH, ties


def _cloud(n: int, seed: int = 0) -> Neighbours:
    points = np.random.default_rng(seed).standard_normal((n, 6))
    unit = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    return neighbours_of(unit, 5, reach=REACH)


def _dense(groups: Weighed) -> np.ndarray:
    table = np.zeros((len(groups), len(groups)))
    table[np.repeat(np.arange(len(groups)), np.diff(groups.starts)), groups.targets] = groups.weights
    return table


@settings(deadline=None, max_examples=50)
@given(st.integers(2, 90), st.integers(1, 12), st.integers(0, 3), st.booleans())
def test_pair_by_pair_it_is_the_same(n: int, n_groups: int, seed: int, part: bool) -> None:
    near, rng = _cloud(n, seed), np.random.default_rng(seed)
    keep = np.arange(n) if not part else np.unique(np.r_[0, rng.integers(0, n, n)])
    labels = np.unique(rng.integers(0, n_groups, len(keep)), return_inverse=True)[1].astype(np.int64)
    expected = np.zeros((labels.max() + 1, labels.max() + 1))
    group = dict(zip(keep.tolist(), labels.tolist(), strict=True))
    for point, own in group.items():
        for other, likeness in zip(near.index[point], near.similarity[point], strict=True):
            if int(other) in group:
                expected[own, group[int(other)]] += max(float(likeness), 1e-6)
                expected[group[int(other)], own] += max(float(likeness), 1e-6)
    made = _dense(ties(near, labels, keep if part else None))
    np.testing.assert_allclose(made, expected / max(expected.sum(), 1e-300), atol=1e-6)


@pytest.mark.parametrize("part", [False, True])
def test_with_or_without_a_full_table_to_the_last_bit(part: bool) -> None:
    near = _cloud(400)
    keep = np.arange(0, 400, 2) if part else None
    labels = np.random.default_rng(0).permutation(np.arange(200 if part else 400) % 60).astype(np.int64)
    full = ties(near, labels, keep)
    with mock.patch.object(module, "_CELLS_A_PAIR", 0):
        sparse = ties(near, labels, keep)
    for name in ("starts", "targets", "weights", "degrees", "loops"):
        np.testing.assert_array_equal(getattr(full, name), getattr(sparse, name), strict=True)


def test_no_more_than_the_nearest_count() -> None:
    near = _cloud(300)
    labels = np.arange(300) % 7
    more = Neighbours(
        np.hstack([near.index, np.zeros((300, 40), dtype=np.int64)]),
        np.hstack([near.similarity, np.ones((300, 40), dtype=np.float32)]),
    )
    np.testing.assert_array_equal(_dense(ties(near, labels)), _dense(ties(more, labels)))


def test_some_of_many_points_tell_as_much() -> None:
    near = _cloud(2_000)
    labels = np.arange(2_000) % 5
    kept = resamples(np.arange(2_000, dtype=np.uint64), 1, seed=0)[0]
    for own, keep in ((labels, None), (labels[kept], kept)):
        whole = _dense(ties(near, own, keep))
        with mock.patch.object(module, "ASKED", 400):
            some = _dense(ties(near, own, keep))
        assert not np.array_equal(some, whole)
        np.testing.assert_allclose(some, whole, rtol=0.2)
        np.testing.assert_array_equal(some, some.T)


@pytest.mark.parametrize("n_groups", [3, 200])
def test_few_groups_and_many_are_counted_alike(n_groups: int) -> None:
    """Of few groups there is a table of all pairs, of many a list of those there are."""
    near = _cloud(200)
    labels = np.arange(200) % n_groups
    made = _dense(ties(near, labels))
    assert made.shape == (n_groups, n_groups)
    assert made.sum() == pytest.approx(1)
    np.testing.assert_array_equal(made, made.T)
