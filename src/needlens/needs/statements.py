"""Need statements: hypotheses a person would say, each with what speaks for and against it.

"Customers need to …, so that they …": the first half in customers' own words, the second the need as the
framework has it. They are inferred from what people said, and say so; each carries its chain, quotes, what
contradicts it, its evidence grade, and the test that could kill it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from needlens.needs.clause import clause_of
from needlens.needs.evidence import INFERRED, STATED
from needlens.needs.framework import NONE, Framework, Need
from needlens.needs.refutation import refutation
from needlens.schema import REASON_ID, RESPONDENT_ID, TEXT

STATEMENT_COLUMNS: Final = (
    "statement_id",
    "need_id",
    "statement",
    "chain",
    "quotes",
    "quote_reason_ids",
    "counter_quotes",
    "counter_reason_ids",
    "evidence",
    "n_respondents",
    "n_counter",
    "test",
    "caution",
)
"""Columns of ``need_statements``."""

MOST = 3
"""Statements a need."""

FEWEST = 3
"""People a statement takes."""

N_QUOTES = 3


@dataclass(frozen=True, eq=False, slots=True)
class Material:
    """What statements are made of.

    Attributes
    ----------
    reasons
        One row a reason: ``reason_id``, ``respondent_id``, ``text``, ``about`` (name of its theme or code;
        null for none), ``polarity``.
    needs
        Table of needs (:data:`needlens.needs.table.NEED_COLUMNS`).
    chains
        For reasons on a ladder, what stands on it from the bottom up.
    """

    reasons: pd.DataFrame
    needs: pd.DataFrame
    chains: Mapping[str, Sequence[str]]


def need_statements(material: Material, framework: Framework) -> pd.DataFrame:
    """Write statements for every need that enough people speak of.

    Each reason counts for the need it scores highest for. They are taken by what they are about; where at
    least :data:`FEWEST` people meet, the reason that scores highest, tells of something that is well and can
    be put into the third person gives the words. Against it speak reasons about the same thing that tell of
    something wrong, then those of other people who bring the same thing up for another need.

    Parameters
    ----------
    material
        Reasons, their needs and chains.
    framework
        Whose needs they are.

    Returns
    -------
    DataFrame
        Columns :data:`STATEMENT_COLUMNS`; most people first within a need, needs in the framework's order.
        Quotes are the texts of reasons, letter for letter.

    Examples
    --------
    >>> from needlens.needs.frameworks import load_framework
    >>> reasons = pd.DataFrame({"reason_id": ["r1", "r2", "r3", "r4"], "respondent_id": ["a", "b", "c", "d"],
    ...     "text": ["I can carry it anywhere", "light", "goes where I go", "too heavy for me"],
    ...     "about": "weight", "polarity": ["satisfied", "satisfied", "satisfied", "violated"]})
    >>> needs = pd.DataFrame({"reason_id": reasons["reason_id"], "need_id": "autonomy",
    ...     "score": [0.9, 0.8, 0.7, 0.6], "evidence": "E0"})
    >>> made = need_statements(Material(reasons, needs, {}), load_framework())
    >>> made["statement"][0]
    'Customers need to be able to carry it anywhere, so that they can act by their own choice.'
    >>> made["counter_quotes"][0], made["evidence"][0]
    (['too heavy for me'], 'E0')
    """
    spoken = material.needs[material.needs["need_id"] != NONE]
    order = [REASON_ID, "score", "need_id"]
    first = spoken.sort_values(order, ascending=[True, False, True]).drop_duplicates(REASON_ID)
    told = first.drop(columns="polarity", errors="ignore")
    joined = told.merge(material.reasons, on=REASON_ID, validate="one_to_one")
    rows: list[dict[str, object]] = []
    for need in framework.needs:
        own = joined[joined["need_id"] == need.id].dropna(subset=["about"])
        own = own.sort_values(["score", REASON_ID], ascending=[False, True], kind="stable")
        for_it = own[own["polarity"] != "violated"]
        people = for_it.groupby("about")[RESPONDENT_ID].nunique()
        people = people[people >= FEWEST].sort_index().sort_values(ascending=False, kind="stable")
        made: list[dict[str, object]] = []
        for about, n in people.items():
            if len(made) == MOST:
                break
            row = _statement(need, str(about), int(n), for_it[for_it["about"] == about], joined, material)
            if row is not None and row["statement"] not in [known["statement"] for known in made]:
                made.append(row)
        rows += [{"statement_id": f"{need.id}-{at}", **row} for at, row in enumerate(made, 1)]
    return pd.DataFrame(rows, columns=list(STATEMENT_COLUMNS))


def _statement(
    need: Need, about: str, n: int, own: pd.DataFrame, joined: pd.DataFrame, material: Material
) -> dict[str, object] | None:
    worded = next(
        (
            (row, clause)
            for row in own[own["polarity"] == "satisfied"].itertuples()
            if (clause := clause_of(str(row.text))) is not None
        ),
        None,
    )
    if worded is None:
        return None
    source, clause = worded
    ending = f", so that they {need.so_that}" if need.so_that else f" (need: {need.name})"
    first = own[own[REASON_ID] == source.reason_id]
    quotes = _unlike(pd.concat([first, own])).head(N_QUOTES)
    against = _against(need, about, joined, set(own[RESPONDENT_ID]))
    chain = material.chains.get(str(source.reason_id)) or [about, str(source.text)]
    stated = (own["evidence"] == STATED).any()
    return {
        "need_id": need.id,
        "statement": f"Customers need to {clause}{ending}.",
        "chain": [*chain, need.name],
        "quotes": quotes[TEXT].tolist(),
        "quote_reason_ids": quotes[REASON_ID].tolist(),
        "counter_quotes": against[TEXT].head(N_QUOTES).tolist(),
        "counter_reason_ids": against[REASON_ID].head(N_QUOTES).tolist(),
        "evidence": STATED if stated else INFERRED,
        "n_respondents": n,
        "n_counter": int(against[RESPONDENT_ID].nunique()),
        "test": refutation(need.name, about),
        "caution": need.caution,
    }


def _against(need: Need, about: str, joined: pd.DataFrame, speaking: set[str]) -> pd.DataFrame:
    """Reasons about the same thing that tell of something wrong, then other people's with another need."""
    same = joined[joined["about"] == about].sort_values(["score", REASON_ID], ascending=[False, True])
    wrong = same[same["polarity"] == "violated"]
    rival = same[~same[RESPONDENT_ID].isin(speaking) & (same["need_id"] != need.id)]
    both = pd.concat([wrong[wrong["need_id"] == need.id], wrong, rival]).drop_duplicates(REASON_ID)
    return _unlike(both)


def _unlike(rows: pd.DataFrame) -> pd.DataFrame:
    """One reason a person and a wording."""
    kept = rows.drop_duplicates(RESPONDENT_ID)
    return kept[~kept[TEXT].str.casefold().duplicated()]
