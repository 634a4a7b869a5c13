"""Chains through a value map, and how high ladders reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import pandas as pd

from needlens.intervals import wilson
from needlens.ladders import Ladder, rank, straighten

MOST_CHAINS = 10
_MOST_WAYS = 10_000


def dominant_chains(edges: pd.DataFrame, listed: pd.DataFrame, n_asked: int) -> pd.DataFrame:
    """Find the ways through the drawn links from the bottom to the top that most people carry.

    Parameters
    ----------
    edges
        As in :class:`needlens.value_map.build.ValueMap`.
    listed
        The links that count, as :func:`needlens.implications.pairs` gives them.
    n_asked
        Respondents.

    Returns
    -------
    DataFrame
        The :data:`MOST_CHAINS` strongest: chains of three codes and more first, by their weakest link, then
        by the sum of their links. Columns as in :class:`needlens.value_map.build.ValueMap`.
    """
    shown = edges[edges["drawn"] != "no"]
    own = {(m, e): int(w) for m, e, w in zip(shown["means"], shown["end"], shown["weight"], strict=True)}
    onward: dict[str, list[str]] = {}
    for means, end in sorted(own):
        onward.setdefault(means, []).append(end)
    ways: list[tuple[str, ...]] = []

    def walk(way: tuple[str, ...]) -> None:
        further = [end for end in onward.get(way[-1], ()) if end not in way]
        if not further and len(way) > 1:
            ways.append(way)
        for end in further:
            if len(ways) < _MOST_WAYS:
                walk((*way, end))

    ends = {end for _, end in own}
    for start in sorted(set(onward) - ends or set(onward)):
        walk((start,))
    people: dict[tuple[str, str], set[str]] = {}
    for who, means, end in zip(listed["respondent_id"], listed["means"], listed["end"], strict=True):
        people.setdefault((means, end), set()).add(who)
    rows = []
    for way in ways:
        steps = list(pairwise(way))
        strengths = [own[step] for step in steps]
        makers = [people.get(step, set()) for step in steps]
        some = len(set().union(*makers))
        whole = len(set.intersection(*makers))
        rows.append(
            (
                " > ".join(way),
                list(way),
                min(strengths),
                sum(strengths),
                some,
                whole,
                some / n_asked,
                *wilson(some, n_asked),
            )
        )
    names = ["chain", "codes", "weakest", "total", "n_respondents", "n_whole", "share", "low", "high"]
    table = pd.DataFrame(rows, columns=names).astype(
        {"chain": "str"}
        | dict.fromkeys(("weakest", "total", "n_respondents", "n_whole"), "int64")
        | dict.fromkeys(("share", "low", "high"), "float64")
    )
    # A chain of two rungs is an edge of the map already.
    table["longer"] = [len(codes) > 2 for codes in table["codes"]]
    by = ["longer", "weakest", "total", "chain"]
    order = table.sort_values(by, ascending=[False, False, False, True]).drop(columns="longer")
    return order.head(MOST_CHAINS).reset_index(drop=True)


def depths(ladders: Sequence[Ladder], levels: Mapping[str, str]) -> pd.DataFrame:
    """How high ladders reach: nothing is added to a ladder that stops at a feature.

    Parameters
    ----------
    ladders
        All of them, those of one rung too.
    levels
        Level of each code.

    Returns
    -------
    DataFrame
        One row a top level and number of rungs: ``top``, ``rungs``, ``n_ladders``, ``n_respondents``,
        ``share`` of
        the ladders.

    Examples
    --------
    >>> depths([("ann", ("light",)), ("bob", ("light",))], {"light": "attribute"})[["top", "n_ladders"]]
             top  n_ladders
    0  attribute          2
    """
    rows = [
        (who, levels[straight[-1]], len(straight))
        for who, rungs in ladders
        if (straight := straighten(rungs))
    ]
    frame = pd.DataFrame(rows, columns=["who", "top", "rungs"])
    grouped = frame.groupby(["top", "rungs"], as_index=False)["who"]
    table = pd.DataFrame(grouped.agg(n_ladders="size", n_respondents="nunique"))
    table["share"] = table["n_ladders"] / max(len(frame), 1)
    table["height"] = [rank(top) for top in table["top"]]
    table = table.sort_values(["height", "rungs"], ignore_index=True)[
        ["top", "rungs", "n_ladders", "n_respondents", "share"]
    ]
    return table.astype(
        {"top": "str", "share": "float64"} | dict.fromkeys(("rungs", "n_ladders", "n_respondents"), "int64")
    )
