"""Wide scales: how far they lie from the main one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from needlens.graph import widening
from needlens.graph.louvain import Weighed, louvain, weighed
from needlens.graph.nesting import Resolutions, nest
from needlens.graph.scales import RESOLUTIONS
from needlens.graph.widening import widen


@pytest.mark.parametrize(("n_pairs", "n_wide"), [(4, 8), (3, None), (5, 7)])
def test_a_wider_scale_has_a_third_fewer_groups(n_pairs: int, n_wide: int | None) -> None:
    """Twelve groups, of which so many pairs are tied, and nothing else is."""
    ties = np.eye(12)
    for first in range(0, 2 * n_pairs, 2):
        ties[first, first + 1] = ties[first + 1, first] = 1.0
    graph, main = sparse.csr_matrix(ties), np.arange(12)
    at = widen(weighed(graph), Resolutions(50.0), main)
    wide = [int(labels.max()) + 1 for labels in nest(graph, at, main=main)[1:]]
    assert wide == ([] if n_wide is None else [n_wide])


@settings(deadline=None, max_examples=50)
@given(st.integers(2, 40), st.integers(0, 1_000))
def test_beyond_where_no_two_groups_join_none_do(n: int, seed: int) -> None:
    """So the search for wide scales may end there."""
    table = np.random.default_rng(seed).random((n, n))
    groups = weighed(sparse.csr_matrix(table + table.T))
    apart = [int(louvain(groups, at).max()) + 1 == n for at in RESOLUTIONS.tolist()]
    assert apart == sorted(apart)


def test_the_search_for_wide_scales_ends_there(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[float] = []

    def louvain_noted(groups: Weighed, resolution: float) -> NDArray[np.int64]:
        tried.append(resolution)
        return louvain(groups, resolution)

    monkeypatch.setattr(widening, "louvain", louvain_noted)
    groups = weighed(sparse.csr_matrix(np.kron(np.eye(6), np.ones((2, 2))) + 1e-3))
    widen(groups, Resolutions(50.0), np.arange(12))
    apart = [at for at in RESOLUTIONS.tolist() if int(louvain(groups, at).max()) + 1 == 12]
    assert max(tried) == apart[0] < RESOLUTIONS[-1]
