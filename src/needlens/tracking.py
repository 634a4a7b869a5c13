"""Time passes: themes of a refit keep the ids of the themes they go on, and what changed is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.errors import UsageError
from needlens.intervals import wilson
from needlens.schema import THEME_ID

SAME = 0.3
"""Least score at which an old and a new theme are the same."""

PRIOR = 3.0
"""Shared texts that the likeness of two centres weighs as much as."""

UNRELATED = 0.7
"""Cosine of two centres at and below which they speak for different themes."""

MOST = 0.5
"""A theme gives most of its texts, or consists mostly of others', above this share of the shared ones."""

PART = 0.2
"""Least share of an old theme's shared texts that a part of it takes."""

CHANGE_COLUMNS = ["change", "scale", THEME_ID, "previous_ids", "overlap", "n_shared"]
CHURN_COLUMNS = ["scale", "previous_scale", "n_shared", "n_changed", "churn", "low", "high"]


@dataclass(frozen=True, eq=False, slots=True)
class Grouping:
    """What one fit decided.

    Attributes
    ----------
    keys
        Distinct hashes of the texts, sorted, uint8, shape (m, 16).
    ids
        Theme of each text on each scale, finest first, 0 for none, int64, shape (n_scales, m).
        No id stands on two scales.
    points
        Vectors of the fit, rows of unit length in a fixed order, float32, shape (p, d).
    point_ids
        Theme of each point on each scale, int64, shape (n_scales, p).
    main_scale
        Position of the main scale.
    """

    keys: NDArray[np.uint8]
    ids: NDArray[np.int64]
    points: NDArray[np.float32]
    point_ids: NDArray[np.int64]
    main_scale: int


@dataclass(frozen=True, eq=False, slots=True)
class Tracking:
    """What became of the themes.

    Attributes
    ----------
    mapping
        Id of each theme as the new fit numbers it → the id it has from now on, for :func:`relabel`.
    next_id
        Lowest id never used; hand it to the next :func:`track`.
    changes
        One row a theme and change, main scale first, then from wide to fine: ``change``, ``scale`` (of the
        new fit; null for a scale that is no more), ``theme_id`` (from now on; null if died),
        ``previous_ids`` (list of the old themes it comes from), ``n_shared`` (texts of both fits in the theme
        now and in one of those before), ``overlap`` (their share of the texts of both fits in either; NaN if
        there are none). A change is

        - ``kept``: the same theme, under its id;
        - ``merged``: two or more old themes gave it most of their texts (or one its id);
        - ``split``: it is a large part of an old theme that came apart, and consists mostly of it; the part
          most like the old theme keeps its id if it is like enough. A part may also be ``merged``;
        - ``born``: no old theme is like it;
        - ``died``: no new theme is like it.
    churn
        One row a scale of both fits: ``scale``, ``previous_scale``, ``n_shared`` (texts of both fits),
        ``n_changed`` (those whose theme has another id now, or that only had or only have one), ``churn``
        (their share; NaN without texts), ``low``, ``high`` (its 95 % Wilson interval).
    """

    mapping: dict[int, int]
    next_id: int
    changes: pd.DataFrame
    churn: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True)
class _Scale:
    """An old and a new scale side by side; ``pairs`` are positions in ``old`` and ``new``."""

    previous_scale: int | None
    scale: int | None
    old: NDArray[np.int64]
    new: NDArray[np.int64]
    counts: NDArray[np.int64]
    n_old: NDArray[np.int64]
    n_new: NDArray[np.int64]
    pairs: list[tuple[int, int]]


def track(old: Grouping, new: Grouping, *, next_id: int | None = None) -> Tracking:
    """Find the old themes again in a new fit.

    Main scale is compared with main scale, and the scales around it in their order outwards. On each, old
    and new themes are paired one to one so that the sum of scores is largest (Kuhn 1955). The score is the
    Jaccard overlap of the texts both fits hold (Greene, Doyle & Cunningham 2010), with :data:`PRIOR` texts
    added, of which as many count as shared as the centres are alike; without texts in common the centres
    decide alone. Pairs below :data:`SAME` are not the same theme.

    Parameters
    ----------
    old, new
        What the two fits decided, on vectors of the same encoder.
    next_id
        Lowest id never used so far, from the last :class:`Tracking`; one above all old ids if None.

    Returns
    -------
    Tracking
        Independent of how the new fit numbers its themes and of the order of the texts.

    Raises
    ------
    UsageError
        The vectors differ in length, or ``next_id`` is in use already.

    References
    ----------
    .. [1] Kuhn, H. W. (1955). The Hungarian method for the assignment problem. *Naval Research Logistics
       Quarterly*, 2, 83-97.
    .. [2] Greene, D., Doyle, D. & Cunningham, P. (2010). Tracking the evolution of communities in dynamic
       social networks. *ASONAM 2010*, 176-183.

    Examples
    --------
    >>> keys = np.arange(4, dtype=np.uint8)[:, None]
    >>> points = np.repeat(np.eye(2, dtype=np.float32), 2, axis=0)
    >>> before, after = np.array([[1, 1, 2, 2]]), np.array([[2, 2, 1, 1]])
    >>> done = track(Grouping(keys, before, points, before, 0), Grouping(keys, after, points, after, 0))
    >>> done.mapping, done.next_id, done.churn["churn"].tolist()
    ({1: 2, 2: 1}, 3, [0.0])
    """
    used = max(int(old.ids.max(initial=0)), int(old.point_ids.max(initial=0)))
    if next_id is not None and next_id <= used:
        message = f"next_id must lie above all ids of the old themes, {used}, not {next_id}"
        raise UsageError(message)
    if old.points.shape[1] != new.points.shape[1]:
        message = "the two fits have vectors of different encoders; refit both with the same one"
        raise UsageError(message)
    before, after = (_hashes(fit.keys) for fit in (old, new))
    _, at_old, at_new = np.intersect1d(before, after, assume_unique=True, return_indices=True)
    scales = [_compare(old, new, at_old, at_new, *pair) for pair in _aligned(old, new)]
    mapping: dict[int, int] = {}
    free = used + 1 if next_id is None else next_id
    for each in scales:
        kept = {b: int(each.old[a]) for a, b in each.pairs}
        for b, theme in enumerate(each.new.tolist()):
            mapping[theme] = kept.get(b, free)
            free += b not in kept
    rows = [row for each in scales for row in _changes(each, mapping)]
    churn = [
        _churn(each, old.ids[each.previous_scale, at_old], relabel(new.ids[each.scale, at_new], mapping))
        for each in scales
        if each.previous_scale is not None and each.scale is not None
    ]
    types = {"scale": "Int64", THEME_ID: "Int64", "overlap": "float64", "n_shared": "int64"}
    return Tracking(
        mapping={theme: mapping[theme] for theme in sorted(mapping)},
        next_id=free,
        changes=pd.DataFrame(rows, columns=CHANGE_COLUMNS).astype(types),
        churn=pd.DataFrame(churn, columns=CHURN_COLUMNS),
    )


def relabel(ids: NDArray[np.int64], mapping: Mapping[int, int]) -> NDArray[np.int64]:
    """Theme ids as they are from now on; 0 stays 0.

    Parameters
    ----------
    ids
        Ids as the new fit gave them, int64, any shape.
    mapping
        ``mapping`` of a :class:`Tracking`.

    Raises
    ------
    UsageError
        An id is not in ``mapping``.

    Examples
    --------
    >>> relabel(np.array([[1, 0], [2, 1]]), {1: 7, 2: 1}).tolist()
    [[7, 0], [1, 7]]
    """
    present, inverse = np.unique(ids, return_inverse=True)
    unknown = [theme for theme in present.tolist() if theme != 0 and theme not in mapping]
    if unknown:
        message = f"theme {unknown[0]} is not one of the tracked fit"
        raise UsageError(message)
    renamed = np.array([mapping.get(theme, 0) for theme in present.tolist()], dtype=np.int64)
    return renamed[inverse].reshape(ids.shape)


def _hashes(keys: NDArray[np.uint8]) -> NDArray[np.bytes_]:
    """One value a text; of one length, so that zeros at the end tell nothing apart wrongly."""
    return np.ascontiguousarray(keys).view(f"S{keys.shape[1]}").ravel()


def _aligned(old: Grouping, new: Grouping) -> list[tuple[int | None, int | None]]:
    """Old and new scales by their distance from main: main first, then from wide to fine."""
    befores = range(-old.main_scale, len(old.ids) - old.main_scale)
    afters = range(-new.main_scale, len(new.ids) - new.main_scale)
    steps = sorted({*befores, *afters}, key=lambda step: (step != 0, -step))
    return [
        (
            step + old.main_scale if step in befores else None,
            step + new.main_scale if step in afters else None,
        )
        for step in steps
    ]


def _compare(
    old: Grouping,
    new: Grouping,
    at_old: NDArray[np.intp],
    at_new: NDArray[np.intp],
    previous_scale: int | None,
    scale: int | None,
) -> _Scale:
    """Count the shared texts of the themes of two scales and pair the themes."""
    none = np.zeros(len(at_old), dtype=np.int64)
    before = none if previous_scale is None else old.ids[previous_scale, at_old]
    after = none if scale is None else new.ids[scale, at_new]
    olds, news = np.sort(_themes(old, previous_scale)), _themes(new, scale)
    counts = np.zeros((len(olds) + 1, len(news) + 1), dtype=np.int64)  # in front those without a theme
    np.add.at(counts, (_position(before, olds), _position(after, news)), 1)
    n_old, n_new, counts = counts.sum(axis=1)[1:], counts.sum(axis=0)[1:], counts[1:, 1:]
    likeness = _centres(old, previous_scale, olds) @ _centres(new, scale, news).T
    # Sums of many floats differ in their last bits with the order of the points.
    pairs = _pair(_scores(counts, n_old, n_new, likeness.round(6)))
    return _Scale(previous_scale, scale, olds, news, counts, n_old, n_new, pairs)


def _themes(fit: Grouping, scale: int | None) -> NDArray[np.int64]:
    """Ids on a scale: by falling number of texts, then by their first text or point."""
    if scale is None:
        return np.zeros(0, dtype=np.int64)
    ids = np.concatenate([fit.ids[scale], fit.point_ids[scale]])
    themes, first = np.unique(ids, return_index=True)
    sizes = np.bincount(np.searchsorted(themes, fit.ids[scale]), minlength=len(themes))
    order = np.lexsort([first, -sizes])
    return themes[order][themes[order] > 0]


def _position(ids: NDArray[np.int64], themes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Position of each id among the themes, counted from 1; 0 for no theme."""
    order = np.argsort(themes)
    place = np.concatenate([[0], order + 1])
    return place[np.searchsorted(np.concatenate([[0], themes[order]]), ids)]


def _centres(fit: Grouping, scale: int | None, themes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean of each theme's points, of unit length; NaN without points, or where they cancel out."""
    sums = np.zeros((len(themes) + 1, fit.points.shape[1]))
    if scale is not None:
        np.add.at(sums, _position(fit.point_ids[scale], themes), fit.points.astype(np.float64))
    lengths = np.linalg.norm(sums[1:], axis=1, keepdims=True)
    return sums[1:] / np.where(lengths > 1e-9, lengths, np.nan)


def _scores(
    counts: NDArray[np.int64], n_old: NDArray[np.int64], n_new: NDArray[np.int64], cosine: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Jaccard overlap with :data:`PRIOR` texts added, shared as far as the centres are alike."""
    either = n_old[:, None] + n_new - counts
    alike = np.clip((cosine - UNRELATED) / (1 - UNRELATED), 0.0, 1.0)
    added = np.where(np.isnan(cosine), 0.0, PRIOR)
    scores: NDArray[np.float64] = (counts + added * np.nan_to_num(alike)) / np.maximum(either + added, 1e-9)
    return scores


def _pair(scores: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Pairs with the largest sum of scores, none below :data:`SAME`; of equal ones lower old ids."""
    from scipy.optimize import linear_sum_assignment

    # Cut before pairing, or a pair that does not count could take a theme from one that does.
    worth = np.where(scores >= SAME, scores, 0.0)
    lead = 1e-7 * np.arange(len(scores), 0, -1)[:, None] / max(1, len(scores))
    rows, columns = linear_sum_assignment(np.where(worth > 0, worth + lead, 0.0), maximize=True)
    return [(a, b) for a, b in zip(rows.tolist(), columns.tolist(), strict=True) if worth[a, b] > 0]


def _changes(each: _Scale, mapping: Mapping[int, int]) -> list[dict[str, Any]]:
    """What became of every old theme of a scale, and where every new one comes from."""
    counts = each.counts
    part: NDArray[np.bool_] = np.asarray(
        (counts > MOST * each.n_new) & (counts >= PART * each.n_old[:, None])
    )
    part[part.sum(axis=1) < 2] = False
    source: NDArray[np.bool_] = np.asarray(counts > MOST * each.n_old[:, None])
    for a, b in each.pairs:
        source[a, b] = True
    told: NDArray[np.bool_] = np.asarray(part.any(axis=1))
    rows = []

    def say(change: str, b: int | None, before: list[int]) -> None:
        told[before] = True
        shared = 0 if b is None else int(counts[before, b].sum())
        either = int(each.n_old[before].sum()) + (0 if b is None else int(each.n_new[b])) - shared
        values = (
            change,
            pd.NA if each.scale is None else each.scale,
            pd.NA if b is None else mapping[int(each.new[b])],
            each.old[before].tolist(),
            shared / either if either else np.nan,
            shared,
        )
        rows.append(dict(zip(CHANGE_COLUMNS, values, strict=True)))

    own = {b: a for a, b in each.pairs}
    for b in range(len(each.new)):
        if part[:, b].any():
            say("split", b, np.flatnonzero(part[:, b]).tolist())
        if source[:, b].sum() >= 2:
            say("merged", b, np.flatnonzero(source[:, b]).tolist())
        elif b in own and not part[:, b].any():
            say("kept", b, [own[b]])
        elif not part[:, b].any():
            say("born", b, [])
    for a in np.flatnonzero(~told).tolist():
        say("died", None, [a])
    return rows


def _churn(each: _Scale, before: NDArray[np.int64], after: NDArray[np.int64]) -> dict[str, Any]:
    """Share of the shared texts whose theme is another one now."""
    n, changed = len(before), int((before != after).sum())
    values = (each.scale, each.previous_scale, n, changed, changed / n if n else np.nan, *wilson(changed, n))
    return dict(zip(CHURN_COLUMNS, values, strict=True))
