"""From first person to third."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens.needs.clause import clause_of

SAID = {
    "I can carry it anywhere": "be able to carry it anywhere",
    "so that I can finally see my kids": "be able to see their kids",
    "we don't have to plan our day around it": "not have to plan their day around it",
    "I no longer have to worry about the rent.": "no longer have to worry about the rent",
    "I feel like myself again": "feel like themselves again",
    "I’m independent of my neighbours": "be independent of their neighbours",
    "it helps me sleep through the night": "be able to sleep through the night",
    "makes me feel safe at night": "feel safe at night",
    "It saves us a lot of time": "save a lot of time",
    "gives me peace of mind": "have peace of mind",
    "no more queues at the counter": "have no more queues at the counter",
    "The battery is large": None,
    "I am tasting plastic": None,
    "I can": None,
    "I can ride, but the motor is loud": None,
    "": None,
    "I can " + "very " * 20 + "well": None,
}


@pytest.mark.parametrize("text", SAID)
def test_known_forms(text: str) -> None:
    assert clause_of(text) == SAID[text]


@given(st.text(max_size=80))
def test_any_text_has_an_answer(text: str) -> None:
    clause = clause_of(text)
    assert clause is None or (clause.strip() == clause and len(clause.split()) >= 2)
