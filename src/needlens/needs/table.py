"""The table of needs: a row a reason and need it speaks of, and one with ``none`` where it speaks of none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.needs.framework import NONE, Framework
from needlens.schema import REASON_ID

SCREENING: Final = "screening"
LABELS: Final = "labels"
PERSON: Final = "person"

NEED_COLUMNS: Final = (REASON_ID, "need_id", "score", "evidence", "polarity", "basis")
"""Columns of ``needs``."""


def needs_table(
    reason_ids: Sequence[str],
    framework: Framework,
    scores: NDArray[np.float64],
    counts: NDArray[np.bool_],
    evidence: NDArray[Any],
    polarity: NDArray[Any],
    basis: NDArray[Any],
) -> pd.DataFrame:
    r"""Write the needs of reasons down.

    Parameters
    ----------
    reason_ids
        n of them.
    framework
        Of k needs.
    scores
        In [0, 1], shape (n, k): what they are says ``basis``.
    counts
        Whether the reason speaks of the need, bool, shape (n, k).
    evidence
        ``"stated"`` or ``"E0"``, shape (n, k).
    polarity
        ``"satisfied"``, ``"violated"`` or ``"unclear"``, shape (n,).
    basis
        Str, shape (n, k). :data:`SCREENING`: the score is the :func:`ranks` of the reason for this need;
        :data:`LABELS`: a probability, learned from labels; :data:`PERSON`: 1, for somebody said so.

    Returns
    -------
    DataFrame
        Columns :data:`NEED_COLUMNS`, by ``reason_id`` and falling score. A reason that speaks of no need
        has one row with ``need_id`` "none", without score, evidence and polarity.

    Examples
    --------
    >>> from needlens.needs.framework import Need
    >>> one = Framework("one", (Need("rest", "Rest", "", ("I rest",)),))
    >>> table = needs_table(["r1", "r2"], one, np.array([[0.9], [0.1]]), np.array([[True], [False]]),
    ...                     np.array([["E0"]] * 2), np.array(["satisfied"] * 2), np.array([["labels"]] * 2))
    >>> table[["reason_id", "need_id", "score"]].to_string(index=False, header=False)
    'r1 rest    0.9\nr2 none    NaN'
    """
    row, need = np.nonzero(counts)
    ids = np.array(framework.ids, dtype=object)
    reasons = np.array(reason_ids, dtype=object)
    silent = ~counts.any(axis=1)
    speaking = pd.DataFrame(
        {
            REASON_ID: reasons[row],
            "need_id": ids[need],
            "score": scores[row, need],
            "evidence": evidence[row, need],
            "polarity": polarity[row],
            "basis": basis[row, need],
        }
    )
    # Whoever learned one need decided on the reason with it: the strongest basis names the row of none.
    strongest = np.where(
        (basis == PERSON).any(axis=1),
        PERSON,
        np.where((basis == LABELS).any(axis=1), LABELS, SCREENING),
    )
    none = pd.DataFrame({REASON_ID: reasons[silent], "need_id": NONE, "basis": strongest[silent]})
    table = pd.concat([part for part in (speaking, none) if len(part)] or [speaking], ignore_index=True)
    table = table.reindex(columns=list(NEED_COLUMNS)).sort_values(
        [REASON_ID, "score", "need_id"], ascending=[True, False, True], kind="stable", ignore_index=True
    )
    text = {column: "str" for column in NEED_COLUMNS if column != "score"}
    return table.astype({**text, "score": "float64"})


def ranks(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the reasons that score no higher, column by column: 1 is the first.

    Examples
    --------
    >>> ranks(np.array([[0.2], [0.9], [0.2], [0.1]])).ravel().tolist()
    [0.75, 1.0, 0.75, 0.25]
    """
    found = np.empty(scores.shape)
    for at in range(scores.shape[1]):
        found[:, at] = np.searchsorted(np.sort(scores[:, at]), scores[:, at], side="right") / len(scores)
    return found
