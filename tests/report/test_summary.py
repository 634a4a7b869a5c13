"""What the report says about a study of known numbers."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from needlens.report.html import render
from needlens.report.provenance import provenance
from needlens.report.summary import Headline, Summary, headline, summarise
from needlens.report.themes import MOST_SHOWN, Share
from needlens.study.record import Study


@pytest.fixture
def summary(study: Study) -> Summary:
    return summarise(study)


def test_title_and_counts(summary: Summary) -> None:
    assert summary.title == "Reasons customers give: 24 themes from 371 people"
    assert summary.counts == (
        ("371", "people who answered"),
        ("371", "answers"),
        ("856", "reasons found in them"),
    )


def test_themes_are_ranked_by_people(summary: Summary) -> None:
    people = [theme.share.people for theme in summary.themes]
    assert people == sorted(people, reverse=True)
    first = summary.themes[0]
    assert (first.rank, first.label, first.trust) == (1, "keeps tea hot for hours", "stable")
    assert (str(first.share), first.share.people, first.share.of) == ("16\u00a0% (12–20)", 58, 371)


def test_most_mentioned_and_stable_themes_are_shown_in_full(study: Study) -> None:
    stability = study.themes["stability"].where(study.themes["theme_id"] != 24, 0.9)
    stability = stability.where(study.themes["theme_id"] != 23, 0.2)
    summary = summarise(replace(study, themes=study.themes.assign(stability=stability)))
    full = {theme.theme_id: theme.in_full for theme in summary.themes}
    assert all(theme.in_full for theme in summary.first)
    assert len(summary.first) == MOST_SHOWN
    assert [theme.rank for theme in summary.further] == [21, 22, 23, 24]
    assert full[24]
    assert not full[23]
    assert not any(theme.breakdowns for theme in summary.themes if not theme.in_full)


@pytest.mark.parametrize(
    ("unstable", "named", "chosen"),
    [
        ((), [1, 2, 3], False),
        ((4, 5), [1, 2, 3], False),
        ((1, 3), [2, 4, 5], True),
        ((1, 2, 3, 4, 5, 6, 7), [8, 9, 10], True),
        ((1, 2, 3, 4, 5, 6, 7, 8), [1, 2, 3], False),
    ],
)
def test_the_headline_prefers_themes_that_hold_up(
    summary: Summary, unstable: tuple[int, ...], named: list[int], chosen: bool
) -> None:
    themes = tuple(
        replace(theme, trust="unstable" if theme.rank in unstable else "tentative")
        for theme in summary.themes
    )
    assert headline(themes) == Headline(tuple(themes[rank - 1] for rank in named), chosen)


def test_quotes_are_customers_words_with_what_is_known_of_them(summary: Summary, study: Study) -> None:
    said = set(study.reasons["text"])
    for theme in summary.themes:
        assert (3 <= len(theme.quotes) <= 5) if theme.in_full else len(theme.quotes) == 1
        assert {quote.text for quote in theme.quotes} <= said
    assert summary.themes[0].quotes[0].about[-1].startswith("stars: ")


def test_long_quotes_are_cut_at_the_end_of_a_word(study: Study) -> None:
    long = study.reasons["text"] + " and" * 300_000
    quote = summarise(replace(study, reasons=study.reasons.assign(text=long))).themes[0].quotes[0].text
    assert quote.endswith(" and…")
    assert len(quote) <= 281
    assert any(text.startswith(quote[:-1]) for text in long)


def test_segments_of_few_people_are_marked_and_of_fewer_hidden(summary: Summary) -> None:
    by_category, by_country = summary.themes[0].breakdowns
    assert [(s.name, s.share.of, s.few) for s in by_category.segments] == [
        ("Lamps", 146, False),
        ("Mugs & flasks", 113, False),
        ("Heaters", 112, False),
    ]
    assert [(s.name, s.share.of, s.few) for s in by_country.segments] == [
        ("Chile", 178, False),
        ("Austria", 176, False),
        ("India", 14, True),
    ]
    assert (by_category.hidden, by_country.hidden) == (0, 1)
    beside_quotes = {about for theme in summary.themes for quote in theme.quotes for about in quote.about}
    assert "Austria" in beside_quotes
    assert "Malta" not in beside_quotes


def test_groups_hold_every_theme_once(summary: Summary) -> None:
    assert [group.label for group in summary.groups][:2] == ["Room and carrying", "Looks and trust"]
    assert [group.colour for group in summary.groups] == [0, 1, 2, 3, 4, 5]
    ranks = [theme.rank for group in summary.groups for theme in group.themes]
    assert sorted(ranks) == list(range(1, 25))


def test_themes_without_a_broad_group_come_last(study: Study) -> None:
    parents = study.themes["parent_id"].where(study.themes["theme_id"] != 1)
    groups = summarise(replace(study, themes=study.themes.assign(parent_id=parents))).groups
    assert (groups[-1].label, groups[-1].colour) == ("Other themes", None)
    assert [theme.theme_id for theme in groups[-1].themes] == [1]


def test_without_a_coarser_scale_there_is_one_nameless_group(study: Study) -> None:
    flat = replace(study, themes=study.themes.assign(parent_id=pd.array([pd.NA] * 30, dtype="Int64")))
    [group] = summarise(flat).groups
    assert (group.label, group.share, len(group.themes)) == ("", None, 24)


def test_no_quotes_when_verbatims_are_left_out(study: Study) -> None:
    summary = summarise(study, verbatims=False)
    assert not any(theme.quotes for theme in summary.themes)
    assert summary.themes[0].label == "hot, hours, tea"
    assert summary.groups[0].label == "room, and, carrying"
    assert summary.themes[0].keywords == ("hot", "hours", "tea", "warm", "thermos", "lid")


def test_caveats_name_what_is_particular_to_the_study(summary: Summary) -> None:
    texts = {caveat.title: caveat.text for caveat in summary.caveats}
    assert texts["Note"].startswith("about 3 % of the answers")
    assert "371 of 1,227 passages (30\u00a0%)" in texts["Passages left out"]
    assert texts["How sure the themes are"].startswith(
        "Of 24 themes: 14 stable, 7 tentative and 3 unstable, "
    )
    assert texts["How sure the themes are"].endswith("ask for a number of themes.")
    assert "Reasons without a theme" not in texts


def test_reasons_without_a_theme_are_counted(study: Study) -> None:
    themes = study.assignments["theme_id"].where(study.assignments["theme_id"] != 24)
    lonely = replace(study, assignments=study.assignments.assign(theme_id=themes))
    texts = {caveat.title: caveat.text for caveat in summarise(lonely).caveats}
    assert texts["Reasons without a theme"].startswith("7 of 856 reasons (1\u00a0%)")


def test_made_of(summary: Summary) -> None:
    made = dict(summary.made)
    assert made["Structure beyond chance"].endswith("above chance (p < 0.001)")
    assert made["Input reviews.csv"] == f"371 rows, sha256 {'0f' * 32}"
    assert made["People told apart by"] == "customer"


def test_every_scale_says_how_it_compares_with_chance(study: Study) -> None:
    own = {"stability": 0.61, "excess": 0.3, "p_value": 0.0004}
    below = {"stability": 0.41, "excess": 0.02, "p_value": 0.31}
    study.info["scales"] = [
        {"scale": 0, "n_themes": 9, **own, "beyond_chance": True},
        {"scale": 1, "n_themes": 3, **below, "beyond_chance": False},
        {
            "scale": 2,
            "n_themes": 2,
            "stability": None,
            "excess": None,
            "p_value": None,
            "beyond_chance": None,
        },
    ]
    rows = dict(provenance(study.info))
    assert rows["Scale of 9 themes"] == "agreement of resamples 0.61, +0.30 against chance (p < 0.001)"
    assert rows["Scale of 3 themes"].endswith("(p = 0.31): no better than chance, not shown as a finding")
    assert rows["Scale of 2 themes"] == "not tested"


def test_people_who_are_not_told_apart(study: Study) -> None:
    columns = {**study.info["parameters"]["columns"], "respondent": None}
    parameters = {**study.info["parameters"], "columns": columns, "themes": 12}
    made = dict(summarise(replace(study, info={**study.info, "parameters": parameters})).made)
    assert made["People told apart by"] == "nothing: each answer counts as one person"
    assert made["Number of themes"] == "asked for: 12"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Share(people=0, of=50, share=0.0, low=0.0, high=0.071), "0\u00a0% (0–7)"),
        (Share(people=1, of=900, share=1 / 900, low=0.0002, high=0.006), "0.1\u00a0% (0.0–0.6)"),
        (Share(people=50, of=50, share=1.0, low=0.929, high=1.0), "100\u00a0% (93–100)"),
    ],
)
def test_shares_are_printed_without_false_precision(share: Share, text: str) -> None:
    assert str(share) == text


def test_without_themes_nothing_is_said_about_themes(study: Study) -> None:
    structure = {"found": False, "p_value": None, "reason": "3 reasons are too few"}
    none = replace(
        study, themes=study.themes[:0], layout=study.layout[:0], info={**study.info, "structure": structure}
    )
    summary = summarise(none)
    assert summary.title == "No themes found in what 371 people said"
    assert (summary.themes, summary.groups, summary.places) == ((), (), {})
    assert [caveat.title for caveat in summary.caveats] == ["Note", "Passages left out"]
    assert dict(summary.made)["Structure beyond chance"] == "3 reasons are too few"
    assert not summary.tested
    assert summary.steps == (
        "Each answer was cut into reasons, one idea each. No groups of reasons came out."
    )
    assert "chance" not in render(summary, "summary")
