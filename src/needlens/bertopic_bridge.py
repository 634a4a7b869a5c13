"""To and from BERTopic's world: its clustering as an engine, and our themes as one of its models."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.encoders.encoder import Encoder
from needlens.errors import MissingExtraError, UsageError
from needlens.graph.communities import by_size
from needlens.graph.partition import Partition

if TYPE_CHECKING:
    from bertopic import BERTopic
    from bertopic.backend import BaseEmbedder

EXTRA: Final = "bertopic"
"""The extra that installs BERTopic, UMAP and HDBSCAN."""

NO_TOPIC: Final = -1
"""BERTopic's topic of the texts without one."""

MIN_TOPIC_SIZE: Final = 10
"""BERTopic's default for the least number of texts in a topic."""


def umap_hdbscan(points: NDArray[np.float32], *, seed: int) -> list[Partition]:
    """Cluster as BERTopic does by default: UMAP to five dimensions, then HDBSCAN.

    The settings are those of ``bertopic.BERTopic()`` 0.17 [1]_: UMAP [2]_ with 15 neighbours, cosine
    metric and no least distance; HDBSCAN [3]_ with at least 10 points a cluster, by excess of mass.

    Parameters
    ----------
    points
        Rows of unit length, float32, shape (n, d).
    seed
        Seed of UMAP.

    Returns
    -------
    list of Partition
        One partition, whose points without a cluster are −1 and whose stability is NaN (not measured); none
        when there are no clusters.

    Raises
    ------
    MissingExtraError
        When UMAP or HDBSCAN is not installed.

    References
    ----------
    .. [1] Grootendorst, M. (2022). BERTopic: Neural topic modeling with a class-based TF-IDF procedure.
    .. [2] McInnes, L., Healy, J., & Melville, J. (2018). UMAP: Uniform Manifold Approximation and Projection
       for Dimension Reduction.
    .. [3] Campello, R. J. G. B., Moulavi, D., & Sander, J. (2013). Density-Based Clustering Based on
       Hierarchical Density Estimates. PAKDD 2013.

    Examples
    --------
    >>> umap_hdbscan(np.eye(15, dtype=np.float32), seed=0)
    []
    """
    # HDBSCAN never answers with a single cluster, so there must be points for two; UMAP fails on less.
    if len(points) < 2 * MIN_TOPIC_SIZE:
        return []
    with _optional():
        from hdbscan import HDBSCAN
        from umap import UMAP

    umap = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed, n_jobs=1)
    reduced = np.nan_to_num(umap.fit_transform(points))
    found = HDBSCAN(
        min_cluster_size=MIN_TOPIC_SIZE, metric="euclidean", cluster_selection_method="eom"
    ).fit_predict(reduced)
    labels = np.asarray(found, dtype=np.int64)
    placed = labels >= 0
    if not placed.any():
        return []
    labels[placed] = by_size(labels[placed])
    return [Partition(labels, np.full(labels.max() + 1, np.nan), main=True)]


def to_bertopic(
    texts: Sequence[str],
    theme_ids: pd.Series[int] | pd.arrays.IntegerArray,
    vectors: NDArray[np.float32],
    *,
    labels: Mapping[int, str] | None = None,
    encoder: Encoder | None = None,
) -> BERTopic:
    """Hand themes over as a fitted BERTopic model, with all its plots and tools.

    BERTopic numbers topics by falling size. Its own ``model.topic_mapper_.get_mappings()`` gives the
    topic of each theme id, and the custom labels name the themes: its plots show them when called
    with ``custom_labels=True``.

    Parameters
    ----------
    texts
        Reasons or whole texts.
    theme_ids
        Theme of each text, nullable integers, shape (n,); null becomes topic −1.
    vectors
        Vector of each text, shape (n, d).
    labels
        Name of each theme; one that has none is called "theme" and its id.
    encoder
        What encodes new texts; without it ``transform`` needs the vectors of new texts, too.

    Returns
    -------
    bertopic.BERTopic
        A new text gets the topic whose mean vector is most similar to its own.

    Raises
    ------
    MissingExtraError
        When BERTopic is not installed.
    UsageError
        When there are no texts, or not as many texts, theme ids and vectors.

    Examples
    --------
    >>> model = to_bertopic(
    ...     ["saves time", "is quick", "broke at once"],
    ...     pd.array([7, 7, None], dtype="Int64"),
    ...     np.eye(3, dtype=np.float32),
    ...     labels={7: "Saves time"},
    ... )
    >>> model.topics_, model.custom_labels_
    ([0, 0, -1], ['no theme', 'Saves time'])
    """
    topics = pd.Series(theme_ids, dtype="Int64").to_numpy(np.int64, na_value=NO_TOPIC)
    if not len(texts) == len(topics) == len(vectors) > 0:
        msg = (
            "a BERTopic model needs as many texts as theme ids and vectors, and at least one: "
            f"there are {len(texts)}, {len(topics)} and {len(vectors)}"
        )
        raise UsageError(msg)
    with _optional():
        from bertopic import BERTopic
        from bertopic.cluster import BaseCluster
        from bertopic.dimensionality import BaseDimensionalityReduction

    model = BERTopic(
        embedding_model=_embedder(encoder),
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=BaseCluster(),
    )
    model.fit(list(texts), embeddings=np.asarray(vectors), y=topics)
    named = {NO_TOPIC: "no theme", **(labels or {})}
    model.set_topic_labels(
        {
            int(topic): named.get(int(theme), f"theme {theme}")
            for theme, topic in model.topic_mapper_.get_mappings().items()
        }
    )
    return model


@contextmanager
def _optional() -> Iterator[None]:
    """Import optional libraries: say which extra is missing, and keep their warnings to themselves."""
    # Importing BERTopic would silence every FutureWarning and UserWarning of the process from then on.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except ImportError as error:
            raise MissingExtraError(EXTRA) from error


def _embedder(encoder: Encoder | None) -> BaseEmbedder:
    """Wrap an encoder; without one, a placeholder that keeps BERTopic from fetching a model."""
    from bertopic.backend import BaseEmbedder

    if encoder is None:
        return BaseEmbedder()

    class EncoderEmbedder(BaseEmbedder):  # type: ignore[misc]
        """A needlens encoder as BERTopic wants it."""

        def embed(self, documents: Sequence[str], verbose: bool = False) -> NDArray[np.float32]:  # noqa: ARG002, FBT001, FBT002 (BERTopic's signature)
            vectors: NDArray[np.float32] = self.embedding_model.encode(list(documents))
            return vectors

        def __reduce__(self) -> tuple[Any, ...]:
            return _embedder, (self.embedding_model,)

    return EncoderEmbedder(encoder)
