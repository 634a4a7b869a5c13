"""A sharper profile over needs, learned from the reasons that speak most clearly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from needlens.needs.prototypes import Prototypes
from needlens.needs.scores import standardise
from needlens.needs.unit import unit_rows

CLEAREST = 0.03
"""Share of the reasons that are taken as examples of each need."""

FEWEST = 3
STRENGTH = 10.0
"""Inverse strength of the regression's regularisation."""


LABELLED = 10.0
"""Times a labelled reason counts as much as a sentence of the framework: a person has read it."""


def sharpen(
    vectors: NDArray[np.float32],
    profile: NDArray[np.float64],
    prototypes: Prototypes,
    *,
    labelled: NDArray[np.bool_] | None = None,
    truth: NDArray[np.bool_] | None = None,
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
        Standardised scores, shape (n, k).
    prototypes
        Of the framework.
    labelled
        Whether somebody labelled the reason, shape (n,); None: none is.
    truth
        The needs they said it has, shape (n, k).

    Returns
    -------
    ndarray
        Standardised, float64, shape (n, k); the profile itself where there are fewer than two needs or hardly
        any reasons.
    """
    n, k = profile.shape
    if k < 2 or n < FEWEST * k:
        return profile
    from sklearn.linear_model import LogisticRegression

    said = np.zeros((n, k), dtype=bool) if truth is None or labelled is None else truth & labelled[:, None]
    free = np.arange(n) if labelled is None else np.flatnonzero(~labelled)
    second = np.sort(profile, axis=1)[:, -2]
    each = max(FEWEST, int(CLEAREST * n))
    clearest = [free[np.argsort(-(profile[:, at] - second)[free], kind="stable")[:each]] for at in range(k)]
    read, has = np.nonzero(said)
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
