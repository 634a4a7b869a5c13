"""Where a new vector belongs among fitted ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from needlens.graph.distinct import row_keys
from needlens.graph.neighbours import Neighbours, nearest

VOTERS = 15
"""Nearest points that say where a new one belongs."""

FAR_SHARE = 0.01
"""A new point less like its nearest fitted point than this share of the fitted ones are to theirs is far."""

SAME = 1 - 2e-6
"""Cosine similarity from which two rows differ by no more than the rounding of another processor does."""


@dataclass(frozen=True, eq=False, slots=True)
class Placement:
    """Fitted points with their group on every scale, and the rule that places new points among them.

    Attributes
    ----------
    points
        Distinct rows of unit length, float32, shape (n, d).
    ids
        Group id of each point on each scale, finest first, int64, shape (n_scales, n); 0 for none.
    strengths
        Share of each point's neighbours' similarity within its own group, float64, same shape, in [0, 1].
    near
        The ``k`` nearest other points of each point, fewer if there are fewer.
    far
        Cosine similarity to the nearest point below which a new point gets no group.
    k
        Neighbours that vote.
    """

    points: NDArray[np.float32]
    ids: NDArray[np.int64]
    strengths: NDArray[np.float64]
    near: Neighbours
    far: float
    k: int

    def with_ids(self, ids: NDArray[np.int64]) -> Placement:
        """The same points in other groups, shape (n_scales, n).

        Examples
        --------
        >>> points = np.eye(3, dtype=np.float32)
        >>> fitted = placement(points, nearest(points, points, 2, skip_self=True), np.array([[1, 1, 2]]), 2)
        >>> fitted.with_ids(np.array([[5, 5, 5]])).strengths.tolist()
        [[1.0, 1.0, 1.0]]
        """
        return Placement(self.points, ids, _strengths(self.near, ids), self.near, self.far, self.k)

    def place(self, rows: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Group and strength of each row on every scale.

        A row equal to a fitted point, be it but for rounding, gets exactly what that point has. Any other row
        takes the group with the largest share of the similarity of its nearest points; that share is its
        strength. A far row gets group 0 and strength 0.

        Parameters
        ----------
        rows
            Rows of unit length, float32, shape (m, d).

        Returns
        -------
        tuple
            Ids, int64, and strengths, float64, both of shape (n_scales, m).

        Examples
        --------
        >>> corners = np.eye(2, dtype=np.float32)
        >>> near = nearest(corners, corners, 1, skip_self=True)
        >>> fitted = Placement(corners, np.array([[1, 2]]), np.array([[1.0, 1.0]]), near, 0.5, 1)
        >>> fitted.place(np.array([[1, 0], [0.6, 0.8], [-1, 0]], dtype=np.float32))[0].tolist()
        [[1, 2, 0]]
        """
        fitted = {key: at for at, key in enumerate(row_keys(self.points).tolist())}
        known = np.array([fitted.get(key, -1) for key in row_keys(rows).tolist()], dtype=np.int64)
        ids = np.zeros((len(self.ids), len(rows)), dtype=np.int64)
        strengths = np.zeros(ids.shape)
        ids[:, known >= 0] = self.ids[:, known[known >= 0]]
        strengths[:, known >= 0] = self.strengths[:, known[known >= 0]]
        new = np.flatnonzero(known < 0)
        if len(new) == 0 or len(self.points) == 0:
            return ids, strengths
        near = nearest(rows[new], self.points, self.k)
        far = near.similarity[:, 0] < self.far
        for scale, own in enumerate(self.ids):
            voted, share = _vote(near, own)
            ids[scale, new] = np.where(far, 0, voted)
            strengths[scale, new] = np.where(far | (voted == 0), 0.0, share)
        same = np.flatnonzero(near.similarity[:, 0] >= SAME)
        ids[:, new[same]] = self.ids[:, near.index[same, 0]]
        strengths[:, new[same]] = self.strengths[:, near.index[same, 0]]
        return ids, strengths


def placement(points: NDArray[np.float32], near: Neighbours, ids: NDArray[np.int64], k: int) -> Placement:
    """Fit the rule: strengths of the points themselves and the similarity from which a new one is far.

    Parameters
    ----------
    points, ids, k
        As in :class:`Placement`.
    near
        Neighbours of each point among the others, at least ``k`` where there are so many.

    Examples
    --------
    >>> points = np.eye(3, dtype=np.float32)[[0, 1, 2]]
    >>> placement(points, nearest(points, points, 2, skip_self=True), np.array([[1, 1, 2]]), 2).far
    0.0
    """
    voting = near.first(k)
    strengths = _strengths(voting, ids)
    if near.similarity.shape[1] == 0:
        return Placement(points, ids, strengths, voting, -1.0, k)
    far = float(np.quantile(near.similarity[:, 0], FAR_SHARE, method="lower"))
    return Placement(points, ids, strengths, voting, far, k)


def _strengths(near: Neighbours, ids: NDArray[np.int64]) -> NDArray[np.float64]:
    weight = np.clip(near.similarity.astype(np.float64), 1e-6, 1.0)
    whole = np.maximum(weight.sum(axis=1), 1e-12)
    strengths = np.zeros(ids.shape)
    for scale, own in enumerate(ids):
        same = own[near.index] == own[:, None]
        strengths[scale] = np.where(own > 0, (weight * same).sum(axis=1) / whole, 0.0)
    # Means over many terms carry noise in their last bits; six decimals are more than anyone reads.
    return strengths.round(6)


def _vote(near: Neighbours, ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    weight = np.clip(near.similarity.astype(np.float64), 1e-6, 1.0)
    group = ids[near.index]
    votes = np.stack([(weight * (group == group[:, [at]])).sum(axis=1) for at in range(group.shape[1])])
    best = votes.argmax(axis=0)  # of equal votes the nearest neighbour's group
    rows = np.arange(len(group))
    share = votes[best, rows] / np.maximum(weight.sum(axis=1), 1e-12)
    return group[rows, best], share.round(6)
