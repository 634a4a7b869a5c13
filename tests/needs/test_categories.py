"""Looking past categories."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

from needlens.needs.categories import FEWEST, category_codes, even_neighbours, without_category

from .conftest import Planted


@given(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1, max_size=120))
def test_codes_are_whole_numbers_without_gaps(names: list[str | None]) -> None:
    codes = category_codes(names)
    assert sorted(set(codes)) == list(range(codes.max() + 1))
    sizes = np.bincount(codes)
    assert len(sizes) == 1 or sizes.min() >= FEWEST


def test_a_classifier_hardly_tells_the_category_any_more(planted: Planted) -> None:
    codes = category_codes(planted.categories)
    before = cross_val_score(LogisticRegression(), planted.vectors, codes, cv=5).mean()
    after = cross_val_score(
        LogisticRegression(), without_category(planted.vectors, codes), codes, cv=5
    ).mean()
    assert before > 0.6
    assert after < before - 0.2


def test_one_category_has_nothing_to_take_out() -> None:
    rows = np.random.default_rng(0).standard_normal((30, 4))
    plain = rows - rows.mean(axis=0)
    expected = plain / np.linalg.norm(plain, axis=1)[:, None]
    np.testing.assert_allclose(without_category(rows, np.zeros(30, dtype=np.int64)), expected)


def test_neighbours_come_evenly_and_never_oneself(planted: Planted) -> None:
    codes = category_codes(planted.categories)
    near = even_neighbours(planted.vectors, codes, 15)
    for at, row in enumerate(near.index):
        assert at not in row
        assert len(set(row)) == len(row)
        assert np.bincount(codes[row]).tolist() == [len(row) // 4] * 4
