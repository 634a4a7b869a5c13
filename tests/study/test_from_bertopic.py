"""A BERTopic model as a study: its topics are kept, people are counted, new texts find their theme."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.bertopic_bridge import to_bertopic
from needlens.encoders.encoder import load_encoder
from needlens.errors import EncoderError, StudyError, UsageError
from needlens.intervals import wilson
from needlens.report.html import render_report
from needlens.study.assign import assign
from needlens.study.folder import read_study, write_study
from needlens.study.from_bertopic import from_bertopic
from needlens.study.record import Study
from needlens.verbatims import verbatims_from_frame

from .conftest import OPENINGS, TOPICS

DOCS = [opening.format(core) for cores in TOPICS.values() for core in cores for opening in OPENINGS]
WANTED = [topic for topic, cores in TOPICS.items() for _ in cores for _ in OPENINGS]


def unit(seed: int, n: int, d: int = 8) -> NDArray[np.float32]:
    """Random rows of unit length."""
    rows = np.random.default_rng(seed).standard_normal((n, d))
    scaled: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1)[:, None]).astype("f4")
    return scaled


@pytest.fixture(scope="module", autouse=True)
def _slow_libraries() -> None:
    """Import BERTopic as the bridge does, its warnings kept to itself."""
    to_bertopic(["saves time"], pd.array([1], dtype="Int64"), unit(0, 1))


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    return load_encoder().encode(DOCS)


@pytest.fixture(scope="module")
def fitted(vectors: NDArray[np.float32]) -> Any:
    """BERTopic on vectors made elsewhere, with its own clustering."""
    from bertopic import BERTopic
    from bertopic.dimensionality import BaseDimensionalityReduction
    from hdbscan import HDBSCAN

    model = BERTopic(
        umap_model=BaseDimensionalityReduction(), hdbscan_model=HDBSCAN(min_cluster_size=6, min_samples=1)
    )
    return model.fit(DOCS, vectors)


@pytest.fixture(scope="module")
def study(fitted: Any, vectors: NDArray[np.float32], cache: Path) -> Study:
    people = [f"p{at % 40:02}" for at in range(len(DOCS))]
    plans = {"plan": [("free", "pro", None)[at % 3] for at in range(len(DOCS))]}
    return from_bertopic(fitted, DOCS, respondents=people, segments=plans, embeddings=vectors, cache=cache)


def topics_of(study: Study) -> NDArray[np.int64]:
    """Theme of each document, 0 for none, in the order of the documents."""
    frame = study.to_frame().sort_values("verbatim_id")
    return frame["theme_id"].to_numpy(np.int64, na_value=0)


def same_partition(left: Any, right: Any) -> bool:
    """Whether two labelings make the same groups."""
    pairs = set(zip(left, right, strict=True))
    return len(pairs) == len(set(left)) == len(set(right))


def test_topics_become_themes_by_size(study: Study, fitted: Any) -> None:
    ids = topics_of(study)
    assert len(set(fitted.topics_)) >= 4
    assert -1 in fitted.topics_
    assert same_partition(ids.tolist(), fitted.topics_)
    assert {theme for theme, topic in zip(ids, fitted.topics_, strict=True) if topic == -1} == {0}
    sizes = study.themes.set_index("theme_id")["n_reasons"]
    assert sizes.index.tolist() == list(range(1, len(sizes) + 1))
    assert sizes.is_monotonic_decreasing
    assert study.verbatims["text"].tolist() == DOCS


def test_people_are_counted_with_intervals(study: Study) -> None:
    frame = study.to_frame()
    for row in study.themes.to_dict("records"):
        people = frame.loc[frame["theme_id"] == row["theme_id"], "respondent_id"].nunique()
        assert row["n_respondents"] == people
        assert (row["low"], row["high"]) == wilson(people, 40)
    assert set(study.prevalence["segment"]) == {"free", "pro"}


def test_what_is_not_known_is_said_so(study: Study) -> None:
    structure = study.info["structure"]
    assert structure["found"]
    assert structure["p_value"] is None
    assert structure["reason"] == "themes come from a BERTopic model: their stability was not tested"
    assert study.themes["stability"].isna().all()
    assert study.themes["parent_id"].isna().all()
    assert study.themes["scale"].eq(0).all()


def test_themes_are_named_by_us_where_nobody_named_them(study: Study, fitted: Any) -> None:
    assert not set(study.themes["label"]) & set(fitted.topic_labels_.values())
    assert study.themes["label"].is_unique
    assert not study.themes["label"].str.contains("_").any()


def test_names_that_were_given_are_kept(fitted: Any, vectors: NDArray[np.float32], cache: Path) -> None:
    named = {topic: f"Our {topic}" for topic in set(fitted.topics_) if topic in (0, 2)}
    before = fitted.custom_labels_
    fitted.set_topic_labels({**named, -1: "Rest"})
    try:
        study = from_bertopic(fitted, DOCS, embeddings=vectors, cache=cache)
    finally:
        fitted.custom_labels_ = before
    label = study.themes.set_index("theme_id")["label"]
    for theme, topic in set(zip(topics_of(study).tolist(), fitted.topics_, strict=True)) - {(0, -1)}:
        assert (label[theme] == f"Our {topic}") == (topic in named)
    assert "Rest" not in set(label)


def test_default_vectors_are_recognised_and_new_texts_find_their_theme(study: Study, cache: Path) -> None:
    assert study.info["encoder"]["name"] == "default"
    assert study.info["encoder"]["vectors"] == "given"
    new = {"noise": "a motor without any noise at all", "price": "it was so much cheaper than others"}
    frame = pd.DataFrame({"text": [*new.values(), "the treaty of Utrecht of 1713"]})
    frame["id"] = ["a", "b", "c"]
    assigned = assign(study, verbatims_from_frame(frame, text="text", id="id"), cache=cache).assignments
    ids = topics_of(study)
    for topic, theme in zip(new, assigned["theme_id"], strict=False):
        own = ids[[at for at, wanted in enumerate(WANTED) if wanted == topic]]
        assert theme in set(own) - {0}
    assert pd.isna(assigned["theme_id"].iloc[2])


def test_own_documents_keep_their_theme_when_assigned(study: Study, cache: Path) -> None:
    frame = pd.DataFrame({"text": DOCS, "id": study.verbatims["verbatim_id"]})
    again = assign(study, verbatims_from_frame(frame, text="text", id="id"), cache=cache).assignments
    assert again["theme_id"].equals(study.assignments["theme_id"])
    assert again["strength"].equals(study.assignments["strength"])


def test_written_and_read_back_and_reported(study: Study, tmp_path: Path) -> None:
    write_study(study, tmp_path)
    back = read_study(tmp_path)
    pd.testing.assert_frame_equal(back.themes, study.themes)
    pd.testing.assert_frame_equal(back.assignments, study.assignments)
    assert back.info == study.info
    page = render_report(back)
    assert "themes come from a BERTopic model" in page
    assert study.themes["label"].iloc[0] in page


def test_bertopic_to_study_to_bertopic_keeps_the_topics(study: Study, fitted: Any) -> None:
    again = study.to_bertopic()
    assert same_partition(again.topics_, fitted.topics_)
    labels = study.themes.set_index("theme_id")["label"]
    names = dict(zip(sorted(set(again.topics_)), again.custom_labels_, strict=True))
    for theme, topic in zip(topics_of(study).tolist(), again.topics_, strict=True):
        assert names[topic] == (labels[theme] if theme else "no theme")


def test_study_to_bertopic_to_study_keeps_members_and_labels(planted: Study, cache: Path) -> None:
    model = planted.to_bertopic()
    frame = planted.to_frame()
    frame = frame[frame["informative"]]
    back = Study.from_bertopic(model, frame["text"].tolist(), respondents=frame["respondent_id"], cache=cache)
    assert back.info["encoder"] == {**planted.info["encoder"], "known": True, "vectors": "model"}
    ours = frame["theme"].fillna("").tolist()
    assert back.to_frame().sort_values("verbatim_id")["theme"].fillna("").tolist() == ours
    assert back.model is not None


def test_the_models_own_backend_is_used(vectors: NDArray[np.float32], cache: Path) -> None:
    from bertopic.backend import BaseEmbedder

    class Letters(BaseEmbedder):  # type: ignore[misc]
        """Counts of letters: an embedding that is not needlens's."""

        def embed(self, documents: Any, verbose: bool = False) -> Any:
            del verbose
            return np.array([[doc.count(letter) for letter in "etaoin"] for doc in documents], dtype=float)

    ids = pd.array([WANTED.index(topic) + 1 for topic in WANTED], dtype="Int64")
    model = to_bertopic(DOCS, ids, vectors)
    model.embedding_model = Letters()
    study = from_bertopic(model, DOCS, cache=cache)
    assert study.info["encoder"]["vectors"] == "model"
    assert study.info["encoder"]["name"].startswith("unknown")
    assert study.model is None


def test_without_any_vectors_ours_are_made(vectors: NDArray[np.float32], cache: Path) -> None:
    ids = pd.array([1] * len(DOCS), dtype="Int64")
    study = from_bertopic(to_bertopic(DOCS, ids, vectors), DOCS, cache=cache)
    assert study.info["encoder"]["vectors"] == "encoded"
    assert study.info["counts"]["encoded"] + study.info["counts"]["cached"] == len(set(DOCS))
    assert study.model is not None


@pytest.fixture(scope="module")
def foreign(cache: Path) -> Study:
    """A study on vectors nobody knows."""
    rows = unit(0, 12)
    docs = [f"word{at % 4} and {at}" for at in range(12)]
    model = to_bertopic(docs, pd.array([1, 2, None, 2] * 3, dtype="Int64"), rows)
    return from_bertopic(model, docs, embeddings=rows * 3, cache=cache)


def test_foreign_vectors_make_a_study_that_cannot_assign(foreign: Study, tmp_path: Path) -> None:
    assert foreign.model is None
    assert not foreign.info["encoder"]["known"]
    assert foreign.info["encoder"]["name"].startswith("unknown")
    assert any("cannot be assigned" in note for note in foreign.info["warnings"])
    with pytest.raises(StudyError, match="does not know"):
        assign(foreign, verbatims_from_frame(pd.DataFrame({"why": ["quiet"]})))
    write_study(foreign, tmp_path)
    assert read_study(tmp_path).model is None
    back = read_study(tmp_path, model=False)
    pd.testing.assert_frame_equal(back.themes, foreign.themes)
    assert "unknown" in render_report(back)


def test_an_encoder_that_did_not_make_the_vectors_is_refused(cache: Path) -> None:
    for d in (8, 384):
        rows = unit(0, 3, d)
        model = to_bertopic(["a1", "b2", "c3"], pd.array([1, 1, 2], dtype="Int64"), rows)
        with pytest.raises(UsageError, match="not those of the encoder 'default'"):
            from_bertopic(model, ["a1", "b2", "c3"], embeddings=rows, encoder="default", cache=cache)
    with pytest.raises(EncoderError, match="no encoder 'none-such'"):
        from_bertopic(model, ["a1", "b2", "c3"], embeddings=rows, encoder="none-such", cache=cache)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.none() | st.integers(1, 6), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_any_topics_are_kept(ids: list[int | None], random: Any) -> None:
    docs = [
        random.choice(["same words", "great product!", f"word{at} here", f" word{at} here "])
        for at in range(len(ids))
    ]
    rows = unit(1, len(ids))
    model = to_bertopic(docs, pd.array(ids, dtype="Int64"), rows)
    study = from_bertopic(model, docs, embeddings=rows)
    wanted = [0 if theme is None else theme for theme in ids]
    found = topics_of(study).tolist()
    assert all((a == 0) == (b == 0) for a, b in zip(wanted, found, strict=True))
    assert same_partition([theme for theme in wanted if theme], [theme for theme in found if theme])
    sizes = study.themes["n_reasons"].tolist()
    assert sizes == sorted(sizes, reverse=True)
    assert study.assignments["strength"].between(0, 1).all()
    assert study.found == any(wanted)


def test_only_documents_without_a_topic_make_no_theme(cache: Path) -> None:
    docs, rows = ["saves time", "is quick"], unit(0, 2)
    model = to_bertopic(docs, pd.array([None, None], dtype="Int64"), rows)
    study = from_bertopic(model, docs, embeddings=rows, cache=cache)
    assert not study.found
    assert len(study.themes) == 0
    assert "no topics" in study.info["structure"]["reason"]
    assert "No themes found" in render_report(study)


def test_blank_documents_say_nothing(cache: Path) -> None:
    docs, rows = ["saves time", "  ", "is quick"], unit(0, 3)
    model = to_bertopic(docs, pd.array([1, 1, 2], dtype="Int64"), rows)
    study = from_bertopic(model, docs, respondents=["a", "b", "c"], embeddings=rows, cache=cache)
    assert study.info["counts"]["blank"] == 1
    assert study.info["counts"]["respondents"] == 2
    assert study.themes["n_reasons"].tolist() == [1, 1]
    assert any("without a text" in note for note in study.info["warnings"])


def test_same_bytes_again(study: Study, fitted: Any, vectors: NDArray[np.float32], cache: Path) -> None:
    again = from_bertopic(
        fitted,
        DOCS,
        respondents=study.verbatims["respondent_id"],
        segments=study.verbatims[["plan"]],
        embeddings=vectors,
        cache=cache,
    )
    for table in ("verbatims", "assignments", "themes", "prevalence", "layout"):
        pd.testing.assert_frame_equal(getattr(again, table), getattr(study, table), check_exact=True)
