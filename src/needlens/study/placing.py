"""New vectors onto the themes of a study."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from needlens.graph.placement import Placement


@dataclass(frozen=True, eq=False, slots=True)
class Placed:
    """Where rows belong.

    Attributes
    ----------
    ids, strengths
        Theme (0 for none) and strength on each scale, int64 and float64, shape (n_scales, m).
    far
        Whether a row is far from all fitted points, bool, shape (m,).
    point
        Position of the most similar fitted point, 0 for a far row, int64, shape (m,).
    """

    ids: NDArray[np.int64]
    strengths: NDArray[np.float64]
    far: NDArray[np.bool_]
    point: NDArray[np.int64]


def place(fitted: Placement, rows: NDArray[np.float32]) -> Placed:
    """Place rows by the rule of :meth:`needlens.graph.placement.Placement.place`.

    Parameters
    ----------
    fitted
        The fitted points.
    rows
        Of unit length, float32, shape (m, d).

    Returns
    -------
    Placed
        What a row gets depends on it and on the fitted points alone, not on the rows beside it.

    Examples
    --------
    >>> from needlens.graph.neighbours import nearest
    >>> corners = np.eye(2, dtype=np.float32)
    >>> near = nearest(corners, corners, 1, skip_self=True)
    >>> fitted = Placement(corners, np.array([[1, 2]]), np.array([[1.0, 1.0]]), near, 0.5, 1)
    >>> placed = place(fitted, np.array([[0.6, 0.8], [-1, 0]], dtype=np.float32))
    >>> placed.ids.tolist(), placed.far.tolist(), placed.point.tolist()
    ([[2, 0]], [False, True], [1, 0])
    """
    # On a scale where every point is a group of its own, a row takes that of the nearest, and one without is
    # far. On the study's own scales it may also be near points that have none.
    own = np.arange(1, len(fitted.points) + 1, dtype=np.int64)
    ids, strengths = np.vstack([fitted.ids, own]), np.vstack([fitted.strengths, np.ones(len(own))])
    placed, shares = replace(fitted, ids=ids, strengths=strengths).place(rows)
    return Placed(placed[:-1], shares[:-1], placed[-1] == 0, np.maximum(placed[-1] - 1, 0))
