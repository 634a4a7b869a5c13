"""The most typical and yet different members of a group."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def exemplars(
    vectors: NDArray[np.float32],
    *,
    top: int,
    diversity: float = 0.3,
    weights: NDArray[np.float64] | None = None,
) -> NDArray[np.int64]:
    """Choose members near the centre that do not repeat one another.

    Maximal marginal relevance (Carbonell & Goldstein 1998): each next member has the best
    ``(1 − diversity) · similarity to the centre − diversity · similarity to the nearest one chosen``.

    Parameters
    ----------
    vectors
        Members of one group, rows of unit length, float32, shape (n, d).
    top
        How many to choose at most.
    diversity
        0 for the most central members whatever they repeat, 1 for the most unlike.
    weights
        Factors on the similarity to the centre, shape (n,), for members one would rather show.

    Returns
    -------
    ndarray
        int64 positions, shape (min(top, n),), most typical first; equal scores by position.

    Examples
    --------
    >>> same = np.array([[1, 0], [1, 0], [0.8, 0.6]], dtype=np.float32)
    >>> exemplars(same, top=2, diversity=0.7).tolist()
    [0, 2]
    """
    centre = vectors.mean(axis=0, dtype=np.float64)
    centre /= max(float(np.linalg.norm(centre)), 1e-12)
    rows = vectors.astype(np.float64)
    typical = np.einsum("ij,j->i", rows, centre)
    if weights is not None:
        typical = typical * weights
    nearest = np.zeros(len(vectors))
    chosen: list[int] = []
    for _ in range(min(top, len(vectors))):
        score = (1 - diversity) * typical - diversity * nearest
        score[chosen] = -np.inf
        best = int(np.argmax(score))
        chosen.append(best)
        nearest = np.maximum(nearest, np.einsum("ij,j->i", rows, rows[best]))
    return np.array(chosen, dtype=np.int64)
