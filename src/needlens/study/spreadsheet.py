"""CSV for people who open it in a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""First characters that make a spreadsheet compute a cell instead of showing it."""


def write_csv(frame: pd.DataFrame, path: str | Path, *, append: bool = False) -> None:
    """Write a table as CSV that a spreadsheet shows and never computes.

    UTF-8 with a byte order mark, which Excel needs; lists joined by commas; a text that would be a formula
    gets an apostrophe in front. The exact texts are in the Parquet twin.

    Parameters
    ----------
    frame
        Any table of numbers, texts, dates and lists of texts.
    path
        File to write.
    append
        Write the rows behind those that are there, without a header.
    """
    shown = frame.reset_index(drop=True)
    for column in shown.columns:
        kind = shown[column].dtype
        if isinstance(kind, pd.StringDtype) and not shown[column].str.startswith(_FORMULA_STARTS).any():
            continue
        if not pd.api.types.is_numeric_dtype(kind):
            shown[column] = pd.Series([_cell(value) for value in shown[column]], dtype="object")
    shown.columns = [_cell(str(column)) for column in shown.columns]
    # Characters of the line's end are quoted inside cells; a bare carriage return would begin a new row.
    encoding = "utf-8" if append else "utf-8-sig"
    with Path(path).open("a" if append else "w", encoding=encoding, newline="") as file:
        shown.to_csv(file, index=False, header=not append, lineterminator="\r\n")


def _cell(value: object) -> object:
    """Make one cell safe.

    Examples
    --------
    >>> _cell("=1+1"), _cell("light"), _cell(["a", "b"])
    ("'=1+1", 'light', 'a, b')
    """
    if isinstance(value, list):
        value = ", ".join(str(part) for part in value)
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
