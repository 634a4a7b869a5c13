"""A study's tables from what was found and what people edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.codebook.add import next_theme
from needlens.codebook.edit import Edit
from needlens.errors import UsageError
from needlens.prevalence import prevalence_by
from needlens.schema import REASON_ID, RESPONDENT_ID, TEXT, THEME_ID
from needlens.study.edited import Edited, edited, speakers
from needlens.study.memberships import memberships_table
from needlens.study.model import StudyModel
from needlens.study.record import Study
from needlens.study.tables import assignments_table, layout_table, theme_counts, themes_table


def distinct(reasons: pd.DataFrame) -> list[str]:
    """Distinct informative texts in code-point order.

    Parameters
    ----------
    reasons
        Columns :data:`needlens.schema.REASON_COLUMNS`.
    """
    return sorted(set(reasons.loc[reasons["informative"], TEXT]))


def check_edits(edits: Sequence[Edit]) -> None:
    """Refuse edits of themes that were found in a sample.

    Raises
    ------
    UsageError
        There are edits.
    """
    if edits:
        message = (
            "themes found in a sample of the reasons cannot be edited, and there are edits to make again; "
            "raise --fit-at-most above the number of distinct reasons, or do without the edits"
        )
        raise UsageError(message)


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
        The texts themes were found in, in code-point order, and for each the position of the one that stands
        for it, int64.
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
    by_text = done.model.vectors_of(speakers(done, texts, stands_for))
    counts = theme_counts(assignments, people)
    worded, placed = reasons, assignments
    if len(texts) < len(done.model.text_keys):
        worded = reasons[reasons[TEXT].isin(set(texts))].drop_duplicates(TEXT)
        placed = assignments[assignments[REASON_ID].isin(worded[REASON_ID])]
    themes = themes_table(done.themes, worded, placed, by_text, counts, main_scale=main)
    themes = named(themes, done)
    return Study(
        verbatims=verbatims,
        reasons=reasons,
        assignments=assignments,
        themes=themes,
        prevalence=prevalence_by(
            assignments.dropna(subset=[THEME_ID]), verbatims, info["parameters"]["columns"]["segments"]
        ),
        layout=layout_table(themes, placed, worded, by_text),
        info={**info, "next_theme_id": next_theme(edits, info["next_theme_id"]), "edits": len(edits)},
        model=done.model,
        memberships=memberships_table(assignments, reasons, done.model),
        changes=changes,
        seeds=seeds,
        edits=done.outcomes,
    )


def named(themes: pd.DataFrame, done: Edited) -> pd.DataFrame:
    """Themes under the names and with the descriptions that people or seeds gave them."""
    known = themes[THEME_ID].tolist()
    labels = [done.names.get(theme, label) for theme, label in zip(known, themes["label"], strict=True)]
    descriptions = [done.descriptions.get(theme, "") for theme in known]
    return themes.assign(label=labels, description=descriptions).astype(
        {"label": "str", "description": "str"}
    )
