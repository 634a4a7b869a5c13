"""The search for scales: what it sees, and what it chooses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from needlens.graph.neighbours import neighbours_of
from needlens.graph.scales import LEAST_MEAN, PLATEAU, ScaleScan, choose, mean_agreement, n_resamples, scan


@pytest.fixture(scope="module")
def four() -> NDArray[np.float32]:
    rng = np.random.default_rng(0)
    cloud = np.repeat(np.eye(8)[:4], 40, axis=0) + 0.1 * rng.standard_normal((160, 8))
    unit: NDArray[np.float32] = (cloud / np.linalg.norm(cloud, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.mark.parametrize(
    ("n_groups", "stability", "main", "finer"),
    [
        ([2, 4, 9], [0.3, 0.8, 0.3], 2.0, None),
        ([2, 4, 9, 20], [0.3, 0.8, 0.3, 0.5], 2.0, 8.0),
        ([2, 4, 9, 20], [0.3, 0.5, 0.3, 0.8], 8.0, None),
        ([2, 4, 5, 7], [0.3, 0.8, 0.3, 0.5], 2.0, None),
        # Two equal neighbours: the middle of the plateau, on the log scale.
        ([2, 4, 6, 20], [0.3, 0.8, 0.8, 0.3], np.sqrt(8), None),
        ([2], [0.0], 1.0, None),
    ],
)
def test_main_is_the_middle_of_the_highest_plateau(
    n_groups: list[int], stability: list[float], main: float, finer: float | None
) -> None:
    resolutions = np.exp2(np.arange(len(n_groups), dtype=np.float64))
    chosen = choose(ScaleScan(resolutions, np.array(n_groups), np.array(stability)))
    assert chosen is not None
    assert chosen[0] == pytest.approx(main)
    assert (chosen[1] is None) == (finer is None)
    assert finer is None or chosen[1] == pytest.approx(finer)


def test_nothing_usable_nothing_chosen() -> None:
    assert choose(ScaleScan(np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0))) is None


@given(npst.arrays(np.float64, st.integers(1, 20), elements=st.floats(0, 1)))
def test_the_choice_lies_on_the_plateau_and_finer_beyond_it(stability: NDArray[np.float64]) -> None:
    n = len(stability)
    resolutions = np.exp2(np.arange(n, dtype=np.float64) / 2)
    chosen = choose(ScaleScan(resolutions, 2 ** np.arange(1, n + 1), stability))
    assert chosen is not None
    main, finer = chosen
    around = np.interp(np.log(main), np.log(resolutions), stability)
    assert around >= stability.max() - PLATEAU - 1e-9
    assert finer is None or finer > main


def test_what_the_search_sees_in_four_groups(four: NDArray[np.float32]) -> None:
    told: list[int] = []
    near = neighbours_of(four, 15)
    seen = scan(four, near, 15, seed=0, progress=lambda _stage, done, _total: told.append(done))
    assert seen.n_groups[np.argmax(seen.stability)] == 4
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
