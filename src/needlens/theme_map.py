"""A map of themes: near in meaning is near on the page, and no bubble or label hides another."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from threadpoolctl import threadpool_limits

from needlens.graph.unit import unit_rows

LABEL_WIDTH = 1.0
"""Width kept free for a theme's label: the unit of length of the map."""

LABEL_HEIGHT = 0.34
"""Height kept free under a bubble for its label."""

MAX_RADIUS = 0.42
"""Radius of the largest bubble."""

_CROWDING = 0.8
_STEP = 0.25
_AIR = np.array([1.002, 1.001])


def radii(sizes: ArrayLike) -> NDArray[np.float64]:
    """Radii of the bubbles, in map units: areas are proportional to sizes.

    Parameters
    ----------
    sizes
        Non-negative sizes (people or shares of people), shape (k,).

    Examples
    --------
    >>> radii([100, 25, 0]).tolist()
    [0.42, 0.21, 0.0]
    """
    size = np.asarray(sizes, dtype=np.float64)
    largest = size.max(initial=0.0)
    return MAX_RADIUS * np.sqrt(size / largest) if largest > 0 else np.zeros(len(size))


def layout(
    centroids: NDArray[np.floating], sizes: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Place themes on a plane by classical scaling of their cosine distances, then push them apart.

    Torgerson, W. S. (1952). Multidimensional scaling: I. Theory and method. *Psychometrika*, 17, 401-419.

    Each theme takes a box: its bubble (:func:`radii`) with the label under it, :data:`LABEL_WIDTH` wide and
    :data:`LABEL_HEIGHT` high. Boxes that overlap are moved apart, each pair along the axis where less is
    needed, until none do.

    Parameters
    ----------
    centroids
        Mean vectors of the themes, shape (k, d).
    sizes
        Sizes of the themes (people), shape (k,).

    Returns
    -------
    tuple of ndarray
        ``(x, y)``: centres of the bubbles, float64, each of shape (k,), in map units, y upwards, around
        (0, 0), rounded to six decimals. The same input gives the same map on every run.

    Examples
    --------
    >>> x, y = layout(np.eye(3, dtype=np.float32), [10, 10, 5])
    >>> x.shape, bool(np.isfinite(y).all())
    ((3,), True)
    """
    k = len(centroids)
    if k < 2:
        return np.zeros(k), np.zeros(k)
    radius = radii(sizes)
    half = np.column_stack([np.maximum(radius, LABEL_WIDTH / 2), radius + LABEL_HEIGHT / 2])
    places = _spread(_classical_scaling(centroids), area=float(4 * half.prod(axis=1).sum()))
    places = _push_apart(places, half)
    places -= (places.max(axis=0) + places.min(axis=0)) / 2
    # Boxes are centred between bubble and label; the bubble sits higher by half a label.
    x, y = np.round(places + np.array([0, LABEL_HEIGHT / 2]), 6).T
    return x + 0.0, y + 0.0


def _classical_scaling(centroids: NDArray[np.floating]) -> NDArray[np.float64]:
    """Two coordinates a row, shape (k, 2), whose distances approach the cosine distances of the rows."""
    # One thread: the order of summation decides the last digits.
    with threadpool_limits(limits=1, user_api="blas"):
        rows = unit_rows(np.asarray(centroids, dtype=np.float64))
        squared = np.square(1 - rows @ rows.T)
        centred = squared - squared.mean(axis=0) - squared.mean(axis=1, keepdims=True) + squared.mean()
        values, vectors = np.linalg.eigh(-centred / 2)
    places = vectors[:, [-1, -2]] * np.sqrt(np.maximum(values[[-1, -2]], 0.0))
    # An eigenvector's sign is arbitrary: let the theme farthest out lie on the positive side.
    farthest = np.round(np.abs(places), 9).argmax(axis=0)
    signs = np.sign(places[farthest, [0, 1]])
    return np.asarray(np.round(places * np.where(signs == 0, 1.0, signs), 9))


def _spread(places: NDArray[np.float64], *, area: float) -> NDArray[np.float64]:
    """Scale the places to what the boxes need; a small spiral tells apart those that coincide."""
    spread = np.sqrt(np.square(places).sum(axis=1).mean())
    turn = np.arange(len(places)) * np.pi * (3 - np.sqrt(5))
    spiral = np.column_stack([np.cos(turn), np.sin(turn)]) * np.sqrt(np.arange(len(places)))[:, None]
    scale = _CROWDING * np.sqrt(area) / 2 / spread if spread > 1e-6 else 0.0
    return places * scale + 0.01 * spiral


def _push_apart(places: NDArray[np.float64], half: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move boxes that overlap apart, pair by pair, until none do."""
    needed = half.T[:, :, None] + half.T[:, None, :]
    needed[:, np.arange(len(half)), np.arange(len(half))] = -np.inf  # a box does not push itself
    while True:
        gap = places.T[:, :, None] - places.T[:, None, :]
        overlap = needed - np.abs(gap)
        one, other = np.nonzero((overlap[0] > 0) & (overlap[1] > 0))
        if not len(one):
            return places
        share = overlap[:, one, other] / needed[:, one, other]
        axis = np.where(share[0] <= share[1], 0, 1)
        apart = gap[axis, one, other]
        side = np.where(apart == 0, np.sign(one - other), np.sign(apart))
        # Summed one after the other, in the order of the pairs.
        cells, moves = 2 * one + axis, overlap[axis, one, other] * side
        shift = np.bincount(cells, weights=moves, minlength=2 * len(half)).reshape(-1, 2)
        # A little air each round: sooner or later everything fits.
        places = (places + _STEP * shift) * _AIR
