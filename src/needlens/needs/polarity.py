"""Whether a reason tells of something that is well or of something that is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from needlens.graph.unit import unit_rows
from needlens.needs.prototypes import Prototypes

UNCLEAR = 0.5
"""Log odds up to which neither is said: on short product pros and cons .91 of what lies beyond is right, and
that is .62 of them (``benchmarks/values.md``)."""


def polarity(vectors: NDArray[np.float32], prototypes: Prototypes) -> NDArray[Any]:
    """Tell met needs from needs that are not met.

    One direction for all needs: that of a logistic regression between all satisfied and all violated
    sentences of the framework. Asking need by need which side is nearer is much worse, since its few
    sentences differ in more than this.

    Parameters
    ----------
    vectors
        Of the reasons, rows of unit length, float32, shape (n, d).
    prototypes
        Of the framework.

    Returns
    -------
    ndarray
        ``"satisfied"``, ``"violated"`` or ``"unclear"``, str, shape (n,); all unclear where the framework has
        no violated sentences.

    Examples
    --------
    >>> from needlens.needs.framework import Framework, Need
    >>> one = Framework("one", (Need("a", "A", "", ("x",) * 3, ("not x",) * 3),))
    >>> axes = np.repeat(np.eye(2, dtype=np.float32), 3, axis=0)
    >>> sides = Prototypes(one, axes, np.zeros(6, dtype=int), np.repeat(["satisfied", "violated"], 3))
    >>> polarity(axes[[0, 3]], sides).tolist()
    ['satisfied', 'violated']
    """
    sounding = prototypes.kind != "stated"
    met = prototypes.kind[sounding] == "satisfied"
    if len(vectors) == 0 or met.all() or not met.any():
        return np.full(len(vectors), "unclear", dtype="<U9")
    from sklearn.linear_model import LogisticRegression

    sentences = prototypes.vectors[sounding].astype(np.float64)
    centre = sentences.mean(axis=0)
    fitted = LogisticRegression(C=1.0, class_weight="balanced", max_iter=500)
    fitted.fit(unit_rows(sentences - centre), met)
    odds = fitted.decision_function(unit_rows(vectors.astype(np.float64) - centre))
    return np.where(odds > UNCLEAR, "satisfied", np.where(odds < -UNCLEAR, "violated", "unclear"))
