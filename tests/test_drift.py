"""Drift: laws, the beta-binomial as an oracle, few false alarms, and power."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from needlens.drift import ALARM, Drift, drift
from needlens.errors import UsageError
from needlens.graph.neighbours import nearest
from needlens.graph.placement import placement
from needlens.intervals import wilson

rows = st.lists(st.tuples(st.booleans(), st.sampled_from("abcdefgh")), min_size=1, max_size=40)


def _drift(said: list[tuple[bool, str]], n_fitted: int) -> Drift:
    return drift([flag for flag, _ in said], [who for _, who in said], n_fitted)


def _people(n: int, each: int = 1) -> list[str]:
    return [f"p{at // each}" for at in range(n * each)]


def _values(found: Drift) -> tuple[float, ...]:
    return (found.n, found.n_unexplained, found.share, found.low, found.high, found.expected, found.p_value)


@settings(max_examples=60, deadline=None)
@given(rows, st.integers(2, 500))
def test_shares_lie_in_their_intervals(said: list[tuple[bool, str]], n_fitted: int) -> None:
    found = _drift(said, n_fitted)
    assert found.n == len(said)
    assert 0 <= found.low <= found.share <= found.high <= 1
    assert 0 < found.expected <= 1 / 2
    assert 0 <= found.p_value <= 1


@settings(max_examples=60, deadline=None)
@given(rows, st.integers(2, 500), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_bit(
    said: list[tuple[bool, str]], n_fitted: int, random: np.random.Generator
) -> None:
    shuffled = list(said)
    random.shuffle(shuffled)
    assert _values(_drift(shuffled, n_fitted)) == _values(_drift(said, n_fitted))


def test_sums_round_alike_for_any_order() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        said = [
            (bool(flag), f"p{who}")
            for flag, who in zip(rng.random(30) < 0.3, rng.integers(8, size=30), strict=True)
        ]
        shuffled = [said[at] for at in rng.permutation(30)]
        assert _values(_drift(shuffled, 100)) == _values(_drift(said, 100))


@settings(max_examples=60, deadline=None)
@given(rows, st.integers(2, 500))
def test_p_falls_as_unexplained_rise(said: list[tuple[bool, str]], n_fitted: int) -> None:
    """Reasons turn unexplained one by one: p never rises, and falls with each person who had none."""
    before, hit = _drift(said, n_fitted), {who for flag, who in said if flag}
    for at, (flag, who) in enumerate(said):
        if flag:
            continue
        said = [*said[:at], (True, who), *said[at + 1 :]]
        after = _drift(said, n_fitted)
        assert after.p_value < before.p_value if who not in hit else after.p_value == before.p_value
        assert after.share > before.share
        before, hit = after, hit | {who}


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.integers(2, 3000), st.data())
def test_one_reason_each_is_beta_binomial(n: int, n_fitted: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    found = drift([True] * hits + [False] * (n - hits), _people(n), n_fitted)
    below = math.floor(0.01 * (n_fitted - 1) + 1e-9)
    # Its sf is 1 - cdf, which has few digits left where it is small.
    oracle = stats.betabinom.pmf(np.arange(hits, n + 1), n, below + 1, n_fitted - below).sum()
    assert found.p_value == pytest.approx(oracle, rel=1e-6, abs=1e-12)
    assert found.expected == pytest.approx((below + 1) / (n_fitted + 1))
    assert (found.low, found.high) == wilson(hits, n)


def test_worked_by_hand() -> None:
    """Of 3 fitted similarities the smallest is the bound: a new one is below it with chance 1 / 4."""
    found = drift([True], ["a"], n_fitted=3)
    assert found.expected == 0.25
    assert found.p_value == pytest.approx(0.25)
    # Two of two: 1 / 4 for the first to be the least of four, then 2 / 5 for the second to be as low.
    assert drift([True, True], ["a", "b"], n_fitted=3).p_value == pytest.approx(0.25 * 0.4)
    # One person with two: 1 - the chance that neither is, 3 / 4 · 4 / 5.
    assert drift([True, False], ["a", "a"], n_fitted=3).p_value == pytest.approx(1 - 0.75 * 0.8)


def test_nothing_new() -> None:
    found = drift([], [], n_fitted=100)
    assert (found.n, found.n_unexplained, found.alarm) == (0, 0, False)
    assert math.isnan(found.share)
    assert math.isnan(found.p_value)
    assert found.sentence == "there are no new reasons to compare with the study"


@pytest.mark.parametrize("n_fitted", [0, 1])
def test_too_small_a_study_is_not_tested(n_fitted: int) -> None:
    found = drift([True] * 5, _people(5), n_fitted)
    assert found.share == 1
    assert math.isnan(found.p_value)
    assert math.isnan(found.expected)
    assert not found.alarm
    assert "too few reasons" in found.sentence


def test_all_unexplained_is_an_alarm() -> None:
    found = drift([True] * 50, _people(50), n_fitted=200)
    assert found.share == found.high == 1
    assert found.p_value < 1e-6
    assert found.sentence.endswith("(p < 0.001): themes may be missing, run needlens cluster again")


def test_none_unexplained_is_none() -> None:
    found = drift([False] * 50, _people(50), n_fitted=200)
    assert found.p_value == pytest.approx(1)
    assert found.sentence.endswith("no more than expected by chance")


def test_one_persons_many_reasons_are_no_alarm() -> None:
    flags = [True] * 10 + [False] * 90
    assert drift(flags, _people(100), 1000).alarm
    together = drift(flags, _people(10, each=10), 1000)
    assert not together.alarm
    assert together.high - together.low > 0.2


@pytest.mark.parametrize(
    ("flags", "people", "n_fitted", "what"),
    [
        ([True], [], 5, "one respondent a reason"),
        ([[True]], ["a"], 5, "shape"),
        ([True], ["a"], -1, "0 or more"),
    ],
)
def test_what_cannot_be_is_refused(flags: list[bool], people: list[str], n_fitted: int, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        drift(flags, people, n_fitted)


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def _far(fitted: NDArray[np.float32], new: NDArray[np.float32]) -> NDArray[np.bool_]:
    ids = np.ones((1, len(fitted)), dtype=np.int64)
    placed, _ = placement(fitted, nearest(fitted, fitted, 1, skip_self=True), ids, 1).place(new)
    return np.asarray(placed[0] == 0)


def _alarms(n_trials: int, n_people: int, each: int, *, moved: float = 0.0) -> int:
    """How often exchangeable people raise an alarm; ``moved`` of the new ones are about something else."""
    rng = np.random.default_rng(7)
    alarms = 0
    for _ in range(n_trials):
        # Themes in all directions, the reasons of a person drawn apart from one another.
        centres = rng.standard_normal((8, 12))
        fitted, new = (
            centres[rng.integers(8, size=n)] + 0.3 * rng.standard_normal((n, 12))
            for n in (300, n_people * each)
        )
        n_moved = round(moved * len(new))
        new[:n_moved] = 4 * rng.standard_normal(12) + 0.3 * rng.standard_normal((n_moved, 12))
        alarms += drift(_far(_unit(fitted), _unit(new)), _people(n_people, each), len(fitted)).alarm
    return alarms


@pytest.mark.parametrize(("n_people", "each"), [(200, 1), (60, 4)])
def test_false_alarms_are_no_more_than_promised(n_people: int, each: int) -> None:
    n_trials = 300
    most = stats.binom.isf(0.001, n_trials, ALARM)
    assert _alarms(n_trials, n_people, each) <= most


def test_a_new_theme_of_a_tenth_is_noticed() -> None:
    assert _alarms(40, 200, 1, moved=0.1) >= 38
