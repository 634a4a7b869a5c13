"""One run: verbatims in, a study out."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np

from needlens.codebook.edit import Edit
from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import Encoder, load_encoder
from needlens.encoders.vectors import encode_texts, too_long_notes
from needlens.kept import kept_beside
from needlens.progress import Progress, silent
from needlens.schema import SCHEMA_VERSION
from needlens.seeds import Seed
from needlens.study.assemble import assemble, check_edits, distinct
from needlens.study.discovery import Discovery, discover
from needlens.study.kept_steps import kept_reasons, kept_representatives
from needlens.study.model import extended
from needlens.study.placing import place
from needlens.study.record import Study
from needlens.study.sample import fitted_texts
from needlens.themes import ThemeSearch
from needlens.verbatims import Verbatims

FIT_AT_MOST = 50_000
"""Near duplicates among so many are found in seconds, and any other reason is compared with them all."""


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
        ``"default"``, ``"fast"``, ``"precise"``, the folder of a sentence-transformers model, or a hub id.
    engine
        ``"graph"`` or ``"bertopic"``.
    seed
        Seed of everything random.
    seeds
        Themes to look for, by name or by example.
    fit_at_most
        Distinct reasons that themes are found in at most. Of more a sample is drawn
        (:func:`needlens.study.sample.draw`) that depends neither on the order of the rows nor on the machine,
        and the others are placed on its themes as new ones would be.
    """

    unit: Literal["reason", "verbatim"] = "reason"
    themes: int | tuple[int, int] | Literal["auto"] = "auto"
    encoder: str = "default"
    engine: Literal["graph", "bertopic"] = "graph"
    seed: int = 0
    seeds: tuple[Seed, ...] = ()
    fit_at_most: int = FIT_AT_MOST


def run_study(
    verbatims: Verbatims,
    parameters: Parameters | None = None,
    *,
    question: str = "",
    previous: Study | None = None,
    edits: Sequence[Edit] = (),
    cache: VectorCache | Path | None = None,
    backend: str = "auto",
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
    previous
        An earlier study of the same matter: themes that are still there keep their ids.
    edits
        People's edits of the themes, as :func:`needlens.codebook.log.read_log` reads them.
    cache
        Where vectors are kept between runs: a :class:`~needlens.encoders.cache.VectorCache`, its file, or
        None for the user's cache directory.
    backend
        What runs the encoder: one of :data:`needlens.encoders.backend.CHOICES`. Two backends' vectors differ
        by rounding, and themes at the margin with them. ``study.info["encoder"]["backend"]`` tells which.
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
    encoder = load_encoder(asked.encoder, backend=backend)
    store = cache if isinstance(cache, VectorCache) else VectorCache(cache)
    kept = kept_beside(store)
    with _timed(timings, "reasons"), _loading(encoder, store):
        reasons = kept_reasons(verbatims.frame, kept, unit=asked.unit, progress=progress)
        all_texts = distinct(reasons.frame)
        texts = fitted_texts(all_texts, reasons.frame, verbatims, asked.fit_at_most)
        if len(texts) < len(all_texts):
            check_edits(edits)
        stands_for = kept_representatives(texts, kept)
    with _timed(timings, "vectors"):
        leaders = [texts[at] for at in np.unique(stands_for)]
        if asked.engine == "graph":  # BERTopic's clustering is to see what BERTopic would
            encoder = encoder.with_token_weights(encoder.weigh_tokens(leaders))
        vectors = encode_texts(leaders, encoder, cache=store, progress=progress)
    with _timed(timings, "themes"):
        found = discover(
            texts,
            stands_for,
            vectors.matrix,
            encoder,
            ThemeSearch(asked.themes, engine=asked.engine, seed=asked.seed),
            unit=asked.unit,
            seeds=asked.seeds,
            previous=previous,
            store=store,
            progress=progress,
        )
    model = found.model
    if len(texts) < len(all_texts):
        with _timed(timings, "placing"):
            rest = sorted(set(all_texts) - set(texts))
            rows = encode_texts(rest, encoder, cache=store, progress=progress)
            model = extended(model, rest, place(model.placement, rows.matrix))
        vectors = replace(
            vectors,
            n_encoded=vectors.n_encoded + rows.n_encoded,
            n_cached=vectors.n_cached + rows.n_cached,
            n_too_long=vectors.n_too_long + rows.n_too_long,
        )
    frame = reasons.frame
    blank = verbatims.frame["text"].str.strip() == ""
    counts = {
        "verbatims": len(verbatims.frame),
        "blank": int(blank.sum()),
        "respondents": int(verbatims.frame.loc[~blank, "respondent_id"].nunique()),
        "reasons": len(frame),
        "informative": int(frame["informative"].sum()),
        "distinct": len(all_texts),
        "compared": len(leaders),
        "encoded": vectors.n_encoded,
        "cached": vectors.n_cached,
    }
    notes = [*verbatims.notes, *reasons.notes, *encoder.notes, *store.notes]
    notes += too_long_notes(vectors.n_too_long, encoder.max_tokens)
    info = describe(verbatims, asked, encoder, found, counts, notes, fitted=len(texts))
    info["timings"] = timings
    with _timed(timings, "tables"):
        study = assemble(
            verbatims.frame,
            reasons.frame,
            model,
            {**info, "question": question},
            texts=texts,
            stands_for=stands_for,
            edits=edits,
            changes=found.changes,
            seeds=found.seeds,
        )
    study.info["timings"] = {stage: round(seconds, 2) for stage, seconds in timings.items()}
    return study


def identity(verbatims: Verbatims, parameters: Parameters) -> dict[str, Any]:
    """What makes two runs the same study: inputs, parameters and columns, as they stand in ``info``.

    The order of the inputs does not count.
    """
    inputs = sorted((asdict(s) for s in verbatims.sources), key=lambda s: (s["sha256"], s["name"]))
    roles = {**asdict(verbatims.roles), "segments": list(verbatims.roles.segments)}
    asked = json.loads(json.dumps(asdict(parameters)))  # tuples as JSON gives them back
    return {"parameters": {**asked, "columns": roles}, "inputs": inputs}


def describe(
    verbatims: Verbatims,
    asked: Parameters,
    encoder: Encoder,
    found: Discovery,
    counts: dict[str, int],
    notes: Sequence[str],
    *,
    fitted: int,
) -> dict[str, Any]:
    """Make ``study.json`` but for the question and the timings.

    Parameters
    ----------
    verbatims, asked, encoder, found
        Of the run.
    counts
        What it counted.
    notes
        Sentences to tell the user.
    fitted
        Distinct reasons that themes were found in.
    """
    sample, told = None, [*notes, *found.notes]
    if fitted < counts["distinct"]:
        sample = {"fitted": fitted, "of": counts["distinct"], "at_most": asked.fit_at_most}
        told.append(
            f"themes were found in {fitted:,} of {counts['distinct']:,} distinct reasons, drawn evenly from "
            "all segments; the others were placed on them as new ones would be"
        )
    return {
        "schema_version": SCHEMA_VERSION,
        "needlens_version": version("needlens"),
        **identity(verbatims, asked),
        "encoder": {
            "name": encoder.name,
            "sha256": encoder.digest,
            "backend": asdict(encoder.backend),
        },
        "seed": asked.seed,
        "main_scale": found.main_scale,
        "structure": found.structure,
        "scales": found.scales,
        "next_theme_id": found.next_id,
        "sample": sample,
        "counts": counts,
        "warnings": told,
    }


@contextmanager
def _loading(encoder: Encoder, store: VectorCache) -> Iterator[None]:
    """Load the model beside other work where no vector is kept yet, so that it is sure to be needed."""
    if not (encoder.keeps and store.is_empty()):
        yield
        return
    with ThreadPoolExecutor(1) as pool:
        loaded = pool.submit(encoder.encode, ["a text, for which the model has to be there"])
        yield
        loaded.result()


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    timings[stage] = time.perf_counter() - start
