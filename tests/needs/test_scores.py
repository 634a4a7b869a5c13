"""Scores of needs: planted ones come out on top, and the order of reasons changes nothing."""

from __future__ import annotations

import numpy as np
from scipy.stats import pearsonr
from sklearn.metrics import roc_auc_score

from needlens.needs.framework import Framework
from needlens.needs.prototypes import Prototypes
from needlens.needs.scores import need_scores, standardise

from .conftest import Planted


def test_sentences_score_for_the_need_they_were_written_for(planted: Planted) -> None:
    found = need_scores(planted.vectors, planted.prototypes)
    areas = [roc_auc_score(planted.truth[:, at], found.similarity[:, at]) for at in range(12)]
    assert np.mean(areas) > 0.9
    assert min(areas) > 0.8


def test_taking_out_what_all_share_is_what_helps(planted: Planted) -> None:
    found = need_scores(planted.vectors, planted.prototypes).similarity
    prototypes = planted.prototypes
    plain = np.stack(
        [
            np.sort(planted.vectors @ prototypes.vectors[prototypes.need == at].T, axis=1)[:, -6:].mean(
                axis=1
            )
            for at in range(12)
        ],
        axis=1,
    )
    speaking = planted.truth.any(axis=1)
    right = [
        (scores[speaking].argmax(axis=1) == planted.truth[speaking].argmax(axis=1)).mean()
        for scores in (found, plain)
    ]
    assert right[0] > right[1]


def test_the_order_of_reasons_changes_nothing(planted: Planted) -> None:
    order = np.random.default_rng(0).permutation(len(planted.texts))
    straight = need_scores(planted.vectors, planted.prototypes)
    shuffled = need_scores(planted.vectors[order], planted.prototypes)
    np.testing.assert_allclose(shuffled.similarity, straight.similarity[order], atol=1e-12)
    np.testing.assert_allclose(shuffled.stated, straight.stated[order], atol=1e-12)


def test_few_reasons_are_scored_too(planted: Planted) -> None:
    for n in (0, 1, 2):
        found = need_scores(planted.vectors[:n], planted.prototypes)
        assert found.similarity.shape == found.standard.shape == found.stated.shape == (n, 12)
        assert np.isfinite(found.standard).all()


def test_a_constant_column_has_no_spread() -> None:
    assert standardise(np.full((3, 2), 7.0)).tolist() == [[0.0, 0.0]] * 3


def test_two_needs_are_not_each_other_s_opposite(planted: Planted) -> None:
    whole = planted.prototypes
    kept = np.isin(whole.need, (6, 10))
    two = Framework("two", (whole.framework.needs[6], whole.framework.needs[10]))
    need = (whole.need[kept] == 10).astype(np.int64)
    small = Prototypes(two, whole.vectors[kept], need, whole.kind[kept])
    alone = need_scores(planted.vectors, small).similarity
    helped = need_scores(planted.vectors, small, others=whole).similarity
    together = [pearsonr(scores[:, 0], scores[:, 1]).statistic for scores in (alone, helped)]
    assert together[0] < together[1] - 0.2
    # Health, and against it everything but health and thrift, which neither knows.
    others = ~planted.truth[:, 10]
    areas = [roc_auc_score(planted.truth[others, 6], scores[others, 0]) for scores in (alone, helped)]
    assert areas[1] > areas[0]
