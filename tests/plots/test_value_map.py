"""The figure of the value map: what is drawn, and that nothing a customer wrote becomes markup."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from needlens.errors import StudyError
from needlens.plots.value_map import value_map_figure
from needlens.study.laddering import Laddering
from needlens.value_map.build import value_map
from needlens.value_map.drawing import MOST_LINKS, drawing

LEVELS = {"a1": "attribute", "f1": "functional", "p1": "psychosocial", "v1": "value"}


def tables(n: int = 20, label: str = "Light <b>frame</b>") -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    said = [(f"r{at}", ("a1", "f1", "p1", "v1")[: 2 + at % 3]) for at in range(n)]
    found = value_map(said, LEVELS, n + 5, cutoff=3)
    links = pd.DataFrame(
        {
            "link_id": ["x"], "respondent_id": ["r0"], "means_code": ["a1"], "end_code": ["f1"],
            "polarity": ["stated"],
            "grade": ["E3"], "connective": ["so"], "means_text": ["<img src=x>"], "end_text": ["I carry it"],
        }
    )  # fmt: skip
    codes = pd.DataFrame({"code": list(LEVELS), "level": list(LEVELS.values()), "label": [label, *"xyz"]})
    frames = {"value_map_nodes": found.nodes, "value_map_edges": found.edges, "codes": codes, "links": links}
    return frames, {**found.info, "parameters": {"grades": ["E3", "E2"]}}


class _Study:
    def __init__(self, frames: dict[str, pd.DataFrame], info: dict[str, Any]) -> None:
        self.ladder = Laddering(frames)
        self.info = {"ladder": info}


def test_every_link_is_a_line_and_every_code_a_box() -> None:
    frames, info = tables()
    figure = value_map_figure(_Study(frames, info))  # type: ignore[arg-type]
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert len(lines) == 3
    assert len(figure.layout.shapes) == 4
    widths = [trace.line.width for trace in lines]
    assert widths == sorted(widths, reverse=True)
    assert {trace.line.dash for trace in lines} <= {"solid", "7px,5px"}
    y = {shape.fillcolor: shape.y0 for shape in figure.layout.shapes}
    assert len(y) == 4
    assert "people" in figure.layout.meta["caption"]


def test_customers_words_are_text_and_not_markup() -> None:
    frames, info = tables()
    figure = value_map_figure(_Study(frames, info))  # type: ignore[arg-type]
    shown = " ".join(str(own.text) for own in figure.layout.annotations)
    hovers = " ".join(
        str(own)
        for trace in figure.data
        for own in (trace.customdata if trace.customdata is not None else ())
    )
    assert "Light &lt;b&gt;frame" in shown
    assert "&lt;img src=x&gt;" in hovers
    assert "<img" not in hovers


def test_no_links_draw_an_empty_map_that_says_so() -> None:
    frames, info = tables()
    found = value_map([], LEVELS, 9)
    frames |= {"value_map_nodes": found.nodes, "value_map_edges": found.edges}
    figure = value_map_figure(_Study(frames, {**info, **found.info}))  # type: ignore[arg-type]
    assert "No link" in figure.layout.title.text


def test_of_very_many_links_the_most_telling_are_drawn() -> None:
    rng = np.random.default_rng(0)
    levels = {f"a{k}": "attribute" for k in range(9)} | {f"f{k}": "functional" for k in range(9)}
    said = [(str(at), (f"a{rng.integers(9)}", f"f{rng.integers(9)}")) for at in range(900)]
    found = value_map(said, levels, 900, cutoff=3)
    codes = pd.DataFrame({"code": list(levels), "level": list(levels.values()), "label": list(levels)})
    frames, info = tables()
    shown = drawing(found.nodes, found.edges, codes, frames["links"], {**info, **found.info})
    assert len(shown.edges) == MOST_LINKS
    assert shown.left_out == len(found.edges) - MOST_LINKS


def test_a_study_that_was_not_laddered_is_refused() -> None:
    with pytest.raises(StudyError, match="needlens ladder"):
        value_map_figure(_Study({}, {}))  # type: ignore[arg-type]
