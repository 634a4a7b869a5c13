"""Need themes: planted needs gather across products, and do not tell the products apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from needlens.needs.need_themes import leakage, need_groups
from needlens.needs.scores import need_scores
from needlens.needs.sharpen import sharpen
from needlens.theme_model import ThemeModel

from .conftest import Planted


@pytest.fixture(scope="module")
def profile(planted: Planted) -> NDArray[np.float64]:
    scores = need_scores(planted.vectors, planted.prototypes)
    return sharpen(planted.vectors, scores.standard, planted.prototypes)


def purity(groups: NDArray[np.int64], planted: Planted) -> float:
    said = planted.needs != "none"
    counts = pd.crosstab(groups[said], planted.needs[said])
    return float(counts.max(axis=1).sum() / said.sum())


def test_needs_gather_across_products(planted: Planted, profile: NDArray[np.float64]) -> None:
    groups = need_groups(planted.vectors, profile, planted.categories, n_groups=12)
    themes = np.asarray(pd.Series(ThemeModel(12).fit(planted.vectors).labels_).to_numpy(np.int64))
    assert purity(groups, planted) >= 0.6
    assert leakage(groups, planted.categories) <= 0.1
    assert purity(themes, planted) < 0.45
    assert leakage(themes, planted.categories) > 0.2


def test_products_dealt_at_random_change_little(planted: Planted, profile: NDArray[np.float64]) -> None:
    dealt = np.random.default_rng(0).permutation(np.array(planted.categories)).tolist()
    assert leakage(need_groups(planted.vectors, profile, dealt), dealt) < 0.2


def test_the_number_is_as_asked_and_the_same_twice(planted: Planted, profile: NDArray[np.float64]) -> None:
    once = need_groups(planted.vectors, profile, planted.categories, n_groups=7)
    again = need_groups(planted.vectors, profile, planted.categories, n_groups=7)
    assert np.array_equal(once, again)
    assert once.max() + 1 == 7
    assert np.all(np.diff(np.bincount(once)) <= 0)


def test_the_order_of_reasons_hardly_counts(planted: Planted, profile: NDArray[np.float64]) -> None:
    # Communities are found point by point; a study hands its reasons over in the order of their ids.
    order = np.random.default_rng(1).permutation(len(planted.texts))
    straight = need_groups(planted.vectors, profile, planted.categories, n_groups=12)
    categories = [planted.categories[at] for at in order]
    shuffled = need_groups(planted.vectors[order], profile[order], categories, n_groups=12)
    assert adjusted_rand_score(straight[order], shuffled) > 0.6


@pytest.mark.parametrize("n", [0, 1, 15])
def test_few_reasons_are_one_theme(n: int, planted: Planted, profile: NDArray[np.float64]) -> None:
    assert need_groups(planted.vectors[:n], profile[:n], planted.categories[:n]).tolist() == [0] * n
