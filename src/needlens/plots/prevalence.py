"""How many people give each reason: ranked dots with their intervals."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from needlens.plots.style import ACCENT, escaped, styled
from needlens.study.record import Study
from needlens.wording import count, cut, share_text, trust

if TYPE_CHECKING:
    import plotly.graph_objects as go

_LABEL = 48
_QUOTE = 90


def prevalence_figure(study: Study, *, top: int = 15) -> go.Figure:
    """Draw the themes most people mention, each with its share of people and 95 % interval.

    Parameters
    ----------
    study
        The study.
    top
        How many themes to show.

    Returns
    -------
    plotly.graph_objects.Figure
        The sentence that says what it shows is ``figure.layout.meta["caption"]``.
    """
    import plotly.graph_objects as go

    themes = study.main_themes() if study.found else study.themes
    shown = themes.head(top)
    asked = count(study.info["counts"]["respondents"])
    figure = go.Figure(
        go.Scatter(
            x=shown["prevalence"] * 100,
            y=shown["theme_id"].astype("str"),
            mode="markers+text",
            marker={"size": 10, "color": ACCENT},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": (shown["high"] - shown["prevalence"]) * 100,
                "arrayminus": (shown["prevalence"] - shown["low"]) * 100,
                "color": ACCENT,
                "thickness": 1.5,
                "width": 4,
            },
            text=[share_text(row["prevalence"], row["low"], row["high"]) for row in shown.to_dict("records")],
            textposition="top center",
            textfont={"size": 11},
            customdata=[hover(study, row) for row in shown.to_dict("records")],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    figure.update_yaxes(
        autorange="reversed",
        type="category",
        tickvals=shown["theme_id"].astype("str").tolist(),
        ticktext=[escaped(cut(label, _LABEL)) for label in shown["label"]],
    )
    figure.update_xaxes(title_text="share of respondents, %", rangemode="tozero")
    if shown.empty:
        title = "No themes were found"
    else:
        first = shown.iloc[0]
        share = share_text(first["prevalence"], first["low"], first["high"])
        title = f"Mentioned most: “{escaped(cut(first['label'], _LABEL))}”, by {share} of people"
    caption = (
        f"Share of {asked} people who mention each theme at least once, with 95 % intervals (Wilson); "
        f"the {len(shown)} most mentioned of {len(themes)} themes."
    )
    return styled(figure, title=title, caption=caption, height=150 + 34 * len(shown))


def hover(study: Study, theme: Mapping[Hashable, Any]) -> str:
    """Label, share, people, trust and first quote of a theme, as plotly shows them on hover."""
    quotes = study.quotes(theme["theme_id"])
    share = share_text(theme["prevalence"], theme["low"], theme["high"])
    lines = [
        f"<b>{escaped(cut(theme['label'], _LABEL))}</b>",
        f"{share} of people, n = {count(theme['n_respondents'])}, {trust(theme['stability'])}",
        *(f"“{escaped(cut(quote, _QUOTE))}”" for quote in quotes[:1]),
    ]
    return "<br>".join(lines)
