"""One run: verbatims in, a study out."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.dealt_words import compare_with_dealt
from needlens.duplicates import representatives
from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import Encoder, load_encoder
from needlens.encoders.vectors import Vectors, encode_texts
from needlens.graph.placement import Placement
from needlens.prevalence import prevalence_by
from needlens.progress import Progress, silent
from needlens.reasons import Reasons, split_reasons
from needlens.schema import SCHEMA_VERSION, THEME_ID
from needlens.study.model import StudyModel, text_key
from needlens.study.record import Study
from needlens.study.tables import assignments_table, layout_table, themes_table
from needlens.verbatims import Verbatims

_NO_REASONS = "no verbatim holds a reason that says anything: there is nothing to find themes in"


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a study was asked to do; two runs with equal parameters on equal inputs give equal tables.

    Attributes
    ----------
    unit
        ``"reason"``: verbatims are cut into single ideas; ``"verbatim"``: each is taken whole.
    themes
        ``"auto"``, or the number of themes wanted on the main scale, or the least and the most of them.
    encoder
        ``"default"``, the folder of a sentence-transformers model, or a hub id.
    engine
        ``"graph"`` or ``"bertopic"``.
    seed
        Seed of everything random.
    """

    unit: Literal["reason", "verbatim"] = "reason"
    themes: int | tuple[int, int] | Literal["auto"] = "auto"
    encoder: str = "default"
    engine: Literal["graph", "bertopic"] = "graph"
    seed: int = 0


def run_study(
    verbatims: Verbatims,
    parameters: Parameters | None = None,
    *,
    question: str = "",
    cache: VectorCache | Path | None = None,
    progress: Progress = silent,
) -> Study:
    """Find the themes of a study.

    Verbatims are cut into reasons; equal and nearly equal reasons are looked at once; their vectors are
    grouped at nested scales; people, not sentences, are counted.

    Parameters
    ----------
    verbatims
        As read by :func:`needlens.verbatims.read_verbatims`.
    parameters
        What to do; the defaults of :class:`Parameters` if None.
    question
        What people were asked, word for word, for the report.
    cache
        Where vectors are kept between runs: a :class:`~needlens.encoders.cache.VectorCache`, its file, or
        None for the user's cache directory.
    progress
        Told how far the work is.

    Returns
    -------
    Study
        Without themes when no structure is found; ``study.info["structure"]["reason"]`` says why.

    Raises
    ------
    EncoderError
        The encoder is missing or not the one its digest promises.
    UsageError
        A parameter is out of range.

    Examples
    --------
    >>> from needlens.datasets import sample_verbatims
    >>> study = run_study(sample_verbatims())
    >>> study.found, study.themes["scale"].nunique() >= 2
    (True, True)
    """
    asked = parameters or Parameters()
    timings: dict[str, float] = {}
    with _timed(timings, "reasons"):
        reasons = split_reasons(verbatims.frame, unit=asked.unit, progress=progress)
        texts, stands_for = _distinct(reasons.frame)
    with _timed(timings, "vectors"):
        encoder = load_encoder(asked.encoder)
        store = cache if isinstance(cache, VectorCache) else VectorCache(cache)
        leaders = [texts[at] for at in np.unique(stands_for)]
        vectors = encode_texts(leaders, encoder, cache=store, progress=progress)
    with _timed(timings, "themes"):
        found, structure, scales, main_scale, model = _themes(
            texts, stands_for, vectors.matrix, encoder, asked, store, progress
        )
    with _timed(timings, "tables"):
        _, ids, strengths = model.of_texts(reasons.frame["text"].tolist())
        ids[:, ~reasons.frame["informative"].to_numpy()] = 0
        assignments = assignments_table(reasons.frame, ids, strengths)
        people = verbatims.frame.loc[verbatims.frame["text"].str.strip() != "", "respondent_id"]
        by_text = dict(zip(leaders, vectors.matrix, strict=True))
        themes = themes_table(found, reasons.frame, assignments, by_text, people, main_scale=main_scale)
        mentions = assignments.dropna(subset=[THEME_ID])
        columns = list(verbatims.roles.segments)
        study = Study(
            verbatims=verbatims.frame,
            reasons=reasons.frame,
            assignments=assignments,
            themes=themes,
            prevalence=prevalence_by(mentions, verbatims.frame, columns),
            layout=layout_table(themes, assignments, reasons.frame, by_text),
            info={},
            model=model,
        )
    study.info.update(
        _info(verbatims, reasons, vectors, encoder, asked, structure, main_scale, len(texts), timings),
        scales=scales,
        question=question,
    )
    return study


def identity(verbatims: Verbatims, parameters: Parameters) -> dict[str, Any]:
    """What makes two runs the same study: inputs, parameters and columns, as they stand in ``info``.

    The order of the inputs does not count.
    """
    inputs = sorted((asdict(s) for s in verbatims.sources), key=lambda s: (s["sha256"], s["name"]))
    roles = {**asdict(verbatims.roles), "segments": list(verbatims.roles.segments)}
    asked = asdict(parameters)
    if isinstance(parameters.themes, tuple):
        asked["themes"] = list(parameters.themes)  # as JSON gives it back
    return {"parameters": {**asked, "columns": roles}, "inputs": inputs}


def _distinct(reasons: pd.DataFrame) -> tuple[list[str], NDArray[np.int64]]:
    """The distinct informative texts in code-point order, and for each the one that stands for it."""
    texts = sorted(set(reasons.loc[reasons["informative"], "text"]))
    return texts, np.asarray(representatives(texts), dtype=np.int64)


def _themes(
    texts: list[str],
    stands_for: NDArray[np.int64],
    matrix: NDArray[np.float32],
    encoder: Encoder,
    asked: Parameters,
    store: VectorCache,
    progress: Progress,
) -> tuple[pd.DataFrame, dict[str, Any], list[dict[str, Any]], int, StudyModel]:
    from needlens.themes import ThemeModel

    if len(texts) == 0:
        table, fitted = pd.DataFrame(), _nothing(encoder.dimension)
        structure = {"found": False, "p_value": None, "excess": None, "reason": _NO_REASONS}
        scales: list[dict[str, Any]] = []
        main, of_text = 0, stands_for
    else:
        themes = ThemeModel(asked.themes, engine=asked.engine, seed=asked.seed)
        words = None
        if asked.themes == "auto" and asked.engine == "graph":

            def encode(dealt: Sequence[str]) -> NDArray[np.float32]:
                return encode_texts(dealt, encoder, cache=store).matrix

            leaders = [texts[at] for at in np.unique(stands_for)]
            words = compare_with_dealt(leaders, matrix, encode, seed=asked.seed, progress=progress)
        themes.fit(matrix, words=words, progress=progress)
        table, fitted, main = themes.themes_, themes.placement_, themes.main_scale_
        structure = _without_nan(asdict(themes.structure_))
        scales = json.loads(themes.evidence_.to_json(orient="records", double_precision=15))
        of_text = themes.position_[np.searchsorted(np.unique(stands_for), stands_for)]
    keys = np.frombuffer(b"".join(text_key(text) for text in texts), dtype=np.uint8).reshape(-1, 16)
    order = np.lexsort(keys.T[::-1]) if len(keys) else np.zeros(0, dtype=np.int64)
    model = StudyModel(
        placement=fitted,
        text_keys=keys[order],
        text_ids=fitted.ids[:, of_text[order]],
        text_strengths=fitted.strengths[:, of_text[order]],
        encoder=encoder.name,
        digest=encoder.digest,
        unit=asked.unit,
    )
    return table, structure, scales, main, model


def _nothing(dimension: int) -> Placement:
    empty = np.zeros((1, 0))
    points = np.zeros((0, dimension), dtype=np.float32)
    return Placement(points, empty.astype(np.int64), empty, far=-1.0, k=1)


def _without_nan(values: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no NaN: what was not measured is null."""
    return {name: None if value != value else value for name, value in values.items()}


def _info(
    verbatims: Verbatims,
    reasons: Reasons,
    vectors: Vectors,
    encoder: Encoder,
    asked: Parameters,
    structure: dict[str, Any],
    main_scale: int,
    n_distinct: int,
    timings: dict[str, float],
) -> dict[str, Any]:
    frame = reasons.frame
    blank = verbatims.frame["text"].str.strip() == ""
    return {
        "schema_version": SCHEMA_VERSION,
        "needlens_version": version("needlens"),
        **identity(verbatims, asked),
        "encoder": {"name": encoder.name, "sha256": encoder.digest},
        "seed": asked.seed,
        "main_scale": main_scale,
        "structure": structure,
        "counts": {
            "verbatims": len(verbatims.frame),
            "blank": int(blank.sum()),
            "respondents": int(verbatims.frame.loc[~blank, "respondent_id"].nunique()),
            "reasons": len(frame),
            "informative": int(frame["informative"].sum()),
            "distinct": n_distinct,
            "compared": len(vectors.matrix),
            "encoded": vectors.n_encoded,
            "cached": vectors.n_cached,
        },
        "timings": {stage: round(seconds, 2) for stage, seconds in timings.items()},
        "warnings": [*verbatims.notes, *reasons.notes, *vectors.notes],
    }


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    timings[stage] = time.perf_counter() - start
