"""Stated and inferred."""

from __future__ import annotations

import numpy as np
import pytest

from needlens.needs.evidence import evidence_of, says_value

SAID = {
    "I want to be free": True,
    "my family matters most to me": True,
    "being independent is very important to me": True,
    "for my own peace of mind": True,
    "it makes me feel safe because I feel really safe": True,
    "it is light": False,
    "the battery lasts": False,
    "you want fries with that": False,
}


@pytest.mark.parametrize("text", SAID)
def test_the_form_of_a_stated_value(text: str) -> None:
    assert says_value(text) is SAID[text]


def test_neither_form_nor_likeness_alone_is_enough() -> None:
    likeness = np.array([[0.2], [0.5], [0.5], [0.7]])
    texts = ["I want to be free", "it is light", "I want to be free", "it is light"]
    assert evidence_of(texts, likeness).ravel().tolist() == ["E0", "E0", "stated", "stated"]


def test_a_value_level_says_it() -> None:
    assert evidence_of(["freedom"], np.array([[0.4]]), ["value"])[0, 0] == "stated"
    assert evidence_of(["freedom"], np.array([[0.4]]), ["functional"])[0, 0] == "E0"
