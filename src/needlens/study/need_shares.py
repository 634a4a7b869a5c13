"""How many people speak of each need: ranks from a screening, shares once people were labelled by lot."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.labelling.batch import lot
from needlens.labelling.correct import corrected_share
from needlens.schema import RESPONDENT_ID, TEXT
from needlens.study.need_reading import NeedReading
from needlens.study.record import Study

SHARE_COLUMNS: Final = (
    "need_id",
    "name",
    "rank",
    "n_reasons",
    "n_respondents",
    "n",
    "prevalence",
    "low",
    "high",
    "rogan_gladen",
    "rogan_gladen_low",
    "rogan_gladen_high",
    "sensitivity",
    "specificity",
    "n_labelled",
    "refused",
    "caution",
)
"""Columns of ``need_prevalence``."""

_NOT_LEARNED: Final = "a screening gives ranks, not shares: label reasons (needlens label) to get one"


def need_shares(study: Study, reading: NeedReading, *, seed: int) -> tuple[pd.DataFrame, int]:
    """Count people, and correct the counts where labels allow.

    The people whose reasons are all labelled, as far as they are the first in the order drawn by lot, are a
    random sample of everybody; on them the classifier, which had not seen them, is compared with the labels.

    Parameters
    ----------
    study
        Whose people.
    reading
        What their reasons say.
    seed
        Of the lot.

    Returns
    -------
    table : DataFrame
        One row a need, columns :data:`SHARE_COLUMNS`, by ``rank``. ``n_respondents`` of ``n`` people are
        counted as speaking of it by the classifier (by those who labelled, where they did): the rank goes by
        that. ``prevalence`` with ``low`` and ``high`` is the corrected share of people
        (:func:`needlens.labelling.correct.corrected_share`), null where ``refused`` says why.
    n_lot : int
        People labelled by lot.
    """
    blank = study.verbatims[TEXT].str.strip() == ""
    people = sorted(set(study.verbatims.loc[~blank, RESPONDENT_ID].astype(str)))
    place = {person: at for at, person in enumerate(people)}
    who = np.array([place[str(person)] for person in reading.reasons[RESPONDENT_ID]], dtype=np.int64)
    counts, predicted, truth = (
        _of_people(table, who, len(people)) for table in (reading.counts, reading.predicted, reading.truth)
    )
    sample = _by_lot(people, who, reading.labelled, seed)
    rows = []
    for at, need in enumerate(reading.framework.needs):
        row = {
            "need_id": need.id,
            "name": need.name,
            "n_reasons": int(reading.counts[:, at].sum()),
            "n_respondents": int(counts[:, at].sum()),
            "n": len(people),
            "refused": _NOT_LEARNED,
            "n_labelled": int(sample.sum()),
            "caution": need.caution,
        }
        if reading.learned[at]:
            found = corrected_share(
                truth[sample, at], predicted[sample, at], predicted[~sample, at], seed=seed
            )
            row |= {
                "prevalence": found.share,
                "low": found.low,
                "high": found.high,
                "rogan_gladen": found.rogan_gladen,
                "rogan_gladen_low": found.rogan_gladen_low,
                "rogan_gladen_high": found.rogan_gladen_high,
                "sensitivity": found.sensitivity,
                "specificity": found.specificity,
                "refused": found.refused,
            }
        rows.append(row)
    table = pd.DataFrame(rows, columns=list(SHARE_COLUMNS))
    table = table.sort_values(["n_respondents", "need_id"], ascending=[False, True], ignore_index=True)
    table["rank"] = table["n_respondents"].rank(ascending=False, method="min").astype("int64")
    numbers = [name for name in SHARE_COLUMNS if name[:3] in ("pre", "low", "hig", "rog", "sen", "spe")]
    table = table.astype(dict.fromkeys(numbers, "float64"))
    return table.astype(dict.fromkeys(("need_id", "name", "refused", "caution"), "str")), int(sample.sum())


def _of_people(table: NDArray[np.bool_], who: NDArray[np.int64], n: int) -> NDArray[np.bool_]:
    """Whether any reason of each person has it."""
    found = np.zeros((n, table.shape[1]), dtype=bool)
    np.logical_or.at(found, who, table)
    return found


def _by_lot(
    people: list[str], who: NDArray[np.int64], labelled: NDArray[np.bool_], seed: int
) -> NDArray[np.bool_]:
    """The people from the first of the lot up to the one who is not wholly labelled.

    Examples
    --------
    >>> everyone = _by_lot(["a", "b"], np.array([0, 1]), np.array([True, True]), 0)
    >>> nobody = _by_lot(["a", "b"], np.array([0, 1]), np.array([False, False]), 0)
    >>> everyone.tolist(), nobody.tolist()
    ([True, True], [False, False])
    """
    whole = np.ones(len(people), dtype=bool)
    whole[who[~labelled]] = False
    place = {person: at for at, person in enumerate(people)}
    sample = np.zeros(len(people), dtype=bool)
    if not labelled.any():
        return sample
    for person in lot(people, seed):
        if not whole[place[person]]:
            break
        sample[place[person]] = True
    return sample
