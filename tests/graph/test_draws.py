"""Random subsets: fair, and each point's lot its own."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from needlens.graph.draws import SHARE, draw, resamples, sample


def _cloud(n: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal((n, 16)).astype(np.float32)


@given(st.integers(0, 2**31), st.integers(2, 60), st.integers(0, 99))
def test_a_lot_depends_on_the_point_alone(shuffle: int, n: int, seed: int) -> None:
    points = _cloud(n)
    order = np.random.default_rng(shuffle).permutation(n)
    lots = draw(points, seed, 3)
    assert (draw(points[order], seed, 3) == lots[order]).all()
    assert (draw(points[:1], seed, 3) == lots[:1]).all()


def test_lots_are_uniform_and_independent_of_each_other() -> None:
    points = _cloud(4000)
    lots = [draw(points, 0, number) / 2**64 for number in range(4)]
    for own in lots:
        assert stats.kstest(own, "uniform").pvalue > 1e-3
    correlations = np.asarray(np.corrcoef(lots)) - np.eye(4)
    assert np.abs(correlations).max() < 0.06
    # Neighbouring rows differ in the last bit of one number only, and yet draw afresh.
    near = np.repeat(points[:1], 2, axis=0)
    near[1, 5] = np.nextafter(near[1, 5], np.float32(9))
    assert len(set(draw(near, 0, 0).tolist())) == 2


def test_resamples_keep_four_in_five() -> None:
    points = _cloud(5000)
    for kept in resamples(points, 5, seed=1):
        assert abs(len(kept) / 5000 - SHARE) < 0.02
        assert (np.diff(kept) > 0).all()
    first, second = resamples(points, 2, seed=1)
    assert abs(len(np.intersect1d(first, second)) / 5000 - SHARE**2) < 0.02


@given(st.integers(1, 80), st.integers(1, 80))
def test_a_sample_has_the_size_wanted(n: int, size: int) -> None:
    taken = sample(_cloud(n), size, seed=0)
    assert len(taken) == min(n, size)
    assert (np.diff(taken) > 0).all()


def test_a_new_point_moves_at_most_one_other_out_of_the_sample() -> None:
    points = _cloud(200)
    before = set(sample(points[:-1], 50, seed=0).tolist())
    after = set(sample(points, 50, seed=0).tolist())
    assert len(before - after) <= 1
