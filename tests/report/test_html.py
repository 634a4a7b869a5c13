"""The page: what it shows, that it is safe to open, and that it needs nothing from outside."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from needlens.report.html import render, render_report, write_report
from needlens.report.summary import summarise
from needlens.report.themes import MOST_SHOWN, Group
from needlens.study.record import Study

GOLDEN = Path(__file__).with_name("golden")
HOSTILE = (
    "\"'><img src=//x.example onerror=alert(1)><script>alert(1)</script></style>\u202e\u0000&amp;{{ 7 }}"
)


class Page(HTMLParser):
    """Tags with their attributes, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def _hostile(study: Study) -> Study:
    """Every name and text a stranger could have chosen, replaced."""
    column = f"column {HOSTILE}"
    columns = {**study.info["parameters"]["columns"], "segments": [column], "text": HOSTILE}
    verbatims = study.verbatims.drop(columns="country").rename(columns={"category": column})
    shares = study.prevalence[study.prevalence["column"] == "category"]
    return replace(
        study,
        verbatims=verbatims.assign(**{column: verbatims[column] + HOSTILE}),
        reasons=study.reasons.assign(text=HOSTILE + study.reasons["text"]),
        themes=study.themes.assign(
            label=HOSTILE + study.themes["label"],
            keywords=study.themes["keywords"].map(lambda words: [HOSTILE, *words]),
        ),
        prevalence=shares.assign(column=column, segment=shares["segment"] + HOSTILE),
        info={
            **study.info,
            "parameters": {**study.info["parameters"], "columns": columns},
            "inputs": [{**study.info["inputs"][0], "name": HOSTILE}],
            "structure": {**study.info["structure"], "reason": HOSTILE},
            "warnings": [HOSTILE],
        },
    )


def _without_structure(study: Study) -> Study:
    structure = {"found": False, "p_value": 0.4, "excess": 0.0, "reason": "no groups came back (p = 0.40)"}
    return replace(
        study,
        assignments=study.assignments[:0],
        themes=study.themes[:0],
        prevalence=study.prevalence[:0],
        layout=study.layout[:0],
        info={**study.info, "structure": structure},
    )


@pytest.mark.parametrize("part", ["summary", "map", "themes", "table", "caveats", "made"])
def test_parts_are_laid_out_as_before(study: Study, part: str) -> None:
    summary = summarise(study)
    if part == "table":
        summary = replace(summary, themes=(summary.themes[0], *summary.themes[-2:]))
    if part == "themes":
        group = summary.groups[0]
        summary = replace(summary, groups=(replace(group, themes=group.themes[:2]),))
    rendered = render(summary, part)
    golden = GOLDEN / f"{part}.html"
    if os.environ.get("NEEDLENS_UPDATE_GOLDEN") == "1":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(rendered, "utf-8")
    assert rendered == golden.read_text("utf-8")


@pytest.mark.parametrize("change", [replace, _hostile, _without_structure])
def test_nothing_runs_and_nothing_is_loaded(study: Study, change: Callable[[Study], Study]) -> None:
    page = Page(render_report(change(study)))
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "img", "link", "iframe", "object", "embed", "base", "form", "image", "use"}
    for _, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")]
        assert "src" not in attributes
        assert "xlink:href" not in attributes
        assert (attributes.get("href") or "#").startswith("#")
        assert "url(" not in (attributes.get("style") or "")
    policies = [a["content"] for _, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


def test_the_style_loads_nothing(study: Study) -> None:
    [style] = re.findall(r"<style>(.*?)</style>", render_report(study), re.S)
    assert "url(" not in style
    assert "@import" not in style


def test_hostile_text_is_shown_as_written(study: Study) -> None:
    page = Page(render_report(_hostile(study)))
    for place in ("keeps tea hot", "easy to clean, the lid", "Lamps", "column ", ""):
        shown = f"{place}{HOSTILE}" if place in {"Lamps", "column "} else f"{HOSTILE}{place}"
        assert shown in page.text


def test_links_lead_somewhere_and_ids_are_unique(study: Study) -> None:
    page = Page(render_report(study))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {(attributes.get("href") or "")[1:] for tag, attributes in page.tags if tag == "a"}
    assert links <= set(ids)


@pytest.mark.parametrize("grouped", [True, False])
def test_headings_descend_one_level_at_a_time(study: Study, grouped: bool) -> None:
    if not grouped:
        study = replace(study, themes=study.themes.assign(parent_id=None))
    tags = [tag for tag, _ in Page(render_report(study)).tags]
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_without_verbatims_not_a_sentence_is_left(study: Study) -> None:
    texts = {text for text in study.reasons["text"] if len(text.split()) >= 4}
    spoken = study.themes["exemplar_reason_ids"].map(lambda ids: ids[0])
    labels = spoken.map(study.reasons.set_index("reason_id")["text"])
    study = replace(study, themes=study.themes.assign(label=labels))
    pages = [render_report(study, verbatims=on) for on in (True, False)]
    quoting, silent = (" ".join(html.unescape(re.sub("<[^>]*>", " ", page)).split()) for page in pages)
    assert sum(text in quoting for text in texts) > 50
    assert not [text for text in texts if text in silent or text in html.unescape(pages[1])]
    assert "This copy holds no quotes" in silent


def test_without_structure_the_page_says_so(study: Study) -> None:
    page = Page(render_report(_without_structure(study)))
    assert "No themes found in what 371 people said" in page.text
    assert "no groups came back" in page.text
    assert "p = 0.40" in page.text
    assert "do not fall into groups that can be told from chance" in page.text
    assert "were looked for, and no groups of them hold" in page.text
    assert "svg" not in {tag for tag, _ in page.tags}


def test_a_megabyte_of_a_quote_and_a_hundred_themes_stay_small(study: Study) -> None:
    def again(table: pd.DataFrame, *, scale: bool = False) -> pd.DataFrame:
        main = table[table["scale"] == 0] if scale else table[table["theme_id"] <= 24]
        copies = [main.assign(theme_id=main["theme_id"] + 24 * at) for at in range(5)]
        return pd.concat(copies, ignore_index=True).query("theme_id <= 100")

    many = replace(
        study,
        themes=again(study.themes, scale=True).assign(parent_id=None),
        prevalence=again(study.prevalence),
        layout=again(study.layout),
        reasons=study.reasons.assign(text="word " * 200_000),
    )
    for stability in (0.9, 0.3):
        page = render_report(replace(many, themes=many.themes.assign(stability=stability)))
        assert page.count("<article") == (100 if stability == 0.9 else MOST_SHOWN)
        assert page.count("<q ") == 100 - page.count("<article")
        assert len(page.encode()) < 400_000


def test_themes_that_are_not_in_the_first_chart_are_in_the_table(study: Study) -> None:
    page = render_report(study)
    first, table = (
        re.search(f'<table class="{name}">.*?</table>', page, re.S) for name in ("ranking", "all")
    )
    assert first is not None
    assert table is not None
    assert first[0].count("<tr") == 1 + MOST_SHOWN
    assert table[0].count("<tr") == 1 + 24
    assert "4 further themes, each mentioned by at most 4\u00a0% of people" in Page(page).text


def test_few_themes_need_no_table(study: Study) -> None:
    few = study.themes[study.themes["theme_id"].isin([1, 2, 3])]
    page = render_report(replace(study, themes=few.assign(parent_id=None)))
    assert 'class="all"' not in page
    assert "further theme" not in Page(page).text


def test_written_whole_or_not_at_all(study: Study, tmp_path: Path) -> None:
    path = write_report(study, tmp_path / "report.html")
    assert path.read_text("utf-8") == render_report(study)
    broken = replace(study, info={})
    with pytest.raises(KeyError):
        write_report(broken, path)
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]
    assert path.read_text("utf-8") == render_report(study)


def test_a_file_name_that_is_not_text_does_not_stop_the_report(study: Study, tmp_path: Path) -> None:
    source = {**study.info["inputs"][0], "name": "caf\udce9.csv"}
    path = write_report(replace(study, info={**study.info, "inputs": [source]}), tmp_path / "report.html")
    assert "Input caf?.csv" in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("n_named", "others", "grey"), [(7, False, False), (7, True, False), (8, False, True)]
)
def test_grey_groups_are_told_where_there_are_more_than_colours(
    study: Study, n_named: int, others: bool, grey: bool
) -> None:
    summary = summarise(study)
    themes, share = summary.themes, summary.themes[0].share
    groups = [Group(f"group {at}", share, at, (themes[at],)) for at in range(n_named)]
    rest = Group("Other themes", None, None, themes[n_named:])
    shown = (*groups, rest) if others else (*groups[:-1], replace(groups[-1], themes=themes[n_named - 1 :]))
    page = render(replace(summary, groups=shown), "map")
    assert ("the smaller ones are all grey" in page) == grey


@pytest.mark.parametrize("n_named", [12, 13, 15])
def test_smaller_groups_unfold_where_there_are_many(study: Study, n_named: int) -> None:
    summary = summarise(study)
    themes, share = summary.themes, summary.themes[0].share
    groups = [Group(f"group {at}", share, at, (themes[at],)) for at in range(n_named - 1)]
    groups.append(Group(f"group {n_named - 1}", share, n_named - 1, themes[n_named - 1 :]))
    page = render(replace(summary, groups=tuple(groups)), "summary")
    first, _, rest = page.partition("<details>")
    links = [f'"#group-{at + 1}"><bdi>group {at}</bdi>' for at in range(n_named)]
    assert [link in first for link in links] == [at < 12 for at in range(n_named)]
    assert [link in rest for link in links] == [at >= 12 for at in range(n_named)]
    assert (": the 12 most mentioned</h2>" in first) == (n_named > 12)
    unfolded = {12: "", 13: "<summary>1 smaller group</summary>", 15: "<summary>3 smaller groups</summary>"}
    assert unfolded[n_named] in rest
