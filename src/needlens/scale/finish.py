"""The folder of a large study: small tables at once, long ones as they are made."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from needlens.codebook.add import next_theme
from needlens.codebook.edit import Edit
from needlens.progress import Progress
from needlens.scale.only_run import clear
from needlens.scale.tables import Reasons, count_mentions
from needlens.scale.texts import rows_at
from needlens.scale.writing import SHEET, write_parquet, write_sheet
from needlens.schema import REASON_COLUMNS, REASON_ID, VERBATIM_ID
from needlens.study.assemble import named
from needlens.study.discovery import Discovery
from needlens.study.edited import Edited
from needlens.study.folder import put_in_place, write_small
from needlens.study.record import Study
from needlens.study.tables import assignments_table, layout_table, themes_table
from needlens.verbatims import Verbatims

_STEPS = 7


def finish(
    reasons: Reasons,
    verbatims: Verbatims,
    done: Edited,
    info: dict[str, Any],
    folder: Path,
    *,
    work: Path,
    chosen: NDArray[np.int64],
    by_text: Mapping[str, NDArray[np.float32]],
    edits: Sequence[Edit],
    found: Discovery,
    progress: Progress,
) -> Study:
    """Write a study folder.

    Parameters
    ----------
    reasons
        With what was decided.
    verbatims
        The study's.
    done
        Themes of the fitted texts, edited.
    info
        ``study.json``; completed here.
    folder, work
        The study folder, and the one of the parts, which is removed when all is done.
    chosen
        Positions of the fitted texts.
    by_text
        Vector of each text themes were found in.
    edits, found
        Of the run.
    progress
        Told which table is done.

    Returns
    -------
    Study
        Small tables, and of the others the rows that the report shows.
    """
    started = time.perf_counter()
    main = int(info["main_scale"])
    said, decided = _of_fitted(reasons, chosen)
    counts, prevalence = count_mentions(reasons, verbatims.frame, verbatims.roles.segments)
    themes = named(themes_table(done.themes, said, decided, by_text, counts, main_scale=main), done)
    progress("writing", 1, _STEPS)
    without = info["counts"]["informative"] - int((reasons.themes_of(main) > 0).sum())
    info = {
        **info,
        "next_theme_id": next_theme(edits, info["next_theme_id"]),
        "edits": len(edits),
        "counts": {**info["counts"], "without_theme": without},
    }
    shown = _shown(reasons, themes)
    study = Study(
        verbatims=_told_of(verbatims, shown),
        reasons=shown,
        assignments=decided,
        themes=themes,
        prevalence=prevalence,
        layout=layout_table(themes, decided, said, by_text),
        info=info,
        model=reasons.model,
        changes=found.changes,
        seeds=found.seeds,
        edits=done.outcomes,
    )
    finished = work / "finished"
    shutil.rmtree(finished, ignore_errors=True)
    finished.mkdir()
    write_parquet(reasons.all_verbatims(), finished / "verbatims.parquet")
    write_parquet(reasons.reasons(), finished / "reasons.parquet")
    progress("writing", 2, _STEPS)
    write_parquet(reasons.assignments(), finished / "assignments.parquet")
    progress("writing", 3, _STEPS)
    n = write_parquet(reasons.memberships(), finished / "memberships.parquet")
    progress("writing", 4, _STEPS)
    if n <= SHEET:
        write_sheet(reasons.memberships(), finished / "memberships.csv")
    else:
        info["warnings"].append(
            f"memberships.csv is left out: no spreadsheet opens its {n:,} rows; memberships.parquet has them"
        )
    progress("writing", 5, _STEPS)
    write_sheet(reasons.sheet(study), finished / "assignments.csv")
    progress("writing", 6, _STEPS)
    info["timings"]["tables"] = round(time.perf_counter() - started, 2)
    write_small(study, finished)
    put_in_place(finished, folder)
    clear(work)
    progress("writing", _STEPS, _STEPS)
    return study


def _of_fitted(reasons: Reasons, chosen: NDArray[np.int64]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The first reason that is each fitted text, and its assignments."""
    rows = np.sort(reasons.texts.first[chosen])
    said = rows_at(reasons.parts, reasons.texts.starts, rows, list(REASON_COLUMNS)).to_pandas()
    own = reasons.texts.of_reason[rows]
    model = reasons.model
    return said, assignments_table(said, model.text_ids[:, own], model.text_strengths[:, own])


def _shown(reasons: Reasons, themes: pd.DataFrame) -> pd.DataFrame:
    """The reasons that exemplify themes."""
    wanted = sorted({reason for ids in themes["exemplar_reason_ids"] for reason in ids})
    known = reasons.ids[REASON_ID]
    rows = np.asarray(pc.index_in(pa.array(wanted, type=known.type), value_set=known), dtype=np.int64)
    table = rows_at(reasons.parts, reasons.texts.starts, np.sort(rows), list(REASON_COLUMNS))
    frame: pd.DataFrame = table.to_pandas()
    return frame


def _told_of(verbatims: Verbatims, shown: pd.DataFrame) -> pd.DataFrame:
    """The verbatims of reasons that are shown, and those of the first and the last day."""
    frame, date = verbatims.frame, verbatims.roles.date
    rows = frame[VERBATIM_ID].isin(shown[VERBATIM_ID])
    if date is not None and frame[date].notna().any():
        rows |= frame.index.isin([frame[date].idxmin(), frame[date].idxmax()])
    return frame[rows]
