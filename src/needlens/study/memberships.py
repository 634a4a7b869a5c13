"""Every theme a reason touches, and what a verbatim or a respondent touches by their reasons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from needlens.graph.membership import touched
from needlens.graph.placement import Placement
from needlens.schema import MEMBERSHIP_COLUMNS, REASON_ID, RESPONDENT_ID, TEXT, THEME_ID, VERBATIM_ID
from needlens.study.model import StudyModel


def memberships_table(assignments: pd.DataFrame, reasons: pd.DataFrame, model: StudyModel) -> pd.DataFrame:
    """One row a reason, scale and theme it touches, its own first.

    Parameters
    ----------
    assignments, reasons
        As in the study.
    model
        The one that made them.

    Returns
    -------
    DataFrame
        Columns :data:`needlens.schema.MEMBERSHIP_COLUMNS`: ``strength`` is the share of the reason's
        neighbourhood that lies in the theme, in [0, 1]; ``own`` (bool) says whether it is the theme the
        reason is counted in. Reasons without a theme touch none.
    """
    said = reasons[reasons["informative"]]
    point = model.points_of(said[TEXT].tolist())
    own = assignments.dropna(subset=[THEME_ID])
    own = own.assign(point=own[REASON_ID].map(pd.Series(point, index=said[REASON_ID])).astype("int64"))
    return memberships_of(own, touches(model.placement))


def touches(fitted: Placement) -> list[pd.DataFrame]:
    """Themes that each fitted point touches, one table a scale: ``point``, ``other``, ``share``."""
    tables = []
    for ids in fitted.ids:
        at, theme, share = touched(fitted.near, ids)
        tables.append(pd.DataFrame({"point": at, "other": theme, "share": share}))
    return tables


def memberships_of(own: pd.DataFrame, others: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """What :func:`memberships_table` gives, for some of the reasons.

    Parameters
    ----------
    own
        Assignments with a theme, and the ``point`` of each (int64): the one it is or is most like.
    others
        As :func:`touches` gives them.
    """
    own = own.astype({THEME_ID: "int64"}).assign(own=True)
    parts = [own]
    for scale, touching in enumerate(others):
        both = own[own["scale"] == scale].merge(touching, on="point")
        both = both[both["other"] != both[THEME_ID]]
        parts.append(both.assign(own=False, **{THEME_ID: both["other"], "strength": both["share"]}))
    table = pd.concat(parts, ignore_index=True)
    order = ["scale", REASON_ID, "own", "strength", THEME_ID]
    table = table.sort_values(order, ascending=[True, True, False, False, True], ignore_index=True)
    return table[list(MEMBERSHIP_COLUMNS)]


def roll_up(memberships: pd.DataFrame, by: str = RESPONDENT_ID) -> pd.DataFrame:
    """What a verbatim or a respondent touches, by the strongest of their reasons.

    The strongest and not the mean: who gives one clear reason among ten others has given it.

    Parameters
    ----------
    memberships
        As :func:`memberships_table` gives it.
    by
        ``"respondent_id"`` or ``"verbatim_id"``.

    Returns
    -------
    DataFrame
        One row a person or verbatim, scale and theme: the id, ``scale``, ``theme_id``, ``strength`` in
        [0, 1], ``n_reasons`` (reasons that touch it), ``own`` (whether one of them is counted in it).

    Examples
    --------
    >>> table = pd.DataFrame({"respondent_id": ["ann", "ann"], "scale": 0, "theme_id": 3,
    ...                       "strength": [0.9, 0.3], "own": [True, False], "reason_id": ["1", "2"]})
    >>> roll_up(table).to_dict("records")
    [{'respondent_id': 'ann', 'scale': 0, 'theme_id': 3, 'strength': 0.9, 'n_reasons': 2, 'own': True}]
    """
    if by not in (RESPONDENT_ID, VERBATIM_ID):
        message = f"roll up by {RESPONDENT_ID!r} or {VERBATIM_ID!r}, not {by!r}"
        raise ValueError(message)
    grouped = memberships.groupby([by, "scale", THEME_ID], as_index=False)
    rolled = grouped.agg(strength=("strength", "max"), n_reasons=(REASON_ID, "nunique"), own=("own", "any"))
    return rolled.astype({"n_reasons": np.int64})
