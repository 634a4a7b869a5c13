"""The needs of a study, without labels and with them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from needlens.errors import StudyError, UsageError
from needlens.labelling.label import Label
from needlens.needs.framework import NONE
from needlens.needs.statements import STATEMENT_COLUMNS
from needlens.needs.table import NEED_COLUMNS
from needlens.schema import NEED_TABLES
from needlens.study.need_shares import SHARE_COLUMNS
from needlens.study.need_theme_tables import NEED_THEME_COLUMNS, telling_column
from needlens.study.needs import StudyNeeds, study_needs
from needlens.study.record import Study

MONEY = "mone|sav|cost|pay|cheap"


@pytest.fixture(scope="module")
def screened(sample: Study, cache: Path) -> StudyNeeds:
    return study_needs(sample, cache=cache)


def labels_for(study: Study) -> list[Label]:
    """Label every reason: thrift if it holds a word of money, else none."""
    informative = study.reasons[study.reasons["informative"]]
    return [
        Label(reason, text, ("thrift",) if re.search(MONEY, text) else (), "needlens12")
        for reason, text in zip(informative["reason_id"], informative["text"], strict=True)
    ]


def test_the_tables_and_their_columns(screened: StudyNeeds, sample: Study) -> None:
    assert tuple(screened.tables) == NEED_TABLES
    assert tuple(screened["needs"].columns) == NEED_COLUMNS
    assert tuple(screened["need_themes"].columns) == NEED_THEME_COLUMNS
    assert tuple(screened["need_prevalence"].columns) == SHARE_COLUMNS
    assert tuple(screened["need_statements"].columns) == STATEMENT_COLUMNS
    informative = sample.reasons.loc[sample.reasons["informative"], "reason_id"]
    assert set(screened["needs"]["reason_id"]) == set(informative)
    assert set(screened["need_theme_members"]["reason_id"]) == set(informative)
    assert (screened["needs"]["need_id"] == NONE).any()


def test_a_screening_gives_ranks_and_no_shares(screened: StudyNeeds) -> None:
    shares = screened["need_prevalence"]
    assert screened.info["basis"] == "screening"
    assert shares[["prevalence", "low", "high", "rogan_gladen"]].isna().all(axis=None)
    assert shares["refused"].str.contains("ranks, not shares").all()
    assert shares["rank"].is_monotonic_increasing
    assert any("give no shares" in note for note in screened.notes)


def test_needs_of_fear_loneliness_and_children_carry_their_caution(screened: StudyNeeds) -> None:
    shares = screened["need_prevalence"].set_index("need_id")["caution"]
    assert shares["security"] == "Use for relief, not for pressure."
    assert shares["beauty"] == ""


def test_the_category_is_found_and_hardly_leaks(screened: StudyNeeds, sample: Study) -> None:
    assert telling_column(sample) == screened.info["category"] == "category"
    assert screened.info["leakage"] < 0.15


def test_every_quote_is_a_substring_of_its_verbatim(screened: StudyNeeds, sample: Study) -> None:
    texts = sample.reasons.merge(sample.verbatims[["verbatim_id", "text"]], on="verbatim_id")
    verbatims = dict(zip(texts["reason_id"], texts["text_y"], strict=True))
    for row in screened["need_statements"].to_dict("records"):
        quotes = [*zip(row["quote_reason_ids"], row["quotes"], strict=True)]
        quotes += [*zip(row["counter_reason_ids"], row["counter_quotes"], strict=True)]
        assert quotes
        for reason, quote in quotes:
            assert quote in verbatims[reason]


def test_the_order_of_tables_and_a_second_run_change_nothing(
    screened: StudyNeeds, sample: Study, cache: Path
) -> None:
    shuffled = replace(
        sample,
        reasons=sample.reasons.sample(frac=1, random_state=0),
        verbatims=sample.verbatims.sample(frac=1, random_state=1),
    )
    again = study_needs(shuffled, cache=cache)
    for name in NEED_TABLES:
        assert_frame_equal(again[name], screened[name])


def test_what_people_said_stands_and_everything_else_follows(sample: Study, cache: Path) -> None:
    labels = labels_for(sample)[::2]
    found = study_needs(sample, labels=labels, cache=cache)
    needs = found["needs"]
    by_hand = needs[needs["basis"] == "person"]
    said = {label.text: set(label.needs) for label in labels}
    texts = sample.reasons.set_index("reason_id")["text"]
    for reason, own in by_hand.groupby("reason_id")["need_id"]:
        assert set(own) - {NONE} == said[texts[reason]]
    assert found.info["learned"] == ["thrift"]
    assert found.info["basis"] == "labels"
    assert found.info["n_labelled"] >= len(labels)


def test_with_everybody_labelled_the_share_is_what_they_said(sample: Study, cache: Path) -> None:
    labels = labels_for(sample)
    found = study_needs(sample, labels=labels, cache=cache)
    row = found["need_prevalence"].set_index("need_id").loc["thrift"]
    saving = sample.reasons["informative"] & sample.reasons["text"].str.contains(MONEY)
    people = sample.reasons.loc[saving, "respondent_id"].nunique()
    assert row["n_respondents"] == people
    assert row["n_labelled"] == row["n"] == sample.info["counts"]["respondents"]
    assert row["refused"] == ""
    assert row["prevalence"] == pytest.approx(people / row["n"])
    assert row["low"] < row["prevalence"] < row["high"]


def test_levels_leave_features_out_of_need_themes(sample: Study, cache: Path) -> None:
    informative = sample.reasons[sample.reasons["informative"]]
    levels = pd.DataFrame({"reason_id": informative["reason_id"], "level": "functional"})
    levels.loc[levels.index[::3], "level"] = "attribute"
    found = study_needs(sample, ladder={"levels": levels}, cache=cache)
    kept = set(levels.loc[levels["level"] != "attribute", "reason_id"])
    assert set(found["need_theme_members"]["reason_id"]) == kept


def test_a_ladder_gives_statements_their_chain(sample: Study, screened: StudyNeeds, cache: Path) -> None:
    first = screened["need_statements"].iloc[0]
    reason = first["quote_reason_ids"][0]
    elements = pd.DataFrame(
        {"element_id": ["e1", "e2"], "reason_id": [reason, reason], "text": ["a feature", first["quotes"][0]]}
    )
    ladders = pd.DataFrame(
        {
            "ladder_id": ["l1", "l1"],
            "rung": [1, 2],
            "element_id": ["e1", "e2"],
            "reason_id": [reason, reason],
        }
    )
    found = study_needs(sample, ladder={"elements": elements, "ladders": ladders}, cache=cache)
    row = found["need_statements"].set_index("statement_id").loc[first["statement_id"]]
    assert row["chain"][:2] == ["a feature", first["quotes"][0]]


def test_other_frameworks_read_the_same_study(sample: Study, cache: Path) -> None:
    found = study_needs(sample, "lov9", category="country", cache=cache)
    assert len(found["need_prevalence"]) == 9
    assert found.info["category"] == "country"


def test_what_cannot_be_done_is_told(sample: Study, cache: Path) -> None:
    with pytest.raises(StudyError, match="no model"):
        study_needs(replace(sample, model=None), cache=cache)
    with pytest.raises(UsageError, match="no segment column 'colour'"):
        study_needs(sample, category="colour", cache=cache)
    with pytest.raises(UsageError, match="there is no framework"):
        study_needs(sample, "freud", cache=cache)


def test_a_study_without_reasons_has_empty_tables(sample: Study, cache: Path) -> None:
    silent = sample.reasons.assign(informative=False)
    found = study_needs(replace(sample, reasons=silent), cache=cache)
    assert {name: len(found[name]) for name in NEED_TABLES} == {
        "needs": 0,
        "need_themes": 0,
        "need_theme_members": 0,
        "need_prevalence": 12,
        "need_statements": 0,
    }
    assert np.isnan(found["need_prevalence"]["prevalence"]).all()


def test_labels_draw_need_themes(screened: StudyNeeds, sample: Study, cache: Path) -> None:
    labels = [label for label in labels_for(sample) if label.needs]
    found = study_needs(sample, labels=labels, cache=cache)
    texts = {label.text for label in labels}
    said = set(sample.reasons.loc[sample.reasons["text"].isin(texts), "reason_id"])

    def together(needs: StudyNeeds) -> float:
        themes = needs["need_themes"].set_index("need_theme_id")["need_id"]
        members = needs["need_theme_members"].set_index("reason_id")["need_theme_id"]
        return float((members[members.index.isin(said)].map(themes) == "thrift").mean())

    assert together(found) > together(screened)
    assert together(found) > 0.7
