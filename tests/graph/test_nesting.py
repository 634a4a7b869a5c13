"""Every scale divides the next one."""

from __future__ import annotations

import itertools
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from needlens.graph import communities as module
from needlens.graph.communities import SMALL_FIRST_BEYOND, communities
from needlens.graph.nesting import Resolutions, nest


def _graph(n: int, seed: int) -> sparse.csr_matrix:
    chosen = sparse.random(n, n, density=0.15, random_state=np.random.default_rng(seed), format="csr")
    graph = chosen.maximum(chosen.T).tocsr()
    graph.setdiag(0)
    graph.eliminate_zeros()
    graph.sort_indices()
    return graph


@settings(deadline=None)
@given(
    n=st.integers(3, 50),
    seed=st.integers(0, 999),
    main=st.floats(0.2, 8),
    times=st.none() | st.floats(1.5, 8),
    wider=st.lists(st.floats(0.05, 0.9), max_size=2),
    floor=st.integers(1, 4),
    beyond=st.sampled_from([0, SMALL_FIRST_BEYOND]),
)
def test_groups_lie_within_one_group_of_the_next_scale(
    n: int, seed: int, main: float, times: float | None, wider: list[float], floor: int, beyond: int
) -> None:
    """Whether Louvain begins with single nodes or with small groups."""
    graph = _graph(n, seed)
    falling = tuple(main * share for share in sorted(wider, reverse=True))
    at = Resolutions(main, None if times is None else main * times, falling)
    with mock.patch.object(module, "SMALL_FIRST_BEYOND", beyond):
        levels = nest(graph, at, floor=floor)
        alone = communities(graph, main, floor=floor)
        again = nest(graph, at, floor=floor, main=levels[at.at_main])
    assert len(levels) == 1 + (times is not None) + len(wider)
    assert (levels[at.at_main] == alone).all()
    np.testing.assert_array_equal(levels, again)
    for fine, wide in itertools.pairwise(levels):
        assert len(set(zip(fine.tolist(), wide.tolist(), strict=True))) == fine.max() + 1


@pytest.mark.parametrize("beyond", [0, SMALL_FIRST_BEYOND])
def test_as_many_main_groups_as_asked_for(beyond: int) -> None:
    graph = _graph(40, 1)
    with mock.patch.object(module, "SMALL_FIRST_BEYOND", beyond):
        finer, main, _ = nest(graph, Resolutions(5.0, 20.0, wider=(0.5,)), n_groups=4)
    assert main.max() + 1 == 4
    assert len(set(zip(finer.tolist(), main.tolist(), strict=True))) == finer.max() + 1
