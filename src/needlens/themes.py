"""From vectors to themes: groups at nested scales with their stability, or the answer that there are none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral
from typing import Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from needlens.dealt_words import WordTest
from needlens.errors import UsageError
from needlens.graph.distinct import distinct
from needlens.graph.draws import Keys, least_of
from needlens.graph.neighbours import Neighbours, neighbours_of
from needlens.graph.partition import NestedPartitions, Partition, beyond_chance, nested_partitions
from needlens.graph.placement import VOTERS, placement
from needlens.progress import Progress, silent

MIN_POINTS = 20
"""Fewer distinct reasons than this are not searched for themes: any grouping of them would be chance."""

Engine = Literal["graph", "bertopic"]

NumberOfThemes = int | tuple[int, int] | Literal["auto"]
"""Number of themes wanted, or the least and the most; ``"auto"`` leaves it to the data."""


@dataclass(frozen=True, slots=True)
class Structure:
    """Whether there are themes at all.

    Attributes
    ----------
    found
        The groups come back in resamples clearly more often than those of a cloud without groups.
    p_value
        Chance of so much stability without groups, or of texts so alike without themes, whichever is larger;
        NaN where it was not tested (number of themes given, another engine, too few reasons).
    excess
        Stability of the main scale above the null's, in adjusted Rand index; NaN likewise.
    reason
        One sentence that says why.
    """

    found: bool
    p_value: float
    excess: float
    reason: str


class ThemeSearch:
    """Find themes in vectors, at nested scales, and place new vectors on them.

    Each distinct vector is joined to its nearest neighbours by cosine similarity; that graph is cut into
    communities at many resolutions; the main scale is the one whose groups come back best in resamples
    (:func:`needlens.graph.choice.choose`), and they count only if they come back clearly better than those
    of Gaussian clouds of the same mean and covariance (:func:`needlens.graph.chance.weigh`).
    The result depends on the *set* of vectors alone: neither on their order nor on the number of threads.

    :class:`needlens.theme_model.ThemeModel` is the same as an estimator of scikit-learn, whose import takes
    longer than the search for themes in a small study.

    Parameters
    ----------
    n_themes
        ``"auto"``, or the number of themes wanted on the main scale, or the least and the most of them.
    n_neighbors
        Neighbours each vector is joined to; ``"auto"`` leaves it to the number of vectors
        (:func:`needlens.graph.affinity.n_edges`).
    engine
        ``"graph"``, or ``"bertopic"`` for UMAP and HDBSCAN with the settings BERTopic gives them.
    seed
        Seed of everything random.

    Attributes
    ----------
    labels_
        Theme of each row on the main scale: nullable Int64 array of shape (n,), all null without structure.
    structure_
        Whether themes were found (:class:`Structure`).
    scales_
        Theme ids of each row on each scale, finest first: list of nullable Int64 arrays of shape (n,).
        Ids are unique over all scales and start at 1 with the largest theme of the main scale.
    main_scale_
        Position of the main scale in ``scales_``.
    evidence_
        DataFrame, one row a scale: ``scale``, ``n_themes``, ``stability``, ``excess``, ``p_value``,
        ``beyond_chance`` (nullable bool; null where it was not tested).
    themes_
        DataFrame, one row a theme: ``theme_id``, ``scale``, ``parent_id`` (nullable), ``n`` (distinct
        vectors), ``stability`` (how surely it is found again, in [0, 1], NaN if not measured;
        :func:`needlens.graph.stability.stability_of`).
    placement_
        The distinct vectors and the rule that places new ones (:class:`needlens.graph.placement.Placement`).
    position_
        Position of each row among the points of ``placement_``, int64, shape (n,).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> centres = np.repeat(np.eye(8)[:4], 50, axis=0)
    >>> search = ThemeSearch().fit(centres + 0.05 * rng.standard_normal((200, 8)))
    >>> search.structure_.found, len(search.labels_.unique())
    (True, 4)
    """

    def __init__(
        self,
        n_themes: NumberOfThemes = "auto",
        *,
        n_neighbors: int | Literal["auto"] = "auto",
        engine: Engine = "graph",
        seed: int = 0,
    ) -> None:
        self.n_themes = n_themes
        self.n_neighbors = n_neighbors
        self.engine = engine
        self.seed = seed

    def fit(
        self,
        X: ArrayLike,
        y: object = None,  # noqa: ARG002
        *,
        keys: NDArray[np.uint64] | None = None,
        words: WordTest | None = None,
        partition: Callable[..., NestedPartitions] = nested_partitions,
        progress: Progress = silent,
    ) -> Self:
        """Find the themes of the rows of ``X``.

        Parameters
        ----------
        X
            Vectors, shape (n, d); rows are brought to unit length. Equal rows count once.
        y
            Ignored.
        keys
            What tells the rows apart (:func:`needlens.graph.draws.keys_of_texts`), uint64, shape (n,): it
            draws their lots. From their own bits when None; then another encoder's backend draws others.
        words
            How the texts behind the rows compare with the same words dealt at random
            (:func:`needlens.dealt_words.compare_with_dealt`); without themes where they do not pass.
        partition
            What cuts the graph, called as :func:`needlens.graph.partition.nested_partitions` is.
        progress
            Told how far the work is.

        Raises
        ------
        UsageError
            ``n_themes`` is neither ``"auto"`` nor a number or range from 2 to the number of distinct rows,
            the engine is unknown, or a number of themes is asked of the engine that takes none.
        """
        rows = at_unit_length(self._checked(X))
        first, self.position_ = distinct(rows)
        points = rows[first]
        del rows  # as large as the points
        own = None if keys is None else least_of(keys, self.position_)
        self.structure_, partitions, near = self._search(points, own, words, partition, progress)
        self.main_scale_ = next((at for at, part in enumerate(partitions) if part.main), 0)
        self.themes_, ids = _number(partitions, self.main_scale_)
        self.evidence_ = _evidence(partitions)
        if not partitions:
            ids = np.zeros((1, len(points)), dtype=np.int64)
        self.placement_ = placement(points, near, ids, VOTERS)
        self.scales_ = [nullable(scale[self.position_]) for scale in ids]
        self.labels_ = self.scales_[self.main_scale_]
        return self

    def _checked(self, X: ArrayLike) -> NDArray[np.float32]:
        """The rows as float32; an estimator makes sure of more."""
        return np.asarray(X, dtype=np.float32)

    def _search(
        self,
        points: NDArray[np.float32],
        keys: Keys | None,
        words: WordTest | None,
        partition: Callable[..., NestedPartitions],
        progress: Progress,
    ) -> tuple[Structure, list[Partition], Neighbours]:
        """Partition the distinct points; no partition when there is nothing to find."""
        n, wanted = len(points), _wanted(self.n_themes, len(points))
        if self.engine not in ("graph", "bertopic"):
            message = f"engine must be 'graph' or 'bertopic', not {self.engine!r}"
            raise UsageError(message)
        if self.engine == "bertopic" and wanted is not None:
            message = "engine 'bertopic' finds the number of themes itself; leave n_themes at 'auto'"
            raise UsageError(message)
        untested = {"p_value": float("nan"), "excess": float("nan")}
        if n < MIN_POINTS and wanted is None:
            near = neighbours_of(points, VOTERS)
            reason = f"too few distinct reasons to look for themes: {n}, and at least {MIN_POINTS} are needed"
            return Structure(found=False, reason=reason, **untested), [], near
        if self.engine == "bertopic":
            from needlens.bertopic_bridge import umap_hdbscan

            near = neighbours_of(points, VOTERS, progress=progress)
            partitions = umap_hdbscan(points, seed=self.seed)
            reason = "themes of UMAP and HDBSCAN: their stability was not tested"
            return Structure(found=bool(partitions), reason=reason, **untested), partitions, near
        if words is not None and not words.passed and not isinstance(wanted, int):
            near = neighbours_of(points, VOTERS, progress=progress)
            reason = f"no structure found: {words.sentence}"
            return Structure(found=False, p_value=words.p_value, excess=float("nan"), reason=reason), [], near
        k = None if self.n_neighbors == "auto" else self.n_neighbors
        result = partition(points, k, keys=keys, n_groups=wanted, seed=self.seed, progress=progress)
        main = result.evidence
        # Both tests must speak for structure, so the weaker one is the study's.
        p_value = main.p_value if words is None else max(main.p_value, words.p_value)
        structure = Structure(result.found, p_value, main.excess, result.reason)
        return structure, list(result.partitions), result.neighbours


def nullable(ids: NDArray[np.int64]) -> pd.arrays.IntegerArray:
    """Theme ids as a nullable array: 0 becomes null.

    Examples
    --------
    >>> nullable(np.array([2, 0])).tolist()
    [2, <NA>]
    """
    return pd.arrays.IntegerArray(ids.astype(np.int64), ids == 0)


def at_unit_length(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bring rows to unit length; those that have it to five digits stay bit for bit what they are.

    Parameters
    ----------
    rows
        float32, shape (n, d); a row of zeros stays.

    Returns
    -------
    ndarray
        float32, shape (n, d), rows one after the other in memory, no -0.0 among them.

    Examples
    --------
    >>> at_unit_length(np.array([[3, 4], [0, 0]], dtype=np.float32)).round(6).tolist()
    [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float64))
    off = (np.abs(lengths - 1) > 1e-5) & (lengths > 0)
    if off.any():
        rows = rows.copy()
        rows[off] = (rows[off] / lengths[off, None]).astype(np.float32)
    return np.ascontiguousarray(rows) + np.float32(0)  # -0.0 becomes 0.0: equal rows, equal bytes


def _wanted(asked: NumberOfThemes, n: int) -> int | tuple[int, int] | None:
    """The number or range of themes asked for, checked; None for "auto"."""
    if asked == "auto":
        return None
    bounds = asked if isinstance(asked, tuple) and len(asked) == 2 else (asked, asked)
    if all(isinstance(bound, Integral) for bound in bounds) and 2 <= bounds[0] <= min(n, bounds[1]):
        least, most = int(bounds[0]), min(int(bounds[1]), n)
        return (least, most) if least < most else least
    message = (
        f"the number of themes must be 'auto', or a number or a range between 2 and the number of distinct "
        f"reasons ({n:,}), not {asked!r}"
    )
    raise UsageError(message)


def _evidence(partitions: list[Partition]) -> pd.DataFrame:
    rows = []
    for scale, part in enumerate(partitions):
        own = part.evidence
        beyond = pd.NA if np.isnan(own.p_value) else beyond_chance(own)
        rows.append((scale, part.n_groups, own.stability, own.excess, own.p_value, beyond))
    columns = ["scale", "n_themes", "stability", "excess", "p_value", "beyond_chance"]
    return pd.DataFrame(rows, columns=columns).astype({"beyond_chance": "boolean"})


def _number(partitions: list[Partition], main: int) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Give every group of every scale an id: main scale first, then from broad to fine; 0 is no group."""
    order = sorted(range(len(partitions)), key=lambda at: (at != main, -at))
    ids = [np.zeros(0, dtype=np.int64)] * len(partitions)
    start = 1
    for at in order:
        labels = partitions[at].labels
        ids[at] = np.where(labels >= 0, labels + start, 0)
        start += partitions[at].n_groups
    columns = ["theme_id", "scale", "parent_id", "n", "stability"]
    rows: list[tuple[int, int, int, int, float]] = []
    for at in order:
        theme_ids, first, sizes = np.unique(ids[at], return_index=True, return_counts=True)
        wider = ids[at + 1] if at + 1 < len(ids) else np.zeros_like(ids[at])
        parents = wider[first]
        named = zip(theme_ids.tolist(), parents.tolist(), sizes.tolist(), strict=True)
        stability = iter(partitions[at].stability.tolist())
        rows += [(t, at, parent, n, next(stability)) for t, parent, n in named if t > 0]
    table = pd.DataFrame(rows, columns=columns)
    table["parent_id"] = nullable(table["parent_id"].to_numpy(dtype=np.int64))
    table["stability"] = table["stability"].astype("float64")
    return table, np.array(ids, dtype=np.int64)
