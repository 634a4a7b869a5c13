"""The tables of a study agree with one another and with the verbatims."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from needlens.intervals import wilson
from needlens.schema import ASSIGNMENT_COLUMNS, REASON_COLUMNS, THEME_COLUMNS, VERBATIM_COLUMNS
from needlens.study.record import Study
from needlens.study.tables import N_EXEMPLARS, assignments_table


@pytest.fixture(scope="module", params=["sample", "planted"])
def study(request: pytest.FixtureRequest) -> Study:
    found: Study = request.getfixturevalue(request.param)
    return found


def test_columns_are_those_of_the_schema(study: Study) -> None:
    assert tuple(study.verbatims.columns[:3]) == VERBATIM_COLUMNS
    assert tuple(study.reasons.columns) == REASON_COLUMNS
    assert tuple(study.assignments.columns) == ASSIGNMENT_COLUMNS
    assert tuple(study.themes.columns) == THEME_COLUMNS
    assert list(study.layout.columns) == ["theme_id", "x", "y"]
    assert str(study.assignments["theme_id"].dtype) == str(study.themes["parent_id"].dtype) == "Int64"


def test_every_reason_is_an_exact_part_of_its_verbatim(study: Study) -> None:
    verbatims = study.verbatims.set_index("verbatim_id")
    for reason in study.reasons.to_dict("records"):
        assert verbatims.loc[reason["verbatim_id"], "text"][reason["start"] : reason["end"]] == reason["text"]
        assert verbatims.loc[reason["verbatim_id"], "respondent_id"] == reason["respondent_id"]


def test_exemplars_are_reasons_of_their_theme_each_by_another_person(study: Study) -> None:
    own = study.assignments.dropna().set_index(["scale", "reason_id"])
    for theme in study.themes.to_dict("records"):
        ids = theme["exemplar_reason_ids"]
        assert 1 <= len(ids) <= N_EXEMPLARS
        rows = own.loc[[(theme["scale"], reason) for reason in ids]]
        assert (rows["theme_id"] == theme["theme_id"]).all()
        assert rows["respondent_id"].is_unique
        assert study.quotes(theme["theme_id"]) == [
            study.reasons.set_index("reason_id").loc[reason, "text"] for reason in ids
        ]


def test_people_are_counted_and_each_once(study: Study) -> None:
    spoke = study.verbatims[study.verbatims["text"].str.strip() != ""]
    asked = spoke["respondent_id"].nunique()
    for theme in study.themes.to_dict("records"):
        rows = study.assignments[study.assignments["theme_id"] == theme["theme_id"]]
        assert theme["n_reasons"] == len(rows)
        assert theme["n_respondents"] == rows["respondent_id"].nunique() <= asked
        assert theme["prevalence"] == pytest.approx(theme["n_respondents"] / asked)
        assert (theme["low"], theme["high"]) == pytest.approx(wilson(theme["n_respondents"], asked))
        assert theme["low"] <= theme["prevalence"] <= theme["high"]


def test_parents_are_themes_one_scale_up_and_hold_all_their_children_hold(study: Study) -> None:
    themes = study.themes.set_index("theme_id")
    assert sorted(themes["scale"].unique()) == list(range(int(themes["scale"].max()) + 1))
    children = themes.dropna(subset=["parent_id"])
    assert (themes.loc[children["parent_id"], "scale"].to_numpy() == children["scale"] + 1).all()
    assert themes.loc[themes["parent_id"].isna(), "scale"].eq(themes["scale"].max()).all()
    sums = children.groupby("parent_id")["n_reasons"].sum()
    assert (sums == themes.loc[sums.index, "n_reasons"].to_numpy()).all()


def test_labels_and_keywords_are_said_in_the_theme(study: Study) -> None:
    for _, scale in study.themes.groupby("scale"):
        assert scale["label"].is_unique
    texts = study.reasons.set_index("reason_id")["text"].str.lower()
    for theme in study.themes.to_dict("records"):
        ids = study.assignments.loc[study.assignments["theme_id"] == theme["theme_id"], "reason_id"]
        said = " ".join(texts[ids]).replace("’", "'")
        assert theme["label"]
        assert theme["keywords"]
        assert all(word in said for word in theme["keywords"])


def test_every_theme_has_its_place_on_the_map(study: Study) -> None:
    assert study.layout["theme_id"].tolist() == study.themes["theme_id"].tolist()
    assert np.isfinite(study.layout[["x", "y"]].to_numpy()).all()


def test_prevalence_by_segment_names_every_theme_and_segment(study: Study) -> None:
    spoke = study.verbatims[study.verbatims["text"].str.strip() != ""]
    for column, rows in study.prevalence.groupby("column"):
        segments = spoke[str(column)].dropna().unique()
        assert len(rows) == len(segments) * len(study.themes)
        assert (rows["n_respondents"] <= rows["n"]).all()
        assert rows["prevalence"].tolist() == pytest.approx((rows["n_respondents"] / rows["n"]).tolist())


def test_a_row_a_reason_and_scale() -> None:
    reasons = pd.DataFrame({"reason_id": ["a.1", "a.2"], "verbatim_id": "a", "respondent_id": "r"})
    table = assignments_table(reasons, np.array([[1, 0], [2, 2]]), np.array([[0.5, 0.0], [1.0, 0.25]]))
    assert table["scale"].tolist() == [0, 0, 1, 1]
    assert table["theme_id"].isna().tolist() == [False, True, False, False]
    assert math.fsum(table["strength"]) == 1.75
