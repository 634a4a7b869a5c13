"""The tables of a study, from what the steps before found."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.exemplars import exemplars
from needlens.keywords import group_terms
from needlens.labels import theme_labels
from needlens.prevalence import prevalence
from needlens.schema import ASSIGNMENT_COLUMNS, REASON_ID, RESPONDENT_ID, THEME_COLUMNS, THEME_ID, VERBATIM_ID
from needlens.theme_map import layout
from needlens.themes import nullable

N_EXEMPLARS = 5
_READABLE = (5, 40)
"""Words of a quote one would rather show: long enough to say why, short enough to be read."""


def assignments_table(
    reasons: pd.DataFrame, ids: NDArray[np.int64], strengths: NDArray[np.float64]
) -> pd.DataFrame:
    """One row a reason and scale, columns :data:`needlens.schema.ASSIGNMENT_COLUMNS`.

    Parameters
    ----------
    reasons
        The reasons, n rows.
    ids, strengths
        Theme (0 for none) and strength on each scale, shape (n_scales, n).
    """
    keys = reasons[[REASON_ID, VERBATIM_ID, RESPONDENT_ID]]
    scales = []
    for scale, (own, strength) in enumerate(zip(ids, strengths, strict=True)):
        table = keys.copy()
        table["scale"] = np.int64(scale)
        table[THEME_ID] = nullable(own)
        table["strength"] = strength
        scales.append(table)
    return pd.concat(scales, ignore_index=True)[list(ASSIGNMENT_COLUMNS)]


def themes_table(
    found: pd.DataFrame,
    reasons: pd.DataFrame,
    assignments: pd.DataFrame,
    vectors: Mapping[str, NDArray[np.float32]],
    respondents: pd.Series,
) -> pd.DataFrame:
    """One row a theme: its name, its words, its quotes, how many people mention it.

    Parameters
    ----------
    found
        ``themes_`` of a fitted :class:`needlens.themes.ThemeModel`.
    reasons, assignments
        As in the study.
    vectors
        Vector of each distinct text that themes were found in.
    respondents
        Everyone who was asked and answered.

    Returns
    -------
    DataFrame
        Columns :data:`needlens.schema.THEME_COLUMNS`, by ``theme_id``.
    """
    texts = reasons.set_index(REASON_ID)["text"]
    placed = assignments.dropna(subset=[THEME_ID])
    parts = []
    for scale, rows in placed.groupby("scale"):
        scale_texts = texts.loc[rows[REASON_ID]]
        distinct = pd.DataFrame(
            {"text": scale_texts.to_numpy(), "theme": rows[THEME_ID].to_numpy(dtype=np.int64)}
        )
        distinct = distinct.drop_duplicates()
        terms = group_terms(distinct["text"].tolist(), distinct["theme"].tolist())
        by_theme = dict(tuple(rows.groupby(THEME_ID)))
        typical = {theme: _typical(by_theme[theme], texts, vectors) for theme in terms}
        quoted = {theme: [texts.loc[reason] for reason in ids] for theme, ids in typical.items()}
        labels = theme_labels(terms, quoted)
        shares = prevalence(rows[[RESPONDENT_ID, THEME_ID]], respondents).set_index(THEME_ID)
        table = found[found["scale"] == scale].set_index(THEME_ID)[["scale", "parent_id", "stability"]]
        table["label"] = [labels[theme] for theme in table.index]
        table["keywords"] = [terms[theme].keywords() for theme in table.index]
        table["exemplar_reason_ids"] = [typical[theme][:N_EXEMPLARS] for theme in table.index]
        table["n_reasons"] = [len(by_theme[theme]) for theme in table.index]
        for column in ("n_respondents", "prevalence", "low", "high"):
            table[column] = shares.loc[table.index, column].to_numpy()
        parts.append(table.reset_index())
    if not parts:
        return pd.DataFrame({column: pd.Series(dtype="object") for column in THEME_COLUMNS})
    return pd.concat(parts).sort_values(THEME_ID, ignore_index=True)[list(THEME_COLUMNS)]


def layout_table(
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    reasons: pd.DataFrame,
    vectors: Mapping[str, NDArray[np.float32]],
) -> pd.DataFrame:
    """Where each theme lies on the map of its scale: ``theme_id``, ``x``, ``y``."""
    texts = reasons.set_index(REASON_ID)["text"]
    placed = assignments.dropna(subset=[THEME_ID])
    parts = []
    for _, scale in themes.groupby("scale"):
        centres = []
        for theme in scale[THEME_ID]:
            own = texts.loc[placed.loc[placed[THEME_ID] == theme, REASON_ID]].unique()
            members = np.array([vectors[text] for text in own if text in vectors])
            centres.append(members.mean(axis=0, dtype=np.float64).astype(np.float32))
        x, y = layout(np.array(centres), scale["prevalence"].to_numpy(dtype=np.float64))
        parts.append(pd.DataFrame({THEME_ID: scale[THEME_ID].to_numpy(), "x": x, "y": y}))
    empty = pd.DataFrame({THEME_ID: pd.Series(dtype="int64"), "x": [], "y": []})
    return pd.concat(parts).sort_values(THEME_ID, ignore_index=True) if parts else empty


def _typical(rows: pd.DataFrame, texts: pd.Series, vectors: Mapping[str, NDArray[np.float32]]) -> list[str]:
    """Reason ids of typical and different quotes, each by another person."""
    first: dict[str, str] = {}
    strength: dict[str, float] = {}
    for reason, firmly in zip(rows[REASON_ID], rows["strength"], strict=True):
        text = texts.loc[reason]
        if text in vectors and text not in first:
            first[text], strength[text] = reason, firmly
    candidates = list(first)
    liking = np.array([_liking(text) * (0.5 + strength[text] / 2) for text in candidates])
    chosen = exemplars(np.array([vectors[text] for text in candidates]), top=4 * N_EXEMPLARS, weights=liking)
    people = rows.set_index(REASON_ID)[RESPONDENT_ID]
    kept: list[str] = []
    seen: set[str] = set()
    for at in chosen:
        reason = first[candidates[at]]
        if people[reason] not in seen:
            seen.add(people[reason])
            kept.append(reason)
    return kept


def _liking(text: str) -> float:
    n_words = len(text.split())
    return 1.0 if _READABLE[0] <= n_words <= _READABLE[1] else 0.6
