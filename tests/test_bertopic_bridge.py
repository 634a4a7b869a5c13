"""BERTopic's clustering as an engine, and our themes as a BERTopic model that works."""

import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.bertopic_bridge import to_bertopic, umap_hdbscan
from needlens.encoders.encoder import load_encoder
from needlens.errors import MissingExtraError, UsageError

THEMES = {
    30: ["saves time", "is quick and saves an hour", "fast, no time lost"],
    20: ["cheap price", "good value for the money", "the price is low"],
    41: ["broke at once", "the handle broke", "poor quality, broke"],
    5: ["looks nice", "a nice colour", "the colour looks great"],
}
SIZES = {30: 6, 20: 9, 41: 6, 5: 12, None: 4}
LABELS = {30: "Saves time", 20: "Low price", 5: "Looks nice"}


def blobs(sizes: list[int], *, spread: float = 0.05, seed: int = 0) -> NDArray[np.float32]:
    """Points of unit length around orthogonal centres, as many around each as asked for."""
    centres = np.repeat(np.eye(16)[: len(sizes)], sizes, axis=0)
    points = centres + spread * np.random.default_rng(seed).standard_normal(centres.shape)
    unit: NDArray[np.float32] = (points / np.linalg.norm(points, axis=1)[:, None]).astype("f4")
    return unit


@pytest.fixture(scope="module", autouse=True)
def filters_kept() -> bool:
    """Import the slow libraries once; whether that left the warning filters of the process alone."""
    before = list(warnings.filters)
    to_bertopic(["saves time"], pd.array([1], dtype="Int64"), blobs([1]))
    return warnings.filters == before


@pytest.fixture(scope="module")
def texts() -> list[str]:
    said = [*THEMES.values(), ["well", "I do not know", "nothing to add"]]
    counts = zip(said, SIZES.values(), strict=True)
    return [f"{some[at % 3]} {at}x" for some, n in counts for at in range(n)]


@pytest.fixture(scope="module")
def theme_ids() -> pd.Series:
    ids = [theme for theme, n in SIZES.items() for _ in range(n)]
    return pd.Series(ids, dtype="Int64", index=range(100, 100 + len(ids)))


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    return blobs(list(SIZES.values()))


@pytest.fixture(scope="module")
def model(texts: list[str], theme_ids: pd.Series, vectors: NDArray[np.float32]) -> Any:
    return to_bertopic(texts, theme_ids, vectors, labels=LABELS)


@pytest.mark.parametrize("n", [0, 1, 2, 10, 19])
def test_too_few_points_for_two_clusters_make_none(n: int) -> None:
    assert umap_hdbscan(blobs([n - n // 2, n // 2]), seed=0) == []


def test_points_far_from_each_other_make_no_cluster() -> None:
    assert umap_hdbscan(np.eye(30, dtype=np.float32), seed=0) == []


def test_clusters_are_found_and_numbered_by_size() -> None:
    sizes = [15, 40, 25]
    points = blobs(sizes)
    (partition,) = umap_hdbscan(points, seed=0)
    assert partition.labels.tolist() == np.repeat([2, 0, 1], sizes).tolist()
    assert np.isnan(partition.stability).all()
    assert partition.stability.shape == (3,)
    assert partition.main


def test_the_same_clusters_and_outliers_as_bertopic_by_default() -> None:
    from bertopic import BERTopic
    from bertopic.backend import BaseEmbedder

    points = np.vstack([blobs([20, 30, 40]), blobs([2] * 16, spread=1.0, seed=1)])
    (ours,) = umap_hdbscan(points, seed=4)
    theirs = BERTopic(embedding_model=BaseEmbedder())
    theirs.umap_model.set_params(random_state=4, n_jobs=1)
    theirs.fit([f"text {at}" for at in range(len(points))], points)
    assert (ours.labels == -1).any()
    assert ours.labels.tolist() == theirs.topics_


def test_one_seed_one_result() -> None:
    points = blobs([20, 30], spread=0.4)
    first, second = (umap_hdbscan(points, seed=1)[0].labels for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_umap_missing_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(MissingExtraError, match=r"needlens\[bertopic\]"):
        umap_hdbscan(blobs([20, 20]), seed=0)


def test_bertopic_missing_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bertopic", None)
    with pytest.raises(MissingExtraError, match=r"needlens\[bertopic\]"):
        to_bertopic(["saves time"], pd.array([1], dtype="Int64"), blobs([1]))


def test_the_warnings_of_the_process_stay_as_they_are(filters_kept: bool) -> None:
    assert filters_kept


def test_a_topic_for_each_theme_and_none_for_null(model: Any, theme_ids: pd.Series) -> None:
    topic_of = model.topic_mapper_.get_mappings()
    assert set(topic_of) == {-1, *THEMES}
    assert model.topics_ == [topic_of[theme] for theme in theme_ids.fillna(-1)]
    assert topic_of[-1] == -1
    assert sorted(topic_of.values()) == [-1, 0, 1, 2, 3]


def test_topics_carry_our_labels(model: Any) -> None:
    info = model.get_topic_info().set_index("Topic")
    assert info.CustomName[-1] == "no theme"
    assert info.CustomName[0] == "Looks nice"
    topic_of = model.topic_mapper_.get_mappings()
    assert info.CustomName[topic_of[41]] == "theme 41"
    assert info.Count[topic_of[20]] == SIZES[20]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.none() | st.integers(1, 12), min_size=1, max_size=40))
def test_any_assignment_keeps_its_themes(ids: list[int | None]) -> None:
    model = to_bertopic(
        [f"says word{at % 3} and {theme}" for at, theme in enumerate(ids)],
        pd.array(ids, dtype="Int64"),
        np.ones((len(ids), 4), dtype=np.float32),
    )
    names = dict(zip(sorted(set(model.topics_)), model.custom_labels_, strict=True))
    wanted = ["no theme" if theme is None else f"theme {theme}" for theme in ids]
    assert [names[topic] for topic in model.topics_] == wanted


def test_words_of_a_topic_are_its_texts(model: Any) -> None:
    topic = model.topic_mapper_.get_mappings()[41]
    assert model.get_topic(topic)[0][0] == "broke"


@pytest.mark.parametrize(
    "draw",
    [
        lambda model, _: model.visualize_barchart(custom_labels=True),
        lambda model, _: model.visualize_hierarchy(custom_labels=True),
        lambda model, _: model.visualize_heatmap(custom_labels=True),
        lambda model, _: model.visualize_term_rank(custom_labels=True),
        lambda model, texts: model.visualize_hierarchy(hierarchical_topics=model.hierarchical_topics(texts)),
    ],
    ids=["barchart", "hierarchy", "heatmap", "term_rank", "hierarchical_topics"],
)
def test_plots_draw(model: Any, texts: list[str], draw: Callable[[Any, list[str]], Any]) -> None:
    assert len(draw(model, texts).data) > 0


@pytest.mark.filterwarnings("ignore:n_jobs value 1 overridden:UserWarning")
def test_topics_on_a_map(model: Any) -> None:
    figure = model.visualize_topics(custom_labels=True)
    words = {row[1] for row in figure.data[0].customdata}
    assert words == {"Looks nice", "Low price", "Saves time", "theme 41"}


def test_a_table_of_documents(model: Any, texts: list[str]) -> None:
    assert model.get_document_info(texts).Topic.tolist() == model.topics_


@pytest.mark.parametrize("strategy", ["distributions", "c-tf-idf", "embeddings"])
def test_outliers_can_be_reduced(
    model: Any, texts: list[str], vectors: NDArray[np.float32], strategy: str
) -> None:
    kwargs = {"embeddings": vectors} if strategy == "embeddings" else {}
    reduced = model.reduce_outliers(texts, model.topics_, strategy=strategy, **kwargs)
    moved = [new for old, new in zip(model.topics_, reduced, strict=True) if new != old]
    assert all(old in (-1, new) for old, new in zip(model.topics_, reduced, strict=True))
    assert all(0 <= topic <= 3 for topic in moved)


def test_new_texts_get_the_nearest_topic(model: Any, vectors: NDArray[np.float32]) -> None:
    topics, similarity = model.transform(["new"] * len(vectors), vectors)
    assert topics.tolist() == model.topics_
    assert (similarity > 0.9).all()


def test_without_an_encoder_new_texts_need_vectors(model: Any) -> None:
    with pytest.raises(ValueError, match="No embedding model was found"):
        model.transform(["saves time"])


def test_an_encoder_encodes_new_texts(tmp_path: Path) -> None:
    from bertopic import BERTopic

    encoder = load_encoder()
    texts = ["saves time", "saves an hour", "broke at once", "the handle broke"]
    ids = pd.array([1, 1, 2, 2], dtype="Int64")
    model = to_bertopic(texts, ids, encoder.encode(texts), encoder=encoder)
    saved = tmp_path / "model"
    model.save(saved, serialization="safetensors")
    loaded = BERTopic.load(saved, embedding_model=model.embedding_model)
    model.save(tmp_path / "pickle")
    pickled = BERTopic.load(tmp_path / "pickle")
    for kind in (model, loaded, pickled):
        topics, _ = kind.transform(["it saved me two hours", "the lid is broken"])
        assert topics.tolist() == [model.topics_[0], model.topics_[2]]


def test_a_saved_model_comes_back(
    model: Any, texts: list[str], vectors: NDArray[np.float32], tmp_path: Path
) -> None:
    from bertopic import BERTopic

    model.save(tmp_path / "model", serialization="safetensors", save_ctfidf=True)
    loaded = BERTopic.load(tmp_path / "model")
    assert loaded.topics_ == model.topics_
    assert loaded.custom_labels_ == model.custom_labels_
    assert loaded.topic_mapper_.get_mappings() == model.topic_mapper_.get_mappings()
    assert loaded.get_topic(0)[0][0] == model.get_topic(0)[0][0]
    assert loaded.transform(texts, vectors)[0].tolist() == model.topics_
    assert len(loaded.visualize_barchart(custom_labels=True).data) == 4


def test_topics_can_be_merged_and_still_lead_back(texts: list[str], theme_ids: pd.Series) -> None:
    model = to_bertopic(texts, theme_ids, blobs(list(SIZES.values())))
    topic_of = model.topic_mapper_.get_mappings()
    model.merge_topics(texts, [int(topic_of[20]), int(topic_of[41])])
    merged = model.topic_mapper_.get_mappings()
    assert merged[20] == merged[41]
    assert model.topics_ == [merged[theme] for theme in theme_ids.fillna(-1)]


@pytest.mark.parametrize("ids", [[None, None, None], [4, 4, 4], [4, None, 9]])
def test_one_theme_none_at_all_or_texts_without_words(ids: list[int | None]) -> None:
    model = to_bertopic(["!?", "時間を節約できる 速い", ""], pd.array(ids, dtype="Int64"), blobs([3]))
    assert len(model.get_topic_info()) == len(set(ids))


@pytest.mark.parametrize(("n_texts", "n_ids", "n_vectors"), [(0, 0, 0), (2, 1, 2), (2, 2, 1)])
def test_counts_that_do_not_match_are_rejected(n_texts: int, n_ids: int, n_vectors: int) -> None:
    with pytest.raises(UsageError, match=f"there are {n_texts}, {n_ids} and {n_vectors}"):
        to_bertopic(["a"] * n_texts, pd.array([1] * n_ids, dtype="Int64"), blobs([n_vectors]))
