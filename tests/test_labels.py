"""Labels: one for every theme, no two alike, from customers' words, the same in every process."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlens import errors
from needlens.keywords import group_terms, words
from needlens.labels import theme_labels

WORDS = [
    "quiet",
    "motor",
    "motors",
    "cheap",
    "not",
    "the",
    "really",
    "to",
    "run",
    "carry",
    "upstairs",
    "bike",
]
grouped_texts = st.lists(
    st.tuples(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join), st.integers(1, 4)), max_size=30
)


def _labels(texts: list[tuple[str, int]], typical: dict[int, list[str]] | None = None) -> dict[int, str]:
    return theme_labels(group_terms([text for text, _ in texts], [group for _, group in texts]), typical)


@settings(deadline=None)
@given(grouped_texts, st.randoms(use_true_random=False))
def test_every_theme_has_a_label_of_its_own(texts: list[tuple[str, int]], shuffle: random.Random) -> None:
    labels = _labels(texts)
    assert list(labels) == sorted({group for _, group in texts})
    assert len(set(labels.values())) == len(labels)
    for theme, label in labels.items():
        assert label
        assert label[0] == label[0].upper()
        said = {word for text, group in texts if group == theme for word in words(text)}
        assert label == f"Theme {theme}" or set(words(label)) <= said
    assert labels == _labels(shuffle.sample(texts, len(texts)))


def test_a_phrase_that_many_say_is_the_label() -> None:
    texts = ["I can carry it upstairs", "easy to carry it upstairs", "carry it upstairs alone", "not heavy"]
    other = ["cheap to run", "so cheap to run", "it is cheap to run", "low price"]
    labels = _labels([*((text, 1) for text in texts), *((text, 2) for text in other)])
    assert labels == {1: "Carry it upstairs", 2: "Cheap to run"}


def test_a_short_typical_quote_where_no_phrase_speaks() -> None:
    subjects = ["kettle", "saddle", "handle", "basket", "mirror", "pedal", "engine", "button"]
    texts = [f"{subject} wobbles {'abcdefgh'[at] * 4}" for at, subject in enumerate(subjects)]
    rest = [f"{letter * 5} {letter * 6}" for letter in "klmnopqrstuvwxyz"]
    said = [(text, 1) for text in [*texts[:3], *rest]] + [(text, 2) for text in texts[3:]]
    assert _labels(said, {1: ["saddle wobbles bbbb."]})[1] == "Saddle wobbles bbbb"


def test_the_larger_theme_chooses_first() -> None:
    texts = [("cheap to run", 1)] * 2 + [("cheap to run", 2)] * 3
    labels = _labels(texts)
    assert labels[2] == "Cheap to run"
    assert labels[1] != "Cheap to run"


@pytest.mark.parametrize("texts", [["!!!"], ["the", "to it"], ["👍🏽", ""]])
def test_a_theme_without_words_is_numbered(texts: list[str]) -> None:
    assert _labels([(text, 7) for text in texts]) == {7: "Theme 7"}


def test_the_same_labels_in_every_process() -> None:
    """Sets of words are walked in another order under another hash seed; sums must not see it."""
    code = """
import random
from needlens.keywords import group_terms
from needlens.labels import theme_labels
draw = random.Random(1)
words = "quiet light cheap battery handle screen comfort travel morning coffee kettle garden".split()
for _ in range(60):
    five = draw.sample(words, 5)
    texts = [" ".join(draw.sample(five, 5)) for _ in range(4)] * 2
    other = [" ".join(draw.choices(words, k=3)) for _ in range(15)]
    print(theme_labels(group_terms(texts + other, [0] * len(texts) + [1] * len(other))))
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(errors.__file__).parents[1])}
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**environment, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(printed) == 1
