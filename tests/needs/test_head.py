"""What is learned from labels."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from needlens.needs.head import FEWEST, best_threshold, fit_head, head_features
from needlens.needs.scores import need_scores

from .conftest import Planted


def test_half_the_labels_teach_the_other_half(planted: Planted) -> None:
    standard = need_scores(planted.vectors, planted.prototypes).standard
    features = head_features(planted.vectors, standard)
    seen = np.arange(len(features)) % 2 == 0
    head = fit_head(features[seen], planted.truth[seen])
    found = head.probabilities(features[~seen]) >= head.thresholds
    assert head.learned.all()
    assert f1_score(planted.truth[~seen], found, average="macro") > 0.5


def test_a_need_with_few_labels_is_not_learned() -> None:
    rng = np.random.default_rng(0)
    truth = np.zeros((40, 2), dtype=bool)
    truth[: FEWEST - 1, 0] = True
    truth[:20, 1] = True
    head = fit_head(rng.standard_normal((40, 5)), truth)
    assert head.learned.tolist() == [False, True]
    assert np.isinf(head.thresholds[0])
    assert np.isnan(head.held_out[:, 0]).all()
    assert (head.probabilities(rng.standard_normal((3, 5)))[:, 0] == 0).all()


def test_labels_dealt_at_random_teach_nothing() -> None:
    rng = np.random.default_rng(1)
    features = rng.standard_normal((300, 20))
    truth = rng.random((300, 1)) < 0.4
    held = fit_head(features, truth).held_out[:, 0]
    assert abs(held[truth[:, 0]].mean() - held[~truth[:, 0]].mean()) < 0.05


def test_held_out_probabilities_do_not_know_their_fold() -> None:
    rng = np.random.default_rng(2)
    features, truth = rng.standard_normal((60, 4)), rng.random((60, 1)) < 0.5
    folds = np.arange(60) % 5
    before = fit_head(features, truth, folds).held_out
    flipped = truth.copy()
    flipped[folds == 0] = ~flipped[folds == 0]
    after = fit_head(features, flipped, folds).held_out
    assert np.array_equal(before[folds == 0], after[folds == 0])
    assert not np.array_equal(before[folds != 0], after[folds != 0])


@pytest.mark.parametrize(
    ("probabilities", "truth", "called"),
    [
        ([0.9, 0.8, 0.1], [1, 0, 0], 1),
        ([0.5, 0.5, 0.5], [1, 0, 0], 3),
        ([0.9, 0.8, 0.7, 0.1], [0, 1, 1, 0], 2),
    ],
)
def test_of_few_positives_as_many_are_called_as_there_are(
    probabilities: list[float], truth: list[int], called: int
) -> None:
    found = np.array(probabilities)
    threshold = best_threshold(found, np.array(truth, dtype=bool))
    assert (found >= threshold).sum() == called
