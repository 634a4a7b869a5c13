"""The layout of the value map: no two labels touch, levels stand above one another."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlens.schema import LEVELS
from needlens.value_map.layout import BOX_WIDTH, LETTERS, LINE, lay_out, strongest


def world(
    sizes: list[int], seed: int, label: str
) -> tuple[dict[str, tuple[str, str]], list[tuple[str, str]]]:
    rng = np.random.default_rng(seed)
    nodes = {
        f"{level[0]}{k}": (level, label) for level, n in zip(LEVELS, sizes, strict=True) for k in range(n)
    }
    codes = sorted(nodes)
    pairs = [(a, b) for a in codes for b in codes if LEVELS.index(nodes[a][0]) <= LEVELS.index(nodes[b][0])]
    pairs = [(a, b) for a, b in pairs if a != b]
    chosen = rng.permutation(len(pairs))[: 2 * len(codes)]
    return nodes, [pairs[at] for at in sorted(chosen)]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(0, 14), min_size=4, max_size=4),
    st.integers(0, 99),
    st.sampled_from(["Light", "Leaves me more time for the family", "W" * 200, "a b " * 40]),
    st.sampled_from([450, 700, 1000]),
)
def test_no_two_boxes_meet_and_all_are_on_the_map(
    sizes: list[int], seed: int, label: str, width: int
) -> None:
    nodes, edges = world(sizes, seed, label)
    laid = lay_out(nodes, edges, width=width)
    assert {box.code for box in laid.boxes} == set(nodes)
    for at, box in enumerate(laid.boxes):
        assert box.x >= 0
        assert box.x + box.width <= laid.width
        assert box.y >= 0
        assert box.y + box.height <= laid.height
        assert not any(box.meets(other) for other in laid.boxes[at + 1 :])


@pytest.mark.parametrize("n", range(12, 31))
def test_labels_fit_their_boxes_at_usual_sizes(n: int) -> None:
    nodes, edges = world([n - 3 * (n // 4), n // 4, n // 4, n // 4], n, "Leaves me more time for the family")
    for box in lay_out(nodes, edges).boxes:
        # 12 px letters of a sans-serif are at most 0.6 em wide on average.
        assert max(map(len, box.label)) <= LETTERS
        assert max(map(len, box.label)) * 12 * 0.6 <= BOX_WIDTH + 1
        assert (len(box.label) + 1) * LINE <= box.height


def test_levels_read_from_bottom_to_top() -> None:
    nodes, edges = world([5, 9, 4, 3], 1, "Light")
    laid = lay_out(nodes, edges)
    tops = {level: [box.y for box in laid.boxes if box.level == level] for level in LEVELS}
    for low, high in pairwise(LEVELS):
        assert min(tops[low]) > max(tops[high])


def test_curves_begin_and_end_at_their_boxes() -> None:
    nodes, edges = world([4, 6, 4, 2], 2, "Light")
    laid = lay_out(nodes, edges)
    boxes = {box.code: box for box in laid.boxes}
    for curve in laid.curves:
        for code, (x, y) in ((curve.means, curve.points[0]), (curve.end, curve.points[-1])):
            assert boxes[code].x <= x <= boxes[code].x + boxes[code].width
            assert y in (boxes[code].y, boxes[code].y + boxes[code].height)


def test_ordering_removes_crossings() -> None:
    nodes = {f"{level[0]}{k}": (level, "x") for level in LEVELS[:2] for k in range(5)}
    edges = [(f"a{k}", f"f{4 - k}") for k in range(5)]
    x = {box.code: box.x for box in lay_out(nodes, edges).boxes}
    assert all(abs(x[a] - x[f]) < 1 for a, f in edges)


def test_nothing_to_lay_out() -> None:
    assert lay_out({}, []).boxes == ()


def test_of_too_many_codes_the_strongest_links_stay() -> None:
    edges = [(f"a{k}", f"f{k}", k) for k in range(40)]
    kept = strongest(edges, most=30)
    assert [weight for *_, weight in kept] == list(range(25, 40))
    assert strongest([(f"a{k}", f"f{k}", 1) for k in range(40)], most=30) == []
