"""The Wilson interval against published values, and its laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens.errors import UsageError
from needlens.intervals import wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(12, 40, 0.1807, 0.4543), (0, 40, 0.0, 0.0876), (40, 40, 0.9124, 1.0), (1, 1, 0.2065, 1.0)],
)
def test_known_values(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


def test_nothing_seen_means_nothing_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@given(
    st.integers(1, 10**9).flatmap(lambda n: st.tuples(st.floats(0, n), st.just(n))),
    st.floats(0.01, 0.999),
)
def test_the_interval_holds_the_share_and_stays_in_bounds(
    counted: tuple[float, int], confidence: float
) -> None:
    successes, n = counted
    low, high = wilson(successes, n, confidence=confidence)
    assert 0 <= low <= successes / n <= high <= 1


@given(st.integers(0, 100))
def test_failures_mirror_successes(successes: int) -> None:
    low, high = wilson(successes, 100)
    assert wilson(100 - successes, 100) == pytest.approx((1 - high, 1 - low))


@given(st.integers(1, 50), st.integers(2, 100))
def test_more_data_narrow_the_interval(successes: int, factor: int) -> None:
    low, high = wilson(successes, 50)
    lower, higher = wilson(successes * factor, 50 * factor)
    assert higher - lower < high - low


@pytest.mark.parametrize(
    ("successes", "n", "confidence"),
    [(2, 1, 0.95), (-1, 1, 0.95), (1, 2, 0.0), (1, 2, 1.0), (float("nan"), 2, 0.95)],
)
def test_what_makes_no_sense_is_refused(successes: float, n: float, confidence: float) -> None:
    with pytest.raises(UsageError):
        wilson(successes, n, confidence=confidence)
