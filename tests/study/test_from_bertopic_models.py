"""BERTopic models as they come: saved, merged, changed by hand, named by others; and misfitting calls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from needlens.bertopic_bridge import to_bertopic
from needlens.encoders.encoder import load_encoder
from needlens.errors import InputError, UsageError
from needlens.study.from_bertopic import from_bertopic

from .conftest import TOPICS
from .test_from_bertopic import DOCS, WANTED, same_partition, topics_of, unit


@pytest.fixture(scope="module", autouse=True)
def _slow_libraries() -> None:
    """Import BERTopic as the bridge does, its warnings kept to itself."""
    to_bertopic(["saves time"], pd.array([1], dtype="Int64"), unit(0, 1))


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    return load_encoder().encode(DOCS)


SOME = ["saves time", "is quick", "broke at once", "the lid broke"]


@pytest.fixture(scope="module")
def small() -> Any:
    return to_bertopic(SOME, pd.array([1, 1, 2, 2], dtype="Int64"), unit(0, 4))


@pytest.mark.parametrize(
    ("docs", "options", "message"),
    [
        (SOME[:3], {}, "there are 3 documents but the BERTopic model has topics of 4"),
        ([SOME[2], SOME[1], SOME[0], SOME[3]], {}, "the words of topic 0 are not those of its documents"),
        ([*SOME[:3], "another text"], {}, "the words of topic 1 are not those"),
        (SOME, {"respondents": ["a"]}, "respondents: there are 1, but 4 documents"),
        (SOME, {"segments": {"plan": ["a"] * 5}}, "segment 'plan': there are 5, but 4 documents"),
        (SOME, {"segments": {"text": ["a"] * 4}}, "cannot be called 'text'"),
        (SOME, {"embeddings": np.ones((3, 2))}, r"the shape \(3, 2\)"),
        (SOME, {"embeddings": np.ones(4)}, r"the shape \(4,\)"),
        (SOME, {"embeddings": np.full((4, 2), np.nan)}, "finite numbers"),
        ("saves time", {}, "a list of texts"),
        ([SOME[0], 7, *SOME[2:]], {}, "document 2 is 7, not a text"),
    ],
)
def test_what_does_not_fit_is_refused(small: Any, docs: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        from_bertopic(small, docs, **{"embeddings": unit(0, 4), **options})


def test_documents_without_any_text_are_refused() -> None:
    model = to_bertopic(["  ", "some words"], pd.array([1, 1], dtype="Int64"), unit(0, 2))
    model.c_tf_idf_ = None
    with pytest.raises(InputError, match="no row has a text"):
        from_bertopic(model, ["", " "], embeddings=unit(0, 2))


def test_an_unfitted_model_is_refused() -> None:
    from bertopic import BERTopic

    with pytest.raises(UsageError, match="fit it on the documents first"):
        from_bertopic(BERTopic(), SOME)


def test_topics_changed_by_hand_need_an_update() -> None:
    model = to_bertopic(SOME, pd.array([1, 1, 2, 2], dtype="Int64"), unit(0, 4))
    model.topics_ = [0, 1, 1, 1]
    with pytest.raises(UsageError, match="update_topics"):
        from_bertopic(model, SOME, embeddings=unit(0, 4))
    model.update_topics(SOME, topics=[0, 1, 1, 1])
    assert from_bertopic(model, SOME, embeddings=unit(0, 4)).themes["n_reasons"].tolist() == [3, 1]


@pytest.mark.parametrize("words", [True, False])
def test_a_saved_model(small: Any, words: bool, tmp_path: Path) -> None:
    from bertopic import BERTopic

    small.save(tmp_path / "model", serialization="safetensors", save_ctfidf=words)
    loaded = BERTopic.load(tmp_path / "model")
    study = from_bertopic(loaded, SOME, embeddings=unit(0, 4))
    assert topics_of(study).tolist() == [1, 1, 2, 2]
    assert any("order of the documents" in note for note in study.info["warnings"]) is not words
    swapped = [SOME[2], SOME[1], SOME[0], SOME[3]]
    if words:
        with pytest.raises(UsageError, match="same order"):
            from_bertopic(loaded, swapped, embeddings=unit(0, 4))
    else:
        assert from_bertopic(loaded, swapped, embeddings=unit(0, 4)).found


def test_merged_and_reduced_topics_are_read(vectors: NDArray[np.float32]) -> None:
    ids = pd.array([list(TOPICS).index(topic) + 1 for topic in WANTED], dtype="Int64")
    model = to_bertopic(DOCS, ids, vectors)
    model.merge_topics(DOCS, [0, 1])
    assert len(from_bertopic(model, DOCS, embeddings=vectors).themes) == 4
    model.reduce_topics(DOCS, nr_topics=3)
    study = from_bertopic(model, DOCS, embeddings=vectors)
    assert same_partition(topics_of(study).tolist(), model.topics_)


def test_names_by_a_language_model_or_a_list_are_kept() -> None:
    from bertopic import BERTopic
    from bertopic.representation import BaseRepresentation

    class Writes(BaseRepresentation):  # type: ignore[misc]
        """Answers with one phrase a topic, as language models do here."""

        def extract_topics(self, model: Any, documents: Any, c_tf_idf: Any, topics: Any) -> Any:
            del model, documents, c_tf_idf
            return {topic: [(f"Phrase of {topic}", 1.0)] + [("", 0.0)] * 9 for topic in topics}

    ids = pd.array([1, 1, 2, 2], dtype="Int64")
    model = to_bertopic(SOME, ids, unit(0, 4))
    model.update_topics(SOME, representation_model=Writes())
    model.custom_labels_ = None
    study = from_bertopic(model, SOME, embeddings=unit(0, 4))
    assert study.themes["label"].tolist() == ["Phrase of 0", "Phrase of 1"]
    assert isinstance(model, BERTopic)
