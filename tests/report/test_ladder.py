"""The report's section on ladders: links to quotes, customers' words as text, and what it says of nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from needlens.report.html import render_report
from needlens.report.ladder import report_ladders
from needlens.study.laddering import Laddering
from needlens.study.record import Study
from needlens.value_map.build import value_map
from needlens.value_map.chains import depths

LEVELS = {"a1": "attribute", "f1": "functional", "p1": "psychosocial"}


def laddered(study: Study, n: int) -> Study:
    said = [(f"r{at}", ("a1", "f1", "p1")[: 2 + at % 2]) for at in range(n)]
    found = value_map(said, LEVELS, 371, cutoff=3 if n > 3 else None)
    codes = pd.DataFrame(
        {
            "code": list(LEVELS),
            "level": list(LEVELS.values()),
            "label": ["Light <i>frame</i>", "Carry it", "Feel free"],
            "keywords": [["light"], ["carry"], ["free"]],
        }
    )
    links = pd.DataFrame(
        [
            ("x", "r0", "a1", "f1", "stated", "E3", "so", "<script>alert(1)</script>", "I carry it"),
            ("y", "r1", "f1", "p1", "stated", "E2", "that way", "I carry it", "I feel free"),
        ],
        columns=[
            *("link_id", "respondent_id", "means_code", "end_code"),
            *("polarity", "grade", "connective", "means_text", "end_text"),
        ],
    )
    tables = {
        "codes": codes,
        "links": links,
        "value_map_nodes": found.nodes,
        "value_map_edges": found.edges,
        "chains": found.chains,
        "ladder_depths": depths(said, LEVELS),
        "cutoffs": found.cutoffs,
    }
    info: dict[str, Any] = {
        **found.info,
        "parameters": {"grades": ["E3", "E2"]},
        "links": {"E3": 1 if n else 0, "E2": 0, "E1": 0},
        "rejected": {"hearsay": 2},
        "directions": {"rise": 5, "stay": 1, "fall": 1},
    }
    return replace(study, ladder=Laddering(tables), info={**study.info, "ladder": info})


def test_every_link_on_the_map_leads_to_its_quotes(study: Study) -> None:
    page = render_report(laddered(study, 40))
    targets = set(re.findall(r'href="#((?:link|code)-[^"]+)"', page))
    assert {"link-1", "link-2", "code-a1"} <= targets
    for target in targets:
        assert page.count(f'id="{target}"') == 1
    assert "said in one sentence" in page
    assert "said across sentences" in page


def test_customers_words_stay_text(study: Study) -> None:
    page = render_report(laddered(study, 40))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<i>frame" not in page


def test_without_quotes_codes_are_named_by_keywords(study: Study) -> None:
    page = render_report(laddered(study, 40), verbatims=False)
    assert "Feel free" not in page
    assert "I feel free" not in page
    assert "light → carry" in page


def test_nothing_found_is_said_plainly(study: Study) -> None:
    page = render_report(laddered(study, 0))
    assert "nobody of 371 people ties a feature to what it brings" in page
    assert "No value map is drawn" in page
    assert 'class="ladder-map"' not in page


def test_a_study_that_was_not_laddered_has_no_section(study: Study) -> None:
    assert report_ladders(study, verbatims=True) is None
    assert "From features to what matters" not in render_report(study)


@pytest.mark.parametrize("n", [1, 2, 40])
def test_the_cutoff_used_is_marked(study: Study, n: int) -> None:
    ladders = report_ladders(laddered(study, n), verbatims=True)
    assert ladders is not None
    assert sum(row["chosen"] for row in ladders.cutoffs) == 1
