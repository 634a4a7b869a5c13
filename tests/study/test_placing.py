"""Placing on a study's themes: the rule of the fitted points, row by row."""

from __future__ import annotations

import numpy as np

from needlens.graph.neighbours import nearest
from needlens.graph.placement import Placement, placement
from needlens.study.placing import place


def _fitted() -> Placement:
    rng = np.random.default_rng(0)
    points = np.repeat(np.eye(8, dtype=np.float32)[:3], 20, axis=0)
    points += 0.1 * rng.standard_normal(points.shape, dtype=np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    ids = np.vstack([np.repeat([1, 2, 0], 20), np.repeat([3, 3, 4], 20)])
    return placement(points, nearest(points, points, 5, skip_self=True), ids, 5)


def _rows() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    rows = np.eye(8, dtype=np.float32)[[0, 1, 2, 7, 0]]
    rows[4] += 0.05
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def test_it_is_the_rule_of_the_points() -> None:
    fitted, rows = _fitted(), _rows()
    placed = place(fitted, rows)
    ids, strengths = fitted.place(rows)
    assert (placed.ids == ids).all()
    assert (placed.strengths == strengths).all()
    assert placed.ids.tolist() == [[1, 2, 0, 0, 1], [3, 3, 4, 0, 3]]
    # Near points without a theme is not far from all points.
    assert placed.far.tolist() == [False, False, False, True, False]
    near = nearest(rows, fitted.points, 1).index[:, 0]
    assert placed.point[~placed.far].tolist() == near[~placed.far].tolist()


def test_a_row_does_not_see_the_others() -> None:
    fitted, rows = _fitted(), _rows()
    together = place(fitted, rows)
    for at in range(len(rows)):
        alone = place(fitted, rows[[at]])
        assert alone.ids[:, 0].tolist() == together.ids[:, at].tolist()
        assert alone.strengths[:, 0].tolist() == together.strengths[:, at].tolist()
        assert alone.point[0] == together.point[at]
