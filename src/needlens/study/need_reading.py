"""What every reason of a study says of every need: by similarity alone, or learned from labels as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import load_encoder
from needlens.errors import StudyError
from needlens.labelling.batch import lot
from needlens.labelling.label import Label, holding
from needlens.needs.context import in_context
from needlens.needs.evidence import evidence_of
from needlens.needs.framework import Framework
from needlens.needs.frameworks import SHIPPED, load_framework
from needlens.needs.head import FOLDS
from needlens.needs.learn import learn_needs, margins
from needlens.needs.polarity import polarity
from needlens.needs.prototypes import prototypes_of
from needlens.needs.scores import need_scores
from needlens.schema import REASON_ID, RESPONDENT_ID, TEXT, VERBATIM_ID
from needlens.study.record import Study


@dataclass(frozen=True, eq=False, slots=True)
class NeedReading:
    """Reasons and needs, n by k.

    Attributes
    ----------
    framework
        Of k needs.
    reasons
        The informative reasons by ``reason_id``, n rows.
    vectors
        Of the reasons in the context of their answers, float32, shape (n, d).
    profile
        What need themes are found by, shape (n, k); as in :class:`needlens.needs.learn.LearnedNeeds`.
    scores
        In a column that was learned probabilities, else similarities; shape (n, k).
    thresholds
        Score from which a reason counts, shape (k,).
    learned
        Whether the need was learned from labels, bool, shape (k,).
    labelled
        Whether somebody labelled the reason, bool, shape (n,).
    truth
        What they said, bool, shape (n, k); False for others.
    predicted
        What the scores say, for labelled reasons by a head that had not seen them, bool, shape (n, k).
    evidence
        ``"stated"`` or ``"E0"``, shape (n, k).
    polarity
        ``"satisfied"``, ``"violated"`` or ``"unclear"``, shape (n,).
    """

    framework: Framework
    reasons: pd.DataFrame
    vectors: NDArray[np.float32]
    profile: NDArray[np.float64]
    scores: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    learned: NDArray[np.bool_]
    labelled: NDArray[np.bool_]
    truth: NDArray[np.bool_]
    predicted: NDArray[np.bool_]
    evidence: NDArray[Any]
    polarity: NDArray[Any]

    @property
    def counts(self) -> NDArray[np.bool_]:
        """Whether each reason speaks of each need: as labelled, else as predicted, shape (n, k)."""
        return np.where(self.labelled[:, None], self.truth, self.predicted)

    def margins(self) -> NDArray[np.float64]:
        """How far each reason is from the nearest decision, in standard deviations of the need's scores."""
        return margins(self.scores, self.thresholds)

    def __repr__(self) -> str:
        n, k = self.scores.shape
        return f"NeedReading({n:,} reasons, {k} needs, {int(self.learned.sum())} learned from labels)"


def read_needs(
    study: Study,
    framework: Framework,
    labels: Sequence[Label] = (),
    *,
    levels: Mapping[str, str] | None = None,
    seed: int = 0,
    cache: VectorCache | None = None,
) -> NeedReading:
    """Score the reasons of a study for the needs of a framework, and learn from labels if there are any.

    Parameters
    ----------
    study
        With its ``model``, which holds the vectors.
    framework
        The needs.
    labels
        What people said about reasons; those of other frameworks do not count.
    levels
        Level of each reason by its id, where known: evidence depends on it.
    seed
        Of the folds people fall into.
    cache
        Where vectors of the framework's sentences are kept between runs.

    Returns
    -------
    NeedReading

    Raises
    ------
    StudyError
        The study was read without its model, or its encoder is not at hand.
    """
    if study.model is None:
        message = "this study has no model, so the vectors of its reasons are not known; run needlens cluster"
        raise StudyError(message)
    encoder = load_encoder(study.model.encoder)
    if encoder.digest != study.model.digest:
        message = "the study was made with another version of its encoder; run needlens cluster again"
        raise StudyError(message)
    reasons = study.reasons[study.reasons["informative"]].sort_values(REASON_ID, ignore_index=True)
    texts = reasons[TEXT].tolist()
    by_text = study.model.vectors_of(texts)
    alone = np.array([by_text[text] for text in texts], dtype=np.float32).reshape(-1, encoder.dimension)
    vectors = in_context(alone, reasons[VERBATIM_ID].tolist())
    prototypes = prototypes_of(framework, encoder, cache=cache)
    # Own frameworks may be small: what sentences share, and met from unmet, is told by the default one's.
    general = prototypes
    if framework.name not in SHIPPED:
        general = prototypes_of(load_framework(), encoder, cache=cache)
    others = None if framework.name in SHIPPED else general
    scored = need_scores(vectors, prototypes, others=others)
    said = holding(labels, framework.name)
    labelled = np.array([text in said for text in texts], dtype=bool)
    truth = np.zeros(scored.similarity.shape, dtype=bool)
    for at in np.flatnonzero(labelled):
        truth[at] = [need in said[texts[at]].needs for need in framework.ids]
    folds = folds_of(reasons[RESPONDENT_ID].tolist(), seed)
    found = learn_needs(vectors, scored, prototypes, labelled, truth, folds)
    of_level = None if levels is None else [levels.get(reason, "") for reason in reasons[REASON_ID]]
    return NeedReading(
        framework,
        reasons,
        vectors,
        found.profile,
        found.scores,
        found.thresholds,
        found.learned,
        labelled,
        truth,
        found.predicted,
        evidence_of(texts, scored.stated, of_level),
        polarity(alone, general),
    )


def folds_of(respondents: list[str], seed: int) -> NDArray[np.int64]:
    """Let people fall into folds by lot, with all they said.

    Parameters
    ----------
    respondents
        Who gave each reason.
    seed
        Of the lot.

    Returns
    -------
    ndarray
        Fold of each reason, from 0 to one less than :data:`needlens.needs.head.FOLDS`, int64, shape (n,).

    Examples
    --------
    >>> folds_of(["ada", "ben", "ada"], 0).tolist()
    [0, 1, 0]
    """
    place = {person: at % FOLDS for at, person in enumerate(lot(set(respondents), seed))}
    return np.array([place[person] for person in respondents], dtype=np.int64)
