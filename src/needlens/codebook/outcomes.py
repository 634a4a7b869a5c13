"""What became of each edit, in a sentence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.codebook.constraints import Constraints
from needlens.codebook.edit import Edit
from needlens.codebook.effective import undone_by
from needlens.reading.values import shown

APPLIED, IDLE, UNMET = "applied", "nothing to do", "unmet"

_Said = tuple[str, str]


def outcomes(
    edits: Sequence[Edit],
    demands: Constraints,
    at: Mapping[str, int],
    shaped: NDArray[np.int64],
    reach: Mapping[int, int],
    there: Collection[int],
) -> pd.DataFrame:
    """Table of outcomes.

    Parameters
    ----------
    edits
        All edits.
    demands
        What they demand.
    at
        Position of each text of the data.
    shaped
        Themes after merges and splits, before texts are placed, shape (n,).
    reach
        Texts that each merge and split reached, by its number.
    there
        Themes that exist in the end.

    Returns
    -------
    DataFrame
        One row an edit: ``number``, ``kind``, ``outcome``, ``sentence``.
    """
    undone = undone_by({edit.number: edit.undoes for edit in edits})
    rows = []
    for edit in edits:
        if edit.number in undone:
            outcome, sentence = IDLE, f"undone by edit {undone[edit.number]}"
        elif edit.kind in ("rename", "describe"):
            outcome, sentence = _worded(edit, edits, undone, demands, there)
        elif edit.kind == "undo":
            outcome, sentence = _undo(edit, undone)
        elif edit.kind == "merge":
            outcome, sentence = _merge(reach[edit.number])
        else:
            outcome, sentence = _on_texts(edit, demands, at, shaped, reach)
        rows.append((edit.number, edit.kind, outcome, f"edit {edit.number} ({edit}): {sentence}"))
    table = pd.DataFrame(rows, columns=["number", "kind", "outcome", "sentence"])
    return table.astype({"number": "int64", "kind": "str", "outcome": "str", "sentence": "str"})


def _undo(edit: Edit, undone: Mapping[int, int]) -> _Said:
    if undone.get(edit.undoes or 0) == edit.number:
        return APPLIED, f"edit {edit.undoes} no longer counts"
    return IDLE, f"edit {undone.get(edit.undoes or 0)} undoes that edit"


def _worded(
    edit: Edit,
    edits: Sequence[Edit],
    undone: Mapping[int, int],
    demands: Constraints,
    there: Collection[int],
) -> _Said:
    theme = edit.themes[0]
    if theme in demands.merged:
        return IDLE, f"the theme is part of theme {demands.merged[theme]}"
    later = [
        other.number
        for other in edits[edit.number :]
        if other.kind == edit.kind and other.themes == edit.themes and other.number not in undone
    ]
    if later:
        return IDLE, f"edit {later[-1]} says it anew"
    return (APPLIED, "done") if theme in there else (UNMET, "no such theme is in the data")


def _merge(n: int) -> _Said:
    return (APPLIED, f"{_texts(n)} moved") if n else (IDLE, "no text is in the merged themes")


def _on_texts(
    edit: Edit,
    demands: Constraints,
    at: Mapping[str, int],
    shaped: NDArray[np.int64],
    reach: Mapping[int, int],
) -> _Said:
    missing = [text for text in edit.texts if text not in at]
    if missing and not (edit.kind == "split" and len(missing) < len(edit.texts)):
        return UNMET, f"{shown(missing[0])} is not in the data"
    if edit.kind == "split":
        gone = f"; {len(missing)} of {_texts(len(edit.texts))} named are not in the data" if missing else ""
        n = reach[edit.number]
        return (APPLIED, f"{_texts(n)} moved{gone}") if n else (IDLE, f"they are there already{gone}")
    if edit.kind == "move" and demands.placing[edit.texts[0]] != edit.number:
        return IDLE, f"edit {demands.placing[edit.texts[0]]} places the text anew"
    where = [int(shaped[at[text]]) for text in edit.texts]
    if edit.kind == "move":
        into = edit.into or 0
        holds = where[0] == demands.merged.get(into, into)
    elif edit.kind == "forbid":
        holds = where[0] != demands.merged.get(edit.themes[0], edit.themes[0])
    else:
        together = where[0] == where[1]
        holds = together if edit.kind == "must_link" else not together or where[0] == 0
    return (IDLE, "it is so already") if holds else (APPLIED, "done")


def _texts(n: int) -> str:
    return f"{n:,} text{'s' * (n != 1)}"
