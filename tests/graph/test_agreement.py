"""Agreement of partitions against scikit-learn and against the definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from needlens.graph.agreement import adjusted_rand, best_jaccard
from needlens.graph.communities import by_size

pairs_of_labels = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=40)


@given(pairs_of_labels)
def test_the_usual_adjusted_rand_index(pairs: list[tuple[int, int]]) -> None:
    left, right = (by_size(np.array(side)) for side in zip(*pairs, strict=True))
    assume(left.max() > 0 and right.max() > 0)
    assume(min(left.max(), right.max()) + 1 < len(pairs))
    assert adjusted_rand(left, right) == pytest.approx(adjusted_rand_score(left, right), abs=1e-12)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40))
def test_a_single_group_agrees_with_nothing(labels: list[int]) -> None:
    some = by_size(np.array(labels))
    assert adjusted_rand(some, np.zeros_like(some)) == 0
    assert adjusted_rand(np.zeros_like(some), some) == 0


@given(pairs_of_labels)
def test_names_of_groups_and_order_of_sides_do_not_matter(pairs: list[tuple[int, int]]) -> None:
    left, right = (np.array(side) for side in zip(*pairs, strict=True))
    forth = adjusted_rand(by_size(left), by_size(right))
    assert forth == pytest.approx(adjusted_rand(by_size(right), by_size(5 - left)), abs=1e-12)
    assert forth <= 1


@given(pairs_of_labels)
def test_best_overlap_by_definition(pairs: list[tuple[int, int]]) -> None:
    groups, others = (np.array(side) for side in zip(*pairs, strict=True))
    best = best_jaccard(groups, others, 7)
    for group in range(7):
        own = groups == group
        if not own.any():
            assert np.isnan(best[group])
            continue
        overlaps = [(own & (others == o)).sum() / (own | (others == o)).sum() for o in range(6)]
        assert best[group] == pytest.approx(max(overlaps))
        assert 0 < best[group] <= 1


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40))
def test_a_partition_overlaps_itself_fully(labels: list[int]) -> None:
    groups = by_size(np.array(labels))
    assert best_jaccard(groups, groups, int(groups.max()) + 1).tolist() == [1.0] * (int(groups.max()) + 1)


@given(st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 4)), min_size=1, max_size=40))
def test_points_that_one_side_lacks_do_not_count(pairs: list[tuple[int, int]]) -> None:
    left, right = (np.array(side) for side in zip(*pairs, strict=True))
    both = (left >= 0) & (right >= 0)
    expected = adjusted_rand(left[both], right[both]) if both.any() else 0.0
    assert adjusted_rand(left, right) == pytest.approx(expected)


def test_many_groups_of_few_points() -> None:
    rng = np.random.default_rng(0)
    left, right = rng.integers(0, 90, 100), rng.integers(0, 90, 100)
    assert adjusted_rand(left, right) == pytest.approx(adjusted_rand_score(left, right))
