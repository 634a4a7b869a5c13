"""The value map of ladders: nodes, edges with their support, the cut-off, the chains that carry it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.implications import CountedBy, Weights, code_indices, health, implications, pairs, weight
from needlens.intervals import wilson
from needlens.ladders import Ladder, rank
from needlens.value_map.chains import dominant_chains
from needlens.value_map.cutoff import choose_cutoff, cutoffs
from needlens.value_map.popularity import LARGEST_Q, popularity_test
from needlens.value_map.support import DASHED, SOLID, incidence, replication, support


@dataclass(frozen=True, eq=False, slots=True)
class ValueMap:
    """A hierarchical value map and what it rests on.

    Attributes
    ----------
    implications
        As :func:`needlens.implications.implications` gives it.
    indices
        As :func:`needlens.implications.code_indices` gives it.
    cutoffs
        As :func:`needlens.value_map.cutoff.cutoffs` gives it.
    nodes
        One row a code of a drawn link: ``code``, ``level``, ``n_respondents`` (who have it in a ladder),
        ``n``
        (asked), ``prevalence``, ``low``, ``high`` (95 %, Wilson).
    edges
        One row a link at or above the cut-off: ``means``, ``end``, ``means_level``, ``end_level``,
        ``weight``,
        ``direct``, ``indirect``, ``n_respondents``, ``n``, ``share``, ``low``, ``high``, ``support``,
        ``p_value``,
        ``q_value``, ``above_chance`` (nullable bool), ``drawn`` ("solid", "dashed", "no"), ``why`` not.
    chains
        One row a dominant chain: ``chain`` (codes joined by " > "), ``codes`` (list), ``weakest``, ``total``
        (weights of its links), ``n_respondents``, ``share``, ``low``, ``high``: who make one of its links at
        least, and ``n_whole``: who make all of them.
    info
        Cut-off and why, unit of counting, weights, respondents, health.
    """

    implications: pd.DataFrame
    indices: pd.DataFrame
    cutoffs: pd.DataFrame
    nodes: pd.DataFrame
    edges: pd.DataFrame
    chains: pd.DataFrame
    info: dict[str, Any]


def value_map(
    ladders: Sequence[Ladder],
    levels: Mapping[str, str],
    n_asked: int,
    *,
    counted_by: CountedBy = "respondent",
    weights: Weights = "direct",
    cutoff: int | None = None,
    seed: int = 0,
) -> ValueMap:
    """Draw the hierarchical value map of ladders (Reynolds & Gutman 1988).

    Parameters
    ----------
    ladders
        Respondent and codes of each, means first.
    levels
        Level of each code.
    n_asked
        Respondents, those without a ladder too.
    counted_by, weights
        As in :func:`needlens.implications.implications` and :func:`needlens.implications.weight`.
    cutoff
        Least weight of a link; chosen by rule and by replication in halves if None
        (:func:`needlens.value_map.cutoff.choose_cutoff`).
    seed
        Seed of bootstrap, halves and permutations.

    Returns
    -------
    ValueMap

    Examples
    --------
    >>> said = [(str(at), ("light", "carry", "free")) for at in range(12)]
    >>> levels = {"light": "attribute", "carry": "functional", "free": "psychosocial"}
    >>> value_map(said, levels, 20).edges[["means", "end", "weight", "drawn"]].to_numpy().tolist()
    [['light', 'carry', 12, 'dashed'], ['carry', 'free', 12, 'dashed']]
    """
    table = implications(ladders, levels, counted_by=counted_by)
    listed = pairs(ladders, counted_by=counted_by)
    own = weight(table, weights)
    made = incidence(listed, table, weights=weights)
    came_back = replication(made, int(own.max(initial=0)), seed=seed)
    kept = cutoffs(table, levels, n_asked, weights=weights, replication=came_back)
    chosen, why = (
        choose_cutoff(kept, n_asked) if cutoff is None else (cutoff, f"cut-off {cutoff} was asked for")
    )
    indices = code_indices(table, levels, weights=weights)
    rho, p = health(indices, seed=seed)
    edges = _edges(table, own, made, chosen, n_asked, pairs(ladders), seed)
    info = {
        "cutoff": chosen,
        "cutoff_reason": why,
        "counted_by": counted_by,
        "weights": weights,
        "n_respondents": n_asked,
        "n_with_a_link": int(listed["respondent_id"].nunique()),
        "health": None if np.isnan(rho) else {"spearman": rho, "p_value": p},
    }
    return ValueMap(
        table,
        indices,
        kept,
        _nodes(ladders, edges, levels, n_asked),
        edges,
        dominant_chains(edges, listed if weights == "both" else listed[listed["direct"]], n_asked),
        info,
    )


def _edges(
    table: pd.DataFrame,
    own: NDArray[np.int64],
    made: Any,  # noqa: ANN401 - scipy's sparse matrices have no types
    cutoff: int,
    n_asked: int,
    listed: pd.DataFrame,
    seed: int,
) -> pd.DataFrame:
    p, q = popularity_test(listed, table, seed=seed)
    edges = table.drop(columns=["cell", "counted_by"]).assign(weight=own, n=np.int64(n_asked))
    edges["support"] = support(made, cutoff, n_asked, seed=seed)
    edges["p_value"], edges["q_value"] = p, q
    edges["above_chance"] = pd.arrays.BooleanArray(q <= LARGEST_Q, np.isnan(q))
    edges = edges[own >= cutoff].reset_index(drop=True)
    around = _goes_around(edges)
    drawn, whys = [], []
    for at, row in enumerate(edges.to_dict("records")):
        if row["support"] < DASHED:
            verdict = ("no", "in fewer than half of the bootstrap samples")
        elif around[at]:
            verdict = ("no", f"mostly over {around[at]}, which is drawn")
        else:
            verdict = ("solid" if row["support"] >= SOLID else "dashed", "")
        drawn.append(verdict[0])
        whys.append(verdict[1])
    edges["drawn"], edges["why"] = pd.Series(drawn, dtype="str"), pd.Series(whys, dtype="str")
    bounds = [wilson(k, n_asked) for k in edges["n_respondents"]]
    edges["share"] = edges["n_respondents"] / n_asked if n_asked else np.nan
    edges["low"] = pd.Series([low for low, _ in bounds], dtype="float64")
    edges["high"] = pd.Series([high for _, high in bounds], dtype="float64")
    columns = (
        "means end means_level end_level weight direct indirect n_respondents n share low high "
        "support p_value "
        "q_value above_chance drawn why"
    )
    return edges[columns.split()]


def _goes_around(edges: pd.DataFrame) -> list[str]:
    """For each edge the code in the middle of a detour that makes it redundant; empty where there is none."""
    sure = edges[edges["support"] >= DASHED]
    onward: dict[str, set[str]] = {}
    for means, end in zip(sure["means"], sure["end"], strict=True):
        onward.setdefault(means, set()).add(end)
    found = []
    for row in edges.to_dict("records"):
        middles = [
            middle
            for middle in sorted(onward.get(row["means"], ()))
            if middle != row["end"] and row["end"] in onward.get(middle, ())
        ]
        found.append(middles[0] if middles and row["indirect"] >= row["direct"] else "")
    return found


def _nodes(
    ladders: Sequence[Ladder], edges: pd.DataFrame, levels: Mapping[str, str], n_asked: int
) -> pd.DataFrame:
    shown = edges[edges["drawn"] != "no"]
    codes = sorted({*shown["means"], *shown["end"]}, key=lambda code: (rank(levels[code]), code))
    people: dict[str, set[str]] = {code: set() for code in codes}
    for who, rungs in ladders:
        for code in rungs:
            if code in people:
                people[code].add(who)
    rows = []
    for code in codes:
        k = len(people[code])
        rows.append((code, levels[code], k, n_asked, k / n_asked, *wilson(k, n_asked)))
    names = ["code", "level", "n_respondents", "n", "prevalence", "low", "high"]
    return pd.DataFrame(rows, columns=names).astype(
        {"code": "str", "level": "str", "n_respondents": "int64", "n": "int64"}
        | dict.fromkeys(("prevalence", "low", "high"), "float64")
    )
