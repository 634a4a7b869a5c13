"""What names something and what does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens import informative as module
from needlens.duplicates import normalise
from needlens.informative import EMPTY_PHRASES, SHOP, VERDICTS, is_informative, names_something

INFORMATIVE = [
    "battery",
    "price",
    "comfort",
    "Zoom!",
    "keeps me fit",
    "great battery",
    "it saves me time",
    "fast",
    "cheap",
    "easy to use",
    "all in one",
    "does not work",
    "arrived broken",
    "delivery was quick and the screen is sharp",
    "no flash",
    "too small",
    "Der Akku hält lange",
    "电池很好",
    "love the size",
    "4 stars for the zoom",
]

EMPTY = [
    "",
    " ",
    "hi",
    "Hello, thank you!",
    "Thanks!!!",
    "arrived on time, thanks",
    "Fast delivery",
    "Seller shipped quickly, well packaged",
    "good",
    "OK",
    "n/a",
    "N.A.",
    "nothing",
    "None so far",
    "can't think of any",
    "no complaints",
    "great product",
    "Love it!",
    "recommended",
    "I would highly recommend this product",
    "not good",
    "👍👍",
    "?!…",
    "12345",
    "5/5",
    "https://example.com/a?b=c",
    "www.example.com",
    "jane.doe@example.com",
    "Vielen Dank",
    "sehr gut",
    "merci beaucoup",
    "rien",
    "nada",
    "gracias",
    "geen",
    "bedankt",
]


@pytest.mark.parametrize("text", INFORMATIVE)
def test_names_something(text: str) -> None:
    assert is_informative([text]).tolist() == [True]


@pytest.mark.parametrize("text", EMPTY)
def test_names_nothing(text: str) -> None:
    assert is_informative([text]).tolist() == [False]


@given(st.lists(st.text()))
def test_one_answer_a_text_each_on_its_own(texts: list[str]) -> None:
    answers = is_informative(texts)
    assert answers.dtype == bool
    assert answers.tolist() == [is_informative([text]).item() for text in texts]


LISTED = [*EMPTY_PHRASES, *sorted(SHOP)[:6], *sorted(VERDICTS)[:6], "on time", "n/a", "👍", "3g", "42", "é"]
MIXED = [
    *LISTED,
    "battery",
    "www.shop.example/battery",
    "me@battery.example",
    "https://a.b",
    "can’t",
    "applicable",
    "n",
]


@given(st.lists(st.sampled_from(MIXED), max_size=5).map(" ".join))
def test_a_word_that_decides_at_once_would_have_decided_later(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_LISTED", frozenset(normalise(text).split()))
        later = names_something(text)
    assert names_something(text) is later
