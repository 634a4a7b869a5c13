"""The report's section on needs: an order or shares, statements with what would kill them, and no markup."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from needlens.report.html import render, render_report
from needlens.report.needs import MOST_STATEMENTS, report_needs
from needlens.report.summary import summarise
from needlens.study.laddering import Laddering
from needlens.study.record import Study

GOLDEN = Path(__file__).with_name("golden") / "needs.html"
HOSTILE = "<script>alert(1)</script>"


def needing(study: Study, *, shares: bool, n_statements: int = 2) -> Study:
    known = (0.4, 0.31, 0.5) if shares else (float("nan"),) * 3
    prevalence = pd.DataFrame(
        [
            ("security", "Security", 2, float("nan"), float("nan"), float("nan"), "Use for relief."),
            ("autonomy", "Autonomy", 1, *known, ""),
        ],
        columns=["need_id", "name", "rank", "prevalence", "low", "high", "caution"],
    )
    statement = {
        "statement": "Customers need to go when they want, so that they can choose.",
        "chain": ["light", "I go when I want"],
        "evidence": "E0",
        "n_respondents": 7,
        "n_counter": 1,
        "quotes": ["I go when I want", HOSTILE],
        "counter_quotes": ["I still take the bus"],
        "test": "Ask 40 customers.",
        "caution": "",
    }
    tables = {"need_prevalence": prevalence, "need_statements": pd.DataFrame([statement] * n_statements)}
    info = {**study.info, "needs": {"basis": "labels" if shares else "screening"}}
    return replace(study, ladder=Laddering(tables), info=info)


def test_a_screening_gives_an_order_and_no_share(study: Study) -> None:
    found = report_needs(needing(study, shares=False))
    assert found is not None
    assert [(need.name, need.rank, need.share) for need in found.needs] == [
        ("Autonomy", "1", None),
        ("Security", "2", None),
    ]
    assert "screening" in found.basis


def test_labels_give_shares_with_their_interval(study: Study) -> None:
    found = report_needs(needing(study, shares=True))
    assert found is not None
    assert (found.needs[0].share, found.needs[0].low, found.needs[0].high) == (0.4, 0.31, 0.5)
    assert found.needs[1].share is None


def test_without_verbatims_no_statement_is_shown(study: Study) -> None:
    found = report_needs(needing(study, shares=True), verbatims=False)
    assert found is not None
    assert (found.statements, found.left_out) == ((), 0)
    page = render_report(needing(study, shares=True), verbatims=False)
    assert "I go when I want" not in page


@pytest.mark.parametrize("n", [0, 3, MOST_STATEMENTS + 4])
def test_further_statements_are_counted(study: Study, n: int) -> None:
    found = report_needs(needing(study, shares=False, n_statements=n))
    assert found is not None
    assert (len(found.statements), found.left_out) == (min(n, MOST_STATEMENTS), max(0, n - MOST_STATEMENTS))


def test_a_study_not_read_for_needs_has_no_section(study: Study) -> None:
    assert report_needs(study) is None
    assert 'id="needs"' not in render_report(study)


def test_customers_words_are_text(study: Study) -> None:
    page = render_report(needing(study, shares=False))
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page


def test_the_section_is_as_it_should_be(study: Study) -> None:
    rendered = render(summarise(needing(study, shares=True)), "needs")
    if os.environ.get("NEEDLENS_UPDATE_GOLDEN"):
        GOLDEN.write_text(rendered, "utf-8")
    assert rendered == GOLDEN.read_text("utf-8")
