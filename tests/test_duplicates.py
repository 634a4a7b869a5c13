"""Normal forms and near duplicates: cases, laws, and the join against all pairs."""

from __future__ import annotations

import random
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens.duplicates import normalise, representatives
from needlens.errors import UsageError

WORDS = [
    "light",
    "lights",
    "battery",
    "life",
    "long",
    "not",
    "easy",
    "easier",
    "to",
    "use",
    "3x",
    "zoom",
    "unreliable",
]
texts_of_few_words = st.lists(st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join), max_size=25)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Easy   to\tuse!! ", "easy to use"),
        ("ＦＵＬＬ width ﬁt", "full width fit"),
        ("STRASSE straße", "strasse strasse"),
        ("don't, don’t", "dont dont"),
        ("light👍🏽quiet", "light quiet"),
        ("caf\u00e9 cafe\u0301", "café café"),
        ("हिन्दी में", "हिन्दी में"),
        ("3.5 mm", "3 5 mm"),
        (" :-) ", ":-)"),
        (" \n", ""),
    ],
)
def test_normal_forms(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Easy to use!", "easy to use", True),
        ("very short battery life", "The very short battery life.", True),
        ("the battery doesnt last", "The battery doesn't last!", True),
        ("easy to use every day", "not easy to use every day", False),
        ("it is a very reliable thing indeed", "it is a very unreliable thing indeed", False),
        ("comes with a 64 gigabyte memory card", "comes with a 32 gigabyte memory card", False),
        ("good zoom", "good zooms", False),
        ("light", "light ", True),
        ("battery life", "screen size", False),
        ("!!!", "???", False),
    ],
)
def test_what_is_a_duplicate(one: str, other: str, same: bool) -> None:
    found = representatives([one, other])
    assert bool(found[0] == found[1]) is same


def test_the_commonest_spelling_represents() -> None:
    assert representatives(["EASY", "easy", "Easy", "easy"]).tolist() == [1, 1, 1, 1]


def test_no_texts() -> None:
    assert representatives([]).tolist() == []


@given(texts_of_few_words | st.lists(st.text(max_size=30), max_size=15))
def test_a_representative_represents_itself(texts: list[str]) -> None:
    found = representatives(texts)
    assert (found[found] == found).all()


@given(texts_of_few_words, st.randoms(use_true_random=False))
def test_the_order_of_the_texts_does_not_matter(texts: list[str], shuffle: random.Random) -> None:
    found = {text: texts[leader] for text, leader in zip(texts, representatives(texts), strict=True)}
    shuffled = shuffle.sample(texts, len(texts))
    again = {text: shuffled[leader] for text, leader in zip(shuffled, representatives(shuffled), strict=True)}
    assert found == again


@given(texts_of_few_words, st.sampled_from([0.5, 0.6, 0.8, 1.0]))
def test_members_are_near_and_leaders_are_not(texts: list[str], threshold: float) -> None:
    """The join against all pairs: no leader is near an earlier one, each member is near its own."""

    def grams(text: str) -> set[str]:
        return {text[start : start + 4] for start in range(len(text) - 3)}

    def jaccard(one: str, other: str) -> float:
        return len(grams(one) & grams(other)) / len(grams(one) | grams(other))

    unique = sorted(set(map(normalise, texts)))
    found = representatives(unique, threshold=threshold)
    for text, leader in zip(unique, found, strict=True):
        assert text == unique[leader] or jaccard(text, unique[leader]) >= threshold
    free = [
        text
        for text in (unique[leader] for leader in sorted(set(found.tolist())))
        if len(text) >= 12 and not {"not", "3x", "reliable", "unreliable"} & set(text.split())
    ]
    assert all(jaccard(one, other) < threshold for one in free for other in free if one < other)


@pytest.mark.parametrize("threshold", [0, -1, 1.1, float("nan")])
def test_thresholds_out_of_range_are_refused(threshold: float) -> None:
    with pytest.raises(UsageError):
        representatives(["a"], threshold=threshold)


@given(st.text(st.characters(codec="ascii"), max_size=30))
def test_plain_letters_need_no_unicode_forms(text: str) -> None:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    without = re.sub("(?<=[a-z])\x27(?=[a-z])", "", folded)
    blanked = "".join(char if char.isalnum() else " " for char in without)
    assert normalise(text) == (" ".join(blanked.split()) or text.strip())
