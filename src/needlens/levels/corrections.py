"""Levels that an analyst corrected, read from a file."""

from __future__ import annotations

from pathlib import Path

from needlens.reading.cells import read_strings, unguarded
from needlens.reading.source import names_of, read_source
from needlens.reading.table import join_tables
from needlens.schema import LEVELS, TEXT

_LEVEL = "level"


def read_corrections(path: str | Path) -> dict[str, str]:
    r"""Read the level of texts as an analyst sees it.

    Parameters
    ----------
    path
        CSV, TSV, JSON Lines, Parquet or Excel with the columns ``text`` and ``level``; rows whose level is
        empty or "unsure" are left out. Every other row counts as corrected: of ``elements.csv`` keep only the
        rows you changed.

    Returns
    -------
    dict of str to str
        Level by text.

    Raises
    ------
    InputError
        A column is missing, a level is none, or a text has two; the message names file, row and column.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "levels.csv"
    ...     _ = file.write_text("text,level\nI feel free,value\nlight,\n")
    ...     read_corrections(file)
    {'I feel free': 'value'}
    """
    read, _ = read_source(path, name=names_of([path])[0])
    table = join_tables([read], [TEXT, _LEVEL])
    found: dict[str, str] = {}
    for record, (said, cell) in enumerate(
        zip(read_strings(table, TEXT), read_strings(table, _LEVEL), strict=True)
    ):
        text, level = unguarded(said or ""), (cell or "").strip().lower()
        if not level or level == "unsure" or not text:
            continue
        if level not in LEVELS:
            message = f"{level!r} is no level; use one of {', '.join(LEVELS)}"
            raise table.error(message, record=record, column=_LEVEL)
        if found.setdefault(text, level) != level:
            message = f"{text!r} is {found[text]!r} in an earlier row; keep one"
            raise table.error(message, record=record, column=_LEVEL)
    return found
