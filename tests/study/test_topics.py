"""Reading a BERTopic model: its topics if the documents are its own, and the names somebody gave."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from needlens.bertopic_bridge import to_bertopic
from needlens.errors import UsageError
from needlens.study.topics import topics_of

DOCS = ["saves time", "is quick", "broke at once", "the lid broke", "well then"]


@pytest.fixture
def model() -> Any:
    return to_bertopic(DOCS, pd.array([5, 5, 9, 9, None], dtype="Int64"), np.eye(5, dtype=np.float32))


def test_topics_and_names(model: Any) -> None:
    found = topics_of(model, DOCS)
    assert found.topics.tolist() == [0, 0, 1, 1, -1]
    assert found.names == {0: "theme 5", 1: "theme 9"}
    assert found.notes == ()


@pytest.mark.parametrize(
    ("custom", "names"),
    [
        (None, {}),
        (["no theme", "", " Price "], {1: "Price"}),
        (["no theme", "Speed"], {}),
        ({-1: "rest", 0: "Speed"}, {0: "Speed"}),
        (["-1_then_well", "0_saves_time_quick_is", "Broken"], {1: "Broken"}),
    ],
    ids=["none", "blank", "of another number of topics", "after deleting topics", "generated"],
)
def test_names_somebody_gave_are_kept(model: Any, custom: Any, names: dict[int, str]) -> None:
    model.custom_labels_ = custom
    model.topic_representations_[0] = [("saves", 1.0), ("time", 0.9), ("quick", 0.8), ("is", 0.7)]
    assert topics_of(model, DOCS).names == names


def test_a_listed_topic_keeps_its_name(model: Any) -> None:
    model.custom_labels_ = None
    model.zeroshot_topic_list, model._topic_id_to_zeroshot_topic_idx = ["Saving time"], {0: 0}
    assert topics_of(model, DOCS).names == {0: "Saving time"}


@pytest.mark.parametrize("swap", [(0, 2), (1, 3)])
def test_another_order_is_noticed(model: Any, swap: tuple[int, int]) -> None:
    docs = list(DOCS)
    docs[swap[0]], docs[swap[1]] = docs[swap[1]], docs[swap[0]]
    with pytest.raises(UsageError, match="in the same order"):
        topics_of(model, docs)


def test_order_within_a_topic_and_outside_all_does_not_matter(model: Any) -> None:
    assert topics_of(model, [*DOCS[1::-1], *DOCS[2:4], "something else"]).topics.tolist() == model.topics_


def test_other_documents_are_noticed(model: Any) -> None:
    with pytest.raises(UsageError, match="topic 1 are not those"):
        topics_of(model, [*DOCS[:3], "the cap broke", DOCS[4]])


def test_a_model_without_words_cannot_be_checked(model: Any) -> None:
    model.c_tf_idf_ = None
    (note,) = topics_of(model, DOCS[::-1]).notes
    assert "could not be checked" in note


def test_words_of_another_number_of_topics(model: Any) -> None:
    model.c_tf_idf_ = model.c_tf_idf_[1:]
    with pytest.raises(UsageError, match="update_topics"):
        topics_of(model, DOCS)
