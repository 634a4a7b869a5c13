"""Which reasons are alike: a map of bubbles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from needlens.plots.broad import broad_groups
from needlens.plots.prevalence import hover
from needlens.plots.style import OTHER_COLOUR, escaped, group_colour, styled
from needlens.plots.wording import lines
from needlens.schema import THEME_ID
from needlens.study.record import Study
from needlens.theme_map import LABEL_HEIGHT, LABEL_WIDTH, radii

if TYPE_CHECKING:
    import plotly.graph_objects as go

_PIXELS = 110
_LABEL_CHARACTERS = 16


def theme_map_figure(study: Study) -> go.Figure:
    """Draw the themes of the main scale as bubbles: area is people, nearness is similarity of meaning.

    Colours are the broad groups of a coarser scale.

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
    groups = [themes_in for group, themes_in in broad_groups(study) if group is not None]
    colour = {at: group_colour(rank) for rank, ids in enumerate(groups) for at in ids}
    r = radii(placed["n_respondents"])
    figure = go.Figure(
        go.Scatter(
            x=placed["x"],
            y=placed["y"],
            mode="markers",
            marker={
                "size": 2 * r * _PIXELS,
                "color": [colour.get(at, OTHER_COLOUR) for at in placed[THEME_ID]],
                "opacity": 0.45,
            },
            customdata=[hover(study, row) for row in placed.to_dict("records")],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    for x, y, label in zip(placed["x"], placed["y"] - r, placed["label"], strict=True):
        text = "<br>".join(escaped(line) for line in lines(label, width=_LABEL_CHARACTERS))
        figure.add_annotation(x=x, y=y, text=text, showarrow=False, yanchor="top", font={"size": 11})
    x_range = _range(placed["x"].to_numpy(), np.maximum(r, LABEL_WIDTH / 2), 0.0)
    y_range = _range(placed["y"].to_numpy(), r, LABEL_HEIGHT)
    figure.update_xaxes(visible=False, range=x_range)
    figure.update_yaxes(visible=False, range=y_range, scaleanchor="x")
    in_groups = f" in {len(groups)} broad groups (colours)" if groups else ""
    caption = (
        "Each bubble is a theme: the bigger, the more people; the nearer two, the more alike what people "
        "say. Only nearness has a meaning, not left, right, up or down."
    )
    height = round((y_range[1] - y_range[0]) * _PIXELS) + 80
    figure.update_layout(width=round((x_range[1] - x_range[0]) * _PIXELS) + 40)
    title = f"{len(placed)} themes{in_groups}" if study.found else "No themes were found"
    return styled(figure, title=title, caption=caption, height=height)


def _range(centres: np.ndarray, reach: np.ndarray, below: float) -> tuple[float, float]:
    if len(centres) == 0:
        return 0.0, 1.0
    return float((centres - reach).min() - below - 0.05), float((centres + reach).max() + 0.05)
