"""Which of the scales seen are chosen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from needlens.graph.choice import choose
from needlens.graph.scales import OF_ALL, ScaleScan

TRIED = np.geomspace(1, 64, 25)


def _chosen(stability: NDArray[np.float64], per_group: float = 100) -> tuple[float, float | None]:
    """Of 2 to 128 groups, the number growing with the resolution, of so many points at the finest."""
    n_groups = np.round(2 * TRIED).astype(np.int64)
    chosen = choose(ScaleScan(TRIED, n_groups, stability, round(128 * per_group)))
    assert chosen is not None
    return chosen


def _peak(at: float, height: float = 0.9) -> NDArray[np.float64]:
    found: NDArray[np.float64] = 0.2 + (height - 0.2) * np.exp(-np.abs(np.log(TRIED / at)))
    return found


@pytest.mark.parametrize("at", [3, 6, 12, 24])
def test_main_is_where_groups_come_back_best(at: float) -> None:
    main, finer = _chosen(_peak(at))
    assert main == pytest.approx(at, rel=0.15)
    assert finer == pytest.approx(2 * main, rel=0.15)


def test_of_equally_stable_scales_the_finer_one_is_chosen() -> None:
    assert _chosen(np.full(25, 0.8))[0] > 40
    # A clear gain in stability outweighs many groups.
    assert _chosen(np.where(TRIED < 8, 0.9, 0.5))[0] < 8


@pytest.mark.parametrize("lift", [-0.02, 0.0, 0.02])
def test_of_two_peaks_that_luck_could_swap_the_finer_one_is_chosen(lift: float) -> None:
    tried = np.log(TRIED)
    bumps = np.exp(-((tried - np.log(3)) ** 2) / 0.1) + np.exp(-((tried - np.log(20)) ** 2) / 0.1)
    leaned = 0.4 + 0.4 * bumps + np.where(TRIED < 8, lift + 0.05 * np.log(20 / 3), 0)
    assert _chosen(leaned)[0] == pytest.approx(20, rel=0.15)
    # A clearly better one wins, wide or fine.
    assert _chosen(leaned + np.where(TRIED < 8, 0.15, 0))[0] == pytest.approx(3, rel=0.2)


def test_two_groups_that_come_back_do_not_hide_the_many_behind_them() -> None:
    many = 0.6 + 0.03 * np.log(TRIED)
    assert _chosen(np.where(TRIED < 1.3, 0.99, many))[0] > 8
    # Two to four that nearly always come back, before many that do so no better the more there are.
    assert _chosen(np.where(TRIED < 2.2, 0.9, 0.6))[0] > 8
    # Four that come back where more do not are what there is.
    four = np.where((TRIED > 1.5) & (TRIED < 3), 0.99, 0.45)
    assert 1.5 < _chosen(four)[0] < 3


@pytest.mark.parametrize("per_group", [1, 5, 10])
def test_groups_of_too_few_points_are_seen_but_not_chosen(per_group: float) -> None:
    main, finer = _chosen(_peak(60), per_group)
    assert 2 * main * OF_ALL.chosen <= 128 * per_group * 1.1
    assert finer is None


@pytest.mark.parametrize("n_groups", [[1], [1, 1], [1, 1, 2], [1, 2, 1], [1] * 20 + [2], [2, 1, 1]])
@pytest.mark.parametrize("n_points", [30, 60, 2_000])
def test_hardly_any_groups_have_an_answer(n_groups: list[int], n_points: int) -> None:
    tried = TRIED[: len(n_groups)]
    chosen = choose(ScaleScan(tried, np.array(n_groups), np.zeros(len(n_groups)), n_points))
    assert (chosen is None) == (max(n_groups) == 1 or n_groups[0] * OF_ALL.chosen > n_points)
    assert chosen is None or tried[0] - 1e-9 <= chosen[0] <= tried[-1] + 1e-9


def test_which_resolutions_were_tried_hardly_matters() -> None:
    found = []
    for tried in (TRIED, np.geomspace(0.8, 70, 31), np.geomspace(1.3, 50, 19)):
        stability = (
            0.2 + 0.5 * np.exp(-np.abs(np.log(tried / 9))) + 0.48 * np.exp(-np.abs(np.log(tried / 30)))
        )
        chosen = choose(ScaleScan(tried, np.round(2 * tried).astype(np.int64), stability, 10_000))
        assert chosen is not None
        found.append(chosen[0])
    assert max(found) / min(found) < 1.15


def test_nothing_usable_nothing_chosen() -> None:
    assert choose(ScaleScan(np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0), 0)) is None


@given(npst.arrays(np.float64, st.integers(1, 25), elements=st.floats(0, 1)))
def test_the_choice_is_among_the_scales_seen_and_finer_lies_beyond_it(stability: NDArray[np.float64]) -> None:
    tried = TRIED[: len(stability)]
    chosen = choose(ScaleScan(tried, np.round(2 * tried).astype(np.int64), stability, 10**9))
    assert chosen is not None
    main, finer = chosen
    assert tried[0] - 1e-9 <= main <= tried[-1] + 1e-9
    assert finer is None or main < finer <= tried[-1] + 1e-9
