"""The map: deterministic, nothing hidden, near in meaning is near on the page."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from needlens.theme_map import _AIR, _STEP, LABEL_HEIGHT, LABEL_WIDTH, MAX_RADIUS, _push_apart, layout, radii


def _themes(k: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    broad = rng.standard_normal((4, 32))
    centroids = broad[np.arange(k) % 4] + 0.5 * rng.standard_normal((k, 32))
    return centroids.astype(np.float32), rng.integers(3, 90, k)


def test_areas_are_proportional_to_sizes() -> None:
    assert radii([90, 40, 10]) ** 2 * 90 / MAX_RADIUS**2 == pytest.approx([90, 40, 10])
    assert radii([]).shape == (0,)


@pytest.mark.parametrize("k", [0, 1])
def test_none_and_one(k: int) -> None:
    x, y = layout(np.ones((k, 4), np.float32), np.ones(k))
    assert x.tolist() == y.tolist() == [0.0] * k


def test_two_lie_side_by_side() -> None:
    x, y = layout(np.eye(2, dtype=np.float32), [4, 4])
    assert abs(x[0] - x[1]) >= LABEL_WIDTH
    assert abs(y[0] - y[1]) < 0.1


@settings(deadline=None, max_examples=30)
@given(st.integers(2, 60), st.integers(0, 99), st.booleans())
def test_no_bubble_or_label_hides_another(k: int, seed: int, alike: bool) -> None:
    centroids, sizes = _themes(k, seed)
    x, y = layout(np.ones_like(centroids) if alike else centroids, sizes)
    r = radii(sizes)
    width, height = np.maximum(r, LABEL_WIDTH / 2), r + LABEL_HEIGHT / 2
    apart_x = np.abs(np.subtract.outer(x, x)) - np.add.outer(width, width)
    middle = y - LABEL_HEIGHT / 2
    apart_y = np.abs(np.subtract.outer(middle, middle)) - np.add.outer(height, height)
    apart = np.maximum(apart_x, apart_y)
    assert apart[~np.eye(k, dtype=bool)].min() > -1e-5


def test_the_same_on_every_run_whatever_the_threads() -> None:
    centroids, sizes = _themes(24, 3)
    first = layout(centroids, sizes)
    with threadpool_limits(limits=2):
        again = layout(centroids * 4, sizes)
    np.testing.assert_array_equal(first, again)


def test_near_in_meaning_is_near_on_the_page() -> None:
    centroids, sizes = _themes(24, 5)
    x, y = layout(centroids, sizes)
    distance = np.hypot(np.subtract.outer(x, x), np.subtract.outer(y, y))
    same = np.equal.outer(np.arange(24) % 4, np.arange(24) % 4)
    others = ~np.eye(24, dtype=bool)
    assert distance[same & others].mean() < 0.6 * distance[~same].mean()


def _pushed_all_at_once(places: NDArray[np.float64], half: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same on every pair of boxes, whether they overlap or not."""
    needed = half[:, None, :] + half[None, :, :]
    order = np.sign(np.subtract.outer(np.arange(len(half)), np.arange(len(half))))[..., None]
    while True:
        gap = places[:, None, :] - places[None, :, :]
        overlap = needed - np.abs(gap)
        overlapping = (overlap > 0).all(axis=2) & (order[..., 0] != 0)
        if not overlapping.any():
            return places
        along_x = overlap[..., 0] / needed[..., 0] <= overlap[..., 1] / needed[..., 1]
        axis = np.stack([along_x, ~along_x], axis=2) & overlapping[..., None]
        side = np.where(gap == 0, order, np.sign(gap))
        places = (places + _STEP * (np.where(axis, overlap, 0.0) * side).sum(axis=1)) * _AIR


@given(k=st.integers(2, 30), seed=st.integers(0, 1_000))
def test_only_boxes_that_overlap_are_looked_at(k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    places, half = rng.standard_normal((k, 2)), 0.1 + np.abs(rng.standard_normal((k, 2)))
    places[: k // 2] = np.round(places[: k // 2])  # some coincide
    assert np.array_equal(_push_apart(places.copy(), half), _pushed_all_at_once(places.copy(), half))
