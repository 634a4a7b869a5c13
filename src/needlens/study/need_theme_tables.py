"""Tables of need themes: what they are called, whom they are of, and in which categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.errors import UsageError
from needlens.exemplars import exemplars
from needlens.keywords import group_terms
from needlens.labels import theme_labels
from needlens.needs.need_themes import leakage, need_groups
from needlens.schema import REASON_ID, RESPONDENT_ID, TEXT, THEME_ID, VERBATIM_ID
from needlens.study.need_reading import NeedReading
from needlens.study.record import Study

LEAST_TOLD: Final = 0.05
"""Share of a segment column's entropy that themes must tell for it to be taken for the category."""

MOST_CATEGORIES: Final = 30
N_QUOTES: Final = 5

NEED_THEME_COLUMNS: Final = (
    "need_theme_id",
    "label",
    "need_id",
    "keywords",
    "exemplar_reason_ids",
    "n_reasons",
    "n_respondents",
    "n_categories",
    "categories",
)
"""Columns of ``need_themes``."""


@dataclass(frozen=True, eq=False, slots=True)
class NeedThemeTables:
    """Need themes of a study.

    Attributes
    ----------
    themes
        One row a theme, columns :data:`NEED_THEME_COLUMNS`; ``need_id`` is the need its reasons score highest
        for on average, ``categories`` says how many reasons of each category it has.
    members
        ``reason_id``, ``need_theme_id``.
    leakage
        Normalised mutual information of need theme and category; None without categories.
    """

    themes: pd.DataFrame
    members: pd.DataFrame
    leakage: float | None


def need_theme_tables(
    study: Study, reading: NeedReading, column: str | None, levels: Mapping[str, str] | None = None
) -> NeedThemeTables:
    """Find the need themes of a study and describe them.

    Parameters
    ----------
    study
        Whose reasons.
    reading
        Their vectors and profiles.
    column
        Segment column of product categories; None for none.
    levels
        Level of each reason by its id, where known: attributes are left out, for a feature by itself says
        nothing of what it is good for.

    Returns
    -------
    NeedThemeTables

    Raises
    ------
    UsageError
        The study has no such column.
    """
    if column is not None and column not in study.verbatims.columns:
        message = f"the study has no segment column {column!r}"
        raise UsageError(message)
    used = np.ones(len(reading.reasons), dtype=bool)
    if levels is not None:
        used = np.array(
            [levels.get(reason) != "attribute" for reason in reading.reasons[REASON_ID]], dtype=bool
        )
    rows = reading.reasons[used].reset_index(drop=True)
    vectors, profile = reading.vectors[used], reading.profile[used]
    categories = None if column is None else _categories(study, rows, column)
    groups = need_groups(vectors, profile, categories) if len(rows) else np.zeros(0, dtype=np.int64)
    rows = rows.assign(need_theme_id=groups + 1)
    themes = _describe(rows, vectors, profile, reading, categories)
    members = rows[[REASON_ID, "need_theme_id"]].astype({REASON_ID: "str"})
    leak = None if categories is None or len(rows) == 0 else leakage(groups, categories)
    return NeedThemeTables(themes, members, leak)


def telling_column(study: Study) -> str | None:
    """The segment column that the study's themes tell best: most likely the product category.

    What counts is the share of the column's own entropy that the themes tell, so that of a category and its
    subdivisions, which the themes do not tell apart, the category wins.

    Returns
    -------
    str or None
        None where no column with 2 to 30 values is told at all.
    """
    from sklearn.metrics import homogeneity_score

    main = study.assignments[study.assignments["scale"] == study.main_scale].dropna(subset=[THEME_ID])
    best: tuple[float, str] | None = None
    for column in study.info["parameters"]["columns"]["segments"]:
        values = main[VERBATIM_ID].map(study.verbatims.set_index(VERBATIM_ID)[column])
        known = values.notna().to_numpy()
        if not 2 <= values.nunique() <= MOST_CATEGORIES:
            continue
        told = homogeneity_score(values[known].astype(str), main.loc[known, THEME_ID].to_numpy(np.int64))
        if told >= LEAST_TOLD and (best is None or told > best[0]):
            best = (float(told), str(column))
    return None if best is None else best[1]


def _categories(study: Study, rows: pd.DataFrame, column: str) -> list[Any]:
    values = study.verbatims.set_index(VERBATIM_ID)[column]
    named = rows[VERBATIM_ID].map(values).astype("object")
    return [None if value is None or value != value else str(value) for value in named]


def _describe(
    rows: pd.DataFrame,
    vectors: NDArray[np.float32],
    profile: NDArray[np.float64],
    reading: NeedReading,
    categories: list[Any] | None,
) -> pd.DataFrame:
    found = []
    if len(rows):
        terms = group_terms(rows[TEXT].tolist(), rows["need_theme_id"].tolist())
        quoted = {theme: _typical(rows, vectors, theme) for theme in terms}
        names = theme_labels(terms, {theme: quotes[TEXT].tolist() for theme, quotes in quoted.items()})
        known = None if categories is None else pd.Series(["none" if c is None else c for c in categories])
        for theme in sorted(terms):
            own = (rows["need_theme_id"] == theme).to_numpy()
            counts = pd.Series(dtype="int64") if known is None else known[own].value_counts().sort_index()
            mean = np.sort(profile[own], axis=0).mean(axis=0)
            found.append(
                (
                    theme,
                    names[theme],
                    reading.framework.ids[int(np.argmax(mean))],
                    terms[theme].keywords(),
                    quoted[theme][REASON_ID].tolist()[:N_QUOTES],
                    int(own.sum()),
                    int(rows.loc[own, RESPONDENT_ID].nunique()),
                    len(counts),
                    [f"{name}: {n}" for name, n in counts.items()],
                )
            )
    table = pd.DataFrame(found, columns=list(NEED_THEME_COLUMNS))
    whole = dict.fromkeys(("need_theme_id", "n_reasons", "n_respondents", "n_categories"), "int64")
    return table.astype({**whole, "label": "str", "need_id": "str"})


def _typical(rows: pd.DataFrame, vectors: NDArray[np.float32], theme: int) -> pd.DataFrame:
    """Typical and different reasons, each by another person."""
    own = np.flatnonzero(rows["need_theme_id"] == theme)
    candidates = rows.iloc[own].drop_duplicates(TEXT)
    chosen = exemplars(vectors[candidates.index.to_numpy()], top=4 * N_QUOTES)
    return candidates.iloc[chosen].drop_duplicates(RESPONDENT_ID)
