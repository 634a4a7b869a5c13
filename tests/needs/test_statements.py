"""Need statements: in customers' words, with what speaks for and against them."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy.stats import binom

from needlens.needs.frameworks import load_framework
from needlens.needs.refutation import most_that_reject, refutation
from needlens.needs.statements import STATEMENT_COLUMNS, Material, need_statements

REASONS = pd.DataFrame(
    [
        ("r1", "a", "I can carry it anywhere", "weight", "satisfied", "autonomy", 0.9),
        ("r2", "b", "goes where I go", "weight", "satisfied", "autonomy", 0.8),
        ("r3", "c", "Goes where I go", "weight", "unclear", "autonomy", 0.7),
        ("r4", "d", "I can't even lift it", "weight", "violated", "autonomy", 0.95),
        ("r5", "e", "light enough for my mum", "weight", "satisfied", "care", 0.9),
        ("r6", "f", "it is light", "weight", "satisfied", "none", float("nan")),
        ("r7", "g", "I feel safe", "locks", "satisfied", "security", 0.9),
        ("r8", "h", "safe with it", "locks", "satisfied", "security", 0.8),
        ("r9", "i", "I feel <b>safe</b>", None, "satisfied", "security", 0.99),
    ],
    columns=["reason_id", "respondent_id", "text", "about", "polarity", "need_id", "score"],
)


@pytest.fixture
def made() -> pd.DataFrame:
    reasons = REASONS[["reason_id", "respondent_id", "text", "about", "polarity"]]
    needs = REASONS[["reason_id", "need_id", "score"]].assign(evidence="E0", polarity="satisfied")
    chains = {"r1": ["light", "I can carry it anywhere"]}
    return need_statements(Material(reasons, needs, chains), load_framework())


def test_one_statement_where_three_people_meet(made: pd.DataFrame) -> None:
    assert tuple(made.columns) == STATEMENT_COLUMNS
    row = made.iloc[0]
    assert len(made) == 1
    assert row["statement"] == (
        "Customers need to be able to carry it anywhere, so that they can act by their own choice."
    )
    assert row["chain"] == ["light", "I can carry it anywhere", "Autonomy"]
    assert (row["n_respondents"], row["evidence"], row["caution"]) == (3, "E0", "")


def test_quotes_are_letter_for_letter_and_unlike(made: pd.DataFrame) -> None:
    texts = set(REASONS["text"])
    for row in made.to_dict("records"):
        assert set(row["quotes"]) | set(row["counter_quotes"]) <= texts
        assert len({quote.casefold() for quote in row["quotes"]}) == len(row["quotes"])
    assert made["quotes"][0] == ["I can carry it anywhere", "goes where I go"]


def test_against_it_first_what_is_wrong_then_other_needs(made: pd.DataFrame) -> None:
    assert made["counter_quotes"][0] == ["I can't even lift it", "light enough for my mum"]
    assert made["n_counter"][0] == 2


def test_the_test_says_what_rejects(made: pd.DataFrame) -> None:
    assert "Ask 40 customers who bring up “weight”" in made["test"][0]
    assert "If 6 or fewer arrive at “Autonomy”, reject it" in made["test"][0]


def test_nobody_no_statement() -> None:
    nobody = REASONS.head(0)
    needs = nobody[["reason_id", "need_id", "score"]].assign(evidence="")
    material = Material(nobody.drop(columns=["need_id", "score"]), needs, {})
    assert need_statements(material, load_framework()).empty


@pytest.mark.parametrize(("asked", "claimed"), [(40, 0.3), (20, 0.5), (200, 0.1), (5, 0.1)])
def test_a_true_statement_is_rejected_seldom(asked: int, claimed: float) -> None:
    most = most_that_reject(asked=asked, claimed=claimed)
    assert binom.cdf(most, asked, claimed) <= 0.05
    assert binom.cdf(most + 1, asked, claimed) > 0.05


def test_the_sentence_names_need_and_matter() -> None:
    assert "“Health”" in refutation("Health", "sleep")
    assert "“sleep”" in refutation("Health", "sleep")
