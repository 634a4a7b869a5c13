"""Geometry: axes hold every interval, the view box holds every bubble and label."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens.plots.style import MOST_NAMED
from needlens.report.charts import axis_for, theme_map
from needlens.report.summary import summarise
from needlens.report.themes import Group, Share
from needlens.study.record import Study


def _share(high: float) -> Share:
    return Share(people=1, of=10, share=high / 2, low=0.0, high=high)


@given(st.floats(0.001, 1.0))
def test_an_axis_holds_its_shares_in_few_steps(high: float) -> None:
    axis = axis_for([_share(high)])
    assert axis.top >= high - 1e-6
    assert len(axis.ticks) <= 6
    assert float(axis.at(high).rstrip("%")) <= 100


@pytest.mark.parametrize(("high", "top"), [(0.2, 0.2), (0.21, 0.3), (0.4, 0.4), (0.41, 0.6), (1.0, 1.0)])
def test_axes_end_at_round_numbers(high: float, top: float) -> None:
    assert axis_for([_share(high)]).top == pytest.approx(top)


def test_no_shares_no_problem() -> None:
    assert axis_for([]).top == 1.0


def test_the_view_box_holds_bubbles_and_labels(study: Study) -> None:
    summary = summarise(study)
    drawn = theme_map(summary.groups, summary.places)
    assert [bubble.rank for bubble in drawn.bubbles] == list(range(1, 25))
    for bubble in drawn.bubbles:
        assert drawn.left <= bubble.x - bubble.r
        assert bubble.x + bubble.r <= drawn.left + drawn.width
        assert drawn.top <= bubble.y - bubble.r
        assert all(drawn.top <= y <= drawn.top + drawn.height for y, _ in bubble.label)
        assert (1 <= len(bubble.label) <= 3) == (bubble.rank <= MOST_NAMED)


def test_areas_of_bubbles_are_people(study: Study) -> None:
    summary = summarise(study)
    bubbles = theme_map(summary.groups, summary.places).bubbles
    per_person = [b.r**2 / t.share.people for b, t in zip(bubbles, summary.themes, strict=True)]
    assert min(per_person) == pytest.approx(max(per_person), rel=0.15)  # radii are whole pixels


def test_of_many_themes_the_most_mentioned_are_named(study: Study) -> None:
    themes = tuple(
        replace(theme, rank=theme.rank + 24 * at, theme_id=theme.theme_id + 24 * at)
        for at in range(2)
        for theme in summarise(study).themes
    )
    places = {theme.theme_id: (2.0 * (theme.rank % 7), 2.0 * (theme.rank // 7)) for theme in themes}
    drawn = theme_map([Group("", None, None, themes)], places)
    assert drawn.crowded
    assert [bool(bubble.label) for bubble in drawn.bubbles] == [True] * MOST_NAMED + [False] * 26


def test_a_label_without_room_is_left_out(study: Study) -> None:
    themes = summarise(study).themes[:5]
    apart = {theme.theme_id: (3.0 * theme.rank, 0.0) for theme in themes}
    at_one_place = dict.fromkeys(apart, (0.0, 0.0))
    named = [
        [bool(bubble.label) for bubble in theme_map([Group("", None, None, themes)], places).bubbles]
        for places in (apart, at_one_place)
    ]
    assert named == [[True] * 5, [True, True, False, False, False]]  # one below, one above
    assert [
        theme_map([Group("", None, None, themes)], places).all_named for places in (apart, at_one_place)
    ] == [True, False]
