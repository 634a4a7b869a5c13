"""Keywords: the weights by hand, words as they were written, order of no account."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens import keywords
from needlens.keywords import MAX_WORDS, group_terms, is_content, stem_of, words

WORDS = [
    "quiet",
    "Quietly",
    "motor",
    "motors",
    "cheap",
    "not",
    "the",
    "really",
    "3",
    "to",
    "run",
    "easy-going",
]
grouped_texts = st.lists(
    st.tuples(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), st.integers(0, 3)), max_size=25
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Light AND quiet", ["light", "and", "quiet"]),
        ("don’t, don't", ["don't", "don't"]),
        ("the kids' bike, the dog's bed", ["the", "kids'", "bike", "the", "dog", "bed"]),
        ("12 kg; 3x zoom", ["kg", "x", "zoom"]),
        ("easy-going - really", ["easy-going", "really"]),
        ("Größe naïve", ["größe", "naïve"]),
        ("👍🏽 ... !", []),
        ("", []),
    ],
)
def test_words_of_a_text(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_weights_by_hand() -> None:
    """Six content words in two groups, average three: quiet 2 of 4 in group 0, cheap 2 of 2 in group 1."""
    terms = group_terms(["quiet motor", "quiet ride", "cheap", "cheap"], [0, 0, 1, 1])
    assert terms[0].weights[stem_of("quiet")] == pytest.approx(2 / 4 * np.log(1 + 3 / 2))
    assert terms[0].weights[stem_of("motor")] == pytest.approx(1 / 4 * np.log(1 + 3 / 1))
    assert terms[1].weights == {stem_of("cheap"): pytest.approx(np.log(1 + 3 / 2))}


def test_a_keyword_is_written_as_most_write_it() -> None:
    terms = group_terms(["charging it", "charging", "it charged", "charges"], [5, 5, 5, 5])
    assert terms[5].keywords() == ["charging"]


def test_a_word_said_once_in_many_texts_is_no_keyword() -> None:
    terms = group_terms(["quiet", "quiet", "quiet", "quiet xylophone"], [0, 0, 0, 0])
    assert terms[0].keywords() == ["quiet"]


def test_phrases_stay_within_a_clause_and_count_texts() -> None:
    texts = ["cheap to run, light to carry", "cheap to run - cheap to run"]
    phrases = group_terms(texts, [0, 0])[0].phrases
    assert phrases["cheap to run"] == 2
    assert phrases["light to carry"] == 1
    assert "run light" not in phrases
    assert "run cheap" not in phrases


def test_coverage_is_the_share_of_texts_with_all_words_in_any_order() -> None:
    group = group_terms(["quiet motor", "motor so quiet", "quiet", "cheap"], [0] * 4)[0]
    assert group.coverage(frozenset({stem_of("quiet"), stem_of("motor")})) == 0.5
    assert group.coverage(frozenset({stem_of("loud")})) == 0


@given(grouped_texts, st.integers(1, 8))
def test_keywords_stand_in_the_texts_and_are_one_a_stem(texts: list[tuple[str, int]], top: int) -> None:
    terms = group_terms([text for text, _ in texts], [group for _, group in texts])
    assert set(terms) == {group for _, group in texts}
    for group, found in terms.items():
        own = [words(text) for text, g in texts if g == group]
        keywords = found.keywords(top)
        assert len(keywords) <= top
        assert set(keywords) <= {word for text in own for word in text}
        assert all(is_content(word) for word in keywords)
        assert len({stem_of(word) for word in keywords}) == len(keywords)
        assert found.n_texts == len(own)
        for phrase, n in found.phrases.items():
            assert 2 <= len(phrase.split()) <= MAX_WORDS
            assert n <= sum(phrase in " ".join(text) for text in own)


@given(grouped_texts, st.randoms(use_true_random=False))
def test_the_order_of_the_texts_does_not_matter(texts: list[tuple[str, int]], shuffle: random.Random) -> None:
    shuffled = shuffle.sample(texts, len(texts))
    one, other = (
        group_terms([text for text, _ in some], [group for _, group in some]) for some in (texts, shuffled)
    )
    assert {group: terms.keywords() for group, terms in one.items()} == {
        group: terms.keywords() for group, terms in other.items()
    }
    assert all(one[group].weights == other[group].weights for group in one)
    assert all(one[group].phrases == other[group].phrases for group in one)


@given(st.text(st.sampled_from("aB\x27’- .,3\n–"), max_size=20))
def test_words_are_those_of_the_clauses(text: str) -> None:
    clauses = keywords._BREAK.split(text)
    assert words(text) == [word for clause in clauses for word in words(clause)]
    assert words(text) == [word.removesuffix("\x27s") for word in words(text + " é")[:-1]]
