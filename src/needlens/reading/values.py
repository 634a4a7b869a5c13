"""One cell of a table: what counts as missing, how it reads as a string, how a message shows it."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from numbers import Integral
from typing import Final

import numpy as np

SHOWN_CHARACTERS: Final = 40
"""Characters of a value that a message shows: the rest would drown the sentence."""


def shown(value: object) -> str:
    r"""Write a value for a message: short, and with its control characters escaped.

    Examples
    --------
    >>> print(shown("five\nstars"))
    'five\nstars'
    >>> len(shown("x" * 1_000_000))
    43
    """
    if isinstance(value, str):
        return repr(value[:SHOWN_CHARACTERS]) + "…" * (len(value) > SHOWN_CHARACTERS)
    written = repr(value)
    return written[:SHOWN_CHARACTERS] + "…" * (len(written) > SHOWN_CHARACTERS)


def printable(name: str) -> str:
    r"""Write the name of a file for a message: as it is, unless that could not be printed.

    Examples
    --------
    >>> printable("größe.csv"), printable("a\x1b[2J.csv")
    ('größe.csv', 'a\\x1b[2J.csv')
    """
    return name if name.isprintable() else ascii(name)[1:-1]


def as_string(value: object) -> str | None:
    """Read a cell as a string, without altering one that is a string already.

    Parameters
    ----------
    value
        What the file's reader gave: ``None``, a string, a number, a truth value, a date or a time.

    Returns
    -------
    str or None
        ``None`` where the cell is missing: empty, or not a number. Whole numbers lose the
        ``.0`` that Excel and JSON give them; dates and times are written in ISO 8601.

    Raises
    ------
    TypeError
        The value is nested or binary: it has no plain reading.

    Examples
    --------
    >>> [as_string(value) for value in ("  NA ", 12.0, True, date(2025, 3, 31), "", None)]
    ['  NA ', '12', 'true', '2025-03-31', None, None]
    """
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, float | np.floating | Decimal):
        return _number_as_string(value)
    if isinstance(value, datetime):
        midnight = value.time() == time() and value.tzinfo is None
        return (value.date() if midnight else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    message = f"{shown(value)} is not a single value"
    raise TypeError(message)


def _number_as_string(value: float | np.floating | Decimal) -> str | None:
    if math.isnan(value):
        return None
    whole = math.isfinite(value) and value == int(value)
    return str(int(value)) if whole else str(value)
