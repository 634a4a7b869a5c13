"""Vectors without groups: what the search would see if there were nothing to find."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def gaussian_null(vectors: NDArray[np.float32], n: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw ``n`` unit vectors from the Gaussian with the mean and covariance of ``vectors``.

    It keeps the directions in which the data vary and loses every group: one smooth cloud.

    Parameters
    ----------
    vectors
        float32, shape (m, d), m ≥ 2.
    n
        Number of vectors to draw.
    rng
        Source of the draws.

    Returns
    -------
    ndarray
        float32, shape (n, d), rows of unit length.

    Examples
    --------
    >>> cloud = gaussian_null(np.eye(3, dtype=np.float32), 5, np.random.default_rng(0))
    >>> np.linalg.norm(cloud, axis=1).round(5).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0]
    """
    from threadpoolctl import threadpool_limits

    mean = vectors.mean(axis=0, dtype=np.float64)
    # Mixing the centred rows with Gaussian weights has their covariance, without ever forming it.
    weights = rng.standard_normal((n, len(vectors))) / np.sqrt(len(vectors) - 1)
    with threadpool_limits(limits=1):  # one thread: the same bits on every machine setting
        drawn = mean + weights @ (vectors - mean)
    lengths = np.linalg.norm(drawn, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (drawn / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)
    return unit
