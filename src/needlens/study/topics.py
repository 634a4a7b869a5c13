"""What a fitted BERTopic model says of the documents it was fitted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.bertopic_bridge import NO_TOPIC
from needlens.errors import UsageError

if TYPE_CHECKING:
    from bertopic import BERTopic

_SAME: Final = 1e-6
"""Weights of words that differ by less are the same; files hold them as they are."""


@dataclass(frozen=True, eq=False, slots=True)
class Topics:
    """What a fitted BERTopic model says of its documents.

    Attributes
    ----------
    topics
        Topic of each document, int64, shape (n,); −1 for none.
    names
        Name of each topic that somebody, a language model or a list of topics named; not those that
        BERTopic makes of a topic's words.
    notes
        Sentences to tell the user.
    """

    topics: NDArray[np.int64]
    names: dict[int, str]
    notes: tuple[str, ...]


def topics_of(model: BERTopic, docs: Sequence[str]) -> Topics:
    """Read the topics of the documents a BERTopic model was fitted on.

    A model keeps the topic of each document but not the documents. Whether these are the same in the same
    order is seen from the words of its topics: their class-based TF-IDF must be that of the documents.

    Parameters
    ----------
    model
        Fitted; or loaded, if it was saved with its topics.
    docs
        The documents as they were given to ``fit``.

    Raises
    ------
    UsageError
        The model is not fitted, or these are not its documents in their order.

    Examples
    --------
    >>> from needlens.bertopic_bridge import to_bertopic
    >>> ids = pd.array([7, 7, None], dtype="Int64")
    >>> docs = ["saves time", "is quick", "broke at once"]
    >>> model = to_bertopic(docs, ids, np.eye(3, dtype=np.float32), labels={7: "Saves time"})
    >>> topics_of(model, docs)
    Topics(topics=array([ 0,  0, -1]), names={0: 'Saves time'}, notes=())
    """
    if getattr(model, "topics_", None) is None:
        msg = "the BERTopic model has no topics yet; fit it on the documents first"
        raise UsageError(msg)
    topics = np.asarray(model.topics_, dtype=np.int64)
    if len(topics) != len(docs):
        msg = (
            f"there are {len(docs):,} documents but the BERTopic model has topics of {len(topics):,}; "
            "give the documents it was fitted on, all and in the same order"
        )
        raise UsageError(msg)
    agree = _same_words(model, topics, docs)
    if agree is None:
        unchecked = (
            "the BERTopic model was saved without the words of its topics (save_ctfidf=True keeps them), so "
            "that the order of the documents could not be checked"
        )
        return Topics(topics, _names(model, topics), (unchecked,))
    if not agree.all():
        differs = np.unique(topics[topics > NO_TOPIC])[~agree][0]
        msg = (
            f"the words of topic {differs} are not those of its documents: give the documents the BERTopic "
            "model was fitted on in the same order, and if topics were changed by hand since, call "
            "model.update_topics(docs) before"
        )
        raise UsageError(msg)
    return Topics(topics, _names(model, topics), ())


def _same_words(model: BERTopic, topics: NDArray[np.int64], docs: Sequence[str]) -> NDArray[np.bool_] | None:
    """Whether each topic's words are those of its documents; None where the model keeps no words.

    The documents without a topic are not looked at: those of deleted topics join them unweighed.
    """
    kept, distinct = model.c_tf_idf_, np.unique(topics)
    if kept is None or not hasattr(model.vectorizer_model, "vocabulary_"):
        return None
    if kept.shape[0] != len(distinct):
        return np.zeros((distinct > NO_TOPIC).sum(), dtype=np.bool_)
    table = pd.DataFrame({"Topic": topics, "Document": docs})
    joined = table.groupby("Topic", as_index=False).agg({"Document": " ".join})
    weights, _ = model._c_tf_idf(joined, fit=False)
    apart = np.asarray(abs(weights - kept).max(axis=1).todense()).ravel()
    return np.asarray(apart[distinct > NO_TOPIC] < _SAME)


def _names(model: BERTopic, topics: NDArray[np.int64]) -> dict[int, str]:
    distinct = np.unique(topics).tolist()
    custom = model.custom_labels_ or {}
    if not isinstance(custom, Mapping):
        custom = dict(zip(distinct, custom, strict=True)) if len(custom) == len(distinct) else {}
    made = model.topic_labels_
    names = {}
    for topic in distinct:
        words = [word for word, _ in model.topic_representations_.get(topic, []) if word.strip()]
        said = str(custom.get(topic) or "").strip()
        if not said or said == made.get(topic):
            # A language model answers with one phrase in place of words; a listed topic has its own name.
            listed = made.get(topic, "")
            own = "" if listed.startswith(f"{topic}_") else listed
            said = own or (words[0] if len(words) == 1 and " " in words[0].strip() else "")
        if topic > NO_TOPIC and said:
            names[topic] = said.strip()
    return names
