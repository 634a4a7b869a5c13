"""Levels of likeness and claims among groups."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.graph.claims import groups_of, level_of, wanted, without_crumbs

D = 16


def cloud(sizes: list[int], spread: float, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    ids = np.repeat(np.arange(1, len(sizes) + 1), sizes)
    rows = np.eye(D)[ids] + spread * np.random.default_rng(seed).standard_normal((len(ids), D))
    return (rows / np.linalg.norm(rows, axis=1)[:, None]).astype("f4"), ids


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(9, 30), min_size=1, max_size=4), st.floats(0.05, 0.4), st.integers(0, 20))
def test_nine_in_ten_seeds_made_of_a_point_reach_the_level(
    sizes: list[int], spread: float, seed: int
) -> None:
    points, ids = cloud(sizes, spread, seed)
    reached = []
    for group in np.unique(ids):
        own = points[ids == group].astype(float)
        product = own @ own.T
        np.fill_diagonal(product, -2)
        reached += np.sort(product, axis=1)[:, -5:].mean(axis=1).tolist()
    level = level_of(points, ids, 5, 1)
    assert level == pytest.approx(np.quantile(reached, 0.1, method="lower"), abs=1e-5)


def test_seeds_of_several_texts_have_a_higher_level() -> None:
    points, ids = cloud([60, 60], 0.3)
    levels = [level_of(points, ids, 5, n) for n in (1, 2, 3, 6)]
    assert levels == sorted(levels)
    assert levels[2] > levels[0] + 0.05


def test_a_run_is_not_compared_with_its_own_points() -> None:
    points = np.eye(D, dtype=np.float32)[:8]
    assert level_of(points, np.ones(8, dtype=np.int64), 3, 2) == 0.0


@pytest.mark.parametrize(("n", "expected"), [(5, 1.0), (6, 0.0)])
def test_too_few_points_tell_nothing(n: int, expected: float) -> None:
    points = np.eye(D, dtype=np.float32)[:n]
    for n_texts in (1, 3):
        assert level_of(points, np.ones(n, dtype=np.int64), 5, n_texts) == expected


def test_the_whole_is_wanted_and_a_part_is_not() -> None:
    points, axis = cloud([30, 40, 30], 0.15)
    ids = np.where(axis <= 2, 1, 3)
    groups = groups_of(points, ids)
    wide = points.astype(np.float64)
    for direction, expected in ((np.eye(D)[1], 0), (np.eye(D)[1] + 1.3 * np.eye(D)[2], 1), (np.eye(D)[3], 3)):
        ranked = np.argsort(-(wide @ direction), kind="stable")
        assert wanted(wide, ids, groups, ranked, 10) == expected


def test_without_a_group_nothing_is_wanted() -> None:
    points, _ = cloud([20], 0.1)
    ids = np.zeros(20, dtype=np.int64)
    assert wanted(points.astype(np.float64), ids, groups_of(points, ids), np.arange(20), 10) == 0


@st.composite
def claimed(draw: Any) -> tuple[NDArray[np.int64], NDArray[np.int64], set[int]]:
    n = draw(st.integers(1, 40))
    claims = draw(st.lists(st.integers(-1, 3), min_size=n, max_size=n))
    ids = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
    kept = draw(st.sets(st.integers(1, 4)))
    return np.array(claims, dtype=np.int64), np.array(ids, dtype=np.int64), kept


@settings(max_examples=200, deadline=None)
@given(claimed(), st.integers(2, 6))
def test_claims_and_kept_groups_are_large_enough(situation: Any, least: int) -> None:
    claims, ids, kept = situation
    left = without_crumbs(claims, ids, kept, least)
    counts = np.bincount(left[left >= 0])
    assert ((counts == 0) | (counts >= least)).all()
    for group in kept:
        members = ids == group
        assert (left[members] < 0).all() or (members & (left < 0)).sum() >= least
    went_along = (left >= 0) & (claims != left)
    assert (claims[went_along] < 0).all() or (left[went_along] >= 0).all()
    assert not (went_along & (ids == 0)).any()
