"""Which reasons are alike: a map of bubbles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from needlens.plots.broad import broad_groups
from needlens.plots.prevalence import hover
from needlens.plots.style import ACCENT, MOST_NAMED, OTHER_COLOUR, escaped, group_colour, styled
from needlens.schema import THEME_ID
from needlens.study.record import Study
from needlens.theme_map import LABEL_HEIGHT, LABEL_WIDTH, radii
from needlens.wording import cut, lines

if TYPE_CHECKING:
    import plotly.graph_objects as go

_PIXELS = 110
"""Pixels a unit of the map, where there is room."""

_WIDEST = 960
"""Pixels a notebook's page has for a figure."""

_FONT = 11
"""Pixels of a name's letters; on average one is :data:`_LETTER` as wide, a line :data:`_LINE` as high."""

_LETTER = 0.55
_LINE = 1.3

_LABEL_CHARACTERS = 16
_GROUP_CHARACTERS = 40


def theme_map_figure(study: Study) -> go.Figure:
    """Draw the themes of the main scale as bubbles: area is people, nearness is similarity of meaning.

    Colours are the broad groups of a coarser scale. Every bubble bears its rank; of many themes, the most
    mentioned are named as well.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    plotly.graph_objects.Figure
        The sentence that says how to read it is ``figure.layout.meta["caption"]``.
    """
    import plotly.graph_objects as go

    themes = study.main_themes() if study.found else study.themes
    placed = themes.merge(study.layout, on=THEME_ID, validate="one_to_one")
    placed["rank"] = range(1, len(placed) + 1)
    r = radii(placed["n_respondents"])
    x_range = _range(placed["x"].to_numpy(), np.maximum(r, LABEL_WIDTH / 2), 0.0)
    y_range = _range(placed["y"].to_numpy(), r, LABEL_HEIGHT)
    pixels = min(_PIXELS, (_WIDEST - 40) / (x_range[1] - x_range[0]))
    placed["radius"] = r
    names = study.themes.set_index(THEME_ID)["label"]
    gathered = broad_groups(study)
    n_groups = sum(group is not None for group, _ in gathered)
    figure = go.Figure()
    for at, (group, ids) in enumerate(gathered or [(None, placed[THEME_ID].tolist())]):
        own = placed[placed[THEME_ID].isin(ids)]
        figure.add_scatter(
            x=own["x"],
            y=own["y"],
            mode="markers+text",
            name="other themes" if group is None else escaped(cut(names[group], _GROUP_CHARACTERS)),
            marker={
                "size": 2 * own["radius"] * pixels,
                "color": group_colour(at) if group is not None else OTHER_COLOUR if gathered else ACCENT,
                "opacity": 0.45,
            },
            text=own["rank"].astype("str"),
            textfont={"size": 11},
            customdata=[hover(study, row) for row in own.to_dict("records")],
            hovertemplate="%{customdata}<extra></extra>",
        )
    # A crowded map has room for fewer names, and none for one that would be printed over another.
    taken: list[tuple[float, float, float, float]] = []
    for row in placed.head(round(MOST_NAMED * pixels / _PIXELS)).to_dict("records"):
        shown = lines(row["label"], width=_LABEL_CHARACTERS)
        below = row["y"] - row["radius"]
        half = (max(map(len, shown)) * _LETTER + 1) * _FONT / pixels / 2
        box = (row["x"] - half, row["x"] + half, below - len(shown) * _LINE * _FONT / pixels, below)
        if any(box[0] < b and a < box[1] and box[2] < d and c < box[3] for a, b, c, d in taken):
            continue
        taken.append(box)
        text = "<br>".join(map(escaped, shown))
        figure.add_annotation(
            x=row["x"], y=below, text=text, showarrow=False, yanchor="top", font={"size": _FONT}
        )
    figure.update_xaxes(visible=False, range=x_range)
    figure.update_yaxes(visible=False, range=y_range, scaleanchor="x")
    in_groups = f" in {n_groups} broad groups (colours)" if n_groups else ""
    caption = (
        "Each bubble is a theme: the bigger, the more people; the nearer two, the more alike what people "
        "say. Only nearness has a meaning, not left, right, up or down. Numbers are ranks by people."
    )
    height = round((y_range[1] - y_range[0]) * pixels) + 80
    figure.update_layout(width=round((x_range[1] - x_range[0]) * pixels) + 40)
    title = f"{len(placed)} themes{in_groups}" if study.found else "No themes were found"
    figure = styled(figure, title=title, caption=caption, height=height)
    return figure.update_layout(
        showlegend=n_groups > 0,
        legend={"orientation": "h", "y": 0, "yanchor": "top", "itemsizing": "constant"},
    )


def _range(centres: np.ndarray, reach: np.ndarray, below: float) -> tuple[float, float]:
    if len(centres) == 0:
        return 0.0, 1.0
    return float((centres - reach).min() - below - 0.05), float((centres + reach).max() + 0.05)
