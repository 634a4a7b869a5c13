"""Shares corrected for a classifier's error: worked values, laws, coverage, and when nothing is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens.errors import UsageError
from needlens.labelling.correct import best_power, corrected_share, prediction_powered, rogan_gladen

shares = st.floats(0, 1)


def test_worked_value() -> None:
    assert rogan_gladen(0.30, 0.7, 0.9) == pytest.approx(1 / 3)


@given(shares, st.floats(0.55, 1), st.floats(0.55, 1))
def test_rogan_gladen_undoes_the_errors(share: float, sensitivity: float, specificity: float) -> None:
    seen = share * sensitivity + (1 - share) * (1 - specificity)
    assert rogan_gladen(seen, sensitivity, specificity) == pytest.approx(share, abs=1e-9)


def test_a_coin_corrects_nothing() -> None:
    with pytest.raises(UsageError):
        rogan_gladen(0.3, 0.5, 0.5)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=60), shares)
def test_powers_lie_between_labels_alone_and_the_difference(
    pairs: list[tuple[bool, bool]], seen: float
) -> None:
    truth, predicted = np.array(pairs).T
    assert 0 <= best_power(truth, predicted) <= 1
    assert prediction_powered(truth, predicted, seen, power=0) == pytest.approx(truth.mean())
    difference = np.clip(seen + truth.mean() - predicted.mean(), 0, 1)
    assert prediction_powered(truth, predicted, seen) == pytest.approx(difference)


def draw(
    rng: np.random.Generator, n: int, share: float, right: float
) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    truth = rng.random(n) < share
    return truth, np.where(rng.random(n) < right, truth, ~truth)


@pytest.mark.parametrize(("share", "right"), [(0.2, 0.85), (0.5, 0.8), (0.15, 1.0)])
def test_intervals_hold_the_truth_as_often_as_they_say(share: float, right: float) -> None:
    rng = np.random.default_rng(7)
    held = said = 0
    for _ in range(60):
        truth, predicted = draw(rng, 900, share, right)
        found = corrected_share(truth[:100], predicted[:100], predicted[100:])
        if not found.refused:
            said += 1
            held += found.low <= share <= found.high
    assert said > 50
    # Of 60 intervals of 95 %, fewer than 52 hold the truth once in 300 times.
    assert held / said > 0.86


def test_labels_and_predictions_say_more_than_labels_alone() -> None:
    rng = np.random.default_rng(3)
    truth, predicted = draw(rng, 2000, 0.3, 0.95)
    found = corrected_share(truth[:100], predicted[:100], predicted[100:])
    alone = 2 * 1.96 * np.sqrt(0.3 * 0.7 / 100)
    assert found.high - found.low < 0.8 * alone
    assert abs(found.share - 0.3) < 0.06


REFUSED = {
    "29 of at least 30": (29, 10, 1.0),
    "only 4 of 40 labelled people have it": (40, 4, 1.0),
    "only 2 of 40 labelled people do not have it": (40, 38, 1.0),
    "hardly tells it from chance": (60, 30, 0.55),
}


@pytest.mark.parametrize("why", REFUSED)
def test_too_poor_to_say(why: str) -> None:
    n, positives, right = REFUSED[why]
    truth = np.arange(n) < positives
    wrong = np.arange(n) % 20 >= round(20 * right)
    found = corrected_share(truth, truth ^ wrong, np.zeros(100, dtype=bool))
    assert why in found.refused
    assert np.isnan([found.share, found.low, found.high, found.rogan_gladen]).all()


def test_no_error_seen_is_not_no_error() -> None:
    truth = np.arange(40) < 10
    found = corrected_share(truth, truth, np.arange(400) < 100)
    assert found.share == pytest.approx(0.25)
    assert found.high - found.low > 0.04


def test_the_same_twice() -> None:
    truth, predicted = draw(np.random.default_rng(0), 300, 0.3, 0.8)
    found = [corrected_share(truth[:90], predicted[:90], predicted[90:], seed=5) for _ in range(2)]
    assert found[0] == found[1]
