"""The encoders inside a scikit-learn pipeline."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.cluster import KMeans
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
    np.testing.assert_array_equal(TextVectors().transform(pd.Series(texts)), expected)


def test_without_a_cache() -> None:
    TextVectors(cache=False).transform(["saves time"])
    assert not VectorCache().path.exists()


def test_clone_keeps_the_parameters() -> None:
    assert clone(TextVectors("default", cache=False)).get_params() == {
        "encoder": "default",
        "cache": False,
    }


@pytest.mark.parametrize("texts", ["one text", [1, 2], ["a", None], pd.DataFrame({1: ["a"]})])
def test_what_is_no_list_of_texts_is_refused(texts: list[str]) -> None:
    with pytest.raises(UsageError, match="iterable of texts"):
        TextVectors().fit(texts)
