"""A small head that tells levels, taught by our sentences, plain ways of speaking, and corrections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from needlens.errors import UsageError
from needlens.levels.features import weak_level, word_features
from needlens.levels.prototypes import ABSTRACT, CONCRETE, PROTOTYPES
from needlens.schema import LEVELS, UNSURE

LEAST: Final = 0.5
"""Probability from which a level is said; below, it stays unsure."""

_WEIGHTS: Final = {"prototype": 1.0, "weak": 0.3, "correction": 3.0}
"""How much an example of each kind counts."""

_MOST_WEAK: Final = 200
"""Weakly labelled texts of a level that are learned from at most."""

_STRENGTH: Final = 0.3
_VECTOR_SCALE: Final = 3.0
"""Scale of vectors, nearness and concreteness beside word features."""

SEED_TEXTS: Final = (*(text for level in LEVELS for text in PROTOTYPES[level]), *CONCRETE, *ABSTRACT)
"""Texts whose vectors :func:`fit_levels` needs, in this order."""


@dataclass(frozen=True, eq=False, slots=True)
class LevelModel:
    """Tells the level of texts from their vectors and words.

    Attributes
    ----------
    coefficients
        float64, shape (4, dimension + features).
    intercepts
        float64, shape (4,).
    direction
        From concrete to abstract, of unit length, float64, shape (dimension,).
    centres
        Mean of the prototypes of each level, rows of unit length, float64, shape (4, dimension).
    corrections
        Level of each text somebody corrected.
    n_examples
        How many examples of each kind it learned from.
    """

    coefficients: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    direction: NDArray[np.float64]
    centres: NDArray[np.float64]
    corrections: Mapping[str, str]
    n_examples: Mapping[str, int]

    def probabilities(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probability of each level.

        Parameters
        ----------
        texts
            n texts.
        vectors
            Theirs, rows of unit length, shape (n, dimension).

        Returns
        -------
        numpy.ndarray of float64, shape (n, 4)
            In the order of :data:`needlens.schema.LEVELS`; a corrected text has its level for certain.
        """
        if len(texts) == 0:
            return np.zeros((0, len(LEVELS)))
        rows = _rows(texts, vectors, self.direction, self.centres)
        scores = rows @ self.coefficients.T + self.intercepts
        scores -= scores.max(axis=1, keepdims=True)
        p = np.exp(scores)
        p /= p.sum(axis=1, keepdims=True)
        for at, text in enumerate(texts):
            if text in self.corrections:
                p[at] = [float(level == self.corrections[text]) for level in LEVELS]
        return np.asarray(p, dtype=np.float64)


def fit_levels(
    texts: Sequence[str],
    vectors: NDArray[np.float32],
    seeds: NDArray[np.float32],
    corrections: Mapping[str, str] | None = None,
) -> LevelModel:
    """Learn to tell levels.

    A multinomial logistic regression on vectors, classes of words, nearness to prototypes and concreteness.
    It learns from prototype sentences, from those of the study's texts whose words give their level away
    (:func:`needlens.levels.features.weak_level`), which count less, and from corrections, which count more.

    Parameters
    ----------
    texts
        The study's n distinct texts, in an order of their own (sorted), so that equal studies give equal
        models.
    vectors
        Their vectors, float32, shape (n, dimension).
    seeds
        Vectors of :data:`SEED_TEXTS`, float32, shape (len(SEED_TEXTS), dimension).
    corrections
        Level of texts that an analyst corrected; texts of other studies do no harm.

    Returns
    -------
    LevelModel

    Raises
    ------
    UsageError
        A correction names no level.
    """
    from sklearn.linear_model import LogisticRegression

    corrected = dict(corrections or {})
    wrong = sorted({level for level in corrected.values() if level not in LEVELS})
    if wrong:
        message = f"{wrong[0]!r} is no level; use one of {', '.join(LEVELS)}"
        raise UsageError(message)
    seeded = seeds.astype(np.float64)
    n_prototypes = sum(len(PROTOTYPES[level]) for level in LEVELS)
    labels = [level for level in LEVELS for _ in PROTOTYPES[level]]
    centres = np.array(
        [seeded[:n_prototypes][[own == level for own in labels]].mean(axis=0) for level in LEVELS]
    )
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    concrete = seeded[n_prototypes : n_prototypes + len(CONCRETE)].mean(axis=0)
    direction = seeded[n_prototypes + len(CONCRETE) :].mean(axis=0) - concrete
    direction /= np.linalg.norm(direction)
    own_texts, own_vectors = list(SEED_TEXTS[:n_prototypes]), [seeds[:n_prototypes]]
    weights = [_WEIGHTS["prototype"]] * n_prototypes
    counts = {"prototype": n_prototypes, "weak": 0, "correction": 0}
    taken = dict.fromkeys(LEVELS, 0)
    for at, text in enumerate(texts):
        known = corrected.get(text)
        level = known or weak_level(text)
        if level is None or (known is None and taken[level] >= _MOST_WEAK):
            continue
        kind = "correction" if known else "weak"
        taken[level] += kind == "weak"
        counts[kind] += 1
        own_texts.append(text)
        own_vectors.append(vectors[at : at + 1])
        labels.append(level)
        weights.append(_WEIGHTS[kind])
    rows = _rows(own_texts, np.concatenate(own_vectors), direction, centres)
    head = LogisticRegression(C=_STRENGTH, max_iter=1_000, tol=1e-8)
    heights = [LEVELS.index(level) for level in labels]
    head.fit(rows, heights, sample_weight=weights)
    return LevelModel(
        np.asarray(head.coef_, dtype=np.float64),
        np.asarray(head.intercept_, dtype=np.float64),
        direction,
        centres,
        corrected,
        counts,
    )


def decide(probabilities: NDArray[np.float64]) -> tuple[list[str], NDArray[np.float64]]:
    """Say the likeliest level where it is at least as likely as not, else that it is unsure.

    Returns
    -------
    tuple
        Level of each row, and the probability of the likeliest, float64, shape (n,).

    Examples
    --------
    >>> decide(np.array([[0.7, 0.1, 0.1, 0.1], [0.3, 0.3, 0.2, 0.2]]))[0]
    ['attribute', 'unsure']
    """
    if len(probabilities) == 0:
        return [], np.zeros(0)
    best = probabilities.argmax(axis=1)
    highest = probabilities[np.arange(len(best)), best]
    return [LEVELS[at] if p >= LEAST else UNSURE for at, p in zip(best, highest, strict=True)], highest


def _rows(
    texts: Sequence[str],
    vectors: NDArray[np.float32],
    direction: NDArray[np.float64],
    centres: NDArray[np.float64],
) -> NDArray[np.float64]:
    own = vectors.astype(np.float64)
    return np.hstack(
        [
            own * _VECTOR_SCALE,
            word_features(texts),
            own @ centres.T * _VECTOR_SCALE,
            own @ direction[:, None] * _VECTOR_SCALE,
        ]
    )
