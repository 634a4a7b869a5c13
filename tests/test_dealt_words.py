"""Texts against their own words dealt at random."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.dealt_words import SAMPLE, compare_with_dealt, deal
from needlens.theme_model import ThemeModel

sentences = st.lists(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=6).map(" ".join), min_size=1)


def _bag(texts: Sequence[str]) -> NDArray[np.float32]:
    """An encoder that knows words only: the unit mean of a random direction a word."""

    def direction(word: str) -> NDArray[np.float64]:
        seed = int.from_bytes(blake2b(word.encode(), digest_size=8).digest())
        return np.random.default_rng(seed).standard_normal(48)

    means = np.array([np.mean([direction(word) for word in text.split()], axis=0) for text in texts])
    unit: NDArray[np.float32] = (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _corpus(rng: np.random.Generator, n: int, *, topics: int) -> list[str]:
    """Texts of five words, each from the vocabulary of one topic; with one topic words say nothing."""
    of_topic = [[f"w{topic}x{at}" for at in range(120 // topics)] for topic in range(topics)]
    return sorted({" ".join(rng.choice(of_topic[at % topics], 5)) for at in range(n)})


@given(sentences, st.integers(0, 99))
def test_every_word_stays_in_its_place(texts: list[str], seed: int) -> None:
    dealt = deal(texts, np.random.default_rng(seed))
    before, after = ([text.split() for text in side] for side in (texts, dealt))
    assert [len(own) for own in after] == [len(own) for own in before]
    for place in range(6):
        there = [sorted(own[place] for own in side if len(own) > place) for side in (before, after)]
        assert there[0] == there[1]


def test_texts_with_themes_pass() -> None:
    texts = _corpus(np.random.default_rng(0), 300, topics=6)
    test = compare_with_dealt(texts, _bag(texts), _bag, seed=0)
    assert test is not None
    assert test.passed
    assert test.similarity > test.by_chance
    assert "are more alike than" in test.sentence


def test_words_that_come_together_by_chance_pass_as_seldom_as_promised() -> None:
    p_values = []
    for seed in range(60):
        texts = _corpus(np.random.default_rng(seed), 120, topics=1)
        test = compare_with_dealt(texts, _bag(texts), _bag, seed=seed)
        assert test is not None
        p_values.append(test.p_value)
    # Of 60 at 5 %, more than 8 have a chance of 1 in 300.
    assert (np.array(p_values) <= 0.05).sum() <= 8
    assert 0.3 < np.mean(p_values) < 0.7


def test_the_same_for_any_order_and_never_more_than_a_sample() -> None:
    texts = _corpus(np.random.default_rng(1), 900, topics=4)
    vectors = _bag(texts)
    order = np.random.default_rng(2).permutation(len(texts))
    first = compare_with_dealt(texts, vectors, _bag, seed=3)
    again = compare_with_dealt([texts[at] for at in order], vectors[order], _bag, seed=3)
    assert first is not None
    assert again is not None
    assert first.n == again.n == SAMPLE
    assert first.p_value == pytest.approx(again.p_value)


@pytest.mark.parametrize("texts", [[], ["two words"] * 80, ["just three words"] * 49])
def test_too_little_to_tell(texts: list[str]) -> None:
    assert compare_with_dealt(texts, np.eye(max(len(texts), 1), dtype=np.float32), _bag, seed=0) is None


def test_no_themes_where_words_come_together_by_chance() -> None:
    texts = _corpus(np.random.default_rng(5), 300, topics=1)
    vectors = _bag(texts)
    words = compare_with_dealt(texts, vectors, _bag, seed=0)
    model = ThemeModel().fit(vectors, words=words)
    assert words is not None
    assert not model.structure_.found
    assert model.structure_.p_value == words.p_value
    assert "no more alike" in model.structure_.reason
    assert bool(model.labels_.isna().all())
