"""Practice texts: the sample's sentences stay as they are built while the words in them change."""

from needlens.encoders.practice import VARIANTS, practice_texts

WORDS = ["the", "it"] * 75 + [f"word{letter}" for letter in "abcdefghij"]


def test_variants_keep_common_words_and_marks() -> None:
    texts = practice_texts(WORDS)
    n = len(texts) // (1 + VARIANTS)
    assert len(texts) == n * (1 + VARIANTS)
    for said, other in zip(texts[:n], texts[n : 2 * n], strict=True):
        assert [mark for mark in said if mark in ".,!?"] == [mark for mark in other if mark in ".,!?"]
        for word in ("the", "it"):
            assert said.lower().split().count(word) <= other.lower().split().count(word)
    assert sum(said == other for said, other in zip(texts[:n], texts[n : 2 * n], strict=True)) < n / 50


def test_the_same_each_time() -> None:
    assert practice_texts(WORDS) == practice_texts(WORDS)
