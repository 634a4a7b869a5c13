"""The search for scales: what it sees, and what it chooses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from needlens.graph.neighbours import neighbours_of
from needlens.graph.scales import LEAST_MEAN, ScaleScan, choose, mean_agreement, n_resamples, scan


@pytest.fixture(scope="module")
def four() -> NDArray[np.float32]:
    rng = np.random.default_rng(0)
    cloud = np.repeat(np.eye(8)[:4], 40, axis=0) + 0.1 * rng.standard_normal((160, 8))
    unit: NDArray[np.float32] = (cloud / np.linalg.norm(cloud, axis=1, keepdims=True)).astype(np.float32)
    return unit


OCTAVES = np.exp2(np.arange(6, dtype=np.float64))


def _chosen(stability: list[float], n_groups: list[int] | None = None) -> tuple[float, float | None]:
    resolutions = OCTAVES[: len(stability)]
    counts = np.array(n_groups or (2 * resolutions).astype(int).tolist())
    chosen = choose(ScaleScan(resolutions, counts, np.array(stability)))
    assert chosen is not None
    return chosen


@pytest.mark.parametrize("peak", range(1, 5))
def test_main_is_where_groups_come_back_best(peak: int) -> None:
    stability = [0.2] * 6
    stability[peak] = 0.9
    main, finer = _chosen(stability)
    assert main == pytest.approx(OCTAVES[peak], rel=0.05)
    assert finer == pytest.approx(2 * main)


def test_of_equally_stable_scales_the_finer_one_is_chosen() -> None:
    assert _chosen([0.8] * 6)[0] > OCTAVES[4]
    # A clear gain in stability outweighs many groups.
    assert _chosen([0.9, 0.9, 0.9, 0.5, 0.5, 0.5])[0] < OCTAVES[3]


def test_finer_is_a_scale_of_twice_as_many_groups_or_none() -> None:
    assert _chosen([0.2, 0.2, 0.9, 0.2], [2, 4, 8, 15])[1] is None
    assert _chosen([0.2, 0.2, 0.9, 0.2], [2, 4, 8, 32])[1] == pytest.approx(np.sqrt(32), rel=0.05)
    assert _chosen([0.0], [2]) == (1.0, None)


def test_nothing_usable_nothing_chosen() -> None:
    assert choose(ScaleScan(np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0))) is None


@given(npst.arrays(np.float64, st.integers(1, 20), elements=st.floats(0, 1)), st.integers(0, 19))
def test_the_choice_is_one_of_the_scales_seen_and_finer_lies_beyond_it(
    stability: NDArray[np.float64], at: int
) -> None:
    n = len(stability)
    resolutions = np.exp2(np.arange(n, dtype=np.float64) / 2)
    chosen = choose(ScaleScan(resolutions, 2 ** np.arange(1, n + 1), stability))
    assert chosen is not None
    main, finer = chosen
    assert resolutions[0] - 1e-9 <= main <= resolutions[-1] + 1e-9
    assert finer is None or main < finer <= resolutions[-1] + 1e-9
    # A scale that comes back better is not chosen less for it.
    lifted = stability.copy()
    lifted[at % n] = 3
    better = choose(ScaleScan(resolutions, 2 ** np.arange(1, n + 1), lifted))
    assert better is not None
    assert abs(np.log(better[0] / resolutions[at % n])) <= 1


def test_what_the_search_sees_in_four_groups(four: NDArray[np.float32]) -> None:
    told: list[int] = []
    near = neighbours_of(four, 15)
    seen = scan(four, near, 15, seed=0, progress=lambda _stage, done, _total: told.append(done))
    assert 4 in seen.n_groups[seen.stability == seen.stability.max()]
    assert seen.stability.max() == pytest.approx(1)
    assert (seen.n_groups >= 2).all()
    assert (seen.n_groups * LEAST_MEAN <= 160).all()
    assert told == list(range(1, n_resamples(len(four)) + 1))


def test_agreement_counts_only_points_that_both_hold() -> None:
    whole = np.array([0, 0, 1, 1, 2])
    assert mean_agreement(whole, [np.array([0, 1, 2, 3])], [np.array([1, 1, 0, 0])]) == 1.0
    assert mean_agreement(whole, [np.array([0, 2])], [np.array([0, 0])]) == 0.0
    assert mean_agreement(whole, [], []) == 0.0


@given(st.integers(1, 10**7))
def test_more_points_never_more_resamples(n: int) -> None:
    assert n_resamples(n + 1) <= n_resamples(n)
