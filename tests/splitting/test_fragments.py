"""Fragments: which short sentences continue their neighbour, and which stand alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens.splitting.fragments import join_fragments
from needlens.splitting.sentences import sentences

CASES = {
    "Light. Quiet. Cheap.": ["Light.", "Quiet.", "Cheap."],
    "I carry it up every day. Fourth floor. No lift.": ["I carry it up every day. Fourth floor. No lift."],
    "My back. I could not sit for an hour before.": ["My back. I could not sit for an hour before."],
    "It folds into the car. Thanks!": ["It folds into the car.", "Thanks!"],
    "It folds into the car. Thanks! No lift.": ["It folds into the car.", "Thanks!", "No lift."],
    "It folds into the car every day.\nNo lift.": ["It folds into the car every day.", "No lift."],
    "It folds into the car. It saves me the bus fare.": [
        "It folds into the car.",
        "It saves me the bus fare.",
    ],
}


@pytest.mark.parametrize("text", CASES)
def test_cases(text: str) -> None:
    assert [text[start:end] for start, end in join_fragments(text, sentences(text))] == CASES[text]


@given(st.lists(st.sampled_from(["Light. ", "It folds into the car. ", "Thanks! ", "No lift.\n"])))
def test_joining_moves_no_edge_but_inner_ones(parts: list[str]) -> None:
    text = "".join(parts)
    before = sentences(text)
    after = join_fragments(text, before)
    assert {start for start, _ in after} <= {start for start, _ in before}
    assert {end for _, end in after} <= {end for _, end in before}
    assert [span[0] for span in after[:1]] == [span[0] for span in before[:1]]
    assert [span[1] for span in after[-1:]] == [span[1] for span in before[-1:]]
