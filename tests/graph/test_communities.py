"""Communities: numbered by size, nested when coarsened, exactly as many as asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from needlens.graph.communities import by_size, communities, join, merge_down
from needlens.graph.louvain import aggregate, weighed


@st.composite
def graphs(draw: st.DrawFn) -> sparse.csr_matrix:
    """Symmetric graphs without loops, some of them in pieces."""
    n = draw(st.integers(2, 30))
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    weight = rng.random((n, n)) * (rng.random((n, n)) < draw(st.sampled_from([0.0, 0.05, 0.2, 0.6])))
    upper = np.triu(weight, 1)
    return sparse.csr_matrix(upper + upper.T)


resolutions = st.sampled_from([0.1, 0.5, 1.0, 3.0, 30.0])


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40))
def test_groups_are_numbered_by_size_then_by_first_member(labels: list[int]) -> None:
    numbered = by_size(np.array(labels))
    n_groups = int(numbered.max()) + 1
    ranks = [(-int((numbered == g).sum()), int((numbered == g).argmax())) for g in range(n_groups)]
    assert ranks == sorted(ranks)
    assert len(set(zip(labels, numbered.tolist(), strict=True))) == len(set(labels)) == n_groups


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40))
def test_numbering_twice_changes_nothing_more(labels: list[int]) -> None:
    once = by_size(np.array(labels))
    np.testing.assert_array_equal(by_size(once), once)


@settings(deadline=None)
@given(graphs(), resolutions, st.integers(1, 6))
def test_communities_are_numbered_and_large_enough(
    graph: sparse.csr_matrix, resolution: float, floor: int
) -> None:
    labels = communities(graph, resolution, floor=floor)
    np.testing.assert_array_equal(by_size(labels), labels)
    sizes = np.bincount(labels)
    assert sizes.sum() == graph.shape[0]
    for small in np.flatnonzero(sizes < floor):
        inside = labels == small
        assert graph[inside][:, ~inside].nnz == 0, "only a group tied to no other stays small"
    np.testing.assert_array_equal(communities(graph, resolution, floor=floor), labels)


@settings(deadline=None)
@given(graphs(), resolutions, resolutions)
def test_a_finer_group_lies_within_one_wider_group(
    graph: sparse.csr_matrix, fine: float, wide: float
) -> None:
    labels = communities(graph, fine)
    wider = join(aggregate(weighed(graph), labels), labels, wide)
    assert len(set(zip(labels.tolist(), wider.tolist(), strict=True))) == labels.max() + 1
    np.testing.assert_array_equal(by_size(wider), wider)


@settings(deadline=None)
@given(graphs(), resolutions, st.data())
def test_merging_gives_exactly_the_number_asked_for(
    graph: sparse.csr_matrix, resolution: float, data: st.DataObject
) -> None:
    labels = communities(graph, resolution)
    wanted = data.draw(st.integers(1, int(labels.max()) + 1))
    before = labels.copy()
    merged = merge_down(graph, labels, wanted)
    assert sorted(set(merged.tolist())) == list(range(wanted))
    assert len(set(zip(labels.tolist(), merged.tolist(), strict=True))) == labels.max() + 1
    np.testing.assert_array_equal(labels, before)


@pytest.mark.parametrize("pieces", [2, 3, 5])
def test_separate_cliques_are_the_communities(pieces: int) -> None:
    clique = 1 - np.eye(6)
    labels = communities(sparse.csr_matrix(np.kron(np.eye(pieces), clique)), 1.0)
    np.testing.assert_array_equal(labels, np.repeat(np.arange(pieces), 6))


def test_a_small_group_joins_the_one_it_is_tied_to() -> None:
    path = sparse.csr_matrix(np.diag([5.0, 5.0, 1.0, 5.0, 5.0, 2.0], 1))
    graph = path + path.T
    assert merge_down(graph, np.array([0, 0, 0, 1, 1, 1, 2]), 2).tolist() == [1, 1, 1, 0, 0, 0, 0]
