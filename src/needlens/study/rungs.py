"""The pieces of a study with their levels and codes, and which links between them count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.codes.book import codes_by_book
from needlens.codes.find import Codes, find_codes
from needlens.ladders import descends, rank
from needlens.levels.along_links import levels_along_links
from needlens.levels.fit import LEAST, LevelModel, decide
from needlens.links.table import adjacent_links
from needlens.schema import CODE, LEVELS, TEXT, UNSURE


@dataclass(frozen=True, eq=False, slots=True)
class Rungs:
    """Pieces and links of a study.

    Attributes
    ----------
    elements
        As in the study, with level, probability, whether a link moved the level, and code (null without).
    links
        Rows of means and end among the elements, with ``reason`` why a link does not count, empty if it does.
    codes
        The codes.
    directions
        Of explicit links, how many rise, stay and fall if each piece is typed by its text alone.
    """

    elements: pd.DataFrame
    links: pd.DataFrame
    codes: Codes
    directions: dict[str, int]


def rungs(
    elements: pd.DataFrame,
    links: pd.DataFrame,
    model: LevelModel,
    vectors: Mapping[str, NDArray[np.float32]],
    *,
    book: pd.DataFrame | None = None,
) -> Rungs:
    """Give pieces their level and code, find neighbours that rise, and say which links count.

    Parameters
    ----------
    elements, links
        As :func:`needlens.links.table.elements_and_links` gives them.
    model
        Tells levels.
    vectors
        Vector of every rung's text.
    book
        Codes as an analyst wants them.

    Returns
    -------
    Rungs
    """
    rung = np.flatnonzero(elements["role"] == "rung")
    texts = elements[TEXT].iloc[rung].tolist()
    own = np.array([vectors[text] for text in texts], dtype=np.float32).reshape(
        len(texts), len(model.direction)
    )
    alone = np.zeros((len(elements), len(LEVELS)))
    alone[rung] = model.probabilities(texts, own)
    explicit = links[links["reason"] == ""]
    together = levels_along_links(alone, zip(explicit["means"], explicit["end"], strict=True))
    level = np.full(len(elements), "", dtype=object)
    probability = np.full(len(elements), np.nan)
    decided, highest = decide(together[rung])
    level[rung], probability[rung] = np.array(decided, dtype=object), highest
    moved = np.zeros(len(elements), dtype=bool)
    moved[rung] = alone[rung].argmax(axis=1) != together[rung].argmax(axis=1)
    said: dict[str, list[str]] = {name: [] for name in LEVELS}
    for at in rung:
        if level[at] in said:
            said[level[at]].append(elements[TEXT].iloc[at])
    codes = find_codes(said, vectors)
    if book is not None:
        codes = codes_by_book(codes, book, vectors)
    of_code = dict(zip(codes.table[CODE], codes.table["level"], strict=True))
    code = [codes.of_text.get((own, text)) for own, text in zip(level, elements[TEXT], strict=True)]
    level = np.array(
        [of_code.get(c, own) if c else own for c, own in zip(code, level, strict=True)], dtype=object
    )
    typed = elements.drop(columns="apart").assign(level=level, probability=probability, moved=moved)
    typed["level"] = typed["level"].astype("str")
    typed[CODE] = pd.Series(code, dtype="str", index=typed.index)
    heights = np.array([rank(own) for own in level], dtype=np.int64)
    every = pd.concat([links, adjacent_links(elements, links, heights)], ignore_index=True)
    every = every.sort_values(["means", "end"], kind="stable", ignore_index=True)
    every["reason"] = [
        why or _why_not(str(level[m]), str(level[e]), code[m], code[e])
        for why, m, e in zip(every["reason"], every["means"], every["end"], strict=True)
    ]
    return Rungs(typed, every, codes, _directions(alone, explicit))


def _why_not(means: str, end: str, means_code: str | None, end_code: str | None) -> str:
    if UNSURE in (means, end):
        return "level not sure"
    if descends(means, end):
        return "leads down"
    return "" if means_code and end_code else "no code"


def _directions(alone: NDArray[np.float64], explicit: pd.DataFrame) -> dict[str, int]:
    if explicit.empty:
        return {"rise": 0, "stay": 0, "fall": 0}
    means, ends = (alone[explicit[side].to_numpy()] for side in ("means", "end"))
    sure = (means.max(axis=1) >= LEAST) & (ends.max(axis=1) >= LEAST)
    steps = ends.argmax(axis=1)[sure] - means.argmax(axis=1)[sure]
    return {"rise": int((steps > 0).sum()), "stay": int((steps == 0).sum()), "fall": int((steps < 0).sum())}
