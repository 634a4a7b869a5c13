"""A study's tables from what was found and what people edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.codebook.add import next_theme
from needlens.codebook.edit import Edit
from needlens.duplicates import representatives
from needlens.prevalence import prevalence_by
from needlens.schema import RESPONDENT_ID, TEXT, THEME_ID
from needlens.study.edited import edited
from needlens.study.memberships import memberships_table
from needlens.study.model import StudyModel
from needlens.study.record import Study
from needlens.study.tables import assignments_table, layout_table, themes_table


def distinct(reasons: pd.DataFrame) -> tuple[list[str], NDArray[np.int64]]:
    """Distinct informative texts in code-point order, and where the one is that stands for each.

    Parameters
    ----------
    reasons
        Columns :data:`needlens.schema.REASON_COLUMNS`.
    """
    texts = sorted(set(reasons.loc[reasons["informative"], TEXT]))
    return texts, np.asarray(representatives(texts), dtype=np.int64)


def assemble(
    verbatims: pd.DataFrame,
    reasons: pd.DataFrame,
    model: StudyModel,
    info: dict[str, Any],
    *,
    texts: Sequence[str],
    stands_for: NDArray[np.int64],
    edits: Sequence[Edit] = (),
    changes: pd.DataFrame | None = None,
    seeds: pd.DataFrame | None = None,
) -> Study:
    """Make the tables.

    Parameters
    ----------
    verbatims, reasons
        As in the study.
    model
        With the themes as they were found.
    info
        ``study.json``; a copy with what edits change goes into the study.
    texts, stands_for
        As :func:`distinct` gives them.
    edits
        All edits of the codebook.
    changes, seeds
        As in the study.

    Returns
    -------
    Study

    Raises
    ------
    UsageError
        Edits contradict one another, or are not about themes of the main scale.
    """
    main = int(info["main_scale"])
    done = edited(model, texts, stands_for, main, edits)
    _, ids, strengths = done.model.of_texts(reasons[TEXT].tolist())
    ids[:, ~reasons["informative"].to_numpy()] = 0
    assignments = assignments_table(reasons, ids, strengths)
    people = verbatims.loc[verbatims[TEXT].str.strip() != "", RESPONDENT_ID]
    by_text = done.model.vectors_of([texts[at] for at in np.unique(stands_for)])
    themes = themes_table(done.themes, reasons, assignments, by_text, people, main_scale=main)
    known = themes[THEME_ID].tolist()
    themes["label"] = [
        done.names.get(theme, label) for theme, label in zip(known, themes["label"], strict=True)
    ]
    themes["description"] = [done.descriptions.get(theme, "") for theme in known]
    themes = themes.astype({"label": "str", "description": "str"})
    return Study(
        verbatims=verbatims,
        reasons=reasons,
        assignments=assignments,
        themes=themes,
        prevalence=prevalence_by(
            assignments.dropna(subset=[THEME_ID]), verbatims, info["parameters"]["columns"]["segments"]
        ),
        layout=layout_table(themes, assignments, reasons, by_text),
        info={**info, "next_theme_id": next_theme(edits, info["next_theme_id"]), "edits": len(edits)},
        model=done.model,
        memberships=memberships_table(assignments, reasons, done.model),
        changes=changes,
        seeds=seeds,
        edits=done.outcomes,
    )
