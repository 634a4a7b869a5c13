"""The tables of a study whose reasons lie in parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from needlens.prevalence import prevalence_by
from needlens.scale.texts import Texts
from needlens.schema import REASON_COLUMNS, REASON_ID, RESPONDENT_ID, TEXT, THEME_ID, VERBATIM_ID
from needlens.study.memberships import memberships_of, touches
from needlens.study.model import StudyModel
from needlens.study.record import Study
from needlens.study.tables import assignments_table, theme_counts

CHUNK = 200_000
"""Reasons whose rows are in memory at a time."""

_IDS = [REASON_ID, VERBATIM_ID, RESPONDENT_ID]


@dataclass(frozen=True, eq=False, slots=True)
class Reasons:
    """Reasons in parts, with what was decided about each of their texts.

    Attributes
    ----------
    parts
        Files of reasons, in the order of the verbatims.
    verbatims
        Files of the verbatims of each part.
    texts
        Which text each reason is.
    ids
        ``reason_id``, ``verbatim_id`` and ``respondent_id`` of all reasons.
    model
        Knows every text of ``texts``, in the same order.
    """

    parts: Sequence[Path]
    verbatims: Sequence[Path]
    texts: Texts
    ids: pa.Table
    model: StudyModel

    def __len__(self) -> int:
        return len(self.texts.of_reason)

    def themes_of(self, scale: int) -> NDArray[np.int64]:
        """Theme of each reason on a scale, 0 for none, int64, shape (n,)."""
        own = self.texts.of_reason
        if len(self.model.text_keys) == 0:
            return np.zeros(len(own), dtype=np.int64)
        return np.where(own >= 0, self.model.text_ids[scale][own], 0)

    def _decided(self, rows: NDArray[np.int64], scale: int) -> pd.DataFrame:
        """Assignments of some reasons on one scale."""
        own = self.texts.of_reason[rows]
        tells = own >= 0
        ids = np.zeros((1, len(rows)), dtype=np.int64)
        strengths = np.zeros(ids.shape)
        ids[0, tells] = self.model.text_ids[scale][own[tells]]
        strengths[0, tells] = self.model.text_strengths[scale][own[tells]]
        table = assignments_table(self.ids.take(pa.array(rows)).to_pandas(), ids, strengths)
        return table.assign(scale=np.int64(scale))

    def _chunks(self) -> Iterator[NDArray[np.int64]]:
        for start in range(0, max(len(self), 1), CHUNK):
            yield np.arange(start, min(start + CHUNK, len(self)))

    def nothing(self) -> pd.DataFrame:
        """Assignments of no reason."""
        return self._decided(np.zeros(0, dtype=np.int64), 0)

    def reasons(self) -> Iterator[pd.DataFrame]:
        """Rows of ``reasons.parquet``."""
        for path in self.parts:
            yield pd.read_parquet(path, columns=list(REASON_COLUMNS))

    def all_verbatims(self) -> Iterator[pd.DataFrame]:
        """Rows of ``verbatims.parquet``."""
        for path in self.verbatims:
            yield pd.read_parquet(path)

    def assignments(self) -> Iterator[pd.DataFrame]:
        """Rows of ``assignments.parquet``."""
        for scale in range(len(self.model.text_ids)):
            for rows in self._chunks():
                yield self._decided(rows, scale)

    def memberships(self) -> Iterator[pd.DataFrame]:
        """Rows of ``memberships.parquet``."""
        order = np.asarray(pc.sort_indices(self.ids[REASON_ID]), dtype=np.int64)
        others = touches(self.model.placement)
        nothing = [table[:0] for table in others]
        for scale in range(len(self.model.text_ids)):
            for start in range(0, max(len(order), 1), CHUNK):
                rows = order[start : start + CHUNK]
                decided = self._decided(rows, scale)
                own = decided.assign(text=self.texts.of_reason[rows]).dropna(subset=[THEME_ID])
                own = own.assign(point=self.model.text_points[own.pop("text").to_numpy()])
                here = [*nothing[:scale], others[scale], *nothing[scale + 1 :]]
                yield memberships_of(own, here)

    def sheet(self, study: Study) -> Iterator[pd.DataFrame]:
        """Rows of ``assignments.csv``.

        Parameters
        ----------
        study
            Its themes name those of the reasons.
        """
        for at, (path, verbatims) in enumerate(zip(self.parts, self.verbatims, strict=True)):
            rows = np.arange(self.texts.starts[at], self.texts.starts[at + 1])
            yield replace(
                study,
                reasons=pd.read_parquet(path, columns=list(REASON_COLUMNS)),
                assignments=self._decided(rows, study.main_scale),
                verbatims=pd.read_parquet(verbatims),
            ).to_frame()


def read_ids(parts: Sequence[Path]) -> pa.Table:
    """Ids of all reasons, each column in one piece."""
    return pa.concat_tables([pq.read_table(path, columns=_IDS) for path in parts]).combine_chunks()


def count_mentions(
    reasons: Reasons, verbatims: pd.DataFrame, segments: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How many reasons and people mention each theme, in all and by segment.

    People and verbatims go by number here: a name for each of a few million rows would fill the memory.

    Parameters
    ----------
    reasons
        With their themes.
    verbatims
        The study's.
    segments
        Its segment columns.

    Returns
    -------
    tuple of DataFrame
        As :func:`needlens.study.tables.theme_counts` and :func:`needlens.prevalence.prevalence_by` give them.
    """
    person = pd.factorize(verbatims[RESPONDENT_ID])[0].astype(np.int64)
    spoke = (verbatims[TEXT].str.strip() != "").to_numpy()
    numbered = pd.DataFrame(
        {
            VERBATIM_ID: np.arange(len(verbatims)),
            RESPONDENT_ID: person,
            TEXT: pd.Series(np.where(spoke, "x", ""), dtype="str"),
            **{name: verbatims[name] for name in segments},
        }
    )
    index = pa.array(verbatims[VERBATIM_ID], type=pa.large_string())
    own = reasons.ids[VERBATIM_ID].cast(pa.large_string())
    verbatim = np.asarray(pc.index_in(own, value_set=index)).astype(np.int64)
    people = np.unique(person[spoke]).tolist()
    counts, shares = [], []
    for scale in range(len(reasons.model.text_ids)):
        theme = reasons.themes_of(scale)
        has = theme > 0
        at = verbatim[has]
        mentions = pd.DataFrame({VERBATIM_ID: at, RESPONDENT_ID: person[at], THEME_ID: theme[has]})
        counts.append(theme_counts(mentions, people))
        shares.append(prevalence_by(mentions, numbered, segments))
    if not any(map(len, shares)):
        nothing = reasons.nothing().dropna(subset=[THEME_ID])
        return pd.concat(counts), prevalence_by(nothing, verbatims, segments)
    table = pd.concat([found for found in shares if len(found)], ignore_index=True)
    # As for all scales at once: by column in the order given, then by segment and theme.
    rank = table["column"].map({name: at for at, name in enumerate(segments)}).astype("int64")
    order = table.assign(rank=rank).sort_values(["rank", "segment", THEME_ID], kind="stable").index
    return pd.concat(counts), table.loc[order].reset_index(drop=True)
