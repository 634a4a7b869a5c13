"""All scales once seeds have claimed their themes on the main one: still nested, still one parent each."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.schema import PARENT_ID, THEME_ID
from needlens.seed_claims import Claimed
from needlens.themes import nullable


def seeded(
    found: pd.DataFrame, ids: NDArray[np.int64], main_scale: int, claimed: Claimed
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Take the themes that seeds carved out into every scale.

    On wider scales a carved theme goes as a whole where most of its points are; on finer ones it stays one
    theme. What a theme lost points to is not told by its stability, which stays that of the whole; a carved
    theme has none.

    Parameters
    ----------
    found
        ``themes_`` of a fitted :class:`needlens.themes.ThemeSearch`.
    ids
        Theme of each point on each scale, finest first, 0 for none, int64, shape (n_scales, n).
    main_scale
        The scale the seeds were claimed on.
    claimed
        What :func:`needlens.seed_claims.claim` made of it, with carved ids above all of ``ids``.

    Returns
    -------
    tuple
        The table with carved themes, new sizes and without themes of which nothing is left; and the ids.

    Examples
    --------
    >>> from needlens.seed_claims import claim
    >>> from needlens.seeds import Seed
    >>> points = np.repeat(np.eye(3, dtype=np.float32), 10, axis=0)
    >>> points += np.arange(30, dtype=np.float32)[:, None] * np.float32(1e-4)
    >>> points /= np.linalg.norm(points, axis=1)[:, None]
    >>> ids = np.array([[1] * 20 + [2] * 10, [3] * 30])
    >>> table = pd.DataFrame({"theme_id": [1, 2, 3], "scale": [0, 0, 1], "n": [20, 10, 30]})
    >>> table = table.assign(parent_id=pd.array([3, 3, None], dtype="Int64"), stability=0.9)
    >>> claimed = claim([Seed("new")], points[:1], points, ids[0], next_id=4)
    >>> themes, ids = seeded(table, ids, 0, claimed)
    >>> themes[["theme_id", "scale", "parent_id", "n", "stability"]]
       theme_id  scale  parent_id   n  stability
    0         1      0          3  10        0.9
    1         2      0          3  10        0.9
    2         4      0          3  10        NaN
    3         3      1       <NA>  30        0.9
    """
    ids = ids.copy()
    carved = np.setdiff1d(claimed.ids, ids[main_scale])
    carved = carved[carved > 0]
    ids[main_scale] = claimed.ids
    next_id = int(max(ids.max(initial=0), claimed.ids.max(initial=0))) + 1
    for theme in carved.tolist():
        members = np.flatnonzero(claimed.ids == theme)
        for scale in range(main_scale):
            ids[scale, members] = next_id
            next_id += 1
        if main_scale + 1 < len(ids):
            parent = _commonest(ids[main_scale + 1, members])
            of_parent = np.flatnonzero(ids[main_scale + 1] == parent)[0]
            ids[main_scale + 1 :, members] = ids[main_scale + 1 :, [of_parent]]
    return _table(found, ids), ids


def _commonest(ids: NDArray[np.int64]) -> int:
    """The commonest id that is one, of equally common ones the smallest; 0 if there is none."""
    groups, counts = np.unique(ids[ids > 0], return_counts=True)
    return int(groups[counts.argmax()]) if len(groups) else 0


def _table(found: pd.DataFrame, ids: NDArray[np.int64]) -> pd.DataFrame:
    """Themes by scale and id, with the sizes and parents that the ids give them."""
    rows = []
    for scale, own in enumerate(ids):
        themes, first, sizes = np.unique(own, return_index=True, return_counts=True)
        wider = ids[scale + 1] if scale + 1 < len(ids) else np.zeros_like(own)
        rows.append(
            pd.DataFrame({THEME_ID: themes, "scale": scale, PARENT_ID: wider[first], "n": sizes})[themes > 0]
        )
    table = pd.concat(rows, ignore_index=True)
    table[PARENT_ID] = nullable(table[PARENT_ID].to_numpy(dtype=np.int64))
    kept = found.drop(columns=["scale", PARENT_ID, "n"])
    return table.merge(kept, on=THEME_ID, how="left", validate="one_to_one")[list(found.columns)]
