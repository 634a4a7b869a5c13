"""Which points a direction claims among groups, by levels of likeness taken from the groups themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from needlens.graph.neighbours import nearest
from needlens.graph.unit import unit_rows

UNLIKE: Final = 0.1
"""Share of texts so unlike the others of their group that a seed as unlike its nearest points is not met."""

INNER: Final = 0.25
"""Share of points so far from their group's centre that points as far from a seed's do not speak for it."""

OUTER: Final = 0.05
"""Share of points so far from their group's centre that a seed does not claim points as far from its own."""

TYPICAL: Final = 2 / 3
"""How far the middle of a seed's nearest points must come from a single point towards the group's centre,
where 1 is what as many independent points of the group would reach, for the group to be the seed's."""


@dataclass(frozen=True, eq=False, slots=True)
class Groups:
    """Groups as seeds see them.

    Attributes
    ----------
    ids
        Rising, int64, shape (g,).
    centres
        Their centres, rows of unit length, float64, shape (g, d).
    tightness
        Mean cosine similarity of their points to the centre, float64, shape (g,).
    to_centre
        Cosine similarity of each point to the centre of its group, −1 without one, float64, shape (n,).
    inner, outer
        Similarity to the centre of its group that all but the share ``INNER``, ``OUTER`` of points reach.
    """

    ids: NDArray[np.int64]
    centres: NDArray[np.float64]
    tightness: NDArray[np.float64]
    to_centre: NDArray[np.float64]
    inner: float
    outer: float


def groups_of(points: NDArray[np.float32], ids: NDArray[np.int64]) -> Groups:
    """Measure the groups; without any, a seed claims points as like it as points are like the nearest other.

    Parameters
    ----------
    points
        Rows of unit length, float32, shape (n, d).
    ids
        Group of each, 0 for none, int64, shape (n,).

    Examples
    --------
    >>> groups = groups_of(np.eye(2, dtype=np.float32)[[0, 0, 1, 1]], np.array([1, 1, 2, 2]))
    >>> groups.centres.tolist(), groups.inner
    ([[1.0, 0.0], [0.0, 1.0]], 1.0)
    """
    groups = np.unique(ids[ids > 0])
    centres = np.zeros((len(groups), points.shape[1]))
    tightness, to_centre = np.ones(len(groups)), np.full(len(ids), -1.0)
    for at, group in enumerate(groups):
        members = np.flatnonzero(ids == group)
        own = points[members].astype(np.float64)
        centres[at] = unit(own.mean(axis=0))
        to_centre[members] = np.einsum("ij,j->i", own, centres[at])
        tightness[at] = to_centre[members].mean()
    if len(groups):
        inner, outer = np.quantile(to_centre[ids > 0], [INNER, OUTER], method="lower")
    else:
        inner = outer = level_of(points, ids, 1, 1)
    return Groups(groups, centres, tightness, to_centre, float(inner), float(outer))


def level_of(points: NDArray[np.float32], ids: NDArray[np.int64], least: int, n_texts: int) -> float:
    """Similarity to its nearest points from which on a seed made of so many texts is met.

    The points of each group are taken ``n_texts`` at a time as if they were a seed; each such seed has a mean
    similarity to the ``least`` nearest others of its group. All but the share ``UNLIKE`` of them reach the
    level. The mean of several texts is nearer to everything than one is, so the level rises with n_texts.

    Parameters
    ----------
    points, ids
        As for :func:`groups_of`; without any group, points are compared with all others.
    least
        How many nearest others.
    n_texts
        Texts a seed is made of; fewer where no group has enough points.

    Returns
    -------
    float
        Cosine similarity; 1 where there are too few points to tell.

    Examples
    --------
    >>> points = np.array([[1, 0], [0.8, 0.6], [0, 1]], dtype=np.float32)
    >>> [round(level_of(points, np.array([1, 1, 1]), 1, n), 2) for n in (1, 2)]
    [0.6, 0.32]
    """
    groups = np.unique(ids[ids > 0])
    likeness = []
    for group in groups if len(groups) else np.zeros(1):
        own = points[ids == group]
        n_seeds = len(own) // n_texts
        if len(own) < n_texts + least:
            continue
        runs = own[: n_seeds * n_texts].reshape(n_seeds, n_texts, -1).mean(axis=1, dtype=np.float64)
        seeds = unit_rows(runs).astype(np.float32)
        near = nearest(seeds, own, least + n_texts)
        others = near.index // n_texts != np.arange(n_seeds)[:, None]
        others &= np.cumsum(others, axis=1) <= least
        likeness.append((near.similarity * others).sum(axis=1, dtype=np.float64) / least)
    if likeness:
        return float(np.quantile(np.concatenate(likeness), UNLIKE, method="lower"))
    return level_of(points, ids, least, n_texts - 1) if n_texts > 1 else 1.0


def wanted(
    points: NDArray[np.float64], ids: NDArray[np.int64], groups: Groups, ranked: NDArray[np.int64], core: int
) -> int:
    """The group a seed stands for as a whole: it holds most of its nearest points, and they its middle.

    The mean of m independent points of a group whose single points have the mean cosine r to the centre has
    there the cosine r / √(r² + (1 − r²) / m). The mean of the m nearest to the seed must come most of the way
    from r to this; that of a part of the group does not.

    Parameters
    ----------
    points
        Rows of unit length, float64, shape (n, d).
    ids, groups
        As for :func:`groups_of`, and what it gave.
    ranked
        Positions of all points, the most similar to the seed first.
    core
        How many nearest points are looked at.

    Returns
    -------
    int
        Id of the group, 0 for none.

    Examples
    --------
    >>> points, ids = np.eye(2)[[0, 0, 0, 1, 1, 1]], np.array([1, 1, 1, 2, 2, 2])
    >>> wanted(points, ids, groups_of(points.astype(np.float32), ids), np.arange(6), 3)
    1
    """
    near = ids[ranked[:core]]
    found, counts = np.unique(near, return_counts=True)
    group = int(found[counts.argmax()])
    if group == 0 or 2 * counts.max() <= len(near):
        return 0
    at = int(np.searchsorted(groups.ids, group))
    members = ranked[ids[ranked] == group][:core]
    single = groups.tightness[at]
    several = single / np.sqrt(single**2 + (1 - single**2) / len(members))
    reached = float(unit(points[members].mean(axis=0)) @ groups.centres[at]) - single
    return group if reached >= TYPICAL * (several - single) - 1e-9 else 0


def claims_of(
    points: NDArray[np.float64],
    groups: Groups,
    similarity: NDArray[np.float64],
    ranked: NDArray[np.int64],
    claimants: Sequence[int],
    least: int,
) -> NDArray[np.int64]:
    """Seed that claims each point.

    Parameters
    ----------
    points, groups
        As for :func:`wanted`.
    similarity
        Of each seed to each point; a point goes to none but the seed it is most similar to. Shape (s, n).
    ranked
        Positions of the points by falling similarity to each seed, shape (s, n).
    claimants
        Seeds that may claim points.
    least
        Nearest points whose middle stands for the seed, which may be worded unlike any text; and how many
        points it takes near to that middle for their own middle to decide what is claimed.

    Returns
    -------
    ndarray
        int64, shape (n,), −1 for none.

    Examples
    --------
    >>> points = np.array([[1, 0], [1, 0], [0, 1.0], [0, 1.0]])
    >>> groups = groups_of(points.astype(np.float32), np.array([1, 1, 1, 1]))
    >>> claims_of(points, groups, points[:1] @ points.T, np.arange(4)[None], [0], 2).tolist()
    [0, 0, -1, -1]
    """
    closest = similarity.argmax(axis=0)
    claims = np.full(points.shape[0], -1, dtype=np.int64)
    for at in claimants:
        mine = np.flatnonzero(closest == at)
        core = _near(points, groups, mine, ranked[at, :least], groups.inner)
        claims[_near(points, groups, mine, core, groups.outer) if len(core) >= least else core] = at
    return claims


def without_crumbs(
    claims: NDArray[np.int64], ids: NDArray[np.int64], kept: set[int], least: int
) -> NDArray[np.int64]:
    """Drop claims of too few points, and leave no group behind with too few.

    Parameters
    ----------
    claims
        Seed that claims each point, −1 for none, shape (n,).
    ids
        Group of each point, 0 for none, shape (n,).
    kept
        Groups that stay: what would leave one of them fewer than ``least`` points is not claimed.
    least
        Fewest points of a claim and of a group. Where one seed claims most of any other group and leaves
        fewer, the rest goes along.

    Examples
    --------
    >>> without_crumbs(np.array([0, 0, 0, -1]), np.array([1, 1, 1, 1]), set(), 2).tolist()
    [0, 0, 0, 0]
    >>> without_crumbs(np.array([0, 0, 0, -1]), np.array([1, 1, 1, 1]), {1}, 2).tolist()
    [-1, -1, -1, -1]
    """
    claims = _enough(claims, least)
    for group in np.unique(ids[(claims >= 0) & (ids > 0)]).tolist():
        members = np.flatnonzero(ids == group)
        taken = claims[members]
        left = int((taken < 0).sum())
        if left >= least:
            continue
        seeds, counts = np.unique(taken[taken >= 0], return_counts=True)
        if group in kept:
            claims[members] = -1
        elif 2 * counts.max() > len(members):
            claims[members[taken < 0]] = seeds[counts.argmax()]
    return _enough(claims, least)


def unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    """The vector at unit length.

    Examples
    --------
    >>> unit(np.array([3.0, 4.0])).tolist()
    [0.6, 0.8]
    """
    scaled: NDArray[np.float64] = vector / max(float(np.linalg.norm(vector)), 1e-12)
    return scaled


def _near(
    points: NDArray[np.float64],
    groups: Groups,
    among: NDArray[np.int64],
    around: NDArray[np.int64],
    level: float,
) -> NDArray[np.int64]:
    """Which points are as near to the middle of others as the level says, and nearer than to their centre."""
    own = np.einsum("ij,j->i", points[among], unit(points[around].mean(axis=0)))
    near: NDArray[np.int64] = among[(own >= level) & (own > groups.to_centre[among])]
    return near


def _enough(claims: NDArray[np.int64], least: int) -> NDArray[np.int64]:
    counts = np.bincount(claims + 1)
    return np.where(counts[claims + 1] >= least, claims, -1)
