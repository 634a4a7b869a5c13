"""Vectors without groups: what the search would see if there were nothing to find."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False, slots=True)
class Gaussian:
    """A smooth cloud, in all the directions in which some vectors vary.

    Attributes
    ----------
    mean
        float32, shape (d,).
    root
        Its transpose times itself is the covariance, float32, shape (r, d).
    """

    mean: NDArray[np.float32]
    root: NDArray[np.float32]

    def draw(self, n: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """Draw ``n`` vectors and bring them to unit length.

        Examples
        --------
        >>> cloud = gaussian_of(np.eye(3, dtype=np.float32)).draw(5, np.random.default_rng(0))
        >>> np.linalg.norm(cloud, axis=1).round(5).tolist()
        [1.0, 1.0, 1.0, 1.0, 1.0]
        """
        from threadpoolctl import threadpool_limits

        weights = rng.standard_normal((n, len(self.root)), dtype=np.float32)
        with threadpool_limits(limits=1):  # one thread: the same bits on every machine setting
            drawn = self.mean + weights @ self.root
        lengths = np.linalg.norm(drawn, axis=1, keepdims=True)
        unit: NDArray[np.float32] = (drawn / np.where(lengths > 0, lengths, 1)).astype(np.float32)
        return unit


def gaussian_of(vectors: NDArray[np.float32]) -> Gaussian:
    """The Gaussian with the mean and covariance of ``vectors``: it loses every group.

    Parameters
    ----------
    vectors
        float32, shape (m, d), m ≥ 2.

    Examples
    --------
    >>> null = gaussian_of(np.array([[0, 1], [0, -1]], dtype=np.float32))
    >>> np.abs(null.root.T @ null.root).round(3).tolist()
    [[0.0, 0.0], [0.0, 2.0]]
    """
    from threadpoolctl import threadpool_limits

    mean = vectors.mean(axis=0, dtype=np.float64)
    centred = (vectors - mean) / np.sqrt(len(vectors) - 1)
    if len(vectors) > vectors.shape[1]:
        with threadpool_limits(limits=1):
            variances, directions = np.linalg.eigh(centred.T @ centred)
        centred = np.sqrt(np.maximum(variances, 0))[:, None] * directions.T
    return Gaussian(mean.astype(np.float32), centred.astype(np.float32))
