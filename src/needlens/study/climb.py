"""Links joined into ladders, and the tables of links and codes of a laddered study."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from needlens.intervals import wilson
from needlens.ladders import chains
from needlens.schema import CODE, ELEMENT_ID, REASON_ID, RESPONDENT_ID, TEXT, VERBATIM_ID
from needlens.study.rungs import Rungs

LADDER_COLUMNS: Final = (
    "ladder_id", RESPONDENT_ID, VERBATIM_ID, "rung", ELEMENT_ID, REASON_ID, TEXT, "level", CODE, "grade",
)  # fmt: skip


def climb(found: Rungs, grades: tuple[str, ...]) -> pd.DataFrame:
    """Join the links of each verbatim into ladders.

    Parameters
    ----------
    found
        As :func:`needlens.study.rungs.rungs` gives it.
    grades
        Evidence of the links to use.

    Returns
    -------
    DataFrame
        One row a rung, columns :data:`LADDER_COLUMNS`: ``rung`` counts from 1 at the bottom; ``grade`` is
        that of
        the link to the next rung, null at the top. A rung that no link reaches is a ladder by itself: a
        ladder
        that stops at a feature stays there. Wishes ("if only it were lighter") are not among them.
    """
    elements = found.elements
    counts = (found.links["reason"] == "") & found.links["grade"].isin(grades)
    own = found.links[counts & (found.links["polarity"] == "stated")]
    grade = {(m, e): g for m, e, g in zip(own["means"], own["end"], own["grade"], strict=True)}
    verbatims = elements[VERBATIM_ID].to_numpy(dtype=object)
    tied: dict[str, list[tuple[str, str]]] = {}
    for means, end in grade:
        tied.setdefault(verbatims[means], []).append((f"{means:09}", f"{end:09}"))
    in_links = {at for pair in grade for at in pair}
    ladders = [tuple(int(at) for at in chain) for links in tied.values() for chain in chains(links)]
    lone = np.flatnonzero(elements[CODE].notna() & (elements["polarity"] == "stated"))
    ladders += [(int(at),) for at in lone if at not in in_links]
    rows = []
    numbers: dict[str, int] = {}
    for ladder in sorted(ladders):
        verbatim = str(verbatims[ladder[0]])
        numbers[verbatim] = numbers.get(verbatim, 0) + 1
        for rung, at in enumerate(ladder, start=1):
            up = grade.get((at, ladder[rung])) if rung < len(ladder) else None
            rows.append((f"{verbatim}#{numbers[verbatim]}", verbatim, rung, at, up))
    frame = pd.DataFrame(rows, columns=["ladder_id", VERBATIM_ID, "rung", "at", "grade"])
    of_element = elements[[ELEMENT_ID, REASON_ID, RESPONDENT_ID, TEXT, "level", CODE]]
    joined = frame.merge(of_element, left_on="at", right_index=True, how="left")[list(LADDER_COLUMNS)]
    text = [name for name in LADDER_COLUMNS if name != "rung"]
    return joined.astype(dict.fromkeys(text, "str") | {"rung": "int64"})


def links_table(found: Rungs) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write links with what they point to: those that count, and the rejected ones with the reason."""
    elements, links = found.elements, found.links
    table = pd.DataFrame(index=links.index)
    first = elements.iloc[links["means"].to_numpy()]
    for column in (RESPONDENT_ID, VERBATIM_ID):
        table[column] = first[column].to_numpy()
    for side in ("means", "end"):
        piece = elements.iloc[links[side].to_numpy()]
        for column in (ELEMENT_ID, REASON_ID, "start", "end", TEXT, "level", CODE):
            table[f"{side}_{column}"] = piece[column].to_numpy()
    table.insert(0, "link_id", table["means_element_id"] + ">" + table["end_element_id"])
    for column in ("connective_start", "connective_end", "connective", "kind", "grade", "polarity", "reason"):
        table[column] = links[column].to_numpy()
    numbers = {"connective_start", "connective_end", "means_start", "means_end", "end_start", "end_end"}
    table = table.astype({name: "str" for name in table.columns if name not in numbers})
    table = table.astype(dict.fromkeys(("connective_start", "connective_end"), "Int64"))
    kept = table["reason"] == ""
    return table[kept].drop(columns="reason").reset_index(drop=True), table[~kept].reset_index(drop=True)


def codes_table(found: Rungs, n_asked: int) -> pd.DataFrame:
    """One row a code: its name and words, how many people have it, and the examples an analyst may edit."""
    elements = found.elements.dropna(subset=[CODE])
    table = found.codes.table.copy()
    grouped = elements.groupby(CODE)
    sizes, people = grouped.size(), grouped[RESPONDENT_ID].nunique()
    table["n_elements"] = [int(sizes.get(code, 0)) for code in table[CODE]]
    table["n_respondents"] = [int(people.get(code, 0)) for code in table[CODE]]
    bounds = [wilson(k, n_asked) for k in table["n_respondents"]]
    table["n"] = np.int64(n_asked)
    table["prevalence"] = table["n_respondents"] / n_asked if n_asked else np.nan
    table["low"] = pd.Series([low for low, _ in bounds], dtype="float64")
    table["high"] = pd.Series([high for _, high in bounds], dtype="float64")
    counted = dict.fromkeys(("n_elements", "n_respondents", "n"), "int64")
    return table.astype(counted | {"prevalence": "float64"})
