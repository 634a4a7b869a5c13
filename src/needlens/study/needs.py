"""The needs of a study: which reasons speak of which, themes across categories, shares, statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from needlens.encoders.cache import VectorCache
from needlens.labelling.label import Label
from needlens.needs.framework import NONE, Framework
from needlens.needs.frameworks import load_framework
from needlens.needs.statements import Material, need_statements
from needlens.needs.table import LABELS, PERSON, SCREENING, needs_table, ranks
from needlens.schema import REASON_ID, RESPONDENT_ID, TEXT, THEME_ID
from needlens.study.need_reading import NeedReading, read_needs
from needlens.study.need_shares import need_shares
from needlens.study.need_theme_tables import need_theme_tables, telling_column
from needlens.study.record import Study


@dataclass(frozen=True, eq=False, slots=True)
class StudyNeeds:
    """What a study says of needs.

    Attributes
    ----------
    tables
        By the names of :data:`NEED_TABLES`.
    info
        For ``study.json``: framework, basis, category column, leakage, counts.
    notes
        Sentences to tell the user.
    reading
        Scores of every reason for every need, which the table of needs keeps only where they count.

    Examples
    --------
    >>> StudyNeeds({"needs": pd.DataFrame({"need_id": ["care", "none"]})}, {"framework": "needlens12"}, ())
    StudyNeeds(needlens12, needs: 2 rows)
    """

    tables: Mapping[str, pd.DataFrame]
    info: Mapping[str, Any]
    notes: tuple[str, ...]
    reading: NeedReading | None = None

    def __getitem__(self, name: str) -> pd.DataFrame:
        """A table by its name."""
        return self.tables[name]

    def to_frame(self) -> pd.DataFrame:
        """One row a reason and need."""
        return self.tables["needs"].copy()

    def __repr__(self) -> str:
        rows = ", ".join(f"{name}: {len(table):,} rows" for name, table in self.tables.items())
        return f"StudyNeeds({self.info['framework']}, {rows})"

    def _repr_html_(self) -> str:
        shown = self.tables.get("need_prevalence", self.tables["needs"])
        return shown.head(20).to_html(index=False, escape=True)


def study_needs(
    study: Study,
    framework: Framework | str | Path = "needlens12",
    *,
    ladder: Mapping[str, pd.DataFrame] | None = None,
    labels: Sequence[Label] = (),
    category: str | None = None,
    cache: VectorCache | Path | None = None,
) -> StudyNeeds:
    """Read a study by the needs of a framework.

    Without labels this is a screening: it orders reasons within a need, and no shares are given. Labels
    (:mod:`needlens.labelling`) make it a measurement.

    Parameters
    ----------
    study
        With its ``model``.
    framework
        The needs, or what :func:`needlens.needs.frameworks.load_framework` takes.
    ladder
        Tables of the laddered study, of which ``levels``, ``elements`` and ``ladders`` are used if there.
    labels
        What people said about reasons.
    category
        Segment column that holds product categories; if None, the one the study's themes tell best, if any.
    cache
        Where vectors are kept between runs, as in :func:`needlens.study.run.run_study`.

    Returns
    -------
    StudyNeeds

    Raises
    ------
    StudyError
        The study was read without its model.
    UsageError
        There is no such framework or column.
    InputError
        The framework's file is none.
    """
    asked = framework if isinstance(framework, Framework) else load_framework(framework)
    store = cache if isinstance(cache, VectorCache) else VectorCache(cache)
    tables = {} if ladder is None else ladder
    levels = _levels(tables)
    seed = int(study.info["seed"])
    column = telling_column(study) if category is None else category
    # Sums over several threads round as they meet.
    with threadpool_limits(limits=1):
        reading = read_needs(study, asked, labels, levels=levels, seed=seed, cache=store)
        themes = need_theme_tables(study, reading, column, levels)
    needs = _needs(reading)
    shares, n_lot = need_shares(study, reading, seed=seed)
    material = _material(study, reading, tables)
    statements = need_statements(Material(material, needs, _chains(tables)), asked)
    info = {
        "framework": asked.name,
        "basis": LABELS if reading.learned.any() else SCREENING,
        "learned": [need for need, own in zip(asked.ids, reading.learned, strict=True) if own],
        "n_labelled": int(reading.labelled.sum()),
        "n_labelled_by_lot": n_lot,
        "category": column,
        "leakage": themes.leakage,
        "n_none": int((needs["need_id"] == NONE).sum()),
    }
    found = {
        "needs": needs,
        "need_themes": themes.themes,
        "need_theme_members": themes.members,
        "need_prevalence": shares,
        "need_statements": statements,
    }
    return StudyNeeds(found, info, _notes(info, reading), reading)


def _needs(reading: NeedReading) -> pd.DataFrame:
    """The table of needs, each score as it came about."""
    by_hand = np.repeat(reading.labelled[:, None], len(reading.framework.needs), axis=1)
    scores = np.where(reading.learned, reading.scores, ranks(reading.scores))
    basis = np.where(reading.learned, LABELS, SCREENING)
    return needs_table(
        reading.reasons[REASON_ID].tolist(),
        reading.framework,
        np.where(by_hand, 1.0, scores),
        reading.counts,
        reading.evidence,
        reading.polarity,
        np.where(by_hand, PERSON, basis),
    )


def _levels(tables: Mapping[str, pd.DataFrame]) -> dict[str, str] | None:
    if "levels" not in tables:
        return None
    table = tables["levels"]
    return dict(zip(table[REASON_ID].astype(str), table["level"].astype(str), strict=True))


def _material(study: Study, reading: NeedReading, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Reasons with what they are about: the code of their element, else their theme."""
    main = study.assignments[study.assignments["scale"] == study.main_scale].set_index(REASON_ID)[THEME_ID]
    labels = study.themes.set_index(THEME_ID)["label"]
    reasons = reading.reasons[[REASON_ID, RESPONDENT_ID, TEXT]].copy()
    about = reasons[REASON_ID].map(main).map(labels).astype("object")
    if "elements" in tables and "codes" in tables:
        names = tables["codes"].set_index("code")["label"]
        coded = tables["elements"].dropna(subset=["code"]).drop_duplicates(REASON_ID)
        of_reason = coded.set_index(REASON_ID)["code"].map(names)
        own = reasons[REASON_ID].map(of_reason).astype("object")
        about = own.where(own.notna(), about)
    reasons["about"] = about
    reasons["polarity"] = reading.polarity
    return reasons


def _chains(tables: Mapping[str, pd.DataFrame]) -> dict[str, list[str]]:
    """For each reason on a ladder, the texts from the lowest rung up to its own."""
    if "ladders" not in tables or "elements" not in tables:
        return {}
    texts = tables["elements"].set_index("element_id")[TEXT]
    chains: dict[str, list[str]] = {}
    for _, rungs in tables["ladders"].sort_values("rung").groupby("ladder_id", sort=True):
        said: list[str] = []
        for reason, element in zip(rungs[REASON_ID], rungs["element_id"], strict=True):
            said.append(str(texts[element]))
            if len(said) > len(chains.get(str(reason), [])):
                chains[str(reason)] = list(said)
    return chains


def _notes(info: Mapping[str, Any], reading: NeedReading) -> tuple[str, ...]:
    notes = []
    if info["basis"] == SCREENING:
        notes.append(
            "needs come from a screening: they order what people said and give no shares; label reasons "
            "(needlens label) to get these"
        )
    seen = set(np.array(reading.framework.ids)[reading.counts.any(axis=0)])
    touched = [need.name for need in reading.framework.needs if need.relief and need.id in seen]
    if touched:
        notes.append(f"use for relief, not for pressure: {', '.join(touched)}")
    return tuple(notes)
