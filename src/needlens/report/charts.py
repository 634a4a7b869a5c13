"""Geometry of what the report draws: an axis for bars, a map of bubbles."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from needlens.plots.style import MOST_NAMED, group_colour
from needlens.report.themes import Group, Share
from needlens.theme_map import radii
from needlens.wording import lines

_UNIT = 100
_MARGIN = 20

# Ways to break a label, best first: letters a line, lines.
_BREAKS = ((16, 2), (11, 3))

# Of the letters' size: mean width of a letter, height of a line.
_LETTER = 0.54
_LINE = 1.17

# Of a bubble's radius: the part that no label may cover.
_CORE = 0.7

# Room on the page, in pixels, and the size letters should have there.
_ROOM = (1072, 900)
_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis of shares from 0 to ``top``, with evenly spaced ``ticks``."""

    top: float
    ticks: tuple[float, ...]

    def at(self, share: float) -> str:
        """Position of a share on the axis, as a CSS percentage.

        Examples
        --------
        >>> Axis(0.4, (0, 0.2, 0.4)).at(0.1)
        '25%'
        """
        return f"{100 * min(share / self.top, 1.0):.4g}%"


def axis_for(shares: Iterable[Share]) -> Axis:
    """Choose an axis that holds every interval, in steps of 5, 10 or 20 %.

    Examples
    --------
    >>> axis_for([Share(people=3, of=10, share=0.3, low=0.1, high=0.6)]).ticks
    (0.0, 0.2, 0.4, 0.6)
    """
    highest = max((share.high for share in shares), default=1.0)
    step = 0.05 if highest <= 0.2 else 0.1 if highest <= 0.4 else 0.2
    n = max(math.ceil(round(highest / step, 6)), 1)
    return Axis(n * step, tuple(round(tick * step, 2) for tick in range(n + 1)))


@dataclass(frozen=True, slots=True)
class Bubble:
    """A theme on the map, in hundredths of a map unit, y downwards: centre, radius, lines of its label."""

    theme_id: int
    rank: int
    title: str
    colour: str
    x: int
    y: int
    r: int
    label: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Map:
    """All bubbles and the view box that holds them with their labels; ``crowded``: more than are ever named.

    ``font_size`` is in the same units: wide maps are shown smaller and need larger letters.
    """

    left: int
    top: int
    width: int
    height: int
    font_size: int
    crowded: bool
    bubbles: tuple[Bubble, ...]

    @property
    def all_named(self) -> bool:
        """Whether every bubble has its label."""
        return all(bubble.label for bubble in self.bubbles)


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def theme_map(groups: Sequence[Group], places: Mapping[int, tuple[float, float]]) -> Map:
    """Draw the map of themes; the most mentioned are named where their label hides no other and no bubble.

    Parameters
    ----------
    groups
        Broad groups with their themes.
    places
        Centre of each theme's bubble by theme id, as :func:`needlens.theme_map.layout` gives them.
    """
    pairs = [(group, theme) for group in groups for theme in group.themes]
    pairs.sort(key=lambda pair: pair[1].rank)
    sizes = radii([theme.share.people for _, theme in pairs])
    bubbles = [
        Bubble(
            theme_id=theme.theme_id,
            rank=theme.rank,
            title=f"{theme.label}: {theme.share} of people",
            colour=group_colour(group.colour),
            x=round(places[theme.theme_id][0] * _UNIT),
            y=round(-places[theme.theme_id][1] * _UNIT),
            r=round(radius * _UNIT),
            label=(),
        )
        for (group, theme), radius in zip(pairs, sizes.tolist(), strict=True)
    ]
    discs = [_square(bubble, bubble.r) for bubble in bubbles]
    across, down = (
        max(getattr(disc, end) for disc in discs) - min(getattr(disc, start) for disc in discs)
        for start, end in (("left", "right"), ("top", "bottom"))
    )
    font_size = max(_LETTERS, round(_LETTERS * max(across / _ROOM[0], down / _ROOM[1])))
    # A label may graze a bubble's rim, but not its number.
    taken = [_square(bubble, max(_CORE * bubble.r, font_size / 2)) for bubble in bubbles]
    for at, (_, theme) in enumerate(pairs[:MOST_NAMED]):
        label, box = _label(theme.label, bubbles[at], taken, font_size)
        bubbles[at] = replace(bubbles[at], label=label)
        taken += [box] if box else []
    drawn = [*discs, *taken]
    left, top = min(box.left for box in drawn) - _MARGIN, min(box.top for box in drawn) - _MARGIN
    right, bottom = max(box.right for box in drawn) + _MARGIN, max(box.bottom for box in drawn) + _MARGIN
    return Map(
        left=math.floor(left),
        top=math.floor(top),
        width=math.ceil(right) - math.floor(left),
        height=math.ceil(bottom) - math.floor(top),
        font_size=font_size,
        crowded=len(bubbles) > MOST_NAMED,
        bubbles=tuple(bubbles),
    )


def _label(
    text: str, bubble: Bubble, taken: Sequence[_Box], font_size: int
) -> tuple[tuple[tuple[int, str], ...], _Box | None]:
    """Baselines and lines of a label below its bubble, else above it, and their box; nothing if no room."""
    for above, (letters, most) in product((False, True), _BREAKS):
        shown = lines(text, width=letters, most=most)
        # Half a letter more on each side, so that two labels do not read as one.
        half = (max(len(line) for line in shown) * _LETTER + 1) * font_size / 2
        height = len(shown) * font_size * _LINE
        top = bubble.y - bubble.r - height if above else float(bubble.y + bubble.r)
        box = _Box(bubble.x - half, top, bubble.x + half, top + height)
        if not any(box.meets(other) for other in taken):
            baselines = (round(top + font_size * (0.95 + _LINE * at)) for at in range(len(shown)))
            return tuple(zip(baselines, shown, strict=True)), box
    return (), None


def _square(bubble: Bubble, half: float) -> _Box:
    return _Box(bubble.x - half, bubble.y - half, bubble.x + half, bubble.y + half)
