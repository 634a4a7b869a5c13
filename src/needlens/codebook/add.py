"""Another edit at the end of a codebook, if it can hold together with those before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from needlens.codebook.constraints import ContradictionError, constraints
from needlens.codebook.edit import Edit, in_force
from needlens.errors import UsageError


def add(edits: Sequence[Edit], new: Edit, *, next_id: int) -> tuple[Edit, ...]:
    """Append an edit under the next number; a split gets the id of its theme here, once for all.

    Parameters
    ----------
    edits
        All edits so far.
    new
        The edit, as its constructor made it.
    next_id
        Least theme id that the study has never used; ids that earlier splits took are added here.

    Returns
    -------
    tuple of Edit
        The edits and the new one.

    Raises
    ------
    ContradictionError
        Earlier edits forbid it; the message names the one to undo.
    UsageError
        It names a theme or an edit that never was.

    Examples
    --------
    >>> from needlens.codebook.edit import forbid, move
    >>> edits = add((), move("Light", 2), next_id=5)
    >>> add(edits, forbid("Light", 2), next_id=5)
    Traceback (most recent call last):
    ...
    needlens.codebook.constraints.ContradictionError: edit 1 (move 'Light' to theme 2) and edit 2
    (keep 'Light' out of theme 2) contradict; undo edit 1 first
    """
    free = next_theme(edits, next_id)
    new = replace(new, number=len(edits) + 1, into=free if new.kind == "split" else new.into)
    unknown = [theme for theme in new.named if theme >= free]
    if unknown and free == 1:
        message = (
            "this study has no themes to edit; more answers, or needlens cluster --themes N, may give some"
        )
        raise UsageError(message)
    if unknown:
        message = f"there is no theme {unknown[0]} and never was; look up theme_id in themes.csv"
        raise UsageError(message)
    both = (*edits, new)
    try:
        constraints(both)
    except ContradictionError as problem:
        before = {edit.number for edit in in_force(edits)}
        culprits = [number for number in problem.numbers if number in before]
        if not culprits:
            raise
        message = f"{problem}; undo edit {max(culprits)} first"
        raise ContradictionError(message, problem.numbers) from None
    return both


def next_theme(edits: Iterable[Edit], next_id: int) -> int:
    """Least theme id that neither the study nor an edit, undone or not, has ever used.

    Examples
    --------
    >>> from needlens.codebook.edit import split
    >>> next_theme(add((), split(1, ["Light"]), next_id=7), next_id=7)
    8
    """
    made = [edit.into + 1 for edit in edits if edit.kind == "split" and edit.into is not None]
    return max([next_id, 1, *made])
