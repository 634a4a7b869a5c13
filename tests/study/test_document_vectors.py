"""Where the vectors of a BERTopic model's documents come from, and who made them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from needlens.bertopic_bridge import to_bertopic
from needlens.encoders.encoder import load_encoder
from needlens.errors import UsageError
from needlens.study.document_vectors import DocumentVectors, document_vectors, own_vectors

DOCS = ["saves time", " ", "is quick", "broke at once"]
AT = np.array([0, 2, 3])
TEXTS = [DOCS[at] for at in AT]


@pytest.fixture(scope="module")
def ours() -> NDArray[np.float32]:
    return load_encoder().encode(DOCS)


def model_with(backend: Any) -> Any:
    model = to_bertopic(DOCS, pd.array([1, 1, 1, 2], dtype="Int64"), np.eye(4, dtype=np.float32))
    model.embedding_model = backend
    return model


def take(model: Any, embeddings: Any = None, name: str | None = None) -> DocumentVectors:
    return document_vectors(model, DOCS, AT, TEXTS, embeddings, name, cache=None)


def test_given_vectors_come_first_at_unit_length(ours: NDArray[np.float32]) -> None:
    taken = take(model_with(None), 7 * ours)
    np.testing.assert_allclose(taken.matrix, ours[AT], atol=1e-6)
    assert taken.origin == "given"
    assert taken.encoder is not None
    assert taken.notes == ()


@pytest.mark.parametrize("precision", [1e-3, 0.003])
def test_an_encoder_is_known_by_its_vectors_whatever_their_precision(
    ours: NDArray[np.float32], precision: float
) -> None:
    noise = precision * np.random.default_rng(0).standard_normal(ours.shape)
    assert take(model_with(None), ours + noise, "default").encoder is not None


def test_one_foreign_vector_is_enough_not_to_know_the_encoder(ours: NDArray[np.float32]) -> None:
    changed = ours.copy()
    changed[3] = changed[0]
    taken = take(model_with(None), changed)
    assert taken.encoder is None
    assert "cannot be assigned" in taken.notes[0]
    with pytest.raises(UsageError, match="not those of the encoder 'default'"):
        take(model_with(None), changed, "default")


def test_the_models_encoder_comes_next(ours: NDArray[np.float32]) -> None:
    encoder = load_encoder()
    model = to_bertopic(DOCS, pd.array([1, 1, 1, 2], dtype="Int64"), ours, encoder=encoder)
    taken = take(model)
    assert taken.origin == "model"
    assert taken.encoder is encoder
    np.testing.assert_array_equal(taken.matrix, take(model, ours).matrix)


@pytest.mark.parametrize("backend", [None, "all-MiniLM-L6-v2", "placeholder"])
def test_without_a_backend_vectors_are_made(backend: str | None, ours: NDArray[np.float32]) -> None:
    model = model_with(backend)
    if backend == "placeholder":
        from bertopic.backend import BaseEmbedder

        model.embedding_model = BaseEmbedder()
    assert own_vectors(model, DOCS) is None
    taken = take(model)
    assert (taken.origin, taken.n_encoded) == ("encoded", 3)
    np.testing.assert_allclose(taken.matrix, ours[AT], atol=1e-5)


def test_a_vector_of_nothing_stays_nothing() -> None:
    given = np.eye(4, dtype=np.float32)
    given[2] = 0
    taken = take(model_with(None), given)
    assert taken.matrix[1].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("given", [np.ones((3, 2)), np.ones(4), np.full((4, 2), np.inf)])
def test_other_shapes_and_no_numbers_are_refused(given: NDArray[np.float64]) -> None:
    with pytest.raises(UsageError, match="a row of finite numbers for each of 4 documents"):
        take(model_with(None), given)
