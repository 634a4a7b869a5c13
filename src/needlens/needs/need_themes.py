"""Themes of needs that reach across product categories: what unlike customers mean alike."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from needlens.graph.affinity import affinity, n_edges
from needlens.graph.communities import Labels, communities, merge_down, resolution_for
from needlens.graph.unit import unit_rows
from needlens.needs.categories import category_codes, even_neighbours, without_category

LEAST_MEAN = 10
"""Reasons a need theme must have on average."""

FACES = 2
"""Themes a need has on average: freedom from a timetable is not freedom from other people's help."""

PROFILE = 1.0
"""Weight of what a reason has of each need, beside what it says: both count alike."""


def need_groups(
    vectors: NDArray[np.float32],
    profile: NDArray[np.float64],
    categories: list[Any] | None = None,
    *,
    n_groups: int | None = None,
) -> Labels:
    """Group reasons by the need behind them, whatever they are about.

    A topic model groups what is said: coffee with coffee. Here three things turn the eye to what it is good
    for: the directions that tell categories apart are projected out of the vectors
    (:func:`needlens.needs.categories.without_category`); what the reason has of each need of a framework
    (:func:`need_mix`) stands beside them; and each reason is joined to its nearest ones *of every category*
    (:func:`needlens.needs.categories.even_neighbours`). The communities of that graph are the need themes.

    Parameters
    ----------
    vectors
        Of distinct reasons in an order that is theirs alone, rows of unit length, float32, shape (n, d).
    profile
        Standardised score of each for each need, float64, shape (n, k).
    categories
        Category of each; None where there are none: then only the profile helps.
    n_groups
        How many; :data:`FACES` times the needs of the framework if None, fewer where reasons are few.

    Returns
    -------
    Labels
        int64, shape (n,), numbered from 0 by falling size.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> need, product = np.repeat([0, 1], 60), np.tile([0, 1], 60)
    >>> cloud = np.eye(6)[need] + 3 * np.eye(6)[2 + product] + 0.3 * rng.standard_normal((120, 6))
    >>> unit = (cloud / np.linalg.norm(cloud, axis=1)[:, None]).astype(np.float32)
    >>> groups = need_groups(unit, np.eye(2)[need] * 2 - 1, product.tolist(), n_groups=2)
    >>> [len(set(groups[need == side].tolist())) for side in (0, 1)]
    [1, 1]
    """
    n, k = profile.shape
    wanted = max(1, min(FACES * k if n_groups is None else n_groups, n // LEAST_MEAN))
    if wanted < 2:
        return np.zeros(n, dtype=np.int64)
    codes = np.zeros(n, dtype=np.int64) if categories is None else category_codes(categories)
    points = need_space(vectors, profile, codes)
    graph = affinity(*_edges(points, codes), twice=False)
    found = communities(graph, resolution_for(graph, wanted))
    return merge_down(graph, found, wanted) if found.max() >= wanted else found


def need_space(
    vectors: NDArray[np.float32], profile: NDArray[np.float64], codes: NDArray[np.int64]
) -> NDArray[np.float32]:
    """What is said, blind to categories, beside what it has of each need.

    Parameters
    ----------
    vectors
        Of distinct reasons, rows of unit length, float32, shape (n, d).
    profile
        Standardised score of each for each need, float64, shape (n, k).
    codes
        Category of each, from 0, int64, shape (n,).

    Returns
    -------
    ndarray
        Rows of unit length, float32, shape (n, d + k + 1).

    Examples
    --------
    >>> axes = np.eye(3, dtype=np.float32)
    >>> profile = np.array([[4.0, -4.0], [4.0, -4.0], [-4.0, 4.0]])
    >>> space = need_space(axes, profile, np.zeros(3, dtype=np.int64))
    >>> space.shape, bool(space[0] @ space[1] > 0 > space[0] @ space[2])
    ((3, 6), True)
    """
    said = without_category(vectors, codes)
    shares = need_mix(profile)
    both = np.hstack([said, PROFILE * unit_rows(shares)])
    return np.ascontiguousarray(unit_rows(both), dtype=np.float32)


def need_mix(profile: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a reason has of each need, and, last, of none: softmax of its profile.

    What a reason does *not* speak of makes up most of its profile and says little of what it does; two that
    share their highest need are to be alike whatever their lowest ones are.

    Parameters
    ----------
    profile
        Standardised score of each reason for each need, float64, shape (n, k).

    Returns
    -------
    ndarray
        float64, shape (n, k + 1), rows of sum 1.

    Examples
    --------
    >>> need_mix(np.array([[0.0, 0.0], [9.0, -9.0]])).round(2).tolist()
    [[0.33, 0.33, 0.33], [1.0, 0.0, 0.0]]
    """
    return np.asarray(softmax(np.hstack([profile, np.zeros((len(profile), 1))]), axis=1))


def leakage(groups: NDArray[Any], categories: list[Any]) -> float:
    """Normalised mutual information of groups with product categories.

    Returns
    -------
    float
        0: groups say nothing about the category; 1: they are the categories.

    Examples
    --------
    >>> leakage(np.array([0, 0, 1, 1]), ["a", "b", "a", "b"]), leakage(np.array([0, 1]), ["a", "b"])
    (0.0, 1.0)
    """
    from sklearn.metrics import normalized_mutual_info_score

    names = ["" if name is None or name != name else str(name) for name in categories]
    return float(normalized_mutual_info_score(names, groups))


def _edges(points: NDArray[np.float32], codes: NDArray[np.int64]) -> tuple[Any, int]:
    near = even_neighbours(points, codes, n_edges(len(points)))
    return near, near.index.shape[1]
