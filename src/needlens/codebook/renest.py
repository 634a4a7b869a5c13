"""The other scales after the main one was edited: every theme within one theme of the next wider scale."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from needlens.codebook.draw import likeness


def renest(
    ids: NDArray[np.int64], main: int, *, vectors: NDArray[np.float32] | None = None
) -> NDArray[np.int64]:
    """Make the scales nest again around an edited main scale, which stays as it is.

    Finer scales, widest first: the texts of a theme that lie in the theme of the next scale where most of
    them lie stay, the others leave it for none. Wider scales, finest first: each theme goes, as a whole,
    into the wider theme where most of its texts are. Of equals the one with the smaller id is taken. A text
    without a theme on the main scale, where people may have put it, has none on any scale.

    Parameters
    ----------
    ids
        Theme of each text on each scale, finest first, int64, shape (n_scales, n); 0 for none. The row of
        the main scale is the edited one.
    main
        Position of the main scale.
    vectors
        Rows of unit length, float32, shape (n, d). A theme none of whose texts had a wider theme goes into
        the one most like it (give texts in one and the same order to have the last bits alike); without
        vectors into the largest.

    Returns
    -------
    ndarray
        Same shape. Scales that nest, and lack a theme for the same texts, come back as they are.

    Examples
    --------
    >>> ids = np.array([[1, 1, 2, 2, 3], [7, 7, 7, 8, 8], [9, 9, 10, 10, 10]])
    >>> renest(ids, 1).tolist()
    [[1, 1, 2, 0, 3], [7, 7, 7, 8, 8], [9, 9, 9, 10, 10]]
    """
    nested = np.array(ids, dtype=np.int64)
    for scale in range(main - 1, -1, -1):
        nested[scale] = _within(nested[scale], nested[scale + 1])
    for scale in range(main + 1, len(nested)):
        nested[scale] = _over(nested[scale - 1], nested[scale], vectors)
    return nested


def parents(ids: NDArray[np.int64]) -> dict[int, int]:
    """Theme of the next wider scale that each theme lies in, of scales that nest.

    Parameters
    ----------
    ids
        As :func:`renest` returns them.

    Returns
    -------
    dict of int to int
        By theme id, ascending; themes of the widest scale have none.

    Examples
    --------
    >>> parents(np.array([[1, 1, 2, 0], [7, 7, 7, 8]]))
    {1: 7, 2: 7}
    """
    pairs = {
        (child, parent)
        for finer, wider in pairwise(ids)
        for child, parent in np.unique(np.stack([finer, wider]), axis=1).T.tolist()
    }
    return {child: parent for child, parent in sorted(pairs) if child and parent}


def _majority(child: NDArray[np.int64], parent: NDArray[np.int64]) -> dict[int, int]:
    """Parent that most texts of each child have, of equals the one with the smaller id."""
    both = np.flatnonzero((child > 0) & (parent > 0))
    pairs, counts = np.unique(np.stack([child[both], parent[both]]), axis=1, return_counts=True)
    best: dict[int, tuple[int, int]] = {}
    for theme, wider, count in zip(*pairs.tolist(), counts.tolist(), strict=True):
        best[theme] = min(best.get(theme, (0, 0)), (-count, wider))
    return {theme: wider for theme, (_, wider) in best.items()}


def _within(finer: NDArray[np.int64], wider: NDArray[np.int64]) -> NDArray[np.int64]:
    home = _majority(finer, wider)
    wanted = np.array([home.get(theme, 0) for theme in finer.tolist()], dtype=np.int64)
    return np.where((wanted == wider) & (wider > 0), finer, 0)


def _over(
    finer: NDArray[np.int64], wider: NDArray[np.int64], vectors: NDArray[np.float32] | None
) -> NDArray[np.int64]:
    home = _majority(finer, wider)
    there = np.where(finer > 0, wider, 0)
    for theme in np.unique(finer[finer > 0]).tolist():
        if theme not in home:
            home[theme] = _adopted(np.flatnonzero(finer == theme), there, vectors)
    return np.array([home.get(theme, 0) for theme in finer.tolist()], dtype=np.int64)


def _adopted(own: NDArray[np.int64], wider: NDArray[np.int64], vectors: NDArray[np.float32] | None) -> int:
    """Wider theme for texts that have none; 0 where there is no theme at all."""
    if vectors is None:
        themes, sizes = np.unique(wider, return_counts=True)
        score = sizes.astype(np.float64)
    else:
        themes, score = likeness(vectors, own, wider)
    ranked = [(-float(value), int(theme)) for theme, value in zip(themes, score, strict=True) if theme]
    return min(ranked)[-1] if ranked else 0
