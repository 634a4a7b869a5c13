"""The implication matrix: how many respondents lead from one code to another, directly or over others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.errors import UsageError
from needlens.ladders import Ladder, rank, straighten

CountedBy = Literal["respondent", "ladder", "mention"]
Weights = Literal["direct", "both"]

PAIR_COLUMNS: Final = ("respondent_id", "means", "end", "direct", "n")
_COUNTED: Final = ("respondent", "ladder", "mention")
_WEIGHTS: Final = ("direct", "both")


def pairs(ladders: Iterable[Ladder], *, counted_by: CountedBy = "respondent") -> pd.DataFrame:
    """List who leads from what to what.

    Two codes of a ladder are linked directly if they follow one another, else indirectly. Somebody who
    links two codes directly in one ladder and indirectly in another counts as direct.

    Parameters
    ----------
    ladders
        Respondent and codes of each, means first; repeats and circles are cut
        (:func:`needlens.ladders.straighten`).
    counted_by
        ``"respondent"``: each respondent counts once a pair; ``"ladder"``: each different ladder of a
        respondent counts once; ``"mention"``: every ladder counts, the same one said twice too.

    Returns
    -------
    DataFrame
        ``respondent_id``, ``means``, ``end`` (str), ``direct`` (bool), ``n`` (int64), sorted.

    Raises
    ------
    UsageError
        ``counted_by`` is none of the three.

    Examples
    --------
    >>> pairs([("ann", ("light", "carry", "free"))]).to_numpy().tolist()
    [['ann', 'carry', 'free', True, 1], ['ann', 'light', 'carry', True, 1], ['ann', 'light', 'free', False,
    1]]
    """
    if counted_by not in _COUNTED:
        message = f"counted_by must be one of {', '.join(_COUNTED)}, not {counted_by!r}"
        raise UsageError(message)
    straight = [(who, straighten(rungs)) for who, rungs in ladders]
    said = straight if counted_by == "mention" else sorted(set(straight))
    rows = [
        (who, rungs[i], rungs[j], j == i + 1, 1)
        for who, rungs in said
        for i in range(len(rungs))
        for j in range(i + 1, len(rungs))
    ]
    frame = pd.DataFrame(rows, columns=list(PAIR_COLUMNS)).astype(
        {"respondent_id": "str", "means": "str", "end": "str", "direct": "bool", "n": "int64"}
    )
    keys = ["respondent_id", "means", "end"]
    if counted_by == "respondent":
        kept = frame.groupby(keys, as_index=False, sort=True).agg(direct=("direct", "any"))
        return kept.assign(n=np.int64(1))[list(PAIR_COLUMNS)]
    return frame.groupby([*keys, "direct"], as_index=False, sort=True).agg(n=("n", "sum"))


def implications(
    ladders: Iterable[Ladder], levels: Mapping[str, str], *, counted_by: CountedBy = "respondent"
) -> pd.DataFrame:
    """Count the summary implication matrix (Reynolds & Gutman 1988), one row a cell that is not empty.

    Parameters
    ----------
    ladders, counted_by
        As in :func:`pairs`.
    levels
        Level of each code.

    Returns
    -------
    DataFrame
        ``means``, ``end``, ``means_level``, ``end_level`` (str), ``direct``, ``indirect`` (int64, in the unit
        of counting), ``cell`` (str, see :func:`cell`), ``n_respondents`` (int64, direct or indirect),
        ``counted_by``; by level and name of means, then of end.

    Examples
    --------
    >>> said = [("ann", ("light", "carry", "free")), ("bob", ("light", "carry"))]
    >>> levels = {"light": "attribute", "carry": "functional", "free": "psychosocial"}
    >>> implications(said, levels)[["means", "end", "cell"]].to_numpy().tolist()
    [['light', 'carry', '2.00'], ['light', 'free', '0.01'], ['carry', 'free', '1.00']]
    """
    listed = pairs(ladders, counted_by=counted_by)
    keys = [listed["means"], listed["end"]]
    counts = pd.DataFrame(
        {
            "direct": listed["n"].where(listed["direct"], 0).groupby(keys).sum(),
            "indirect": listed["n"].where(~listed["direct"], 0).groupby(keys).sum(),
            "n_respondents": listed["respondent_id"].groupby(keys).nunique(),
        }
    ).reset_index()
    table = counts.astype(dict.fromkeys(("direct", "indirect", "n_respondents"), "int64"))
    table["cell"] = [cell(d, i) for d, i in zip(table["direct"], table["indirect"], strict=True)]
    table["means_level"] = [levels[code] for code in table["means"]]
    table["end_level"] = [levels[code] for code in table["end"]]
    table["counted_by"] = counted_by
    text = ["means", "end", "means_level", "end_level", "cell", "counted_by"]
    table = table.astype(dict.fromkeys(text, "str"))
    order = sorted(
        range(len(table)),
        key=lambda at: (
            rank(table["means_level"].iloc[at]),
            table["means"].iloc[at],
            rank(table["end_level"].iloc[at]),
            table["end"].iloc[at],
        ),
    )
    columns = ["means", "end", "means_level", "end_level", "direct", "indirect", "cell", "n_respondents"]
    return table.iloc[order].reset_index(drop=True)[[*columns, "counted_by"]]


def cell(direct: int, indirect: int) -> str:
    """Write a cell as usual: direct, a point, indirect in two digits; a bar where a count has three.

    It is a text: "4.10" is four direct and ten indirect links, and 4.1 is not.

    Examples
    --------
    >>> cell(4, 6), cell(4, 10), cell(4, 106), cell(120, 3)
    ('4.06', '4.10', '4|106', '120|3')
    """
    if max(direct, indirect) >= 100:
        return f"{direct}|{indirect}"
    return f"{direct}.{indirect:02d}"


def weight(table: pd.DataFrame, weights: Weights = "direct") -> NDArray[np.int64]:
    """Weight of each cell: its direct links, or direct and indirect ones.

    Raises
    ------
    UsageError
        ``weights`` is neither "direct" nor "both".

    Examples
    --------
    >>> weight(pd.DataFrame({"direct": [4], "indirect": [6]}), "both").tolist()
    [10]
    """
    if weights not in _WEIGHTS:
        message = f"weights must be 'direct' or 'both', not {weights!r}"
        raise UsageError(message)
    direct = table["direct"].to_numpy(dtype=np.int64)
    return direct if weights == "direct" else direct + table["indirect"].to_numpy(dtype=np.int64)


def code_indices(
    table: pd.DataFrame, levels: Mapping[str, str], *, weights: Weights = "direct"
) -> pd.DataFrame:
    """Abstractness, centrality and prestige of each code, as is usual for goal structures.

    With ``out`` and ``in`` the weights of links that leave and reach a code and T that of all links:
    abstractness = in / (in + out), centrality = (in + out) / T, prestige = in / T (after Pieters,
    Baumgartner & Allen 1995). Over all codes centrality sums to 2 and prestige to 1.

    Parameters
    ----------
    table
        As :func:`implications` gives it.
    levels
        Level of each code to list; codes without a link have 0 in and out and no abstractness.
    weights
        ``"direct"`` or ``"both"``.

    Returns
    -------
    DataFrame
        ``code``, ``level`` (str), ``in``, ``out`` (int64), ``abstractness``, ``centrality``, ``prestige``
        (float64, NaN where they are not defined), by level and name.

    Examples
    --------
    >>> levels = {"light": "attribute", "carry": "functional"}
    >>> table = implications([("ann", ("light", "carry"))], levels)
    >>> code_indices(table, levels)["abstractness"].tolist()
    [0.0, 1.0]
    """
    codes = sorted(levels, key=lambda code: (rank(levels[code]), code))
    own = pd.Series(weight(table, weights), index=table.index)
    into = own.groupby(table["end"]).sum().reindex(codes, fill_value=0).to_numpy(dtype=np.int64)
    out = own.groupby(table["means"]).sum().reindex(codes, fill_value=0).to_numpy(dtype=np.int64)
    total = int(own.sum())
    degree = into + out
    undefined = np.full(len(codes), np.nan)
    return pd.DataFrame(
        {
            "code": pd.Series(codes, dtype="str"),
            "level": pd.Series([levels[code] for code in codes], dtype="str"),
            "in": into,
            "out": out,
            "abstractness": np.divide(into, degree, out=undefined.copy(), where=degree > 0),
            "centrality": degree / total if total else undefined,
            "prestige": into / total if total else undefined,
        }
    )


def health(indices: pd.DataFrame, *, seed: int = 0, n_permutations: int = 9_999) -> tuple[float, float]:
    """Check levels and directions against each other: codes of higher levels should take in more links.

    Parameters
    ----------
    indices
        As :func:`code_indices` gives them.
    seed
        Seed of the permutations.
    n_permutations
        Random orders of the levels that the correlation is compared with.

    Returns
    -------
    tuple of float
        Spearman's rank correlation of abstractness with level, and the chance of one as large if levels were
        dealt at random; NaN both with fewer than three codes or one level.

    Examples
    --------
    >>> levels = {"light": "attribute", "carry": "functional", "free": "psychosocial"}
    >>> table = implications([("ann", ("light", "carry", "free"))], levels)
    >>> round(health(code_indices(table, levels))[0], 2)
    1.0
    """
    known = indices.dropna(subset=["abstractness"])
    heights = np.array([rank(level) for level in known["level"]], dtype=np.float64)
    if len(known) < 3 or len(set(heights)) < 2 or known["abstractness"].nunique() < 2:
        return float("nan"), float("nan")
    x = _standard(known["abstractness"].rank().to_numpy(dtype=np.float64))
    y = _standard(pd.Series(heights).rank().to_numpy(dtype=np.float64))
    observed = float(x @ y)
    rng = np.random.default_rng(seed)
    dealt = rng.permuted(np.tile(y, (n_permutations, 1)), axis=1) @ x
    # Rounding must not decide ties.
    return observed, (1 + int((dealt >= observed - 1e-12).sum())) / (n_permutations + 1)


def _standard(ranks: NDArray[np.floating]) -> NDArray[np.float64]:
    centred = ranks - ranks.mean()
    return np.asarray(centred / np.sqrt((centred**2).sum()), dtype=np.float64)
