"""How figures look: colours everybody can tell apart, few lines, plain type."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import plotly.graph_objects as go

GROUP_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8F7A00")
"""Colours of broad groups, largest first: Okabe & Ito (2008), with a darker yellow."""

OTHER_COLOUR = "#767676"
"""Colour of every group beyond those of :data:`GROUP_COLOURS`, and of themes in none."""

MOST_NAMED = 22
"""Themes named on a map; the less mentioned are numbered only."""

INK = "#1B2733"
ACCENT = GROUP_COLOURS[0]
_GRID = "#E3E7EB"


def group_colour(rank: int | None) -> str:
    """Colour of the broad group at a rank, 0 for the largest, None for no group.

    Examples
    --------
    >>> group_colour(0), group_colour(99), group_colour(None)
    ('#0072B2', '#767676', '#767676')
    """
    return GROUP_COLOURS[rank] if rank is not None and rank < len(GROUP_COLOURS) else OTHER_COLOUR


def escaped(text: str) -> str:
    """Customer text for plotly, which takes some HTML: every tag and entity is shown as written.

    Examples
    --------
    >>> escaped("<b>loud</b>")
    '&lt;b&gt;loud&lt;/b&gt;'
    """
    return html.escape(text, quote=False)


def styled(figure: go.Figure, *, title: str, caption: str, height: int) -> go.Figure:
    """Give a figure its title, look and caption (``figure.layout.meta["caption"]``)."""
    figure.update_layout(
        title={"text": title, "font": {"size": 17}, "x": 0.01, "xref": "container", "xanchor": "left"},
        meta={"caption": caption},
        height=height,
        template="none",
        font={"family": "system-ui, sans-serif", "size": 13, "color": INK},
        colorway=list(GROUP_COLOURS),
        hoverlabel={"align": "left", "bgcolor": "white"},
        margin={"l": 12, "r": 24, "t": 56, "b": 56},
        showlegend=False,
        modebar={"orientation": "v"},
    )
    figure.update_xaxes(gridcolor=_GRID, zeroline=False, automargin=True)
    figure.update_yaxes(gridcolor=_GRID, zeroline=False, automargin=True)
    return figure
