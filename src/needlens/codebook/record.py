"""The codebook as an analyst holds it: edits that only ever grow in number."""

from __future__ import annotations

import html
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.codebook.add import add
from needlens.codebook.edit import Edit, in_force, undo
from needlens.codebook.replay import Replayed, replay


@dataclass(frozen=True, eq=False, slots=True)
class Codebook:
    """All edits of a study's themes; every change gives a new codebook.

    Attributes
    ----------
    edits
        Numbered from 1.
    next_id
        Least theme id that the study has never used.

    Examples
    --------
    >>> from needlens.codebook.edit import merge, rename
    >>> codebook = Codebook(next_id=9).add(rename(1, "Light"), merge([4], 1)).undo(1)
    >>> codebook
    Codebook(3 edits, 1 of them in force)
    >>> codebook.replay(["It is light", "Not heavy"], np.array([1, 4])).ids.tolist()
    [1, 1]
    """

    next_id: int
    edits: tuple[Edit, ...] = ()

    def add(self, *new: Edit) -> Codebook:
        """Append edits; all of them, or an error and none (:func:`needlens.codebook.add.add`)."""
        edits = self.edits
        for edit in new:
            edits = add(edits, edit, next_id=self.next_id)
        return Codebook(self.next_id, edits)

    def undo(self, number: int, *, who: str = "", when: str | None = None, note: str = "") -> Codebook:
        """Take an edit back."""
        return self.add(undo(number, who=who, when=when, note=note))

    def replay(
        self,
        texts: Sequence[str],
        ids: NDArray[np.int64],
        *,
        vectors: NDArray[np.float32] | None = None,
        others: Collection[int] = (),
    ) -> Replayed:
        """Apply the edits to a partition (:func:`needlens.codebook.replay.replay`)."""
        return replay(self.edits, texts, ids, vectors=vectors, others=others)

    def to_frame(self) -> pd.DataFrame:
        """One row an edit: ``number, kind, edit`` (in words)``, in_force, who, when, note``."""
        holding = {edit.number for edit in in_force(self.edits)}
        columns = ["number", "kind", "edit", "in_force", "who", "when", "note"]
        rows = [
            (edit.number, edit.kind, str(edit), edit.number in holding, edit.who, edit.when, edit.note)
            for edit in self.edits
        ]
        types = {"number": "int64", "in_force": "bool"}
        return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns, "str") | types)

    def __repr__(self) -> str:
        """Count the edits."""
        n, holding = len(self.edits), len(in_force(self.edits))
        return f"Codebook({n:,} edit{'s' * (n != 1)}, {holding:,} of them in force)"

    def _repr_html_(self) -> str:
        table = self.to_frame().to_html(index=False, escape=True)
        return f"<p>{html.escape(repr(self))}</p>{table}"
