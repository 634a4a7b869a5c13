"""Random subsets: fair, and each point's lot its own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from needlens.graph.draws import SHARE, Keys, draw, keys_of, keys_of_texts, least_of, resamples, sample


def _cloud(n: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal((n, 16)).astype(np.float32)


@given(st.integers(0, 2**31), st.integers(2, 60), st.integers(0, 99))
def test_a_lot_depends_on_the_point_alone(shuffle: int, n: int, seed: int) -> None:
    points = _cloud(n)
    order = np.random.default_rng(shuffle).permutation(n)
    lots = draw(keys_of(points), seed, 3)
    assert (draw(keys_of(points[order]), seed, 3) == lots[order]).all()
    assert (draw(keys_of(points[:1]), seed, 3) == lots[:1]).all()


@pytest.mark.parametrize(
    "keys", [keys_of(_cloud(4000)), np.arange(4000, dtype=np.uint64)], ids=["bits", "rising"]
)
def test_lots_are_uniform_and_independent_of_each_other(keys: Keys) -> None:
    lots = [draw(keys, 0, number) / 2**64 for number in range(4)]
    for own in lots:
        assert stats.kstest(own, "uniform").pvalue > 1e-3
    correlations = np.asarray(np.corrcoef(lots)) - np.eye(4)
    assert np.abs(correlations).max() < 0.06
    assert np.abs(np.corrcoef(lots[0][:-1], lots[0][1:])[0, 1]) < 0.06


def test_rows_that_differ_in_a_bit_have_keys_of_their_own() -> None:
    near = np.repeat(_cloud(1), 2, axis=0)
    near[1, 5] = np.nextafter(near[1, 5], np.float32(9))
    assert len(set(keys_of(near).tolist())) == 2


@given(st.lists(st.text(max_size=20), unique=True, max_size=30))
def test_texts_have_keys_of_their_own_wherever_they_stand(texts: list[str]) -> None:
    keys = keys_of_texts(texts)
    assert keys.dtype == np.uint64
    assert len(set(keys.tolist())) == len(texts)
    assert keys_of_texts(texts[::-1]).tolist() == keys[::-1].tolist()


def test_lone_surrogates_have_a_key() -> None:
    assert len(keys_of_texts(["\ud800"])) == 1


@given(st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 4)), max_size=20))
def test_rows_of_one_place_share_the_least_key(rows: list[tuple[int, int]]) -> None:
    places = sorted({place for _, place in rows})
    at = np.array([places.index(place) for _, place in rows], dtype=np.int64)
    found = least_of(np.array([key for key, _ in rows], dtype=np.uint64), at)
    assert found.tolist() == [min(key for key, own in rows if own == place) for place in places]


def test_resamples_keep_four_in_five() -> None:
    keys = keys_of(_cloud(5000))
    for kept in resamples(keys, 5, seed=1):
        assert abs(len(kept) / 5000 - SHARE) < 0.02
        assert (np.diff(kept) > 0).all()
    first, second = resamples(keys, 2, seed=1)
    assert abs(len(np.intersect1d(first, second)) / 5000 - SHARE**2) < 0.02


@given(st.integers(1, 80), st.integers(1, 80))
def test_a_sample_has_the_size_wanted(n: int, size: int) -> None:
    taken = sample(keys_of(_cloud(n)), size, seed=0)
    assert len(taken) == min(n, size)
    assert (np.diff(taken) > 0).all()


def test_a_new_point_moves_at_most_one_other_out_of_the_sample() -> None:
    keys = keys_of(_cloud(200))
    before = set(sample(keys[:-1], 50, seed=0).tolist())
    after = set(sample(keys, 50, seed=0).tolist())
    assert len(before - after) <= 1
