"""The encoders inside a scikit-learn pipeline."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline

from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import Encoder
from needlens.encoders.text_vectors import TextVectors
from needlens.errors import UsageError


def test_texts_become_vectors_in_a_pipeline(encoder: Encoder) -> None:
    texts = ["saves time", "the box broke", "is much faster", "arrived damaged"]
    pipeline = Pipeline([("vectors", TextVectors(encoder)), ("groups", KMeans(2, n_init=3, random_state=0))])
    labels = pipeline.fit_predict(texts)
    assert labels[0] == labels[2] != labels[1]
    assert labels[1] == labels[3]


def test_any_iterable_of_texts_and_an_encoder_by_name() -> None:
    texts = ["saves time", "is safe"]
    expected = TextVectors().fit(texts).transform(texts)
    assert VectorCache().info().entries == 2
    np.testing.assert_array_equal(TextVectors().fit_transform(pd.Series(texts)), expected)


def test_what_was_learned_of_some_texts_serves_others(encoder: Encoder) -> None:
    texts = ["the boots are warm", "the boots are red", "the boots are cheap"]
    fitted = TextVectors(encoder).fit(texts)
    weights = encoder.weigh_tokens(texts)
    expected = encoder.with_token_weights(weights).encode(["the boots pinch"])
    np.testing.assert_array_equal(fitted.transform(["the boots pinch"]), expected)


def test_nothing_is_learned_where_all_tokens_are_to_count_the_same(encoder: Encoder) -> None:
    texts = ["the boots are warm", "the boots are red"]
    made = TextVectors(encoder, weigh_tokens=False).fit_transform(texts)
    np.testing.assert_array_equal(made, encoder.encode(texts))


def test_it_must_be_fitted_first() -> None:
    with pytest.raises(NotFittedError):
        TextVectors().transform(["saves time"])


def test_without_a_cache() -> None:
    TextVectors(cache=False).fit_transform(["saves time"])
    assert not VectorCache().path.exists()


def test_clone_keeps_the_parameters() -> None:
    assert clone(TextVectors("default", cache=False)).get_params() == {
        "encoder": "default",
        "cache": False,
        "weigh_tokens": True,
    }


@pytest.mark.parametrize("texts", ["one text", [1, 2], ["a", None], pd.DataFrame({1: ["a"]})])
def test_what_is_no_list_of_texts_is_refused(texts: list[str]) -> None:
    with pytest.raises(UsageError, match="iterable of texts"):
        TextVectors().fit(texts)
