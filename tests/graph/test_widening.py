"""Wide scales: how far they lie from the main one."""

import numpy as np
import pytest
from scipy import sparse

from needlens.graph.louvain import weighed
from needlens.graph.nesting import Resolutions, nest
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
