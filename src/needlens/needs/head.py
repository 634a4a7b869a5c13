"""A classifier of needs learned from labels: logistic regressions on the encoder's vectors as they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PROFILE = 3.0
"""Weight of the similarities with a framework's sentences, in standard deviations, beside the vectors."""

OWN = 5.0
"""Times its own profile weighs more in a need's regression: few labels then correct the screening, where
without it they replace it by something worse (``benchmarks/values.md``)."""

STRENGTHS = (0.0003, 0.001, 0.003, 0.01)
"""Inverse strengths of regularisation tried."""

DEFAULT_STRENGTH = 0.001
"""The one taken where labels are too few to try."""

FEWEST_TO_TRY = 100
"""Labelled reasons from which strengths are tried."""

FEWEST = 5
"""Reasons with a need, and without it, that it takes to learn it."""

FEWEST_FOR_F1 = 20
"""Reasons with a need from which its threshold goes by F1."""

FOLDS = 5


@dataclass(frozen=True, eq=False, slots=True)
class Head:
    """Fitted logistic regressions, one a need.

    Attributes
    ----------
    weights
        float64, shape (k, d + 1), the intercept last; zeros where nothing was learned.
    thresholds
        Probability from which a reason counts, float64, shape (k,); infinite where nothing was learned.
    learned
        Whether there were labels enough, bool, shape (k,).
    held_out
        Probability of each labelled reason by regressions that had not seen its fold, shape (n, k); NaN where
        nothing was learned.
    """

    weights: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    learned: NDArray[np.bool_]
    held_out: NDArray[np.float64]

    def probabilities(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probability of each need for each row.

        Returns
        -------
        ndarray
            float64, shape (n, k); 0 where nothing was learned.
        """
        found = _logistic(features @ self.weights[:, :-1].T + self.weights[:, -1])
        return np.where(self.learned, found, 0.0)

    def __repr__(self) -> str:
        return f"Head({int(self.learned.sum())} of {len(self.learned)} needs learned)"


def head_features(vectors: NDArray[np.float32], profile: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the regressions see: the vector at unit variance a dimension, and the profile over needs.

    Parameters
    ----------
    vectors
        Rows of unit length, shape (n, d).
    profile
        Standardised scores (:attr:`needlens.needs.scores.NeedScores.standard`), shape (n, k).

    Returns
    -------
    ndarray
        float64, shape (n, d + k).

    Examples
    --------
    >>> head_features(np.eye(4, dtype=np.float32), np.ones((4, 2)))[0].tolist()
    [2.0, 0.0, 0.0, 0.0, 3.0, 3.0]
    """
    wide = float(np.sqrt(vectors.shape[1]))
    return np.hstack([vectors.astype(np.float64) * wide, PROFILE * profile])


def fit_head(
    features: NDArray[np.float64], labels: NDArray[np.bool_], folds: NDArray[np.int64] | None = None
) -> Head:
    """Learn every need that labels say enough about.

    Strength of regularisation (one for all needs, by log loss) and each need's threshold (by F1) are chosen
    on probabilities of held-out folds, never on those of rows learned from.

    Parameters
    ----------
    features
        Of the labelled reasons, as :func:`head_features` gives them, shape (n, d + k).
    labels
        Whether each reason has each need, shape (n, k).
    folds
        Fold of each reason, 0 to 4, reasons of one person in one; by position if None.

    Returns
    -------
    Head

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.random((60, 2)) < 0.3
    >>> head = fit_head(3 * truth + rng.standard_normal((60, 2)), truth)
    >>> head, bool((head.held_out[truth[:, 0], 0] > head.thresholds[0]).mean() > 0.5)
    (Head(2 of 2 needs learned), True)
    """
    n, k = labels.shape
    folds = np.arange(n) % FOLDS if folds is None else folds
    enough = np.array([FEWEST <= int(own.sum()) <= n - FEWEST for own in labels.T], dtype=bool)
    # A need of one person's reasons only has no held-out fold to learn from.
    spread = [len(np.unique(folds[own])) > 1 and len(np.unique(folds[~own])) > 1 for own in labels.T]
    learned = enough & np.array(spread, dtype=bool)
    tried = STRENGTHS if n >= FEWEST_TO_TRY else (DEFAULT_STRENGTH,)
    held = [_held_out(features, labels, folds, learned, strength) for strength in tried]
    loss = [_log_loss(found[:, learned], labels[:, learned]) for found in held]
    best = int(np.argmin(loss))
    weights = np.zeros((k, features.shape[1] + 1))
    thresholds = np.full(k, np.inf)
    for at in np.flatnonzero(learned):
        weights[at] = regression(features, labels[:, at], at - k, tried[best])
        thresholds[at] = best_threshold(held[best][:, at], labels[:, at])
    return Head(weights, thresholds, learned, held[best])


def regression(
    features: NDArray[np.float64], truth: NDArray[np.bool_], own: int, strength: float = DEFAULT_STRENGTH
) -> NDArray[np.float64]:
    """Learn one need.

    Parameters
    ----------
    features
        Shape (n, d).
    truth
        Shape (n,), both values in it.
    own
        Column of the need's own profile, which is regularised less.
    strength
        Inverse strength of regularisation.

    Returns
    -------
    ndarray
        Weights and, last, the intercept, float64, shape (d + 1,).
    """
    from sklearn.linear_model import LogisticRegression

    seen = features.copy()
    seen[:, own] *= OWN
    fitted = LogisticRegression(C=strength, max_iter=500).fit(seen, truth)
    weights = np.append(fitted.coef_[0], fitted.intercept_[0])
    weights[own if own >= 0 else own - 1] *= OWN
    return weights


def best_threshold(probabilities: NDArray[np.float64], truth: NDArray[np.bool_]) -> float:
    """The threshold of the highest F1; of few positives, the one that calls as many as there are.

    With fewer than :data:`FEWEST_FOR_F1` positives the highest F1 is luck, and often that of calling nearly
    everything. The threshold lies half way to the next lower probability.

    Examples
    --------
    >>> round(best_threshold(np.array([0.9, 0.7, 0.2]), np.array([True, True, False])), 2)
    0.45
    """
    order = np.argsort(-probabilities, kind="stable")
    falling = probabilities[order]
    hits = np.cumsum(truth[order])
    called = np.arange(1, len(order) + 1)
    positives = int(truth.sum())
    worth = 2 * hits / (called + positives)
    if positives < FEWEST_FOR_F1:
        worth = -np.abs(called - positives).astype(np.float64)
    # Equal probabilities stand or fall together.
    last = np.append(falling[1:] < falling[:-1], True)
    at = int(np.argmax(np.where(last, worth, -np.inf)))
    below = float(falling[at + 1]) if at + 1 < len(falling) else 0.0
    return (float(falling[at]) + below) / 2


def _held_out(
    features: NDArray[np.float64],
    labels: NDArray[np.bool_],
    folds: NDArray[np.int64],
    learned: NDArray[np.bool_],
    strength: float,
) -> NDArray[np.float64]:
    found = np.full(labels.shape, np.nan)
    for fold in np.unique(folds):
        out = folds == fold
        for at in np.flatnonzero(learned):
            own = labels[~out, at]
            if own.all() or not own.any():
                found[out, at] = float(own.mean())
                continue
            weights = regression(features[~out], own, at - labels.shape[1], strength)
            found[out, at] = _logistic(features[out] @ weights[:-1] + weights[-1])
    return found


def _log_loss(probabilities: NDArray[np.float64], truth: NDArray[np.bool_]) -> float:
    if probabilities.size == 0:
        return 0.0
    inside = np.clip(probabilities, 1e-6, 1 - 1e-6)
    return float(-np.where(truth, np.log(inside), np.log1p(-inside)).mean())


def _logistic(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import expit

    found: NDArray[np.float64] = expit(odds)
    return found
