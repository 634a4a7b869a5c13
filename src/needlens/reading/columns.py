"""Which column plays which role: the named ones, and the others if only one guess is possible."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median
from typing import Any, Final

from needlens.errors import InputError
from needlens.reading.cells import read_numbers, read_strings
from needlens.reading.dates import read_dates
from needlens.reading.identity import read_ids
from needlens.reading.roles import Roles
from needlens.reading.table import Cell, Table, listed
from needlens.reading.values import shown

_TEXT_NAMES: Final = (
    *("text", "verbatim", "review", "comment", "comments", "answer", "response", "feedback"),
    *("reason", "review_text", "review_body", "verbatim_text"),
)
_ID_NAMES: Final = ("verbatim_id", "review_id", "id", "response_id")
_RESPONDENT_NAMES: Final = (
    *("respondent_id", "respondent", "customer_id", "user_id", "author", "participant_id"),
)
_RATING_NAMES: Final = ("rating", "stars", "score")
_DATE_NAMES: Final = ("date", "timestamp", "created_at", "submitted_at", "review_date")

_PROSE_WORDS: Final = 4.0
"""Median words from which a column can be taken for prose without a telling name."""

_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Letters of scripts that put no space between words; two of them make about one word."""

_Read = Callable[[Table, str], Sequence[object]]

_GUESSED: Final[tuple[tuple[str, tuple[str, ...], _Read], ...]] = (
    ("id", _ID_NAMES, read_ids),
    ("respondent", _RESPONDENT_NAMES, read_strings),
    ("rating", _RATING_NAMES, read_numbers),
    ("date", _DATE_NAMES, lambda table, column: read_dates(table, column)[0]),
)
"""Role, the names a column may have to be guessed for it, and the reading it must pass."""


def choose_roles(table: Table, named: Roles) -> tuple[Roles, tuple[str, ...]]:
    """Fill the roles that were not named, where that is unambiguous; segments are never guessed.

    Parameters
    ----------
    table
        Where the columns stand.
    named
        The columns the user named, all of which `table` has.

    Returns
    -------
    roles : Roles
        Its `text` is a column of `table`.
    notes : tuple of str
        One sentence a guess.

    Raises
    ------
    InputError
        The text was not named, and no column or several could hold it.

    Examples
    --------
    >>> table = Table({"Review": ["Light and quiet"], "stars": ["5"]}, [2], ("a.csv",))
    >>> roles, notes = choose_roles(table, Roles())
    >>> roles.text, roles.rating, notes[0]
    ('Review', 'stars', "text column guessed: 'Review'")
    """
    text = named.text or _guess_text(table, _free(table, named))
    roles = replace(named, text=text)
    notes = [] if named.text else [f"text column guessed: {shown(text)}"]
    for role, names, read in _GUESSED:
        if getattr(roles, role) is not None:
            continue
        called = [column for column in _free(table, roles) if _plain(column) in names]
        fit = [column for column in called if _holds(read, table, column)]
        if role == "id":
            notes += [
                f"column {shown(column)} is not taken for the id: values repeat or are missing"
                for column in called
                if column not in fit
            ]
        if len(fit) == 1:
            guess: dict[str, Any] = {role: fit[0]}
            roles = replace(roles, **guess)
            notes.append(f"{role} column guessed: {shown(fit[0])}")
    return roles, tuple(notes)


def _free(table: Table, roles: Roles) -> list[str]:
    return [column for column in table.columns if column not in roles.columns]


def _plain(column: str) -> str:
    return re.sub(r"[\s-]+", "_", column.strip().casefold())


def _holds(read: _Read, table: Table, column: str) -> bool:
    """Tell whether a column reads without error and has any value."""
    try:
        return any(value is not None for value in read(table, column))
    except InputError:
        return False


def _guess_text(table: Table, free: Sequence[str]) -> str:
    """Take the only column; else the only one by name, or by its prose, unless the two disagree."""
    if len(free) == 1:
        return free[0]
    words = {column: _median_words(table.columns[column]) for column in free}
    most = max(words.values(), default=0.0)
    prose = [c for c in free if words[c] >= max(_PROSE_WORDS, most / 2)]
    called = [c for c in free if _plain(c) in _TEXT_NAMES and words[c] > 0]
    both = [c for c in called if c in prose]
    if len(called) == 1 and (both or not prose):
        return called[0]
    if len(prose) == 1 and (both or not called):
        return prose[0]
    possible = [c for c in free if c in prose or c in called]
    if possible:
        count = {2: "two"}.get(len(possible), str(len(possible)))
        message = f"{count} columns could hold the text: {listed(possible)}"
    else:
        message = f"no column looks like text; there are: {listed(table.columns)}"
    message = f"{message}; name one with --text-column"
    raise InputError(message, file=", ".join(table.files))


def _median_words(cells: Sequence[Cell]) -> float:
    """Count words a cell; none where a cell is no string or none has a letter."""
    strings = [cell for cell in cells if isinstance(cell, str)]
    if len(strings) < sum(cell is not None for cell in cells):
        return 0.0
    if not any(character.isalpha() for string in strings for character in string):
        return 0.0
    return median(
        len(string.split()) + (0 if string.isascii() else len(_UNSPACED.findall(string)) / 2)
        for string in strings
    )
