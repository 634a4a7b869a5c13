"""What a report says of needs: how often each seems meant, and statements that a test could kill."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from needlens.needs.evidence import INFERRED, STATED
from needlens.needs.table import LABELS, SCREENING
from needlens.study.record import Study

MOST_STATEMENTS = 8
"""Statements shown; the table holds them all."""

_BASIS = {
    SCREENING: "No need was learned from labels, so this is a screening: it puts needs in order by how many "
    "people’s words are near them, and gives no shares. Enough labels make it a measurement.",
    LABELS: "Learned from the reasons that people labelled; shares are corrected for the errors made there.",
}
_EVIDENCE = {STATED: "people say so", INFERRED: "inferred from what people say"}


@dataclass(frozen=True, slots=True)
class Need:
    """One need: its name, what is known of its share, and a word of caution.

    ``share``, ``low`` and ``high`` are of the people who answered, None where no share can be given.
    """

    rank: str
    name: str
    share: float | None
    low: float | None
    high: float | None
    caution: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A hypothesis about what people need, in a sentence, with what speaks for it and against it."""

    sentence: str
    chain: tuple[str, ...]
    evidence: str
    people: int
    against: int
    quotes: tuple[str, ...]
    counter_quotes: tuple[str, ...]
    test: str
    caution: str


@dataclass(frozen=True, slots=True)
class Needs:
    """The needs of a study.

    Attributes
    ----------
    basis
        What the order or the shares rest on.
    needs
        Most widely meant first.
    statements
        The first of them; none without customers' words.
    left_out
        Further statements that are in the table.
    """

    basis: str
    needs: tuple[Need, ...]
    statements: tuple[Statement, ...]
    left_out: int


def report_needs(study: Study, *, verbatims: bool = True) -> Needs | None:
    """Lay out what a study says of needs; None where it was not read for any.

    Parameters
    ----------
    study
        With ``ladder`` if it was laddered.
    verbatims
        Show statements, which are made of customers' words, and quotes.
    """
    tables = {} if study.ladder is None else study.ladder.tables
    shares, statements = tables.get("need_prevalence"), tables.get("need_statements")
    if shares is None or statements is None:
        return None
    rows = shares.sort_values(["rank", "need_id"], kind="stable").to_dict("records")
    shown = statements.head(MOST_STATEMENTS) if verbatims else statements.head(0)
    return Needs(
        basis=_BASIS[str(study.info["needs"]["basis"])],
        needs=tuple(
            Need(
                rank="" if pd.isna(row["rank"]) else str(int(row["rank"])),
                name=str(row["name"]),
                share=_known(row["prevalence"]),
                low=_known(row["low"]),
                high=_known(row["high"]),
                caution=str(row["caution"]),
            )
            for row in rows
        ),
        statements=tuple(
            Statement(
                sentence=str(row["statement"]),
                chain=tuple(row["chain"]),
                evidence=_EVIDENCE[str(row["evidence"])],
                people=int(row["n_respondents"]),
                against=int(row["n_counter"]),
                quotes=tuple(row["quotes"]),
                counter_quotes=tuple(row["counter_quotes"]),
                test=str(row["test"]),
                caution=str(row["caution"]),
            )
            for row in shown.to_dict("records")
        ),
        left_out=len(statements) - len(shown) if verbatims else 0,
    )


def _known(value: object) -> float | None:
    return float(value) if isinstance(value, float) and not pd.isna(value) else None
