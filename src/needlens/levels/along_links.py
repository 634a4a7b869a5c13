"""Levels in the light of links: an end is seldom below its means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

_RISES: Final = 1.0
_STAYS: Final = 0.5
_FALLS: Final = 0.1
"""How likely a link is that rises, stays on its level, or falls, against one that rises."""

_LARGEST: Final = 6
"""Most texts in a row whose levels are weighed together; longer rows stay as their words say."""


def levels_along_links(
    probabilities: NDArray[np.float64], links: Iterable[tuple[int, int]]
) -> NDArray[np.float64]:
    """Weigh the levels of linked texts together.

    Texts that are linked, directly or over others, are looked at together: each combination of their levels
    is as likely as the texts by themselves make it, times a factor for each link that stays or falls. Each
    text gets the sum over the combinations.

    Parameters
    ----------
    probabilities
        Of each level by the text alone, float64, shape (n, n_levels).
    links
        Means and end by their row.

    Returns
    -------
    numpy.ndarray of float64, shape (n, n_levels)
        Rows sum to 1; those without a link are as they were.

    Examples
    --------
    >>> alone = np.array([[0.1, 0.9, 0, 0], [0.5, 0.45, 0.05, 0]])
    >>> levels_along_links(alone, [(0, 1)]).argmax(axis=1).tolist()
    [1, 1]
    """
    weighed = probabilities.copy()
    for rows, own in _components(len(probabilities), sorted(set(links))):
        if len(rows) > _LARGEST:
            continue
        n_levels = probabilities.shape[1]
        grid = np.indices((n_levels,) * len(rows)).reshape(len(rows), -1)
        chance = np.ones(grid.shape[1])
        for at, row in enumerate(rows):
            chance = chance * probabilities[row, grid[at]]
        for means, end in own:
            step = grid[rows.index(end)] - grid[rows.index(means)]
            chance = chance * np.where(step > 0, _RISES, np.where(step == 0, _STAYS, _FALLS))
        total = chance.sum()
        if total <= 0:
            continue
        for at, row in enumerate(rows):
            weighed[row] = np.bincount(grid[at], weights=chance, minlength=n_levels) / total
    return weighed


def _components(n: int, links: list[tuple[int, int]]) -> list[tuple[list[int], list[tuple[int, int]]]]:
    """Rows that links join, with those links."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    if not links:
        return []
    means, ends = np.array(links, dtype=np.int64).T
    graph = csr_matrix((np.ones(len(links)), (means, ends)), shape=(n, n))
    label = connected_components(graph, directed=False)[1]
    rows: dict[int, list[int]] = {}
    for row in sorted({*means.tolist(), *ends.tolist()}):
        rows.setdefault(int(label[row]), []).append(row)
    own: dict[int, list[tuple[int, int]]] = {}
    for link in links:
        own.setdefault(int(label[link[0]]), []).append(link)
    return [(rows[key], own[key]) for key in sorted(rows)]
