"""What a drawing of the value map shows, worked out once for figure and report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from needlens.value_map.layout import MapLayout, lay_out, strongest
from needlens.wording import count, share_text

LEVEL_NAMES: Final = {
    "attribute": "Features",
    "functional": "What it does",
    "psychosocial": "How that feels",
    "value": "What matters",
}
"""Names of the levels for readers."""

_THINNEST, _WIDEST = 1.2, 9.0
MOST_LINKS: Final = 30
"""Links on a map at most: those above chance first, then those of the most people."""

_FULL = 15
"""People from which a line may have its full width."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A value map ready to be drawn.

    Attributes
    ----------
    layout
        Places of boxes and curves.
    shares
        "3 % (2–5)" for each code.
    edges
        One mapping a curve, in the order of ``layout.curves``: the columns of ``value_map_edges``,
        ``means_label``, ``end_label``, ``width`` (pixels), and ``quotes`` (:func:`quotes_of`).
    left_out
        Links at or above the cut-off that are not drawn.
    title, caption
        What it says, and how to read it.
    """

    layout: MapLayout
    shares: dict[str, str]
    edges: tuple[dict[str, Any], ...]
    left_out: int
    title: str
    caption: str


def drawing(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    codes: pd.DataFrame,
    links: pd.DataFrame,
    info: dict[str, Any],
    *,
    width: int = 1000,
    n_quotes: int = 3,
) -> Drawing:
    """Choose what of a value map is drawn, and lay it out.

    Parameters
    ----------
    nodes, edges, codes, links
        Tables ``value_map_nodes``, ``value_map_edges``, ``codes`` and ``links`` of a laddered study.
    info
        Its ``info["ladder"]``.
    width
        In pixels.
    n_quotes
        Quotes of each link at most.

    Returns
    -------
    Drawing
    """
    shown = edges[edges["drawn"] != "no"]
    triples = list(zip(shown["means"], shown["end"], shown["n_respondents"].astype(int), strict=True))
    kept = {(means, end) for means, end, _ in strongest(triples)}
    rows = _most_telling([row for row in shown.to_dict("records") if (row["means"], row["end"]) in kept])
    labels = codes.set_index("code")["label"].to_dict()
    on_map = {code for row in rows for code in (row["means"], row["end"])}
    own = nodes[nodes["code"].isin(on_map)]
    named = {code: (level, labels[code]) for code, level in zip(own["code"], own["level"], strict=True)}
    laid = lay_out(named, [(row["means"], row["end"]) for row in rows], width=width)
    largest = max([_FULL, *(int(row["n_respondents"]) for row in rows)])
    full: list[dict[str, Any]] = []
    for row in rows:
        spread = (_WIDEST - _THINNEST) * int(row["n_respondents"]) / largest
        quoted = quotes_of(links, str(row["means"]), str(row["end"]), n_quotes, info["parameters"]["grades"])
        row["above_chance"] = _is_true(row["above_chance"])
        names = {"means_label": labels[row["means"]], "end_label": labels[row["end"]]}
        full.append(
            {str(k): v for k, v in row.items()}
            | names
            | {"width": round(_THINNEST + spread, 1), "quotes": quoted}
        )
    shares = {
        row["code"]: share_text(row["prevalence"], row["low"], row["high"]) for row in own.to_dict("records")
    }
    title = _title(full, len(edges))
    return Drawing(laid, shares, tuple(full), len(edges) - len(rows), title, _caption(info))


def _most_telling(rows: list[dict[Any, Any]]) -> list[dict[Any, Any]]:
    """Of very many links those above chance and those of the most people, in their order."""
    if len(rows) <= MOST_LINKS:
        return rows
    order = sorted(
        range(len(rows)),
        key=lambda at: (not _is_true(rows[at]["above_chance"]), -rows[at]["n_respondents"], at),
    )
    return [rows[at] for at in sorted(order[:MOST_LINKS])]


def _is_true(value: Any) -> bool:  # noqa: ANN401 - a nullable boolean
    return not pd.isna(value) and bool(value)


def quotes_of(
    links: pd.DataFrame, means: str, end: str, most: int, grades: list[str]
) -> list[dict[str, str]]:
    """Quotes that make a link, the best evidence first, each by another respondent.

    Returns
    -------
    list of dict
        ``means``, ``connective``, ``end``: exact pieces of one verbatim; ``grade``.
    """
    own = links[(links["means_code"] == means) & (links["end_code"] == end) & (links["polarity"] == "stated")]
    own = own[own["grade"].isin(grades)]
    order = own.sort_values(["grade", "link_id"], ascending=[False, True]).drop_duplicates("respondent_id")
    return [
        {
            "means": row["means_text"],
            "connective": row["connective"],
            "end": row["end_text"],
            "grade": row["grade"],
        }
        for row in order.head(most).to_dict("records")
    ]


def _title(edges: list[dict[str, Any]], n_enough: int) -> str:
    if not edges and n_enough:
        return (
            f"No link is drawn: {n_enough} reach the cut-off, but come back in too few resamples or are too "
            "many for one picture"
        )
    if not edges:
        return "No link is made by enough people to be drawn"
    above = sum(row["above_chance"] for row in edges)
    what = f"{len(edges)} link{'s' * (len(edges) != 1)} from what people name to what it does for them"
    if above == 0:
        return f"{what}; none is beyond what chance alone could bring"
    return f"{what}; {above} {'is' if above == 1 else 'are'} beyond what chance alone could bring"


def _caption(info: dict[str, Any]) -> str:
    unit = {"respondent": "people", "ladder": "ladders", "mention": "mentions"}[info["counted_by"]]
    grades = info["parameters"]["grades"]
    beside = (
        ", or, where no word ties two statements, from a second one that stands higher"
        if "E1" in grades
        else ""
    )
    return (
        "Read from bottom to top: what people say a feature does for them, and what that means to them; "
        f"inferred from their wording{beside}. Lines: the wider, the more people make the link; at least "
        f"{info['cutoff']} {unit} of {count(info['n_respondents'])} people; solid where it comes back in at "
        "least 80 % of resamples of the people, dashed in 50 to 80 %; dark where it is more than the "
        "popularity of its two ends explains (false discovery rate at most 10 %), grey where it may be no "
        "more. Shares are of all people, with 95 % intervals."
    )
