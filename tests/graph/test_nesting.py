"""Every scale divides the next one."""

from __future__ import annotations

import itertools
from unittest import mock

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from needlens.graph import communities as module
from needlens.graph import nesting
from needlens.graph.communities import PAIRED_BEYOND, communities
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
    beyond=st.sampled_from([0, PAIRED_BEYOND]),
)
def test_groups_lie_within_one_group_of_the_next_scale(
    n: int, seed: int, main: float, times: float | None, wider: list[float], floor: int, beyond: int
) -> None:
    """Whether Louvain begins with single nodes or with small groups."""
    graph = _graph(n, seed)
    falling = tuple(main * share for share in sorted(wider, reverse=True))
    at = Resolutions(main, None if times is None else main * times, falling)
    patched = (mock.patch.object(place, "PAIRED_BEYOND", beyond) for place in (nesting, module))
    with next(patched), next(patched):
        levels = nest(graph, at, floor=floor)
        alone = communities(graph, main, floor=floor)
    assert len(levels) == 1 + (times is not None) + len(wider)
    assert (levels[at.at_main] == alone).all()
    for fine, wide in itertools.pairwise(levels):
        assert len(set(zip(fine.tolist(), wide.tolist(), strict=True))) == fine.max() + 1


def test_as_many_main_groups_as_asked_for() -> None:
    graph = _graph(40, 1)
    levels = nest(graph, Resolutions(5.0, wider=(0.5,)), n_groups=4)
    assert levels[0].max() + 1 == 4
