"""What the report says about ladders: value map, links with quotes, chains, depths, cut-offs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from needlens.plots.value_map import LEVEL_COLOURS, LEVEL_TINTS
from needlens.report.themes import Share
from needlens.schema import LEVELS
from needlens.study.record import Study
from needlens.value_map.drawing import LEVEL_NAMES, Drawing, drawing
from needlens.value_map.layout import LINE, Curve
from needlens.wording import chance, count, cut, ladder_sentence

GRADE_WORDS = {
    "E3": "said in one sentence",
    "E2": "said across sentences or by a weaker word",
    "E1": "side by side, inferred",
    "E0": "inferred",
}
"""Evidence of a link, in words."""

_QUOTE = 200
_KEYWORDS = 3
_CUTOFFS = 8


@dataclass(frozen=True, slots=True)
class DrawnBox:
    """A code on the map: corner, size, colours, lines of text with their height."""

    code: str
    x: float
    y: float
    width: float
    height: float
    fill: str
    stroke: str
    title: str
    label: tuple[tuple[float, str], ...]
    share: tuple[float, str]


@dataclass(frozen=True, slots=True)
class LinkQuote:
    """A customer's own words: means, connective, end, and the evidence in words."""

    means: str
    connective: str
    end: str
    grade: str


@dataclass(frozen=True, slots=True)
class DrawnLink:
    """A link on the map and below it; ``sure``: "solid" or "dashed"."""

    number: int
    means_code: str
    end_code: str
    means: str
    end: str
    path: str
    x: float
    y: float
    width: float
    sure: str
    above_chance: bool
    share: Share
    support: str
    q: str
    quotes: tuple[LinkQuote, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """A dominant chain: its codes from feature to top, who makes a part of it, and who all of it."""

    labels: tuple[str, ...]
    share: Share
    whole: int


@dataclass(frozen=True, slots=True)
class Ladders:
    """Everything the report says about ladders.

    Attributes
    ----------
    sentence
        What was found.
    title, caption
        Of the map.
    width, height
        Of the map, in pixels.
    bands
        Name, middle and colour of each level on the map.
    boxes, links
        In the order to draw them.
    left_out
        Links that reach the cut-off and are not drawn.
    chains
        Strongest first.
    depths
        Level, ladders that end there, their share of all in per cent, and how many of them have one rung.
    cutoffs
        Rows of the cut-off table, formatted; ``chosen`` marks the one used.
    checks
        Sentences on what speaks for and against the levels and links.
    """

    sentence: str
    title: str
    caption: str
    width: float
    height: float
    bands: tuple[tuple[str, float, str], ...]
    boxes: tuple[DrawnBox, ...]
    links: tuple[DrawnLink, ...]
    left_out: int
    chains: tuple[Chain, ...]
    depths: tuple[tuple[str, str, str, str], ...]
    cutoffs: tuple[dict[str, Any], ...]
    checks: tuple[str, ...]


def report_ladders(study: Study, *, verbatims: bool) -> Ladders | None:
    """Collect what the report says about ladders; None for a study that was not laddered.

    Parameters
    ----------
    study
        The study.
    verbatims
        Quote customers. If not, there are no quotes, and codes are named by keywords.
    """
    if study.ladder is None or "ladder" not in study.info:
        return None
    tables, info = study.ladder, study.info["ladder"]
    codes = tables["codes"].copy()
    if not verbatims:
        words = [", ".join(own[:_KEYWORDS]) for own in codes["keywords"]]
        codes["label"] = [own or code for own, code in zip(words, codes["code"], strict=True)]
    shown = drawing(tables["value_map_nodes"], tables["value_map_edges"], codes, tables["links"], info)
    labels = {str(code): str(label) for code, label in zip(codes["code"], codes["label"], strict=True)}
    laid = shown.layout
    bands = tuple(
        (LEVEL_NAMES[level], (top + bottom) / 2, LEVEL_COLOURS[level])
        for level, (top, bottom) in laid.bands.items()
    )
    return Ladders(
        sentence=ladder_sentence(info),
        title=shown.title,
        caption=shown.caption,
        width=laid.width,
        height=laid.height,
        bands=bands,
        boxes=_boxes(shown, labels),
        links=_links(shown, quoted=verbatims),
        left_out=shown.left_out,
        chains=_chains(tables["chains"], labels, info["n_respondents"]),
        depths=_depths(tables["ladder_depths"]),
        cutoffs=_cutoffs(tables["cutoffs"], int(info["cutoff"])),
        checks=_checks(info),
    )


def _boxes(shown: Drawing, labels: dict[str, str]) -> tuple[DrawnBox, ...]:
    boxes = []
    for box in shown.layout.boxes:
        first = box.y + (box.height - (len(box.label) + 1) * LINE) / 2 + LINE * 0.8
        label = tuple((round(first + at * LINE, 1), line) for at, line in enumerate(box.label))
        share = shown.shares[box.code]
        boxes.append(
            DrawnBox(
                code=box.code,
                x=box.x,
                y=box.y,
                width=box.width,
                height=box.height,
                fill=LEVEL_TINTS[box.level],
                stroke=LEVEL_COLOURS[box.level],
                title=f"{labels[box.code]}: {share} of people",
                label=label,
                share=(round(first + len(box.label) * LINE, 1), share),
            )
        )
    return tuple(boxes)


def _links(shown: Drawing, *, quoted: bool) -> tuple[DrawnLink, ...]:
    links = []
    middles = shown.layout.middles()
    rows = zip(shown.layout.curves, middles, shown.edges, strict=True)
    for number, (curve, (x, y), row) in enumerate(rows, start=1):
        people, n = int(row["n_respondents"]), int(row["n"])
        quotes = tuple(
            LinkQuote(
                cut(q["means"], _QUOTE), q["connective"], cut(q["end"], _QUOTE), GRADE_WORDS[q["grade"]]
            )
            for q in row["quotes"]
        )
        links.append(
            DrawnLink(
                number=number,
                means_code=row["means"],
                end_code=row["end"],
                means=row["means_label"],
                end=row["end_label"],
                path=_path(curve),
                x=round(x, 1),
                y=round(y, 1),
                width=row["width"],
                sure=row["drawn"],
                above_chance=row["above_chance"],
                share=Share(people, n, row["share"], row["low"], row["high"]),
                support=f"{row['support']:.0%}".replace("%", "\u00a0%"),
                q="not tested" if pd.isna(row["q_value"]) else f"q = {row['q_value']:.2f}",
                quotes=quotes if quoted else (),
            )
        )
    return tuple(links)


def _path(curve: Curve) -> str:
    (x0, y0), *rest = curve.points
    return f"M{x0:g},{y0:g}C{' '.join(f'{x:g},{y:g}' for x, y in rest)}"


def _chains(table: pd.DataFrame, labels: dict[str, str], n: int) -> tuple[Chain, ...]:
    return tuple(
        Chain(
            tuple(labels[code] for code in row["codes"]),
            Share(int(row["n_respondents"]), n, row["share"], row["low"], row["high"]),
            int(row["n_whole"]),
        )
        for row in table.to_dict("records")
    )


def _depths(table: pd.DataFrame) -> tuple[tuple[str, str, str, str], ...]:
    rows = []
    for level in LEVELS:
        own = table[table["top"] == level]
        if len(own):
            lone = int(own.loc[own["rungs"] == 1, "n_ladders"].sum())
            share = f"{own['share'].sum():.0%}".replace("%", "\u00a0%")
            rows.append((LEVEL_NAMES[level], count(int(own["n_ladders"].sum())), share, count(lone)))
    return tuple(rows)


def _cutoffs(table: pd.DataFrame, chosen: int) -> tuple[dict[str, Any], ...]:
    most = max(_CUTOFFS, chosen + 2)
    rows = []
    for row in table.head(most).to_dict("records"):
        back = row["replication"]
        rows.append(
            {
                "cutoff": row["cutoff"],
                "of_respondents": f"{row['of_respondents']:.1%}",
                "cells": f"{row['n_cells']} ({row['of_cells']:.0%})",
                "relations": f"{row['n_relations']} ({row['of_relations']:.0%})",
                "codes": row["n_codes"],
                "values": row["n_values"],
                "replication": "–" if pd.isna(back) else f"{back:.0%}",
                "chosen": row["cutoff"] == chosen,
            }
        )
    return tuple(rows)


def _checks(info: dict[str, Any]) -> tuple[str, ...]:
    found = [f"The {info['cutoff_reason']}." if info["cutoff_reason"].startswith("cut-off") else ""]
    ways = info["directions"]
    total = sum(ways.values())
    if total:
        found.append(
            f"Of {count(total)} links said in so many words whose two ends have a clear level by their own "
            f"words, {count(ways['rise'])} rise, {count(ways['stay'])} stay on a level and "
            f"{count(ways['fall'])} fall: the fewer fall, the better levels and directions agree."
        )
    health = info["health"]
    if health:
        found.append(
            f"How far codes of higher levels take in more links than they give: Spearman "
            f"{health['spearman']:.2f} ({chance(health['p_value'])}); links that lead down were left out "
            "before, which raises it."
        )
    rejected = info["rejected"]
    if rejected:
        parts = ", ".join(f"{why} {count(n)}" for why, n in rejected.items())
        found.append(f"Links that do not count, by reason: {parts}.")
    return tuple(sentence for sentence in found if sentence)
