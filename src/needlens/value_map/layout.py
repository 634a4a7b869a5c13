"""Where everything stands on a value map: levels from bottom to top, boxes that never overlap."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from needlens.schema import LEVELS
from needlens.wording import lines

MOST_NODES: Final = 30
"""Codes on a map at most; links of fewer people are left out until there are no more."""

BOX_WIDTH: Final = 136
LINE: Final = 15
"""Height of a line of text, in pixels."""
LETTERS: Final = 19
"""Letters a line of a label has at most."""
MOST_LINES: Final = 3
GAP: Final = 14
"""Least distance of two boxes of one level."""

_MARGIN = 16
_PADDING = 6
_ROW_GAP = 22
_LEVEL_GAP = 64
_SIDE = 118
"""Room on the left for the names of the levels."""
_SWEEPS = 12
_DOT = 8
"""Radius of the number on a link."""


@dataclass(frozen=True, slots=True)
class Box:
    """A code in its place, in pixels, y downwards: left upper corner, size, lines of its label."""

    code: str
    level: str
    x: float
    y: float
    width: float
    height: float
    label: tuple[str, ...]

    def meets(self, other: Box) -> bool:
        """Whether two boxes overlap."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


@dataclass(frozen=True, slots=True)
class Curve:
    """A link: a cubic curve from its means to its end, by four points."""

    means: str
    end: str
    points: tuple[tuple[float, float], ...]

    def at(self, t: float) -> tuple[float, float]:
        """Point of the curve, from 0 at the means to 1 at the end.

        Examples
        --------
        >>> Curve("a", "b", ((0, 0), (0, 3), (3, 3), (3, 0))).at(0.5)
        (1.5, 2.25)
        """
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
        x, y = (
            sum(w * point[axis] for w, point in zip(weights, self.points, strict=True)) for axis in (0, 1)
        )
        return float(x), float(y)


def middle(curve: Curve, boxes: Sequence[Box], taken: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """A point near the middle of a curve, hidden by no box and apart from those taken; else the middle.

    Examples
    --------
    >>> middle(Curve("a", "b", ((0, 0), (0, 0), (0, 9), (0, 9))), (), ())
    (0.0, 4.5)
    """
    for t in (0.5, 0.6, 0.4, 0.7, 0.3, 0.8, 0.2, 0.87, 0.13):
        x, y = curve.at(t)
        hidden = any(
            b.x - _DOT < x < b.x + b.width + _DOT and b.y - _DOT < y < b.y + b.height + _DOT for b in boxes
        )
        if not hidden and all(math.hypot(x - a, y - b) > 2 * _DOT for a, b in taken):
            return x, y
    return curve.at(0.5)


@dataclass(frozen=True, slots=True)
class MapLayout:
    """A value map laid out: boxes, curves, the band of each level (top, bottom), the size of it all."""

    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]
    bands: Mapping[str, tuple[float, float]]
    width: float
    height: float

    def middles(self) -> list[tuple[float, float]]:
        """Where the number of each link stands."""
        taken: list[tuple[float, float]] = []
        for curve in self.curves:
            taken.append(middle(curve, self.boxes, taken))
        return taken


def lay_out(
    nodes: Mapping[str, tuple[str, str]], edges: Sequence[tuple[str, str]], *, width: int = 1000
) -> MapLayout:
    """Place codes by level, attributes at the bottom, values at the top.

    Within a level codes are ordered by the places of those they are linked with (barycentre sweeps, Sugiyama
    et al. 1981). Where a level has more codes than a row has room for, it takes several rows, neighbours in
    turn in each; so boxes of a row are always :data:`GAP` apart.

    Parameters
    ----------
    nodes
        Level and label of each code.
    edges
        Means and end, both among the nodes.
    width
        Width of the map in pixels, at least 450.

    Returns
    -------
    MapLayout

    Examples
    --------
    >>> laid = lay_out({"a1": ("attribute", "Light"), "f1": ("functional", "Carry it")}, [("a1", "f1")])
    >>> [box.code for box in sorted(laid.boxes, key=lambda box: box.y)]
    ['f1', 'a1']
    """
    orders = _orders(nodes, edges)
    inner = width - _SIDE - _MARGIN
    boxes: dict[str, Box] = {}
    bands: dict[str, tuple[float, float]] = {}
    y = float(_MARGIN)
    for level in [level for level in reversed(LEVELS) if orders.get(level)]:
        own = orders[level]
        step = min((inner - BOX_WIDTH) / max(len(own) - 1, 1), BOX_WIDTH + 5.0 * GAP)
        n_rows = math.ceil((BOX_WIDTH + GAP) / step)
        labels = {code: tuple(lines(nodes[code][1], width=LETTERS, most=MOST_LINES)) for code in own}
        height = (max(len(label) for label in labels.values()) + 1) * LINE + 2 * _PADDING
        start = _SIDE + (inner - BOX_WIDTH - step * (len(own) - 1)) / 2
        for at, code in enumerate(own):
            x = start + step * at
            top = y + (at % n_rows) * (height + _ROW_GAP)
            boxes[code] = Box(code, level, round(x, 1), top, BOX_WIDTH, height, labels[code])
        bottom = y + n_rows * height + (n_rows - 1) * _ROW_GAP
        bands[level] = (y, bottom)
        y = bottom + _LEVEL_GAP
    tall = y - _LEVEL_GAP + _MARGIN if boxes else 2.0 * _MARGIN
    return MapLayout(tuple(boxes.values()), _curves(boxes, edges), bands, width, tall)


def _orders(nodes: Mapping[str, tuple[str, str]], edges: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Order of the codes of each level, from left to right."""
    orders = {level: sorted(code for code in nodes if nodes[code][0] == level) for level in LEVELS}
    near: dict[str, list[str]] = {code: [] for code in nodes}
    for means, end in edges:
        near[means].append(end)
        near[end].append(means)
    for sweep in range(_SWEEPS):
        place = {code: (at + 0.5) / len(order) for order in orders.values() for at, code in enumerate(order)}
        for level in LEVELS if sweep % 2 else LEVELS[::-1]:
            mean = {
                code: sum(place[other] for other in near[code]) / len(near[code])
                if near[code]
                else place[code]
                for code in orders[level]
            }
            orders[level] = [code for _, code in sorted((mean[code], code) for code in orders[level])]
            place |= {code: (at + 0.5) / len(orders[level]) for at, code in enumerate(orders[level])}
    return orders


def _curves(boxes: Mapping[str, Box], edges: Sequence[tuple[str, str]]) -> tuple[Curve, ...]:
    """Curves that leave boxes at the top and reach others at the bottom, spread along their sides."""
    leave, reach = _ports(boxes, edges, 0), _ports(boxes, edges, 1)
    curves = []
    for means, end in edges:
        low, high = boxes[means], boxes[end]
        x0, x1 = leave[means, end], reach[means, end]
        if high.y + high.height < low.y:
            y0, y1 = low.y, high.y + high.height
            bend = max(18.0, (y0 - y1) * 0.45)
            points = ((x0, y0), (x0, y0 - bend), (x1, y1 + bend), (x1, y1))
        else:
            # Beside each other or below: around, over the tops of both.
            y0, y1 = low.y, high.y
            lift = 20 + abs(x0 - x1) * 0.04
            points = ((x0, y0), (x0, y0 - lift), (x1, y1 - lift), (x1, y1))
        curves.append(Curve(means, end, tuple((round(x, 1), round(y, 1)) for x, y in points)))
    return tuple(curves)


def _ports(
    boxes: Mapping[str, Box], edges: Sequence[tuple[str, str]], side: int
) -> dict[tuple[str, str], float]:
    """Where along its box each link begins (side 0) or ends (side 1), by the place of the other end."""
    ports: dict[tuple[str, str], float] = {}
    for code, box in boxes.items():
        own = sorted(
            (edge for edge in edges if edge[side] == code), key=lambda edge: (boxes[edge[1 - side]].x, edge)
        )
        for at, edge in enumerate(own):
            spread = box.width * 0.7
            ports[edge] = box.x + box.width / 2 + spread * ((at + 0.5) / len(own) - 0.5)
    return ports


def strongest(edges: Sequence[tuple[str, str, int]], most: int = MOST_NODES) -> list[tuple[str, str, int]]:
    """Leave out the links of the fewest people until at most ``most`` codes are left.

    Links of equal weight go together.

    Examples
    --------
    >>> strongest([("a", "b", 5), ("c", "d", 1)], most=2)
    [('a', 'b', 5)]
    """
    for least in sorted({weight for *_, weight in edges}):
        kept = [edge for edge in edges if edge[2] >= least]
        if len({code for edge in kept for code in edge[:2]}) <= most:
            return kept
    return []
