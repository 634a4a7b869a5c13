"""New verbatims onto the themes of a study, without changing the study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from needlens.drift import Drift, drift
from needlens.encoders.backend import asked_for
from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import Encoder, load_encoder
from needlens.encoders.vectors import encode_texts
from needlens.errors import EncoderError, StudyError, UsageError
from needlens.progress import Progress, silent
from needlens.reasons import split_reasons
from needlens.schema import RESPONDENT_ID, THEME_ID
from needlens.study.folder import whole_file
from needlens.study.placing import place
from needlens.study.record import Study
from needlens.study.spreadsheet import write_csv
from needlens.study.tables import assignments_table
from needlens.verbatims import Verbatims


@dataclass(frozen=True, eq=False, slots=True)
class Assigned:
    """New reasons with their themes.

    Attributes
    ----------
    reasons
        Columns :data:`needlens.schema.REASON_COLUMNS`.
    assignments
        Columns :data:`needlens.schema.ASSIGNMENT_COLUMNS`, one row a reason and scale of the study.
    drift
        How many informative reasons resemble nothing in the study, and so have no theme, and whether more do
        than would without a change. Verbatims without a respondent count as one person each.
    notes
        Sentences to tell the user.
    """

    reasons: pd.DataFrame
    assignments: pd.DataFrame
    drift: Drift
    notes: tuple[str, ...]


def assign(
    study: Study,
    verbatims: Verbatims,
    *,
    cache: VectorCache | Path | None = None,
    backend: str = "auto",
    progress: Progress = silent,
) -> Assigned:
    """Place new verbatims on the themes of a study.

    A text the study already holds gets exactly the theme it has there. Others take the theme of the fitted
    reasons they are most like (:meth:`needlens.graph.placement.Placement.place`); a reason unlike all of
    them gets none.

    Parameters
    ----------
    study
        With its ``model``, as :func:`needlens.study.folder.read_study` gives it.
    verbatims
        The new ones.
    cache
        As in :func:`needlens.study.run.run_study`.
    backend
        What runs the encoder; ``"auto"`` takes what the study was made with, where this machine has it. A
        note tells if it was another.
    progress
        Told how far the work is.

    Returns
    -------
    Assigned

    Raises
    ------
    StudyError
        The study was read without its model.
    EncoderError
        The study's encoder is not at hand, or has changed since.
    """
    model = study.model
    if model is None:
        message = "this study has no model to place new verbatims with; run needlens cluster again"
        if not study.info["encoder"].get("known", True):
            message = (
                "this study's vectors come from an encoder that needlens does not know; make it again with "
                "from_bertopic(…, encoder=NAME)"
            )
        raise StudyError(message)
    encoder, told = _encoder(study.info["encoder"], model.encoder, backend)
    if encoder.digest != model.digest:
        message = (
            f"the encoder {model.encoder!r} is not the one this study was made with; "
            "install that version again, or run needlens cluster anew"
        )
        raise EncoderError(message)
    encoder = encoder.with_token_weights(model.token_weights)
    unit = study.info["parameters"]["unit"]
    reasons = split_reasons(verbatims.frame, unit=unit, progress=progress)
    texts = reasons.frame["text"].tolist()
    informative = reasons.frame["informative"].to_numpy()
    known, ids, strengths = model.of_texts(texts)
    # Documents of a BERTopic model have their topic whether they say anything or not.
    informative = informative | known
    new = np.flatnonzero(~known & informative)
    store = cache if isinstance(cache, VectorCache) else VectorCache(cache)
    vectors = encode_texts([texts[at] for at in new], encoder, cache=store, progress=progress)
    placed = place(model.placement, vectors.matrix)
    ids[:, new], strengths[:, new] = placed.ids, placed.strengths
    ids[:, ~informative], strengths[:, ~informative] = 0, 0.0
    assignments = assignments_table(reasons.frame, ids, strengths)
    unexplained = np.zeros(len(texts), dtype=np.bool_)
    unexplained[new] = placed.far
    people = reasons.frame.loc[informative, RESPONDENT_ID].tolist()
    return Assigned(
        reasons=reasons.frame,
        assignments=assignments,
        drift=drift(unexplained[informative], people, len(model.placement.points)),
        notes=(*verbatims.notes, *reasons.notes, *vectors.notes, *told),
    )


def _encoder(made_with: Mapping[str, Any], name: str, backend: str) -> tuple[Encoder, tuple[str, ...]]:
    """The study's encoder, if need be by another backend than the study's, and the note that says so."""
    before = made_with.get("backend", {}).get("name")
    asked = asked_for(before) if backend == "auto" else backend
    try:
        encoder = load_encoder(name, backend=asked)
        now = encoder.backend.name
    except EncoderError:
        if backend != "auto" or asked == "auto":
            raise
        encoder = load_encoder(name)
        now = encoder.backend.name
    if before in (None, now):
        return encoder, ()
    note = (
        f"the study's vectors come from the backend {before}, these from {now}: they differ by rounding, so "
        "a reason between two themes may be given the other one"
    )
    return encoder, (note,)


def check_suffix(path: Path) -> None:
    """Refuse a file name that :func:`write_assigned` could not write.

    Raises
    ------
    UsageError
        It ends neither in ``.csv`` nor in ``.parquet``.
    """
    if path.suffix not in (".parquet", ".csv"):
        message = f"name a file that ends in .csv or .parquet with --out, not {path.name!r}"
        raise UsageError(message)


def write_assigned(assigned: Assigned, study: Study, path: str | Path) -> None:
    """Write assigned reasons: Parquet with every scale, or CSV of the main scale with texts and labels.

    Parameters
    ----------
    assigned
        What :func:`assign` gave.
    study
        The study whose labels are shown.
    path
        Ends in ``.parquet`` or ``.csv``.

    Raises
    ------
    UsageError
        Another ending.
    StudyError
        The file cannot be written.
    """
    path = Path(path)
    check_suffix(path)
    with whole_file(path) as partial:
        if path.suffix == ".parquet":
            assigned.assignments.to_parquet(partial, index=False)
            return
        main = assigned.assignments[assigned.assignments["scale"] == study.main_scale]
        frame = assigned.reasons.merge(
            main[["reason_id", THEME_ID, "strength"]], on="reason_id", validate="one_to_one"
        )
        frame["theme"] = frame[THEME_ID].map(study.themes.set_index(THEME_ID)["label"])
        write_csv(frame, partial)
