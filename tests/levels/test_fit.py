"""Levels: what is clear is told, what is not is unsure, corrections hold, links speak."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlens.encoders.encoder import load_encoder
from needlens.errors import UsageError
from needlens.levels.along_links import levels_along_links
from needlens.levels.fit import SEED_TEXTS, LevelModel, decide, fit_levels
from needlens.levels.prototypes import PROTOTYPES
from needlens.schema import LEVELS

CLEAR = {
    "The strap is made of leather.": "attribute",
    "It has a USB port and a red cover.": "attribute",
    "It dries my hair in five minutes.": "functional",
    "I can store it under the bed.": "functional",
    "I feel so much more confident at parties.": "psychosocial",
    "It makes me nervous and I worry all the time.": "psychosocial",
    "I want to live in freedom and decide for myself.": "value",
    "Protecting nature for the next generation.": "value",
}


@pytest.fixture(scope="module")
def seeds() -> np.ndarray:
    return load_encoder().encode(SEED_TEXTS)


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    return load_encoder().encode(list(CLEAR))


@pytest.fixture(scope="module")
def model(seeds: np.ndarray, vectors: np.ndarray) -> LevelModel:
    return fit_levels(list(CLEAR), vectors, seeds)


def test_clear_texts_are_told(model: LevelModel, vectors: np.ndarray) -> None:
    level, _ = decide(model.probabilities(list(CLEAR), vectors))
    assert dict(zip(CLEAR, level, strict=True)) == CLEAR


def test_probabilities_are_shares(model: LevelModel, vectors: np.ndarray) -> None:
    p = model.probabilities(list(CLEAR), vectors)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    assert (p >= 0).all()


def test_words_without_sense_stay_unsure(model: LevelModel) -> None:
    texts = ["blorp", "asdf", "xyz 77", "hmm well", "thing", "mmm"]
    level, _ = decide(model.probabilities(texts, load_encoder().encode(texts)))
    assert level.count("unsure") >= 3


def test_a_correction_holds_and_teaches(seeds: np.ndarray, vectors: np.ndarray) -> None:
    texts = list(CLEAR)
    corrected = fit_levels(texts, vectors, seeds, {texts[2]: "value", "never said": "attribute"})
    p = corrected.probabilities(texts, vectors)
    assert p[2].tolist() == [0, 0, 0, 1]
    before = fit_levels(texts, vectors, seeds)
    near = ["It dries my hair in four minutes."]
    vector = load_encoder().encode(near)
    assert corrected.probabilities(near, vector)[0, 3] > before.probabilities(near, vector)[0, 3]
    assert corrected.n_examples["correction"] == 1


def test_a_wrong_correction_is_refused(seeds: np.ndarray, vectors: np.ndarray) -> None:
    with pytest.raises(UsageError, match="no level"):
        fit_levels(list(CLEAR), vectors, seeds, {"light": "feature"})


def test_prototypes_are_different() -> None:
    everything = [text for level in LEVELS for text in PROTOTYPES[level]]
    assert len(everything) == len(set(everything))
    assert min(len(PROTOTYPES[level]) for level in LEVELS) >= 30


@settings(deadline=None)
@given(
    st.lists(st.lists(st.floats(0.01, 1), min_size=4, max_size=4), min_size=3, max_size=5),
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)).filter(lambda p: p[0] != p[1]), max_size=4),
)
def test_levels_along_links_are_shares_and_leave_others_alone(
    rows: list[list[float]], links: list[tuple[int, int]]
) -> None:
    alone = np.array(rows)
    alone /= alone.sum(axis=1, keepdims=True)
    together = levels_along_links(alone, links)
    np.testing.assert_allclose(together.sum(axis=1), 1)
    np.testing.assert_array_equal(together[3:], alone[3:])
    if links:
        heights = np.arange(4)
        only = levels_along_links(alone, [links[0]])
        means, end = links[0]
        assert only[end] @ heights >= alone[end] @ heights - 1e-9
        assert only[means] @ heights <= alone[means] @ heights + 1e-9
