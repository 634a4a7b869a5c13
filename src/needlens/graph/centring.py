"""What all points have in common, taken off them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FEW, ENOUGH = 150, 300
"""Points up to which nothing is taken off, and from which the whole mean is; in between a part of it.
With about a hundred points, centring leaves wide groups less surely beyond chance, and fewer studies find
themes."""


def centre_of(points: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """What is to be taken off each point: the mean of all, or the part of it that their number warrants.

    Texts on one matter all lean the same way, so that any two are somewhat alike. Off their mean, what is
    left to compare is what sets them apart, and fewer texts are everybody's neighbour (Suzuki et al. 2013):
    broad themes come out clearer, and fine ones are what they were (``benchmarks/graph_choices.md``).

    Parameters
    ----------
    points
        Distinct rows of unit length in an order that is theirs alone, float32, shape (n, d).

    Returns
    -------
    ndarray or None
        float32, shape (d,); None where nothing is taken off.

    Examples
    --------
    >>> axes = np.eye(2, dtype=np.float32)
    >>> centre_of(axes) is None, centre_of(axes[np.tile([0, 1], 200)])
    (True, array([0.5, 0.5], dtype=float32))
    """
    share = min(max((len(points) - FEW) / (ENOUGH - FEW), 0.0), 1.0)
    if share == 0:
        return None
    mean: NDArray[np.float64] = points.mean(axis=0, dtype=np.float64)
    return (share * mean).astype(np.float32)


def off_centre(rows: NDArray[np.float32], centre: NDArray[np.float32] | None) -> NDArray[np.float32]:
    """Rows less the centre, brought to unit length again.

    Parameters
    ----------
    rows
        float32, shape (n, d).
    centre
        What :func:`centre_of` said; with None the rows stay as they are.

    Returns
    -------
    ndarray
        float32, shape (n, d). A row at the centre itself becomes zeros, and a row of zeros stays zeros.

    Examples
    --------
    >>> off_centre(np.eye(2, dtype=np.float32), np.array([0.5, 0.5], dtype=np.float32)).round(1).tolist()
    [[0.6..., -0.6...], [-0.6..., 0.6...]]
    """
    if centre is None:
        return rows
    apart = rows - centre
    lengths = np.sqrt(np.einsum("ij,ij->i", apart, apart))
    apart /= np.where(lengths > 0, lengths, np.float32(1))[:, None]
    apart[~rows.any(axis=1)] = 0  # a text of which nothing is known is not the opposite of all others
    return apart
