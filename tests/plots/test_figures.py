"""Figures: the numbers of the study, units, a finding in the title, and customer text shown as written."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from needlens.errors import UsageError
from needlens.plots.broad import broad_groups
from needlens.plots.prevalence import prevalence_figure
from needlens.plots.segments import segments_figure
from needlens.plots.style import GROUP_COLOURS, MOST_NAMED
from needlens.plots.theme_map import theme_map_figure
from needlens.study.record import Study
from needlens.theme_map import MAX_RADIUS


def _json(figure: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(figure.to_json())
    return read


def test_broad_groups_by_people(study: Study, without_structure: Study) -> None:
    assert broad_groups(study) == [(4, [1]), (5, [2, 3])]
    assert broad_groups(without_structure) == []


def test_groups_no_better_than_chance_are_not_shown(study: Study) -> None:
    study.info["scales"] = [{"scale": 0, "beyond_chance": True}, {"scale": 1, "beyond_chance": False}]
    assert broad_groups(study) == []


def test_prevalence_shows_shares_with_their_intervals(study: Study) -> None:
    figure = prevalence_figure(study)
    [trace] = figure.data
    themes = study.main_themes()
    assert list(trace.x) == pytest.approx(100 * themes["prevalence"])
    assert list(trace.x + trace.error_x.array) == pytest.approx(100 * themes["high"])
    assert list(trace.x - trace.error_x.arrayminus) == pytest.approx(100 * themes["low"])
    assert figure.layout.xaxis.title.text == "share of respondents, %"
    assert figure.layout.title.text == (
        "Mentioned most: “hot &lt;b&gt;for hours&lt;/b&gt;”, by 75\u00a0% (65–83) of people"
    )
    assert "81 people" in figure.layout.meta["caption"]


def test_only_the_top_themes(study: Study) -> None:
    figure = prevalence_figure(study, top=2)
    assert len(figure.data[0].x) == 2
    assert "the 2 most mentioned of 3 themes" in figure.layout.meta["caption"]


def test_the_map_has_areas_of_people_and_colours_of_groups(study: Study) -> None:
    figure = theme_map_figure(study)
    assert [(trace.name, trace.marker.color) for trace in figure.data] == [
        ("warmth", GROUP_COLOURS[0]),
        ("chores", GROUP_COLOURS[1]),
    ]
    assert [list(trace.text) for trace in figure.data] == [["1"], ["2", "3"]]
    assert figure.layout.showlegend
    sizes = [size for trace in figure.data for size in trace.marker.size]
    people = study.main_themes()["n_respondents"].tolist()
    areas = [size**2 / n for size, n in zip(sizes, people, strict=True)]
    assert areas == pytest.approx([areas[0]] * 3)
    one_unit = sizes[0] / (2 * MAX_RADIUS)
    (low, high), margin = figure.layout.xaxis.range, figure.layout.margin
    assert (high - low) * one_unit == pytest.approx(figure.layout.width - margin.l - margin.r, rel=0.02)
    assert figure.layout.title.text == "3 themes in 2 broad groups (colours)"
    assert len(figure.layout.annotations) == 3


def test_the_map_names_only_the_most_mentioned(study: Study) -> None:
    main = study.themes[study.themes["scale"] == 0]
    copies = [main.assign(theme_id=main["theme_id"] + 3 * at, parent_id=None) for at in range(10)]
    places = pd.Series(range(30))
    layout = pd.DataFrame({"theme_id": range(1, 31), "x": places % 6, "y": places // 6})
    figure = theme_map_figure(replace(study, themes=pd.concat(copies), layout=layout))
    [trace] = figure.data
    assert sorted(trace.text, key=int) == [str(rank) for rank in range(1, 31)]
    assert len(figure.layout.annotations) == MOST_NAMED
    assert not figure.layout.showlegend


def test_a_wide_map_shrinks_to_the_page_and_names_fewer(study: Study) -> None:
    main = study.themes[study.themes["scale"] == 0]
    copies = [main.assign(theme_id=main["theme_id"] + 3 * at, parent_id=None) for at in range(10)]
    layout = pd.DataFrame({"theme_id": range(1, 31), "x": range(30), "y": 0.0})
    figure = theme_map_figure(replace(study, themes=pd.concat(copies), layout=layout))
    assert figure.layout.width <= 960
    assert 0 < len(figure.layout.annotations) < MOST_NAMED


def test_no_name_is_printed_over_another(study: Study) -> None:
    for x, n in ([0.0, 2.0, 4.0, 0.0, 2.0], 3), ([0.0, 0.0, 4.0, 0.0, 2.0], 2):
        figure = theme_map_figure(replace(study, layout=study.layout.assign(x=x)))
        assert len(figure.layout.annotations) == n


def test_segments_name_the_clearest_difference(study: Study) -> None:
    figure = segments_figure(study, "plan")
    assert (
        figure.layout.title.text
        == "By plan, “easy to clean” differs most: 75\u00a0% of Pro, 0\u00a0% of Free"
    )
    assert [trace.name for trace in figure.data] == ["Free (n = 40)", "Pro (n = 40)"]  # Trial: one person
    assert figure.layout.xaxis.title.text == "share of respondents in the segment, %"


def test_segments_that_do_not_differ(study: Study) -> None:
    even = Study(
        study.verbatims,
        study.reasons,
        study.assignments,
        study.themes[study.themes["theme_id"] != 2],
        study.prevalence,
        study.layout,
        study.info,
    )
    assert segments_figure(even, "plan").layout.title.text == "No clear differences by plan"


def test_an_unknown_segment_column_is_refused(study: Study) -> None:
    with pytest.raises(UsageError, match="no segment column 'age'; the study has 'plan'"):
        segments_figure(study, "age")


def test_customer_text_is_shown_as_written(study: Study) -> None:
    for figure in (prevalence_figure(study), theme_map_figure(study), segments_figure(study, "plan")):
        text = json.dumps(_json(figure))
        assert "<b>for hours" not in text
        assert "<i>so" not in text
        assert "scattergl" not in text
    assert "“because &lt;i&gt;so&lt;/i&gt;”" in prevalence_figure(study).data[0].customdata[0]


def test_without_structure_figures_say_so(without_structure: Study) -> None:
    figures = [
        prevalence_figure(without_structure),
        theme_map_figure(without_structure),
        segments_figure(without_structure, "plan"),
    ]
    assert figures[0].layout.title.text == "No themes were found"
    assert figures[1].layout.title.text == "No themes were found"
    assert figures[2].layout.title.text == "No themes were found"


def test_the_same_figure_every_time(study: Study) -> None:
    assert _json(theme_map_figure(study)) == _json(theme_map_figure(study))
