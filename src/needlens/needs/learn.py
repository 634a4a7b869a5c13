"""What every reason says of every need: by similarity alone, and with what people said of some reasons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from needlens.needs.head import fit_head, head_features
from needlens.needs.prototypes import Prototypes
from needlens.needs.scores import NeedScores, standardise
from needlens.needs.sharpen import sharpen
from needlens.needs.thresholds import screening_thresholds


@dataclass(frozen=True, eq=False, slots=True)
class LearnedNeeds:
    """Reasons and needs, n by k.

    Attributes
    ----------
    profile
        Standardised and sharpened scores, in what was learned with its log odds, for labelled reasons what
        was said of them; float64, shape (n, k). Need themes are found by it.
    scores
        In a column that was learned probabilities, else similarities; float64, shape (n, k).
    thresholds
        Score from which a reason counts, float64, shape (k,); infinite where none does.
    learned
        Whether there were labels enough to learn the need, bool, shape (k,).
    predicted
        What the scores say, for labelled reasons by a head that had not seen them, bool, shape (n, k).
    """

    profile: NDArray[np.float64]
    scores: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    learned: NDArray[np.bool_]
    predicted: NDArray[np.bool_]

    def __repr__(self) -> str:
        n, k = self.scores.shape
        return f"LearnedNeeds({n:,} reasons, {k} needs, {int(self.learned.sum())} learned from labels)"


def learn_needs(
    vectors: NDArray[np.float32],
    scored: NeedScores,
    prototypes: Prototypes,
    labelled: NDArray[np.bool_],
    truth: NDArray[np.bool_],
    folds: NDArray[np.int64],
) -> LearnedNeeds:
    """Learn needs from the framework's sentences, the clearest reasons, and labels where there are any.

    Labels work twice: from the first one on as examples beside the framework's sentences
    (:func:`needlens.needs.sharpen.sharpen`), and where a need has enough of them by a regression of its own
    (:func:`needlens.needs.head.fit_head`), whose log odds are added to the profile.

    Parameters
    ----------
    vectors
        Of the reasons, rows of unit length, in an order that is theirs alone, float32, shape (n, d).
    scored
        Their scores, of n reasons and k needs.
    prototypes
        Of the framework.
    labelled
        Whether somebody labelled the reason, bool, shape (n,).
    truth
        What they said, bool, shape (n, k); False for others.
    folds
        Fold of each reason, 0 to 4, reasons of one person in one, int64, shape (n,).

    Returns
    -------
    LearnedNeeds
        Without labels nothing is learned, and thresholds are those of the screening.

    Examples
    --------
    >>> from needlens.needs.framework import Framework, Need
    >>> from needlens.needs.scores import need_scores
    >>> two = Framework("two", (Need("a", "A", "", ("x",)), Need("b", "B", "", ("y",))))
    >>> axes = np.eye(2, dtype=np.float32)
    >>> of_two = Prototypes(two, axes, np.array([0, 1]), np.array(["satisfied", "satisfied"]))
    >>> vectors, folds = np.repeat(axes, 10, axis=0), np.arange(20) % 5
    >>> truth = np.repeat([[True, False], [False, True]], 10, axis=0)
    >>> learn_needs(vectors, need_scores(vectors, of_two), of_two, np.ones(20, dtype=bool), truth, folds)
    LearnedNeeds(20 reasons, 2 needs, 2 learned from labels)
    """
    thresholds = screening_thresholds(scored.similarity)
    scores, predicted = scored.similarity.copy(), scored.similarity >= thresholds
    learned = np.zeros(truth.shape[1], dtype=bool)
    profile = sharpen(vectors, scored.standard, prototypes, told=(labelled, truth))
    if labelled.any():
        features = head_features(vectors, scored.standard)
        head = fit_head(features[labelled], truth[labelled], folds[labelled])
        learned = head.learned
        found = head.probabilities(features)
        found[labelled] = head.held_out
        scores = np.where(learned, found, scores)
        thresholds = np.where(learned, head.thresholds, thresholds)
        predicted = np.where(learned, scores >= thresholds, predicted)
        profile = np.where(learned, standardise(profile + standardise(log_odds(scores))), profile)
        profile = as_said(profile, labelled, truth)
    return LearnedNeeds(profile, scores, thresholds, learned, predicted)


def as_said(
    profile: NDArray[np.float64], labelled: NDArray[np.bool_], truth: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Give reasons with a labelled need the highest score for it that any has, and the lowest for others.

    Reasons that were said to have no need keep their profile.

    Parameters
    ----------
    profile
        What each reason has of each need, float64, shape (n, k).
    labelled
        Whether somebody labelled the reason, bool, shape (n,).
    truth
        What they said, bool, shape (n, k).

    Returns
    -------
    ndarray
        float64, shape (n, k).

    Examples
    --------
    >>> scores = np.array([[2.0, 1.0], [0.0, -1.0]])
    >>> as_said(scores, np.array([False, True]), np.array([[False, False], [False, True]])).tolist()
    [[2.0, 1.0], [0.0, 1.0]]
    """
    told = (labelled & truth.any(axis=1))[:, None]
    sure = np.where(truth, profile.max(axis=0, initial=0.0), profile.min(axis=0, initial=0.0))
    return np.where(told, sure, profile)


def margins(scores: NDArray[np.float64], thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each reason is from the nearest decision, in standard deviations of the need's scores.

    Parameters
    ----------
    scores
        Shape (n, k).
    thresholds
        Shape (k,).

    Returns
    -------
    ndarray
        float64, shape (n,).

    Examples
    --------
    >>> margins(np.array([[0.0], [2.0]]), np.array([1.5])).tolist()
    [1.5, 0.5]
    """
    if len(scores) == 0:
        return np.zeros(0)
    spread = np.maximum(np.sort(scores, axis=0).std(axis=0), 1e-12)
    # Where nobody stands out the highest scores are what there is to learn from.
    edge = np.where(np.isfinite(thresholds), thresholds, np.max(scores, axis=0))
    nearest: NDArray[np.float64] = (np.abs(scores - edge) / spread).min(axis=1)
    return nearest


def log_odds(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log odds, within those of one in a million.

    Parameters
    ----------
    probabilities
        In [0, 1], float64, any shape.

    Returns
    -------
    ndarray
        float64, of the same shape.

    Examples
    --------
    >>> log_odds(np.array([[0.5]])).tolist()
    [[0.0]]
    """
    inside = np.clip(probabilities, 1e-6, 1 - 1e-6)
    found: NDArray[np.float64] = np.log(inside) - np.log1p(-inside)
    return found
