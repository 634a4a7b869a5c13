"""Shares of people and of verbatims: laws, the two estimands, and coverage."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from needlens.errors import UsageError
from needlens.intervals import wilson
from needlens.prevalence import prevalence, prevalence_by, share_of_verbatims

PEOPLE = [f"p{i}" for i in range(8)]
mentions = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.one_of(st.none(), st.integers(1, 4))), max_size=30
).map(
    lambda rows: pd.DataFrame(
        {
            "respondent_id": pd.Series([who for who, _ in rows], dtype="str"),
            "theme_id": pd.array([theme for _, theme in rows], dtype="Int64"),
        }
    )
)


@settings(max_examples=40, deadline=None)
@given(mentions)
def test_shares_lie_within_their_bounds_and_count_people(said: pd.DataFrame) -> None:
    table = prevalence(said, PEOPLE)
    known = said.dropna()
    assert table["theme_id"].tolist() == sorted(known["theme_id"].unique())
    for row in table.to_dict("records"):
        who = set(known.loc[known["theme_id"] == row["theme_id"], "respondent_id"])
        assert (row["n_respondents"], row["n"]) == (len(who), len(PEOPLE))
        assert 0 <= row["low"] <= row["prevalence"] == len(who) / len(PEOPLE) <= row["high"] <= 1


@settings(max_examples=40, deadline=None)
@given(mentions, st.permutations(PEOPLE))
def test_names_of_respondents_do_not_matter(said: pd.DataFrame, names: list[str]) -> None:
    renamed = said.assign(respondent_id=said["respondent_id"].map(dict(zip(PEOPLE, names, strict=True))))
    assert_frame_equal(prevalence(said, PEOPLE), prevalence(renamed, PEOPLE))


@settings(max_examples=40, deadline=None)
@given(mentions)
def test_repeats_and_order_do_not_matter(said: pd.DataFrame) -> None:
    twice = pd.concat([said.iloc[::-1], said], ignore_index=True)
    assert_frame_equal(prevalence(said, PEOPLE), prevalence(twice, PEOPLE[::-1] + PEOPLE))


def test_a_stranger_among_the_mentions_is_refused() -> None:
    said = pd.DataFrame({"respondent_id": ["x"], "theme_id": [1]})
    with pytest.raises(UsageError, match="'x' mentions a theme"):
        prevalence(said, ["a"])


def test_nobody_and_nothing() -> None:
    none = pd.DataFrame({"respondent_id": [], "verbatim_id": [], "theme_id": [], "text": []}).astype("str")
    assert prevalence(none, []).empty
    assert prevalence_by(none, none, []).empty
    assert share_of_verbatims(none, none).empty


VERBATIMS = pd.DataFrame(
    {
        "verbatim_id": ["1", "2", "3", "4", "5", "6"],
        "respondent_id": ["a", "a", "b", "c", "d", "e"],
        "text": ["x", "x", "x", "x", "  ", "x"],
        "category": ["kettle", "lamp", "lamp", "kettle", "kettle", None],
        "plan": ["Pro", "Pro", "Free", "Free", "Free", "Free"],
    }
)


def test_segments_count_people_by_what_they_said_there() -> None:
    said = pd.DataFrame({"verbatim_id": ["1", "1", "3", "6"], "theme_id": [1, 2, 1, 1]})
    table = prevalence_by(said, VERBATIMS, ["plan", "category"]).set_index(["segment", "theme_id"])
    counts = {key: (row["n_respondents"], row["n"]) for key, row in table.iterrows()}
    assert counts == {
        ("Free", 1): (2, 3),
        ("Free", 2): (0, 3),
        ("Pro", 1): (1, 1),
        ("Pro", 2): (1, 1),
        # a spoke of a kettle and of a lamp; the blank answer of d and the missing category of e are out
        ("kettle", 1): (1, 2),
        ("kettle", 2): (1, 2),
        ("lamp", 1): (1, 2),
        ("lamp", 2): (0, 2),
    }
    assert table["column"].unique().tolist() == ["plan", "category"]


def test_one_segment_of_everybody_is_the_whole() -> None:
    said = pd.DataFrame({"verbatim_id": ["1", "2", "3"], "theme_id": [1, 1, 2]})
    people = said.merge(VERBATIMS, on="verbatim_id")
    whole = prevalence(people, ["a", "b", "c", "e"])
    by = prevalence_by(said, VERBATIMS.assign(all="all"), ["all"])
    assert_frame_equal(by.drop(columns=["column", "segment"]), whole, check_dtype=False)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=40).filter(any))
def test_a_verbatim_each_gives_the_plain_wilson_interval(mentioned: list[bool]) -> None:
    ids = [f"v{i}" for i in range(len(mentioned))]
    verbatims = pd.DataFrame({"verbatim_id": ids, "respondent_id": ids, "text": "x"})
    said = verbatims.loc[mentioned, ["verbatim_id"]].assign(theme_id=1)
    row = share_of_verbatims(said, verbatims).iloc[0]
    assert (row["low"], row["high"]) == pytest.approx(wilson(sum(mentioned), len(mentioned)))


def _repeating(rng: np.random.Generator, *, people: int, answers: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Everybody has their own inclination, with mean 0.3, and answers alike."""
    inclination = rng.beta(0.3, 0.7, people)
    mentioned = rng.random((people, answers)) < inclination[:, None]
    ids = np.arange(people * answers).astype(str)
    verbatims = pd.DataFrame(
        {"verbatim_id": ids, "respondent_id": np.repeat(np.arange(people), answers).astype(str), "text": "x"}
    )
    return verbatims[["verbatim_id"]][mentioned.ravel()].assign(theme_id=1), verbatims


def test_people_who_repeat_themselves_widen_the_interval() -> None:
    said, verbatims = _repeating(np.random.default_rng(1), people=40, answers=6)
    row = share_of_verbatims(said, verbatims).iloc[0]
    low, high = wilson(row["n_verbatims"], row["n"])
    assert row["n_effective"] < row["n"] / 2
    assert row["low"] < low < row["share"] < high < row["high"]


def test_coverage_with_correlated_answers() -> None:
    rng = np.random.default_rng(2)
    trials, hits, plain_hits = 300, 0, 0
    for _ in range(trials):
        row = share_of_verbatims(*_repeating(rng, people=40, answers=6)).iloc[0]
        low, high = wilson(row["n_verbatims"], row["n"])
        hits += row["low"] <= 0.3 <= row["high"]
        plain_hits += low <= 0.3 <= high
    assert hits / trials >= 0.92
    assert plain_hits / trials < 0.8


@pytest.mark.parametrize(
    ("respondents", "mentioning", "effective"),
    [("aaaa", "12", 1.0), ("aabb", "1234", 2.0), ("aabb", "13", 4.0)],
)
def test_effective_n_where_nothing_varies(respondents: str, mentioning: str, effective: float) -> None:
    verbatims = pd.DataFrame({"verbatim_id": list("1234"), "respondent_id": list(respondents), "text": "x"})
    said = pd.DataFrame({"verbatim_id": list(mentioning), "theme_id": 1})
    row = share_of_verbatims(said, verbatims).iloc[0]
    assert row["n_effective"] == pytest.approx(effective)
