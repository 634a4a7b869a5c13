"""Weighing scales against clouds without groups."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from needlens.graph.chance import LOOKS, Evidence, n_clouds, weigh
from needlens.graph.draws import keys_of
from needlens.graph.neighbours import neighbours_of
from needlens.graph.nesting import Resolutions
from needlens.graph.partition import LEAST_EXCESS, LEAST_P


def _unit(cloud: NDArray[np.float64]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = (cloud / np.linalg.norm(cloud, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _weigh(points: NDArray[np.float32], at: Resolutions) -> list[Evidence]:
    return weigh(points, keys_of(points), neighbours_of(points, 10), 10, at, seed=0)


def test_planted_groups_stand_out_at_their_scale() -> None:
    rng = np.random.default_rng(0)
    points = _unit(np.repeat(np.eye(12)[:8], 40, axis=0) + 0.1 * rng.standard_normal((320, 12)))
    main, wide = _weigh(points, Resolutions(1.0, wider=(0.3,)))
    assert main.stability > 0.95
    assert main.excess > 0.2
    assert main.p_value < 0.01
    assert wide.stability <= main.stability


@pytest.mark.parametrize("seed", range(3))
def test_a_gaussian_cloud_does_not(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = _unit(rng.standard_normal((300, 40)) * np.geomspace(1, 0.1, 40))
    for evidence in _weigh(points, Resolutions(1.5, finer=6.0, wider=(0.4,))):
        assert not (evidence.excess >= LEAST_EXCESS and evidence.p_value <= LEAST_P)


def test_clear_structure_needs_few_clouds_and_its_absence_all() -> None:
    rng = np.random.default_rng(0)
    groups = _unit(np.repeat(np.eye(12)[:8], 40, axis=0) + 0.1 * rng.standard_normal((320, 12)))
    for points, looked_at in ((groups, LOOKS[0]), (_unit(rng.standard_normal((320, 12))), n_clouds(320))):
        seen: list[int] = []

        def note(_stage: str, done: int, _total: int | None, seen: list[int] = seen) -> None:
            seen.append(done)

        weigh(points, keys_of(points), neighbours_of(points, 10), 10, Resolutions(1.0), seed=0, progress=note)
        assert seen[-1] == n_clouds(320)
        assert len(set(seen) - {n_clouds(320)}) == min(looked_at, n_clouds(320) - 1)


def test_one_figure_for_each_scale_finest_first() -> None:
    rng = np.random.default_rng(1)
    points = _unit(rng.standard_normal((120, 10)))
    both = _weigh(points, Resolutions(1.0, finer=4.0, wider=(0.3,)))
    alone = _weigh(points, Resolutions(1.0, wider=(0.3,)))
    assert len(both) == 3
    assert both[1:] == alone
