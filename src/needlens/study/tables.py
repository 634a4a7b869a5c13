"""The tables of a study, from what the steps before found."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.exemplars import exemplars
from needlens.keywords import group_terms
from needlens.labels import broad_labels, theme_labels
from needlens.prevalence import prevalence
from needlens.schema import (
    ASSIGNMENT_COLUMNS,
    REASON_ID,
    RESPONDENT_ID,
    TEXT,
    THEME_COLUMNS,
    THEME_ID,
    VERBATIM_ID,
)
from needlens.theme_map import layout
from needlens.themes import nullable

N_EXEMPLARS = 5
_SHARES = ["n_respondents", "prevalence", "low", "high"]
_READABLE = (5, 40)
"""Words of a quote one would rather show: long enough to say why, short enough to be read."""

_EMPTY_THEMES = pd.DataFrame({column: pd.Series(dtype="object") for column in THEME_COLUMNS}).astype(
    {THEME_ID: "int64", "scale": "int64", "parent_id": "Int64", "label": "str", "description": "str"}
    | dict.fromkeys(("n_reasons", "n_respondents"), "int64")
    | dict.fromkeys(("prevalence", "low", "high", "stability"), "float64")
)


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
    counts: pd.DataFrame,
    *,
    main_scale: int,
) -> pd.DataFrame:
    """One row a theme: its name, its words, its quotes, how many people mention it.

    Parameters
    ----------
    found
        ``themes_`` of a fitted :class:`needlens.themes.ThemeSearch`.
    reasons, assignments
        As in the study; of reasons with the same text one is enough.
    vectors
        Vector of each distinct text that themes were found in.
    counts
        As :func:`theme_counts` gives it.
    main_scale
        Scales above it are broad and are named by keywords.

    Returns
    -------
    DataFrame
        Columns :data:`needlens.schema.THEME_COLUMNS`, by ``theme_id``.
    """
    placed = _placed(assignments, reasons)
    points = _Points.of(vectors)
    parts = [_EMPTY_THEMES]
    for scale in sorted(placed["scale"].unique()):
        rows = placed[placed["scale"] == scale]
        distinct = dict.fromkeys(zip(rows[TEXT].tolist(), rows[THEME_ID].tolist(), strict=True))
        terms = group_terms(*zip(*distinct, strict=True))
        typical = _typical(rows, points)
        quoted = {theme: [quote.text for quote in quotes] for theme, quotes in typical.items()}
        labels = broad_labels(terms) if scale > main_scale else theme_labels(terms, quoted)
        table = found[found["scale"] == scale].set_index(THEME_ID)[["scale", "parent_id", "stability"]]
        table["label"] = [labels[theme] for theme in table.index]
        table["keywords"] = [terms[theme].keywords() for theme in table.index]
        table["exemplar_reason_ids"] = [
            [quote.reason_id for quote in typical[theme][:N_EXEMPLARS]] for theme in table.index
        ]
        table["description"] = ""
        table[["n_reasons", *_SHARES]] = counts.loc[table.index]
        parts.append(table.reset_index())
    themes = pd.concat(parts[1:] or parts).sort_values(THEME_ID, ignore_index=True)
    return themes[list(THEME_COLUMNS)]


def theme_counts(mentions: pd.DataFrame, respondents: Collection[Hashable]) -> pd.DataFrame:
    """How many reasons and people mention each theme.

    Parameters
    ----------
    mentions
        One row a reason and theme: ``respondent_id``, ``theme_id`` (nullable).
    respondents
        Everyone who was asked and answered.

    Returns
    -------
    DataFrame
        By ``theme_id``: ``n_reasons``, ``n_respondents``, ``prevalence``, ``low``, ``high``.

    Examples
    --------
    >>> said = pd.DataFrame({"respondent_id": ["a", "a", "b"], "theme_id": [1, 1, 2]})
    >>> theme_counts(said, ["a", "b", "c"])[["n_reasons", "n_respondents"]].to_dict("index")
    {1: {'n_reasons': 2, 'n_respondents': 1}, 2: {'n_reasons': 1, 'n_respondents': 1}}
    """
    said = mentions[[RESPONDENT_ID, THEME_ID]].dropna(subset=[THEME_ID]).astype({THEME_ID: "int64"})
    shares = prevalence(said, respondents).set_index(THEME_ID)[_SHARES]
    shares.insert(0, "n_reasons", said.groupby(THEME_ID).size())
    return shares


def layout_table(
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    reasons: pd.DataFrame,
    vectors: Mapping[str, NDArray[np.float32]],
) -> pd.DataFrame:
    """Where each theme lies on the map of its scale: ``theme_id``, ``x``, ``y``."""
    placed = _placed(assignments, reasons)
    points = _Points.of(vectors)
    texts: dict[int, dict[str, None]] = {}
    for theme, text in zip(placed[THEME_ID].tolist(), placed[TEXT].tolist(), strict=True):
        texts.setdefault(theme, {})[text] = None
    parts = []
    for _, scale in themes.groupby("scale"):
        members = [points.rows(t for t in texts[theme] if t in vectors) for theme in scale[THEME_ID]]
        centres = np.array([own.mean(axis=0, dtype=np.float64) for own in members], dtype=np.float32)
        x, y = layout(centres, scale["prevalence"].to_numpy(dtype=np.float64))
        parts.append(pd.DataFrame({THEME_ID: scale[THEME_ID].to_numpy(), "x": x, "y": y}))
    empty = pd.DataFrame({THEME_ID: pd.Series(dtype="int64"), "x": [], "y": []})
    return pd.concat(parts).sort_values(THEME_ID, ignore_index=True) if parts else empty


def _placed(assignments: pd.DataFrame, reasons: pd.DataFrame) -> pd.DataFrame:
    """The assignments that name a theme, with the reason's text."""
    placed = assignments.dropna(subset=[THEME_ID]).astype({THEME_ID: "int64"})
    placed[TEXT] = placed[REASON_ID].map(reasons.set_index(REASON_ID)[TEXT])
    return placed


class _Quote(NamedTuple):
    text: str
    reason_id: str
    respondent_id: str
    strength: float


class _Points(NamedTuple):
    """Vectors of texts, to be taken by the thousand."""

    position: dict[str, int]
    matrix: NDArray[np.float32]

    @classmethod
    def of(cls, vectors: Mapping[str, NDArray[np.float32]]) -> _Points:
        return cls({text: at for at, text in enumerate(vectors)}, np.array(list(vectors.values())))

    def rows(self, texts: Iterable[str]) -> NDArray[np.float32]:
        return self.matrix[[self.position[text] for text in texts]]


def _typical(rows: pd.DataFrame, points: _Points) -> dict[int, list[_Quote]]:
    """Typical and different reasons of each theme, most typical first, each by another person."""
    candidates: dict[int, dict[str, _Quote]] = {}
    columns = (rows[column].tolist() for column in (THEME_ID, *_Quote._fields))
    for theme, *cells in zip(*columns, strict=True):
        quote = _Quote(*cells)
        of_theme = candidates.setdefault(theme, {})
        if quote.text in points.position:
            of_theme.setdefault(quote.text, quote)
    return {theme: _chosen(list(own.values()), points) for theme, own in candidates.items()}


def _chosen(quotes: list[_Quote], points: _Points) -> list[_Quote]:
    n_words = np.array([len(quote.text.split()) for quote in quotes])
    readable = np.where((n_words >= _READABLE[0]) & (n_words <= _READABLE[1]), 1.0, 0.6)
    liking = readable * (0.5 + np.array([quote.strength for quote in quotes]) / 2)
    members = points.rows(quote.text for quote in quotes)
    by_person: dict[str, _Quote] = {}
    for at in exemplars(members, top=4 * N_EXEMPLARS, weights=liking).tolist():
        by_person.setdefault(quotes[at].respondent_id, quotes[at])
    return list(by_person.values())
