"""Who gives which reason: themes by segment, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from needlens.errors import UsageError
from needlens.plots.style import GROUP_COLOURS, escaped, styled
from needlens.schema import THEME_ID
from needlens.study.record import Study
from needlens.wording import FEW_PEOPLE, NBSP, PRIVATE_PEOPLE, count, cut, percent, share_text

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

_LABEL = 40
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star")


def segments_figure(study: Study, column: str, *, top: int = 10) -> go.Figure:
    """Draw the share of people who mention each theme, by the values of one segment column.

    Parameters
    ----------
    study
        The study.
    column
        A segment column of the study; its seven largest segments of five people or more are shown.
    top
        How many themes to show, most mentioned first.

    Returns
    -------
    plotly.graph_objects.Figure
        The sentence that says what it shows is ``figure.layout.meta["caption"]``.

    Raises
    ------
    UsageError
        The study has no such segment column.
    """
    import plotly.graph_objects as go

    table = study.prevalence[study.prevalence["column"] == column]
    if table.empty and study.found:
        known = ", ".join(repr(name) for name in study.prevalence["column"].unique())
        message = f"no segment column {column!r}; the study has {known or 'none'}"
        raise UsageError(message)
    themes = (study.main_themes() if study.found else study.themes).head(top)
    sizes = table.drop_duplicates("segment").sort_values(["n", "segment"], ascending=[False, True])
    sizes = sizes[sizes["n"] >= PRIVATE_PEOPLE].head(len(GROUP_COLOURS))
    figure = go.Figure()
    for at, (segment, n) in enumerate(zip(sizes["segment"], sizes["n"], strict=True)):
        rows = table[table["segment"] == segment].set_index(THEME_ID).loc[themes[THEME_ID]]
        offset = (at - (len(sizes) - 1) / 2) * 0.7 / len(sizes)
        name = f"{escaped(cut(segment, _LABEL))} (n = {count(n)})"
        figure.add_scatter(
            x=rows["prevalence"] * 100,
            y=[position + offset for position in range(len(rows))],
            mode="markers",
            name=name,
            marker={"size": 8, "symbol": _SYMBOLS[at], "color": GROUP_COLOURS[at]},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": (rows["high"] - rows["prevalence"]) * 100,
                "arrayminus": (rows["prevalence"] - rows["low"]) * 100,
                "thickness": 1.2,
                "width": 3,
            },
            customdata=[
                f"<b>{name}</b><br>{share_text(row['prevalence'], row['low'], row['high'])}, "
                f"n = {count(row['n_respondents'])}"
                for row in rows.to_dict("records")
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    figure.update_yaxes(
        range=(len(themes) - 0.5, -0.5),
        tickvals=list(range(len(themes))),
        ticktext=[escaped(cut(label, _LABEL)) for label in themes["label"]],
    )
    figure.update_xaxes(title_text="share of respondents in the segment, %", rangemode="tozero")
    caption = (
        f"Share of the people in each {column} who mention a theme there, with 95 % intervals (Wilson). "
        "Where intervals overlap widely, the segments may not differ; "
        f"with fewer than {FEW_PEOPLE} people do not compare."
    )
    title = _finding(table[table["segment"].isin(sizes["segment"])], themes, column)
    height = 180 + len(themes) * (12 + 10 * len(sizes))
    figure = styled(figure, title=title, caption=caption, height=height)
    return figure.update_layout(
        showlegend=True, legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0}
    )


def _finding(table: pd.DataFrame, themes: pd.DataFrame, column: str) -> str:
    """The theme whose shares differ most between two segments whose intervals do not meet."""
    if themes.empty:
        return "No themes were found"
    labels = dict(zip(themes[THEME_ID], themes["label"], strict=True))
    rows = table[(table["n"] >= FEW_PEOPLE) & table[THEME_ID].isin(list(labels))]
    gap, found = 0.0, None
    for theme, own in rows.groupby(THEME_ID):
        most = max(own.to_dict("records"), key=lambda row: row["low"])
        least = min(own.to_dict("records"), key=lambda row: row["high"])
        if most["low"] - least["high"] > gap:
            gap, found = most["low"] - least["high"], (theme, most, least)
    if found is None:
        return f"No clear differences by {escaped(column)}"
    theme, most, least = found
    shares = ", ".join(
        f"{percent(row['prevalence'])}{NBSP}% of {escaped(cut(row['segment'], _LABEL))}"
        for row in (most, least)
    )
    return f"By {escaped(column)}, “{escaped(cut(labels[theme], _LABEL))}” differs most: {shares}"
