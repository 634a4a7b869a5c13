"""A reason in the light of what else the same answer says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.graph.unit import unit_rows

WEIGHT = 0.5
"""Weight of the rest of the answer beside the reason itself."""


def in_context(vectors: NDArray[np.float32], verbatim_ids: Sequence[str]) -> NDArray[np.float32]:
    """Turn each reason's vector towards the other reasons of its verbatim.

    "Light" is said for a reason, and the clause after it often tells which. Half the mean of the others is
    added; a reason that is alone in its verbatim stays what it is.

    Parameters
    ----------
    vectors
        Of the reasons, rows of unit length, float32, shape (n, d).
    verbatim_ids
        Verbatim of each.

    Returns
    -------
    ndarray
        Rows of unit length, float32, shape (n, d); the order of the reasons of a verbatim does not matter.

    Examples
    --------
    >>> in_context(np.eye(3, dtype=np.float32), ["a", "a", "b"]).round(2).astype(float).tolist()
    [[0.8..., 0.4..., 0.0], [0.4..., 0.8..., 0.0], [0.0, 0.0, 1.0]]
    """
    rows = vectors.astype(np.float64)
    codes = pd.factorize(np.asarray(verbatim_ids, dtype=object))[0]
    size = np.bincount(codes)
    # Parts of a sum in the order of their size: the same bytes for any order of the rows.
    total = np.zeros((len(size), rows.shape[1]))
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(size) + 1))
    for code in np.flatnonzero(size > 1):
        total[code] = np.sort(rows[order[starts[code] : starts[code + 1]]], axis=0).sum(axis=0)
    several = size[codes] > 1
    others = (total[codes] - rows) / np.maximum(size[codes] - 1, 1)[:, None]
    mixed = np.where(several[:, None], rows + WEIGHT * unit_rows(others), rows)
    return np.ascontiguousarray(unit_rows(mixed), dtype=np.float32)
