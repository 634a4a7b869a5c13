"""A sharper profile over needs, learned from the reasons that speak most clearly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from needlens.graph.unit import unit_rows
from needlens.needs.prototypes import Prototypes
from needlens.needs.scores import standardise

CLEAREST = 0.03
"""Share of the reasons that are taken as examples of each need."""

FEWEST = 3
"""Reasons taken as examples of each need at least."""

STRENGTH = 10.0
"""Inverse strength of the regression's regularisation."""

LABELLED = 10.0
"""Times a labelled reason counts as much as a sentence of the framework: a person has read it."""


def sharpen(
    vectors: NDArray[np.float32],
    profile: NDArray[np.float64],
    prototypes: Prototypes,
    *,
    told: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None = None,
) -> NDArray[np.float64]:
    """Let the study's own words speak for its needs, one round of self-training.

    The reasons whose score for a need stands out most from their score for any other are taken as its
    examples, beside the framework's sentences; a logistic regression learns the needs from both, and what it
    says is added to the profile. On the planted corpus this raises the purity of need themes
    (``benchmarks/need_themes.md``). Reasons that people labelled are examples of what they said, and of
    nothing else.

    Parameters
    ----------
    vectors
        Of the reasons, rows of unit length, in an order that is theirs alone, float32, shape (n, d).
    profile
        Standardised scores, float64, shape (n, k).
    prototypes
        Of the framework.
    told
        Whether somebody labelled each reason, bool, shape (n,), and the needs they said it has, bool, shape
        (n, k), of which those of reasons not labelled do not count; None where nobody labelled any.

    Returns
    -------
    ndarray
        Standardised, float64, shape (n, k); the profile itself where there are fewer than two needs or hardly
        any reasons.

    Examples
    --------
    >>> from needlens.needs.framework import Framework, Need
    >>> two = Framework("two", (Need("a", "A", "", ("x",)), Need("b", "B", "", ("y",))))
    >>> axes = np.eye(2, dtype=np.float32)
    >>> of_two = Prototypes(two, axes, np.array([0, 1]), np.array(["satisfied", "satisfied"]))
    >>> unsure = np.array([[1.2, -1.0], [1.0, -1.2], [0.0, 0.1]] + [[-1.0, 1.0]] * 3)
    >>> vectors = np.repeat(axes, 3, axis=0)
    >>> sharpen(vectors, unsure, of_two).argmax(axis=1).tolist()
    [0, 0, 0, 1, 1, 1]
    >>> told = np.arange(6) >= 3, np.tile([True, False], (6, 1))
    >>> bool(sharpen(vectors, unsure, of_two, told=told)[3, 0] > sharpen(vectors, unsure, of_two)[3, 0])
    True
    """
    n, k = profile.shape
    if k < 2 or n < FEWEST * k:
        return profile
    from sklearn.linear_model import LogisticRegression

    labelled, truth = told or (np.zeros(n, dtype=bool), np.zeros((n, k), dtype=bool))
    free = np.flatnonzero(~labelled)
    second = np.sort(profile, axis=1)[:, -2]
    each = max(FEWEST, int(CLEAREST * n))
    clearest = [free[np.argsort(-(profile[:, at] - second)[free], kind="stable")[:each]] for at in range(k)]
    read, has = np.nonzero(truth & labelled[:, None])
    sounding = prototypes.kind != "stated"
    sentences = _centred(prototypes.vectors[sounding])
    rows = _centred(vectors)
    seen = np.vstack([sentences, rows[np.concatenate(clearest)], rows[read]])
    guessed = np.repeat(np.arange(k), [len(own) for own in clearest])
    known = np.concatenate([prototypes.need[sounding], guessed, has])
    weight = np.concatenate([np.ones(len(sentences) + len(guessed)), np.full(len(read), LABELLED)])
    # All needs weigh alike, however many examples each has.
    weight *= weight.sum() / k / np.bincount(known, weights=weight, minlength=k)[known]
    fitted = LogisticRegression(C=STRENGTH, max_iter=500).fit(seen, known, sample_weight=weight)
    odds = fitted.decision_function(rows)
    if k == 2:
        odds = np.stack([-odds, odds], axis=1)
    return standardise(standardise(odds) + profile)


def _centred(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    rows = vectors.astype(np.float64)
    rows -= np.sort(rows, axis=0).mean(axis=0)
    return unit_rows(rows)
