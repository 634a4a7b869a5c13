"""The hierarchical value map: from features at the bottom to what matters at the top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from needlens.plots.style import GROUP_COLOURS, INK, escaped, styled
from needlens.schema import LEVELS
from needlens.study.laddering import Laddering
from needlens.study.record import Study
from needlens.value_map.drawing import LEVEL_NAMES, Drawing, drawing
from needlens.value_map.layout import Box
from needlens.wording import cut, share_text

if TYPE_CHECKING:
    import plotly.graph_objects as go

LEVEL_COLOURS = dict(
    zip(LEVELS, (GROUP_COLOURS[5], GROUP_COLOURS[0], GROUP_COLOURS[2], GROUP_COLOURS[1]), strict=True)
)
LEVEL_TINTS = dict(zip(LEVELS, ("#E4F3FB", "#DCEBF6", "#DDF2EA", "#FBEFD5"), strict=True))
"""Fill of the boxes of each level."""

PALE = "#A9B2BB"
"""Colour of links that the popularity of their codes explains."""

_STEPS = 24
_QUOTE = 90


def value_map_figure(study: Study, *, width: int = 1000) -> go.Figure:
    """Draw the value map of a laddered study.

    Parameters
    ----------
    study
        With its ``ladder``.
    width
        In pixels, at least 450.

    Returns
    -------
    plotly.graph_objects.Figure
        Hovering over the middle of a link shows who says so; the sentence that says how to read it is
        ``figure.layout.meta["caption"]``.

    Raises
    ------
    StudyError
        The study is not laddered.
    """
    import plotly.graph_objects as go

    ladder = study.ladder or Laddering({})
    nodes, edges, codes, links = (
        ladder[name] for name in ("value_map_nodes", "value_map_edges", "codes", "links")
    )
    shown = drawing(nodes, edges, codes, links, study.info["ladder"], width=width)
    laid = shown.layout
    figure = go.Figure()
    for curve, row in zip(laid.curves, shown.edges, strict=True):
        points = [curve.at(step / _STEPS) for step in range(_STEPS + 1)]
        colour = INK if row["above_chance"] else PALE
        figure.add_scatter(
            x=[x for x, _ in points],
            y=[y for _, y in points],
            mode="lines",
            line={
                "width": row["width"],
                "color": colour,
                "dash": "solid" if row["drawn"] == "solid" else "7px,5px",
            },
            hoverinfo="skip",
        )
        (x0, y0), (x1, y1) = curve.at(0.93), curve.at(1.0)
        arrow = {
            "showarrow": True,
            "arrowhead": 2,
            "arrowsize": 1,
            "arrowwidth": 1.6,
            "arrowcolor": colour,
            "text": "",
        }
        figure.add_annotation(x=x1, y=y1, ax=x0, ay=y0, xref="x", yref="y", axref="x", ayref="y", **arrow)
    middles = laid.middles()
    figure.add_scatter(
        x=[x for x, _ in middles],
        y=[y for _, y in middles],
        mode="markers",
        marker={
            "size": 15,
            "color": "white",
            "line": {"color": [INK if r["above_chance"] else PALE for r in shown.edges], "width": 1.2},
        },
        customdata=[_hover(row) for row in shown.edges],
        hovertemplate="%{customdata}<extra></extra>",
    )
    figure.add_scatter(
        x=[x for x, _ in middles],
        y=[y for _, y in middles],
        mode="text",
        text=[str(row["n_respondents"]) for row in shown.edges],
        textfont={"size": 10},
        hoverinfo="skip",
    )
    _boxes(figure, shown)
    for level, (top, bottom) in laid.bands.items():
        text = f"<b>{LEVEL_NAMES[level]}</b>"
        figure.add_annotation(
            x=8,
            y=(top + bottom) / 2,
            text=text,
            showarrow=False,
            xanchor="left",
            font={"color": LEVEL_COLOURS[level]},
        )
    figure.update_xaxes(visible=False, range=[0, laid.width], fixedrange=True)
    figure.update_yaxes(visible=False, range=[laid.height, 0], fixedrange=True)
    figure = styled(
        figure, title=cut(shown.title, 110), caption=shown.caption, height=round(laid.height) + 60
    )
    return figure.update_layout(
        width=width, margin={"l": 0, "r": 0, "t": 56, "b": 4}, hovermode="closest", plot_bgcolor="white"
    )


def _boxes(figure: Any, shown: Drawing) -> None:  # noqa: ANN401 - plotly has no types
    for box in shown.layout.boxes:
        figure.add_shape(
            type="rect",
            layer="above",
            x0=box.x,
            x1=box.x + box.width,
            y0=box.y,
            y1=box.y + box.height,
            fillcolor=LEVEL_TINTS[box.level],
            line={"color": LEVEL_COLOURS[box.level], "width": 1.4},
        )
        figure.add_annotation(
            x=box.x + box.width / 2,
            y=box.y + box.height / 2,
            text=box_text(box, shown.shares[box.code]),
            showarrow=False,
            font={"size": 12},
            align="center",
        )


def box_text(box: Box, share: str) -> str:
    """Lines of a box as plotly takes them: its label, and its share of people below."""
    label = "<br>".join(escaped(line) for line in box.label)
    return f"{label}<br><span style='font-size:10px;color:#55616D'>{share}</span>"


def _hover(row: dict[str, Any]) -> str:
    share = share_text(row["share"], row["low"], row["high"])
    title = f"<b>{escaped(cut(row['means_label'], 40))} → {escaped(cut(row['end_label'], 40))}</b>"
    made = f"{row['n_respondents']} people, {share}; back in {row['support']:.0%} of resamples"
    above = "" if row["above_chance"] else "<br>no more than the popularity of both explains"
    quotes = "".join(
        f"<br>“{escaped(cut(quote['means'], _QUOTE))}” → “{escaped(cut(quote['end'], _QUOTE))}” "
        f"({quote['grade']})"
        for quote in row["quotes"]
    )
    return f"{title}<br>{made}{above}{quotes}"
