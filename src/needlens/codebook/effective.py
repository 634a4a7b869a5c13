"""Which edits hold: an undo is an edit too, so nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Mapping

from needlens.errors import UsageError


def undone_by(undoes: Mapping[int, int | None]) -> dict[int, int]:
    """Return the undone edits, undos among them, each with the undo that holds against it.

    Parameters
    ----------
    undoes
        For each edit's number the number of the edit it undoes, None where it is no undo.

    Returns
    -------
    dict of int to int
        Number of an undone edit to that of the last undo of it that holds.

    Raises
    ------
    UsageError
        An undo names an edit that is not there or not before it.

    Examples
    --------
    >>> undone_by({1: None, 2: None, 3: 2})
    {2: 3}
    >>> undone_by({1: None, 2: None, 3: 2, 4: 3})
    {3: 4}
    """
    undone: dict[int, int] = {}
    # An undo is judged by later ones alone, so the last is settled first.
    for number in sorted(undoes, reverse=True):
        target = undoes[number]
        if target is None:
            continue
        if target not in undoes or target >= number:
            message = f"edit {number} undoes edit {target}, which is not before it; name an earlier edit"
            raise UsageError(message)
        if number not in undone:
            undone.setdefault(target, number)
    return undone


def effective(undoes: Mapping[int, int | None]) -> list[int]:
    """Return the numbers of the edits that hold; undoing an undo redoes.

    Parameters
    ----------
    undoes
        As for :func:`undone_by`.

    Returns
    -------
    list of int
        Numbers of the edits not undone, undos themselves left out, ascending.

    Raises
    ------
    UsageError
        An undo names an edit that is not there or not before it.

    Examples
    --------
    >>> effective({1: None, 2: None, 3: 2})
    [1]
    >>> effective({1: None, 2: None, 3: 2, 4: 3})
    [1, 2]
    """
    undone = undone_by(undoes)
    return [number for number in sorted(undoes) if undoes[number] is None and number not in undone]
