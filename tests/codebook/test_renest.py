"""Scales that nest again: laws over random rows, and planted cases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.codebook.renest import parents, renest


@st.composite
def scales(draw: st.DrawFn) -> tuple[NDArray[np.int64], int]:
    """Rows of ids, unlike on each scale, that need not nest; and the main one."""
    n_scales, n = draw(st.integers(1, 5)), draw(st.integers(0, 12))
    rows = [
        [
            10 * scale + theme if theme else 0
            for theme in draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
        ]
        for scale in range(n_scales)
    ]
    ids = np.array(rows, dtype=np.int64).reshape(n_scales, n)
    return ids, draw(st.integers(0, n_scales - 1))


@settings(max_examples=300, deadline=None)
@given(scales(), st.booleans())
def test_every_theme_lies_in_one_theme_of_the_next_scale(
    given_: tuple[NDArray[np.int64], int], by_vectors: bool
) -> None:
    ids, main = given_
    rows = np.random.default_rng(0).standard_normal((ids.shape[1], 3)).astype(np.float32)
    nested = renest(ids, main, vectors=rows if by_vectors else None)
    assert nested[main].tolist() == ids[main].tolist()
    for scale in range(len(ids) - 1):
        for theme in set(nested[scale].tolist()) - {0}:
            wider = set(nested[scale + 1][nested[scale] == theme].tolist())
            assert len(wider) == 1
            # Only where the wider scale has no theme for any text with a theme is there none to lie in.
            assert wider != {0} or not nested[scale + 1].any()
    # No text is without a theme on one scale and within one on a wider scale.
    assert ((nested[:-1] > 0) | (nested[1:] == 0))[main:].all()
    assert not nested[:, nested[main] == 0].any()
    assert renest(nested, main).tolist() == nested.tolist()
    for child, parent in parents(nested).items():
        at = np.argwhere(nested == child)
        assert {int(nested[scale + 1, row]) for scale, row in at} == {parent}


@settings(max_examples=200, deadline=None)
@given(scales(), st.integers(0, 99))
def test_the_order_of_texts_changes_nothing(given_: tuple[NDArray[np.int64], int], seed: int) -> None:
    ids, main = given_
    order = np.random.default_rng(seed).permutation(ids.shape[1])
    assert renest(ids[:, order], main).tolist() == renest(ids, main)[:, order].tolist()


@pytest.mark.parametrize(
    ("ids", "main", "wanted"),
    [
        # Scales that nest stay as they are.
        ([[1, 1, 2], [5, 5, 5]], 0, [[1, 1, 2], [5, 5, 5]]),
        # A finer theme stays where most of it is; one that is torn in equal parts, in the smaller id.
        ([[1, 1, 1], [5, 5, 6]], 1, [[1, 1, 0], [5, 5, 6]]),
        ([[1, 1], [6, 5]], 1, [[0, 1], [6, 5]]),
        # What lies nowhere lies nowhere on a finer scale, nor on a wider one.
        ([[1, 1], [0, 0], [8, 8]], 1, [[0, 0], [0, 0], [0, 0]]),
        # A wider theme follows the majority of each theme, over several scales.
        ([[1, 1, 1], [5, 5, 6], [8, 9, 9]], 0, [[1, 1, 1], [5, 5, 5], [9, 9, 9]]),
        # A theme without a wider one goes into the largest.
        ([[1, 2, 2, 3], [0, 5, 5, 6]], 0, [[1, 2, 2, 3], [5, 5, 5, 6]]),
        ([[1, 1], [0, 0]], 0, [[1, 1], [0, 0]]),
        # Not into one that is left without texts.
        ([[1, 0, 0], [0, 8, 8]], 0, [[1, 0, 0], [0, 0, 0]]),
    ],
)
def test_planted_cases(ids: list[list[int]], main: int, wanted: list[list[int]]) -> None:
    assert renest(np.array(ids), main).tolist() == wanted


def test_with_vectors_a_theme_goes_into_the_wider_one_most_like_it() -> None:
    rows = np.array([[1, 0], [0, 1], [0, 1], [0.9, 0.1]], dtype=np.float32)
    ids = np.array([[1, 2, 2, 3], [0, 5, 5, 6]])
    assert renest(ids, 0, vectors=rows)[1].tolist() == [6, 5, 5, 6]


def test_one_scale_has_no_parents() -> None:
    assert parents(np.array([[1, 2]])) == {}
