"""A run that keeps its work on disk: for studies larger than memory likes, or than one machine."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from needlens.codebook.edit import Edit
from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import load_encoder
from needlens.encoders.vectors import too_long_notes
from needlens.kept import kept_beside
from needlens.progress import Progress, silent
from needlens.reasons import language_note
from needlens.scale.encode import CACHED, ENCODED, TOO_LONG
from needlens.scale.engine import Engine
from needlens.scale.finish import finish
from needlens.scale.local import LocalEngine
from needlens.scale.only_run import clear, only_run
from needlens.scale.parts import Part, key_of
from needlens.scale.stages import Sizes, Stages
from needlens.scale.tables import Reasons, read_ids
from needlens.scale.texts import Texts, find_texts, rows_at
from needlens.schema import RESPONDENT_ID, TEXT, VERBATIM_ID
from needlens.study.assemble import check_edits
from needlens.study.discovery import discover
from needlens.study.edited import edited, speakers
from needlens.study.folder import WORK, write_study, writing
from needlens.study.kept_steps import kept_representatives
from needlens.study.model import extended_by_keys
from needlens.study.record import Study
from needlens.study.run import Parameters, describe, identity, run_study
from needlens.study.sample import check_at_most, draw, strata_of
from needlens.themes import ThemeSearch
from needlens.verbatims import Verbatims

IN_MEMORY = 20_000
"""Most verbatims that need no parts on disk: an interrupted run of them costs a minute."""


def cluster_to(
    folder: str | Path,
    verbatims: Verbatims,
    parameters: Parameters | None = None,
    *,
    question: str = "",
    previous: Study | None = None,
    edits: Sequence[Edit] = (),
    cache: VectorCache | Path | None = None,
    backend: str = "auto",
    engine: Engine | None = None,
    sizes: Sizes | None = None,
    progress: Progress = silent,
) -> Study:
    """Find the themes of a study of any size and write its folder.

    The tables are those that :func:`needlens.study.run.run_study` and
    :func:`needlens.study.folder.write_study` give, byte for byte. Reasons, vectors and places are kept in
    parts in ``.work`` in the folder until the study is written: the same call goes on where it was stopped.

    Parameters
    ----------
    folder
        The study folder, checked by :func:`needlens.study.folder.check_folder`.
    verbatims, parameters, question, previous, edits, cache, backend, progress
        As for :func:`needlens.study.run.run_study`.
    engine
        Who works on the parts; this machine if None. Workers of a cluster must see the folder under the same
        name.
    sizes
        How much a part holds.

    Returns
    -------
    Study
        Everything but the long tables, of which it has the rows that the report shows.

    Raises
    ------
    StudyError
        The folder cannot be written, where what is finished stays; or another run is at work in it.
    EncoderError
        The encoder is missing, or not the same on every machine.
    UsageError
        A parameter is out of range, or there are edits of themes found in a sample.
    """
    folder, asked = Path(folder), parameters or Parameters()
    check_at_most(asked.fit_at_most)
    store = cache if isinstance(cache, VectorCache) else VectorCache(cache)
    timings: dict[str, float] = {}
    work = folder / WORK
    with writing(folder), only_run(work):
        _clear_other(work, verbatims, asked)
        stages = Stages(
            work,
            engine or LocalEngine(),
            key_of(identity(verbatims, Parameters())),
            sizes or Sizes(),
            progress,
        )
        # Workers cut texts meanwhile.
        with _timed(timings, "reasons"), ThreadPoolExecutor(1) as pool:
            language = pool.submit(language_note, verbatims.frame[TEXT].tolist())
            said = stages.verbatims(verbatims.frame)
            parts, informative = stages.reasons(said, asked)
            texts = find_texts([part.path for part in parts])
            ids = read_ids([part.path for part in parts])
            chosen = _chosen(parts, texts, ids, verbatims, asked.fit_at_most)
            if len(chosen) < len(texts.keys):
                check_edits(edits)
            fitted = _texts(parts, texts, chosen)
            stands_for = kept_representatives(fitted, kept_beside(store))
        with _timed(timings, "vectors"):
            encoder = load_encoder(asked.encoder, backend=backend)
            leaders = [fitted[at] for at in np.unique(stands_for)]
            if asked.engine == "graph":
                encoder = encoder.with_token_weights(encoder.weigh_tokens(leaders))
            matrix, told = stages.vectors(leaders, encoder, store)
        with _timed(timings, "themes"):
            found = discover(
                fitted,
                stands_for,
                matrix,
                encoder,
                ThemeSearch(asked.themes, engine=asked.engine, seed=asked.seed),
                unit=asked.unit,
                seeds=asked.seeds,
                previous=previous,
                store=store,
                progress=progress,
            )
            done = edited(found.model, fitted, stands_for, found.main_scale, edits)
            by_text = done.model.vectors_of(speakers(done, fitted, stands_for))
        del matrix, fitted
        model = done.model
        with _timed(timings, "placing"):
            others = np.setdiff1d(np.arange(len(texts.keys)), chosen)
            if len(others):
                placed, more = stages.places(_arrow(parts, texts, others), encoder, model)
                model, told = extended_by_keys(model, texts.keys[others], placed), [*told, *more]
        blank = (verbatims.frame[TEXT].str.strip() == "").to_numpy()
        counts = {
            "verbatims": len(verbatims.frame),
            "blank": int(blank.sum()),
            "respondents": int(verbatims.frame.loc[~blank, RESPONDENT_ID].nunique()),
            "reasons": len(texts.of_reason),
            "informative": informative,
            "distinct": len(texts.keys),
            "compared": len(leaders),
            "encoded": sum(part[ENCODED] for part in told),
            "cached": sum(part[CACHED] for part in told),
        }
        notes = [
            *verbatims.notes,
            *language.result(),
            *encoder.notes,
            *store.notes,
        ]
        notes += too_long_notes(sum(part[TOO_LONG] for part in told), encoder.max_tokens)
        info = describe(verbatims, asked, encoder, found, counts, notes, fitted=len(chosen))
        info |= {"question": question, "timings": timings}
        reasons = Reasons([p.path for p in parts], [p.path for p in said], texts, ids, model)
        return finish(
            reasons,
            verbatims,
            done,
            info,
            folder,
            work=stages.folder,
            chosen=chosen,
            by_text=by_text,
            edits=edits,
            found=found,
            progress=progress,
        )


def write_clustered(
    folder: Path,
    verbatims: Verbatims,
    parameters: Parameters,
    *,
    question: str = "",
    previous: Study | None = None,
    edits: Sequence[Edit] = (),
    cache: VectorCache | Path | None = None,
    backend: str = "auto",
    engine: Engine | None = None,
    progress: Progress = silent,
) -> Study:
    """Find the themes of a study and write its folder: in memory where it is small, else in parts.

    Parameters
    ----------
    folder, verbatims, parameters, question, previous, edits, cache, backend, engine, progress
        As for :func:`cluster_to`. With an engine the work is done in parts whatever its size.

    Returns
    -------
    Study
        As :func:`cluster_to` gives it, or whole.
    """
    if engine is not None or len(verbatims) > IN_MEMORY:
        return cluster_to(
            folder,
            verbatims,
            parameters,
            question=question,
            previous=previous,
            edits=edits,
            cache=cache,
            backend=backend,
            engine=engine,
            progress=progress,
        )
    with writing(folder), only_run(folder / WORK):
        study = run_study(
            verbatims,
            parameters,
            question=question,
            previous=previous,
            edits=edits,
            cache=cache,
            backend=backend,
            progress=progress,
        )
        write_study(study, folder)
        clear(folder / WORK)  # of a larger run that was stopped
    return study


def _clear_other(work: Path, verbatims: Verbatims, asked: Parameters) -> None:
    """Clear away the parts of a run with other inputs or parameters, and say whose those to come are."""
    manifest = work / "manifest.json"
    wanted = json.dumps(identity(verbatims, asked), indent=2, sort_keys=True)
    if manifest.is_file() and manifest.read_text("utf-8") == wanted:
        return
    clear(work)
    manifest.write_text(wanted, encoding="utf-8")


def _chosen(
    parts: Sequence[Part], texts: Texts, ids: pa.Table, verbatims: Verbatims, at_most: int
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Positions of the texts to find themes in."""
    if len(texts.keys) <= at_most:
        return np.arange(len(texts.keys), dtype=np.int64)
    index = pa.array(verbatims.frame[VERBATIM_ID], type=pa.large_string())
    own = ids[VERBATIM_ID].take(pa.array(texts.first)).cast(pa.large_string())
    verbatim = np.asarray(pc.index_in(own, value_set=index))
    strata = strata_of(verbatims.frame, verbatims.roles.segments)[verbatim]
    return draw(strata, at_most, lambda at: _arrow(parts, texts, at).to_pylist())


def _arrow(parts: Sequence[Part], texts: Texts, at: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pa.Array:
    """Texts at positions, in the order of the positions."""
    rows = texts.first[at]
    order = np.argsort(rows)
    table = rows_at([part.path for part in parts], texts.starts, rows[order], [TEXT])
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    column = table[TEXT].cast(pa.large_string()).take(pa.array(back)).combine_chunks()
    return column if isinstance(column, pa.Array) else pa.concat_arrays(column.chunks)


def _texts(
    parts: Sequence[Part], texts: Texts, chosen: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> list[str]:
    return sorted(_arrow(parts, texts, chosen).to_pylist()) if len(chosen) else []


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    timings[stage] = round(time.perf_counter() - start, 2)
