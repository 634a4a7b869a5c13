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

NEED_COLUMNS: Final = (REASON_ID, "need_id", "score", "evidence", "polarity", "basis")
"""Columns of ``needs``."""


def needs_table(
    reason_ids: Sequence[str],
    framework: Framework,
    scores: NDArray[np.float64],
    counts: NDArray[np.bool_],
    evidence: NDArray[Any],
    polarity: NDArray[Any],
    *,
    basis: str,
) -> pd.DataFrame:
    r"""Write the needs of reasons down.

    Parameters
    ----------
    reason_ids
        n of them.
    framework
        Of k needs.
    scores
        Shape (n, k); in a screening any scale, with labels probabilities.
    counts
        Whether the reason speaks of the need, bool, shape (n, k).
    evidence
        ``"stated"`` or ``"E0"``, shape (n, k).
    polarity
        ``"satisfied"``, ``"violated"`` or ``"unclear"``, shape (n,).
    basis
        :data:`SCREENING`: ``score`` is then the rank of the reason among all of the study for this need, in
        [0, 1], 1 the first; or :data:`LABELS`: a probability.

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
    ...                     np.array([["E0"], ["E0"]]), np.array(["satisfied"] * 2), basis="labels")
    >>> table[["reason_id", "need_id", "score"]].to_string(index=False, header=False)
    'r1 rest    0.9\nr2 none    NaN'
    """
    shown = _ranks(scores) if basis == SCREENING else scores
    row, need = np.nonzero(counts)
    ids = np.array(framework.ids, dtype=object)
    reasons = np.array(reason_ids, dtype=object)
    speaking = pd.DataFrame(
        {
            REASON_ID: reasons[row],
            "need_id": ids[need],
            "score": shown[row, need],
            "evidence": evidence[row, need],
            "polarity": polarity[row],
        }
    )
    silent = pd.DataFrame({REASON_ID: reasons[~counts.any(axis=1)], "need_id": NONE})
    table = pd.concat([speaking, silent], ignore_index=True) if len(silent) else speaking
    table = table.assign(basis=basis)[list(NEED_COLUMNS)]
    table = table.sort_values(
        [REASON_ID, "score", "need_id"], ascending=[True, False, True], kind="stable", ignore_index=True
    )
    text = {column: "str" for column in NEED_COLUMNS if column != "score"}
    return table.astype({**text, "score": "float64"})


def _ranks(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the reasons that score no higher, need by need."""
    ranks = np.empty(scores.shape)
    for at in range(scores.shape[1]):
        ranks[:, at] = np.searchsorted(np.sort(scores[:, at]), scores[:, at], side="right") / len(scores)
    return ranks
