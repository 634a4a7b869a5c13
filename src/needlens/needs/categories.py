"""What tells product categories apart, and how to look past it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from needlens.graph.neighbours import Neighbours, nearest
from needlens.graph.unit import unit_rows

FEWEST = 20
"""Reasons a category must have to be one of its own."""

ROUNDS = 1
"""Times the category-telling directions are taken out; more than once hardly lowers leakage further."""


def category_codes(categories: Sequence[object]) -> NDArray[np.int64]:
    """Number categories, the small ones together.

    Parameters
    ----------
    categories
        Category of each reason; anything missing is a category too.

    Returns
    -------
    ndarray
        int64 from 0 without gaps, by name, shape (n,). Categories of fewer than :data:`FEWEST` are one;
        if they are fewer than that together, they join the largest.

    Examples
    --------
    >>> category_codes(["b"] * 20 + ["a"] * 30 + ["c"] * 2)[[0, 20, 50]].tolist()
    [1, 0, 0]
    """
    names = ["" if name is None or name != name else str(name) for name in categories]
    counts = Counter(names)
    large = sorted(name for name, n in counts.items() if n >= FEWEST)
    code = {name: at for at, name in enumerate(large)}
    rest = sum(n for name, n in counts.items() if name not in code)
    other = len(large)
    if large and rest < FEWEST:
        other = code[max(large, key=lambda name: (counts[name], name))]
    return np.array([code.get(name, other) for name in names], dtype=np.int64)


def without_category(
    vectors: NDArray[np.floating[Any]], codes: NDArray[np.int64], *, rounds: int = ROUNDS
) -> NDArray[np.float64]:
    """Take out of vectors the directions that tell their categories apart.

    The mean goes, and then, a round, the span of the coefficients of a logistic regression from vectors to
    categories: iterative null-space projection (Ravfogel et al. 2020).

    Parameters
    ----------
    vectors
        Shape (n, d).
    codes
        Category of each, shape (n,).
    rounds
        How often.

    Returns
    -------
    ndarray
        Rows of unit length (or zero), float64, shape (n, d).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> codes = np.repeat([0, 1], 50)
    >>> cloud = rng.standard_normal((100, 5)) + 6 * codes[:, None] * np.eye(5)[0]
    >>> plain = without_category(cloud, codes)
    >>> gap = plain[codes == 1].mean(axis=0) - plain[codes == 0].mean(axis=0)
    >>> bool(np.abs(gap).max() < 0.2)
    True
    """
    rows = unit_rows(vectors - vectors.mean(axis=0, dtype=np.float64))
    if len(np.unique(codes)) < 2:
        return rows
    from sklearn.linear_model import LogisticRegression

    for _ in range(rounds):
        telling = LogisticRegression(C=1.0, class_weight="balanced", max_iter=300).fit(rows, codes)
        basis = np.linalg.qr(telling.coef_.T)[0]
        rows = unit_rows(rows - rows @ basis @ basis.T)
    return rows


def even_neighbours(points: NDArray[np.float32], codes: NDArray[np.int64], k: int) -> Neighbours:
    """Nearest neighbours of each point, as many from every category.

    Parameters
    ----------
    points
        Rows of unit length, float32, shape (n, d).
    codes
        Category of each, from 0 without gaps, shape (n,).
    k
        Least number of neighbours in all.

    Returns
    -------
    Neighbours
        The nearest of each category, then the second nearest of each, and so on.

    Examples
    --------
    >>> square = np.eye(4, dtype=np.float32)
    >>> even_neighbours(square, np.array([0, 0, 1, 1]), 2).index.tolist()
    [[1, 2], [0, 2], [0, 3], [0, 2]]
    """
    kinds = np.unique(codes)
    smallest = min(int((codes == kind).sum()) for kind in kinds)
    each = max(1, min(-(-k // len(kinds)), smallest - 1))
    found = []
    for kind in kinds:
        members = np.flatnonzero(codes == kind)
        near = nearest(points, points[members], each + 1)
        index, similarity = members[near.index], near.similarity
        # Oneself goes; whoever does not meet themselves loses the farthest.
        own = index == np.arange(len(points))[:, None]
        own[~own.any(axis=1), -1] = True
        found.append((index[~own].reshape(len(points), -1), similarity[~own].reshape(len(points), -1)))
    index = np.stack([part[0] for part in found], axis=2).reshape(len(points), -1)
    similarity = np.stack([part[1] for part in found], axis=2).reshape(len(points), -1)
    return Neighbours(index, similarity)
