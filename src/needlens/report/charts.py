"""Geometry of what the report draws: an axis for bars, a map of bubbles."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from needlens.plots.style import group_colour
from needlens.plots.wording import lines
from needlens.report.summary import Group, Share
from needlens.theme_map import LABEL_HEIGHT, LABEL_WIDTH, radii

_UNIT = 100
_MARGIN = 20
_LABEL_CHARACTERS = 16

MOST_LABELS = 30
"""Themes named on the map itself; of more, the less mentioned show their rank alone."""


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
    """A theme on the map, in hundredths of a map unit, y downwards: centre, radius, label lines under it."""

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
    """All bubbles and the view box that holds them with their labels; ``crowded``: some have no label.

    ``font_size`` is in the same units: wide maps are shown smaller and need larger letters.
    """

    left: int
    top: int
    width: int
    height: int
    font_size: int
    crowded: bool
    bubbles: tuple[Bubble, ...]


def theme_map(groups: Sequence[Group], places: Mapping[int, tuple[float, float]]) -> Map:
    """Draw the map of themes.

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
    bubbles = []
    for (group, theme), radius in zip(pairs, sizes.tolist(), strict=True):
        x, y = places[theme.theme_id]
        r = round(radius * _UNIT)
        below = round(-y * _UNIT) + r
        label = tuple(
            (below + 14 + 14 * at, line)
            for at, line in enumerate(lines(theme.label, width=_LABEL_CHARACTERS))
            if theme.rank <= MOST_LABELS
        )
        bubbles.append(
            Bubble(
                theme_id=theme.theme_id,
                rank=theme.rank,
                title=f"{theme.label}: {theme.share} of people",
                colour=group_colour(group.colour),
                x=round(x * _UNIT),
                y=round(-y * _UNIT),
                r=r,
                label=label,
            )
        )
    half = round(LABEL_WIDTH / 2 * _UNIT)
    left = min(b.x - max(b.r, half) for b in bubbles)
    right = max(b.x + max(b.r, half) for b in bubbles)
    top = min(b.y - b.r for b in bubbles)
    bottom = max(b.y + b.r for b in bubbles) + round(LABEL_HEIGHT * _UNIT)
    width = right - left + 2 * _MARGIN
    return Map(
        left=left - _MARGIN,
        top=top - _MARGIN,
        width=width,
        height=bottom - top + 2 * _MARGIN,
        font_size=12 if width < 1200 else 14,
        crowded=len(bubbles) > MOST_LABELS,
        bubbles=tuple(bubbles),
    )
