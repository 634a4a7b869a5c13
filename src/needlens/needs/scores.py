"""How much each reason sounds like each need: similarity with the framework's sentences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from needlens.graph.unit import unit_rows
from needlens.needs.prototypes import Prototypes

NEAREST = 6
"""Sentences of a need that count: those most like the reason. A need has many sides, a reason shows one.
Chosen on a fifth of the ValueEval'23 arguments; ``benchmarks/values.md`` reports the others."""

PRIOR = 20
"""Reasons that the sentences themselves count as in the mean: that of a few reasons is mostly themselves."""


@dataclass(frozen=True, eq=False, slots=True)
class NeedScores:
    """Scores of reasons for every need.

    Attributes
    ----------
    similarity
        Mean cosine similarity with the nearest sentences of each need after centring, float64, shape (n, k).
    standard
        The same, each need's brought to mean 0 and standard deviation 1 over the study, shape (n, k).
    stated
        Cosine similarity with the most similar sentence that says the need itself, float64, shape (n, k);
        −1 where the need has none.
    """

    similarity: NDArray[np.float64]
    standard: NDArray[np.float64]
    stated: NDArray[np.float64]

    def __repr__(self) -> str:
        n, k = self.similarity.shape
        return f"NeedScores({n:,} reasons, {k} needs)"


def need_scores(
    vectors: NDArray[np.float32], prototypes: Prototypes, *, others: Prototypes | None = None
) -> NeedScores:
    """Score reasons for every need of a framework.

    What all reasons of a study have in common (its product, the register people write in) is taken out of
    their vectors, and what all sentences have in common out of theirs: cosines are between what is left.
    Without that, scores mostly tell how much a text resembles any text; on ValueEval'23 the mean area under
    the curve is .67 without and .73 with it (``benchmarks/values.md``). The scores order reasons within a
    need; they are no probabilities, and shares must not be made of them.

    Parameters
    ----------
    vectors
        Of the reasons, rows of unit length, float32, shape (n, d).
    prototypes
        Of the framework, by the same encoder.
    others
        Of a framework whose sentences help to tell what sentences have in common, where the first has few
        needs: of two needs alone each would be the opposite of the other.

    Returns
    -------
    NeedScores
        The order of the reasons changes nothing.

    Examples
    --------
    >>> from needlens.needs.framework import Framework, Need
    >>> two = Framework("two", (Need("a", "A", "", ("x",), ("not x",)), Need("b", "B", "", ("y",))))
    >>> axes = np.eye(3, dtype=np.float32)
    >>> of_two = Prototypes(two, axes, np.array([0, 0, 1]), np.array(["satisfied", "violated", "satisfied"]))
    >>> found = need_scores(axes, of_two)
    >>> found.similarity.argmax(axis=1).tolist()
    [0, 0, 1]
    """
    k = len(prototypes.framework.needs)
    sounding = prototypes.kind != "stated"
    sentences = prototypes.vectors[sounding].astype(np.float64)
    centre = sentences.mean(axis=0)
    if others is not None:
        known = others.vectors[others.kind != "stated"].astype(np.float64)
        centre = np.concatenate([sentences, known]).mean(axis=0)
    rows = vectors.astype(np.float64)
    # A sum in the order of its parts' size does not depend on the order of the reasons.
    total = np.sort(rows, axis=0).sum(axis=0)
    mean = (total + PRIOR * centre) / (len(rows) + PRIOR)
    like = unit_rows(rows - mean) @ unit_rows(sentences - centre).T
    need = prototypes.need[sounding]
    similarity = np.stack([_nearest(like[:, need == at]) for at in range(k)], axis=1)
    said = prototypes.vectors[~sounding].astype(np.float64)
    of_said = rows @ said.T
    owner = prototypes.need[~sounding]
    stated = np.stack([of_said[:, owner == at].max(axis=1, initial=-1.0) for at in range(k)], axis=1)
    return NeedScores(similarity, standardise(similarity), stated)


def standardise(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bring each column to mean 0 and standard deviation 1; a constant column becomes 0.

    Examples
    --------
    >>> standardise(np.array([[1.0, 5], [3, 5]])).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    if len(scores) == 0:
        return scores.copy()
    ordered = np.sort(scores, axis=0)
    spread = ordered.std(axis=0)
    constant = spread < 1e-12
    standard: NDArray[np.float64] = (scores - ordered.mean(axis=0)) / np.where(constant, 1.0, spread)
    standard[:, constant] = 0.0
    return standard


def _nearest(similarity: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of the highest of each row."""
    top: NDArray[np.float64] = np.sort(similarity, axis=1)[:, ::-1][:, :NEAREST].mean(axis=1)
    return top
