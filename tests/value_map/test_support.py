"""Support of links: known chances, and what may not change it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import sparse, stats
from tests.oracle import LADDERS, LEVELS

from needlens.implications import implications, pairs, weight
from needlens.value_map.support import incidence, replication, support


@pytest.mark.parametrize("unit", ["respondent", "ladder", "mention"])
@pytest.mark.parametrize("weights", ["direct", "both"])
def test_column_sums_are_the_weights(unit: Any, weights: Any) -> None:
    table = implications(LADDERS, LEVELS, counted_by=unit)
    made = incidence(pairs(LADDERS, counted_by=unit), table, weights=weights)
    assert np.asarray(made.sum(axis=0)).ravel().tolist() == weight(table, weights).tolist()


def test_support_is_the_binomial_tail() -> None:
    n_asked, cutoff = 200, 8
    widths = np.array([2, 6, 8, 12, 20])
    made = sparse.csr_matrix((np.arange(60)[:, None] < widths).astype(np.int64))
    own = support(made, cutoff, n_asked, n=4000)
    expected = stats.binom.sf(cutoff - 1, n_asked, widths / n_asked)
    np.testing.assert_allclose(own, expected, atol=0.03)


def test_one_respondent() -> None:
    made = sparse.csr_matrix(np.ones((1, 2), dtype=np.int64))
    assert support(made, 1, 1).tolist() == [1.0, 1.0]
    assert replication(made, 1)[0] == 0


def test_links_everybody_makes_come_back_and_single_ones_do_not() -> None:
    shared = sparse.csr_matrix(np.ones((40, 3), dtype=np.int64))
    assert replication(shared, 3).tolist() == [1, 1, 1]
    apart = sparse.csr_matrix(np.eye(40, dtype=np.int64))
    assert replication(apart, 1)[0] == 0


def test_nobody() -> None:
    none = sparse.csr_matrix((0, 0), dtype=np.int64)
    assert support(none, 1, 5).shape == (0,)
    assert np.isnan(replication(none, 2)).all()
