"""The search for scales: what it sees, and what it chooses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens.graph.scales import LEAST_MEAN, ScaleScan, choose, resamples, scan


def _scan_of(excess: list[float], n_groups: list[int], usable: list[bool]) -> ScaleScan:
    flat = np.ones(len(excess))
    return ScaleScan(flat, np.array(n_groups), flat, flat, np.array(excess), np.array(usable), 0.01)


@pytest.mark.parametrize(
    ("excess", "n_groups", "usable", "chosen"),
    [
        ([0.1, 0.3, 0.2], [2, 4, 6], [True] * 3, [1]),
        ([0.1, 0.3, 0.2, 0.25], [2, 4, 6, 9], [True] * 4, [1, 3]),
        ([0.1, 0.3, 0.2, 0.25], [2, 4, 6, 7], [True] * 4, [1]),
        ([0.1, 0.3, 0.2, 0.25], [2, 4, 6, 9], [True, True, True, False], [1]),
        ([0.1, 0.3, 0.2], [2, 4, 6], [True, False, False], [0]),
        ([0.9, 0.9], [1, 1], [False, False], []),
    ],
)
def test_main_is_the_largest_excess_and_fine_a_later_peak(
    excess: list[float], n_groups: list[int], usable: list[bool], chosen: list[int]
) -> None:
    assert choose(_scan_of(excess, n_groups, usable)) == chosen


@given(st.integers(1, 60), st.integers(0, 99))
def test_resamples_are_rising_positions_without_repeats(n: int, seed: int) -> None:
    for keep in resamples(n, 3, np.random.default_rng(seed)):
        assert len(keep) == max(1, round(0.8 * n))
        assert (np.diff(keep) > 0).all()
        assert 0 <= keep[0] <= keep[-1] < n


def test_what_the_search_sees_in_four_groups() -> None:
    rng = np.random.default_rng(0)
    cloud = np.repeat(np.eye(8)[:4], 40, axis=0) + 0.1 * rng.standard_normal((160, 8))
    vectors = (cloud / np.linalg.norm(cloud, axis=1, keepdims=True)).astype(np.float32)
    told: list[int] = []
    seen = scan(vectors, 15, seed=0, progress=lambda _stage, done, _total: told.append(done))
    assert seen.p_value < 0.05
    assert seen.n_groups[choose(seen)[0]] == 4
    assert seen.stability.max() == pytest.approx(1)
    assert (seen.n_groups[seen.usable] >= 2).all()
    assert (seen.n_groups[seen.usable] * LEAST_MEAN <= 160).all()
    assert told == sorted(told)
