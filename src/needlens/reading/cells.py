"""Whole columns of strings and of numbers; the error names the first cell that is neither."""

from __future__ import annotations

import math
import re
from typing import Final

from needlens.reading.table import Table
from needlens.reading.values import as_string, shown

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def read_strings(table: Table, column: str) -> list[str | None]:
    r"""Read a column as strings, exactly as they stand.

    But half of a character (a lone surrogate, which JSON can write and UTF-8 cannot) becomes
    U+FFFD, one for one, so that no position moves.

    Returns
    -------
    list of str or None
        ``None`` where the cell is missing.

    Raises
    ------
    InputError
        A cell is nested or binary; names file, row and column.

    Examples
    --------
    >>> table = Table({"plan": ["Pro ", 12.0, None]}, [2, 3, 4], ("a.xlsx",))
    >>> read_strings(table, "plan")
    ['Pro ', '12', None]
    """
    strings: list[str | None] = []
    for record, cell in enumerate(table.columns[column]):
        try:
            string = as_string(cell)
        except TypeError as problem:
            raise table.error(str(problem), record=record, column=column) from None
        if string is not None and not string.isascii() and _LONE_SURROGATE.search(string):
            string = _LONE_SURROGATE.sub("\ufffd", string)
        strings.append(string)
    return strings


def read_numbers(table: Table, column: str) -> list[float | None]:
    """Read a column as finite numbers.

    Returns
    -------
    list of float or None
        ``None`` where the cell is missing.

    Raises
    ------
    InputError
        A cell is not a number; names file, row and column.

    Examples
    --------
    >>> read_numbers(Table({"stars": ["4", 5, " 4.5", None]}, [2, 3, 4, 5], ("a.csv",)), "stars")
    [4.0, 5.0, 4.5, None]
    """
    numbers: list[float | None] = []
    for record, string in enumerate(read_strings(table, column)):
        if string is None:
            numbers.append(None)
            continue
        number = float(string) if _NUMBER.fullmatch(string.strip()) else math.nan
        if not math.isfinite(number):
            message = f"{shown(string)} is not a number; write it as 4.5, or leave the cell empty"
            raise table.error(message, record=record, column=column)
        numbers.append(number)
    return numbers


def unguarded(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from computing it.

    Examples
    --------
    >>> unguarded("'-50 % price"), unguarded("'tis light")
    ('-50 % price', "'tis light")
    """
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell
