"""The search for scales, of all points and of a sample."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.graph.chance import Evidence
from needlens.graph.draws import Keys, sample
from needlens.graph.neighbours import neighbours_of
from needlens.graph.nesting import nest
from needlens.graph.search import Searched, least_size, search
from needlens.graph.visiting import outer_first


@pytest.fixture(scope="module")
def points() -> NDArray[np.float32]:
    """Thirty groups in five wide ones."""
    rng = np.random.default_rng(0)
    centres = 0.6 * rng.standard_normal((30, 32)) + rng.standard_normal((5, 32))[np.arange(30) % 5]
    cloud = centres[np.arange(1_500) % 30] + 0.7 * rng.standard_normal((1_500, 32))
    unit: NDArray[np.float32] = (cloud / np.linalg.norm(cloud, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.fixture(params=["all", "a sample"])
def found(request: pytest.FixtureRequest, points: NDArray[np.float32]) -> Iterator[Searched]:
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "a sample":
            for name in ("search.WHOLE", "search.SEARCHED", "communities.SMALL_FIRST_BEYOND"):
                patch.setattr(f"needlens.graph.{name}", 900)
        yield search(points, seed=0)


def test_the_main_partition_is_that_of_its_resolution_in_the_graph_of_all(
    found: Searched, points: NDArray[np.float32]
) -> None:
    assert len(found.graph) == len(found.near.index) == len(found.main) == len(points)
    levels = nest(found.graph, found.at, floor=least_size(len(points)))
    np.testing.assert_array_equal(levels[found.at.at_main], found.main)
    assert int(found.main.max()) + 1 == pytest.approx(30, abs=3)


def test_each_scale_has_its_evidence(found: Searched) -> None:
    levels = nest(found.graph, found.at, main=found.main)
    assert len(found.evidence) == len(levels)
    assert found.of_main is found.evidence[found.at.at_main]
    assert found.of_main.p_value < 0.01
    if len(found.at.wider) > 1:
        less = found.without_between()
        assert (less.at.wider, less.evidence[-1]) == (found.at.wider[1:], found.evidence[-1])
        assert len(less.evidence) == len(found.evidence) - 1


def test_a_finer_scale_can_be_left_out(found: Searched) -> None:
    main_alone = replace(found, at=replace(found.at, finer=None), evidence=found.evidence[-3:])
    finer = Evidence(0.5, 0.3, 0.2)
    both = replace(found, at=replace(found.at, finer=99.0), evidence=(finer, *main_alone.evidence))
    less = both.without_finer()
    assert less.at.finer is None
    assert less.evidence == main_alone.evidence
    assert less.of_main is both.of_main


def test_bounds_are_kept_where_there_are_such_scales(points: NDArray[np.float32]) -> None:
    assert 4 <= int(search(points, bounds=(4, 9), seed=0).main.max()) + 1 <= 9


def test_progress_is_told_by_one_stage_at_a_time(
    points: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("needlens.graph.search.WHOLE", 900)
    monkeypatch.setattr("needlens.graph.search.SEARCHED", 900)
    stages: list[str] = []
    search(points, seed=0, progress=lambda stage, _done, _total: stages.append(stage))
    changes = [stage for at, stage in enumerate(stages) if at == 0 or stages[at - 1] != stage]
    assert len(changes) == len(set(changes))


@pytest.mark.parametrize("whole", [5_000, 150])
def test_points_take_their_keys_along(
    points: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch, whole: int
) -> None:
    keys = np.random.default_rng(1).integers(0, 2**64, 300, dtype=np.uint64)
    given: list[Keys] = []

    def noted(_graph: object, own: Keys, *_args: object, **_kwargs: object) -> None:
        given.append(own)

    monkeypatch.setattr("needlens.graph.search.WHOLE", whole)
    monkeypatch.setattr("needlens.graph.search.SEARCHED", whole)
    monkeypatch.setattr("needlens.graph.search.main_scale", noted)
    order = search(points[:300], 10, keys=keys, seed=0).order
    if whole < 300:
        # Those of the sample, in its own order of visiting.
        some = sample(keys, whole, 0)
        order = some[outer_first(neighbours_of(points[some], 10), 10)]
    np.testing.assert_array_equal(given, [keys[order]])


@given(st.integers(1, 10**7))
def test_more_points_never_allow_smaller_groups(n: int) -> None:
    assert least_size(n) <= least_size(n + 1)
