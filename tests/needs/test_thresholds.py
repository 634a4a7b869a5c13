"""Thresholds without labels: nothing where there is nothing, what stands out where something does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens.needs.scores import need_scores
from needlens.needs.thresholds import FEWEST, screening_thresholds

from .conftest import Planted


@pytest.mark.parametrize("n", [100, 1000, 5000])
def test_noise_has_next_to_nothing_above_its_threshold(n: int) -> None:
    scores = np.random.default_rng(n).standard_normal((n, 40))
    assert (scores >= screening_thresholds(scores)).mean() < 0.005


def test_what_stands_out_is_found_at_the_promised_error() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random((2000, 20)) < 0.1
    scores = rng.standard_normal(truth.shape) + 3 * truth
    above = scores >= screening_thresholds(scores)
    assert (above & ~truth).sum() / above.sum() < 0.13
    # Whoever knew the null would find .74 at this error: its spread is overestimated, for safety's sake.
    assert (above & truth).sum() / truth.sum() > 0.7 * 0.74


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 10), st.floats(-5, 5))
def test_the_unit_of_scores_does_not_count(seed: int, scale: float, shift: float) -> None:
    rng = np.random.default_rng(seed)
    scores = np.append(rng.standard_normal(60), rng.normal(6, 1, 8))[:, None]
    straight = scores >= screening_thresholds(scores)
    moved = scale * scores + shift
    assert (straight == (moved >= screening_thresholds(moved))).all()


def test_few_or_equal_scores_have_no_threshold() -> None:
    assert np.isinf(screening_thresholds(np.random.default_rng(0).random((FEWEST - 1, 2)))).all()
    assert np.isinf(screening_thresholds(np.ones((100, 2)))).all()


def test_planted_needs_are_screened(planted: Planted) -> None:
    scores = need_scores(planted.vectors, planted.prototypes).similarity
    above = scores >= screening_thresholds(scores)
    precision = (above & planted.truth).sum() / above.sum()
    recall = (above & planted.truth).sum() / planted.truth.sum()
    assert precision > 0.5
    assert recall > 0.5
    # Chance would be right once in twelve times.
    assert precision > 6 * planted.truth.mean()
