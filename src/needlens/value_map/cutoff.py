"""The cut-off: how many must make a link for it to be drawn."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.implications import Weights, weight

LEAST_KEPT = 2 / 3
"""Share of all links a map should keep, the usual rule of thumb."""

LEAST_REPLICATION = 0.5
"""Share of the links in either half of the respondents that must be in both."""


MANY = 50
"""Respondents from which a link takes at least :data:`FEWEST` of them."""

FEWEST = 3


def cutoffs(
    table: pd.DataFrame,
    levels: Mapping[str, str],
    n_asked: int,
    *,
    weights: Weights = "direct",
    replication: NDArray[np.float64] | None = None,
) -> pd.DataFrame:
    """List what each cut-off keeps.

    Parameters
    ----------
    table
        As :func:`needlens.implications.implications` gives it.
    levels
        Level of each code.
    n_asked
        Respondents, those without a link too.
    weights
        ``"direct"`` or ``"both"``.
    replication
        How well the links come back in halves of the respondents at cut-offs 1, 2, …
        (:func:`needlens.value_map.support.replication`); NaN if None.

    Returns
    -------
    DataFrame
        One row a cut-off from 1 to the largest weight: ``cutoff``, ``of_respondents`` (the cut-off as a share
        of them), ``n_cells``, ``of_cells``, ``n_relations``, ``of_relations``, ``n_codes``, ``n_values``
        (value-level codes reached), ``replication``.

    Examples
    --------
    >>> from needlens.implications import implications
    >>> levels = {"light": "attribute", "carry": "functional", "free": "psychosocial"}
    >>> said = [("ann", ("light", "carry", "free")), ("bob", ("light", "carry"))]
    >>> kept = cutoffs(implications(said, levels), levels, 2)
    >>> kept[["cutoff", "n_cells", "n_relations"]].to_numpy().tolist()
    [[1, 2, 3], [2, 1, 2]]
    """
    own = weight(table, weights)
    means, ends = table["means"].to_numpy(), table["end"].to_numpy()
    values = {code for code, level in levels.items() if level == "value"}
    n_cells, total = int((own > 0).sum()), int(own.sum())
    rows = []
    for cutoff in range(1, int(own.max(initial=0)) + 1):
        kept = own >= cutoff
        codes = set(means[kept]) | set(ends[kept])
        relations = int(own[kept].sum())
        came_back = float("nan") if replication is None else float(replication[cutoff - 1])
        rows.append(
            (
                cutoff,
                cutoff / n_asked,
                int(kept.sum()),
                kept.sum() / n_cells,
                relations,
                relations / total,
                len(codes),
                len(set(ends[kept]) & values),
                came_back,
            )
        )
    columns = "cutoff of_respondents n_cells of_cells n_relations of_relations n_codes n_values replication"
    names = columns.split()
    whole = dict.fromkeys(("cutoff", "n_cells", "n_relations", "n_codes", "n_values"), "int64")
    shares = dict.fromkeys(("of_respondents", "of_cells", "of_relations", "replication"), "float64")
    return pd.DataFrame(rows, columns=names).astype({**whole, **shares})


def cutoff_by_rule(table: pd.DataFrame) -> int:
    """Largest cut-off that keeps at least two thirds of all links; 1 where there are none.

    Parameters
    ----------
    table
        As :func:`cutoffs` gives it.
    """
    enough = table.loc[table["of_relations"] >= LEAST_KEPT - 1e-12, "cutoff"]
    return int(enough.max()) if len(enough) else 1


def cutoff_by_replication(table: pd.DataFrame) -> int | None:
    """Least cut-off at which half the links of either half of the respondents come back in the other.

    Returns
    -------
    int or None
        None where no cut-off does.

    Parameters
    ----------
    table
        As :func:`cutoffs` gives it.
    """
    enough = table.loc[table["replication"] >= LEAST_REPLICATION, "cutoff"]
    return int(enough.min()) if len(enough) else None


def choose_cutoff(table: pd.DataFrame, n_asked: int = 0) -> tuple[int, str]:
    """Choose the cut-off of a map: what the rule says, or more if those links do not come back in halves.

    Parameters
    ----------
    table
        As :func:`cutoffs` gives it.
    n_asked
        Respondents; among :data:`MANY` or more, a link takes at least :data:`FEWEST` of them, where any
        has as
        many: what one or two say is no pattern.

    Returns
    -------
    tuple
        The cut-off, and one sentence that says why.

    Examples
    --------
    >>> choose_cutoff(cutoffs(pd.DataFrame({"means": [], "end": [], "direct": [], "indirect": []}), {}, 1))
    (1, 'there are no links')
    """
    if table.empty:
        return 1, "there are no links"
    rule, replicated = cutoff_by_rule(table), cutoff_by_replication(table)
    floor = min(FEWEST, int(table["cutoff"].max())) if n_asked >= MANY else 1
    chosen, why = _chosen(table, rule, replicated)
    if chosen >= floor:
        return chosen, why
    kept = float(table.set_index("cutoff")["of_relations"][floor])
    return (
        floor,
        f"{why}; {floor} is the least of {n_asked:,} people that the map shows ({kept:.0%} of all links)",
    )


def _chosen(table: pd.DataFrame, rule: int, replicated: int | None) -> tuple[int, str]:
    kept = float(table.set_index("cutoff")["of_relations"][rule])
    by_rule = f"cut-off {rule} is the largest that keeps two thirds of all links ({kept:.0%})"
    if table["replication"].isna().all():
        return rule, by_rule
    if replicated is None:
        return (
            rule,
            f"{by_rule}; at no cut-off do half of the links come back in the other half of the people",
        )
    share = float(table.set_index("cutoff")["replication"][max(rule, replicated)])
    if replicated <= rule:
        return rule, f"{by_rule}, and {share:.0%} of them come back in the other half of the people"
    chosen = (
        f"{by_rule}, but too few of them come back in the other half of the people; from {replicated} on at "
        f"least half do ({share:.0%})"
    )
    return replicated, chosen
