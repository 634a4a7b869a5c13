"""A study laddered: from its reasons to levels, links, codes, ladders, implications and the value map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from needlens.codes.book import examples_of
from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import load_encoder
from needlens.encoders.vectors import encode_texts
from needlens.errors import StudyError
from needlens.implications import CountedBy, Weights
from needlens.labelling.label import Label
from needlens.ladders import Ladder
from needlens.levels.fit import SEED_TEXTS, LevelModel, decide, fit_levels
from needlens.links.table import elements_and_links
from needlens.needs.framework import Framework
from needlens.needs.frameworks import SHIPPED, load_framework
from needlens.progress import Progress, silent
from needlens.schema import LEVELS, RESPONDENT_ID, TEXT
from needlens.study.climb import climb, codes_table, links_table
from needlens.study.laddering import Laddering
from needlens.study.needs import study_needs
from needlens.study.record import Study
from needlens.study.rungs import rungs
from needlens.value_map.build import value_map
from needlens.value_map.chains import depths


@dataclass(frozen=True, slots=True)
class LadderOptions:
    """How a study is laddered.

    Attributes
    ----------
    counted_by
        Unit of the implication matrix: ``"respondent"``, ``"ladder"`` or ``"mention"``.
    weights
        What the value map counts: ``"direct"`` links, or ``"both"`` direct and indirect ones.
    grades
        Evidence of the links that ladders are made of.
    cutoff
        Least weight of a link on the map; None lets it be chosen.
    """

    counted_by: CountedBy = "respondent"
    weights: Weights = "direct"
    grades: tuple[str, ...] = ("E3", "E2", "E1")
    cutoff: int | None = None


def ladder_study(
    study: Study,
    options: LadderOptions | None = None,
    *,
    codes: pd.DataFrame | None = None,
    corrections: Mapping[str, str] | None = None,
    framework: Framework | str | Path = SHIPPED[0],
    labels: Sequence[Label] = (),
    cache: VectorCache | Path | None = None,
    progress: Progress = silent,
) -> Study:
    """Walk from the features customers name to what these bring them, and on to what they want in life.

    Parameters
    ----------
    study
        With its ``model``, which says how its texts were encoded.
    options
        The defaults of :class:`LadderOptions` if None.
    codes
        Codes as an analyst wants them (:func:`needlens.codes.book.read_codes`); found if None.
    corrections
        Level of texts that an analyst corrected.
    framework
        The needs to look for, or what :func:`needlens.needs.frameworks.load_framework` takes.
    labels
        Needs that people named for reasons (:mod:`needlens.labelling`).
    cache
        Where vectors are kept, as in :func:`needlens.study.run.run_study`.
    progress
        Told how far the work is.

    Returns
    -------
    Study
        The same study with ``ladder``, ``info["ladder"]`` and ``info["needs"]``; where nobody ties a means to
        an end, the tables of links are empty.

    Raises
    ------
    StudyError
        The study was read without its model.
    EncoderError
        Its encoder is not there.
    UsageError, InputError
        There is no such framework, or its file is none.
    """
    asked = options or LadderOptions()
    asked_needs = framework if isinstance(framework, Framework) else load_framework(framework)
    if study.model is None:
        message = "this study has no model, so its texts cannot be encoded; run needlens cluster again"
        raise StudyError(message)
    elements, links = elements_and_links(study.verbatims, study.reasons, progress=progress)
    store = cache if isinstance(cache, VectorCache) else VectorCache(cache)
    vectors, seeds = _vectors(study, elements, examples_of(codes), store, progress)
    informative = study.reasons[study.reasons["informative"]]
    texts = sorted({*elements.loc[elements["role"] == "rung", TEXT]})
    rows = np.array([vectors[text] for text in texts], dtype=np.float32).reshape(len(texts), seeds.shape[1])
    seed = int(study.info["seed"])
    # Sums over several threads round as they meet.
    with threadpool_limits(limits=1):
        model = fit_levels(texts, rows, seeds, corrections)
        found = rungs(elements, links, model, vectors, book=codes)
        levels = _levels(informative, vectors, model)
    ladders = climb(found, asked.grades)
    coded = ladders.dropna(subset=["code"])
    said: list[Ladder] = [
        (str(own[RESPONDENT_ID].iloc[0]), tuple(own["code"]))
        for _, own in coded.groupby("ladder_id", sort=True)
    ]
    of_code = dict(zip(found.codes.table["code"], found.codes.table["level"], strict=True))
    n_asked = int(study.info["counts"]["respondents"])
    drawn = value_map(
        said,
        of_code,
        n_asked,
        counted_by=asked.counted_by,
        weights=asked.weights,
        cutoff=asked.cutoff,
        seed=seed,
    )
    kept, rejected = links_table(found)
    tables = {
        "levels": levels,
        "elements": found.elements,
        "links": kept,
        "rejected_links": rejected,
        "codes": codes_table(found, n_asked),
        "ladders": ladders,
        "ladder_depths": depths(said, of_code),
        "implications": drawn.implications,
        "code_indices": drawn.indices,
        "cutoffs": drawn.cutoffs,
        "value_map_nodes": drawn.nodes,
        "value_map_edges": drawn.edges,
        "chains": drawn.chains,
    }
    info = {
        "parameters": {**asdict(asked), "grades": list(asked.grades)},
        **drawn.info,
        "levels_learned_from": dict(model.n_examples),
        "directions": found.directions,
        "links": {grade: int((kept["grade"] == grade).sum()) for grade in ("E3", "E2", "E1")},
        "rejected": {str(why): int(n) for why, n in sorted(rejected["reason"].value_counts().items())},
    }
    needs = study_needs(study, asked_needs, ladder=tables, labels=labels, cache=store)
    said_of_needs = {**needs.info, "notes": list(needs.notes)}
    return replace(
        study,
        ladder=Laddering({**tables, **needs.tables}),
        info={**study.info, "ladder": info, "needs": said_of_needs},
    )


def _vectors(
    study: Study, elements: pd.DataFrame, examples: set[str], store: VectorCache, progress: Progress
) -> tuple[dict[str, NDArray[np.float32]], NDArray[np.float32]]:
    """Vector of every rung's, reason's and example's text, and of the sentences that teach levels."""
    assert study.model is not None  # noqa: S101 - the caller has looked
    encoder = load_encoder(study.model.encoder).with_token_weights(study.model.token_weights)
    spoken = {
        *examples,
        *elements.loc[elements["role"] == "rung", TEXT],
        *study.reasons.loc[study.reasons["informative"], TEXT],
    }
    texts = sorted(spoken)
    matrix = encode_texts([*texts, *SEED_TEXTS], encoder, cache=store, progress=progress).matrix
    return dict(zip(texts, matrix, strict=False)), matrix[len(texts) :]


def _levels(
    informative: pd.DataFrame, vectors: Mapping[str, NDArray[np.float32]], model: LevelModel
) -> pd.DataFrame:
    """Level of each reason as a whole."""
    texts: Sequence[str] = informative[TEXT].tolist()
    rows = np.array([vectors[text] for text in texts], dtype=np.float32).reshape(
        len(texts), len(model.direction)
    )
    p = model.probabilities(texts, rows)
    level, highest = decide(p)
    table: dict[str, Any] = {
        "reason_id": informative["reason_id"].to_numpy(),
        "verbatim_id": informative["verbatim_id"].to_numpy(),
        "respondent_id": informative["respondent_id"].to_numpy(),
        "level": level,
        "probability": highest,
        **{f"p_{name}": p[:, at] for at, name in enumerate(LEVELS)},
    }
    text = ("reason_id", "verbatim_id", "respondent_id", "level")
    return pd.DataFrame(table).astype(dict.fromkeys(text, "str"))
