"""Labels teach needs: from the first one on, and what was said stands."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from needlens.needs.learn import LearnedNeeds, learn_needs
from needlens.needs.need_themes import need_groups
from needlens.needs.scores import need_scores
from needlens.needs.sharpen import sharpen

from .conftest import Planted


def learned(planted: Planted, labelled: NDArray[np.bool_], truth: NDArray[np.bool_]) -> LearnedNeeds:
    scored = need_scores(planted.vectors, planted.prototypes)
    folds = np.arange(len(planted.texts), dtype=np.int64) % 5
    return learn_needs(
        planted.vectors, scored, planted.prototypes, labelled, truth & labelled[:, None], folds
    )


@pytest.fixture(scope="module")
def truth(planted: Planted) -> NDArray[np.bool_]:
    return planted.truth


@pytest.fixture(scope="module")
def alone(planted: Planted, truth: NDArray[np.bool_]) -> LearnedNeeds:
    return learned(planted, np.zeros(len(truth), dtype=bool), truth)


def right(found: LearnedNeeds, truth: NDArray[np.bool_], rows: NDArray[np.bool_]) -> float:
    told = rows & truth.any(axis=1)
    return float(truth[told, found.profile[told].argmax(axis=1)].mean())


def test_without_labels_nothing_is_learned(planted: Planted, alone: LearnedNeeds) -> None:
    scored = need_scores(planted.vectors, planted.prototypes)
    assert not alone.learned.any()
    assert np.array_equal(alone.profile, sharpen(planted.vectors, scored.standard, planted.prototypes))


def test_labels_help_with_reasons_nobody_labelled(
    planted: Planted, truth: NDArray[np.bool_], alone: LearnedNeeds
) -> None:
    labelled = np.random.default_rng(0).permutation(len(truth)) < 95
    found = learned(planted, labelled, truth)
    assert right(found, truth, ~labelled) > right(alone, truth, ~labelled) + 0.02


def test_too_few_labels_for_a_regression_are_examples(
    planted: Planted, truth: NDArray[np.bool_], alone: LearnedNeeds
) -> None:
    # Somebody sees recognition in what the framework hears as thrift.
    seen = planted.prototypes.framework.ids.index("recognition")
    own = np.flatnonzero(planted.needs == "thrift")
    labelled = np.zeros(len(truth), dtype=bool)
    labelled[own[::5]] = True
    assert labelled.sum() == 4
    found = learned(planted, labelled, np.tile(np.arange(truth.shape[1]) == seen, (len(truth), 1)))
    assert not found.learned.any()
    others = np.setdiff1d(own, np.flatnonzero(labelled))
    assert found.profile[others, seen].mean() > alone.profile[others, seen].mean() + 0.3


def test_what_was_said_stands_in_profile_and_themes(planted: Planted, truth: NDArray[np.bool_]) -> None:
    thrift, seen = (planted.prototypes.framework.ids.index(need) for need in ("thrift", "recognition"))
    labelled = truth[:, thrift] | truth[:, seen]
    said = truth.copy()
    said[truth[:, thrift]] = np.arange(truth.shape[1]) == seen
    found = learned(planted, labelled, said)
    assert np.array_equal(found.profile[labelled].argmax(axis=1), np.full(labelled.sum(), seen))
    groups = need_groups(planted.vectors, found.profile, planted.categories, n_groups=12)
    assert np.bincount(groups[labelled]).max() / labelled.sum() > 0.9
