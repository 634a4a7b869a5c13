"""A table as read: columns of cells, with the file and row each record came from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain

from needlens.errors import InputError
from needlens.reading.values import as_string, shown

Cell = object
"""What a reader gives for one cell: ``None`` where it is missing."""


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """Columns of cells under their names.

    Attributes
    ----------
    columns
        Cells by column name, all of one length.
    rows
        Row of each record as a spreadsheet shows it: the header is row 1. For JSON Lines, the line.
    files
        Names of the files, in the order their records stand.
    starts
        Position of each file's first record.
    notes
        Sentences to tell the user.

    Examples
    --------
    >>> table = Table({"stars": ["5", "5 of 5"]}, [2, 3], ("shop.csv",))
    >>> str(table.error("not a number", record=1, column="stars"))
    "shop.csv, row 3, column 'stars': not a number"
    """

    columns: Mapping[str, Sequence[Cell]]
    rows: Sequence[int]
    files: tuple[str, ...]
    starts: tuple[int, ...] = (0,)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def place(self, record: int) -> tuple[str, int]:
        """Return the file and row of a record."""
        return self.files[bisect_right(self.starts, record) - 1], self.rows[record]

    def error(self, message: str, *, record: int, column: str) -> InputError:
        """Return (not raise) the error that names file, row and column."""
        file, row = self.place(record)
        return InputError(message, file=file, row=row, column=column)

    def find(self, name: str) -> str | None:
        """Return the column called `name`, if need be but for white space around it."""
        if name in self.columns:
            return name
        alike = [column for column in self.columns if column.strip() == name.strip()]
        return alike[0] if len(alike) == 1 else None


def table_from_rows(
    rows: Iterable[tuple[int, Sequence[Cell]]], *, file: str, notes: tuple[str, ...] = ()
) -> Table:
    """Build a table from rows of cells, the first of which is the header.

    Rows without any value are skipped, and so are columns without a name (spreadsheets and index
    columns leave them behind).

    Parameters
    ----------
    rows
        Row number and cells; a row may be shorter than the header, or longer by missing cells.
    file
        Name of the file.
    notes
        Sentences to hand on.

    Raises
    ------
    InputError
        There is no header or record, two columns have one name, or a row is too long.

    Examples
    --------
    >>> table = table_from_rows([(1, ["text", "plan"]), (2, ["Fine", "Pro"])], file="a.csv")
    >>> table.columns["plan"], table.place(0)
    (('Pro',), ('a.csv', 2))
    """
    filled = ((row, cells) for row, cells in rows if any(cell is not None for cell in cells))
    _, header = next(filled, (0, ()))
    names = [as_string(cell) or "" for cell in header]
    _check_names(names, file)
    numbers: list[int] = []
    records: list[Sequence[Cell]] = []
    n_short = 0
    for row, cells in filled:
        missing = len(names) - len(cells)
        if missing < 0 and any(cell is not None for cell in cells[len(names) :]):
            message = (
                f"{len(cells)} cells but the header has {len(names)} columns; "
                "a cell that holds the delimiter must stand in quotes"
            )
            raise InputError(message, file=file, row=row)
        n_short += missing > 0
        numbers.append(row)
        records.append([*cells, *[None] * missing] if missing > 0 else cells)
    if not records:
        message = "has a header but no rows"
        raise InputError(message, file=file)
    if n_short:
        rows_are, their = ("row is", "its") if n_short == 1 else ("rows are", "their")
        notes += (
            f"{file}: {n_short} {rows_are} shorter than the header; {their} last cells are taken as missing",
        )
    columns = dict(zip(names, zip(*records, strict=False), strict=False))
    columns.pop("", None)
    return Table(columns, numbers, (file,), notes=notes)


def table_from_columns(names: Sequence[str], columns: Sequence[Sequence[Cell]], *, file: str) -> Table:
    """Build a table from columns; the first record is row 2, columns without a name go.

    Raises
    ------
    InputError
        There is no column or no record, or two columns have one name.

    Examples
    --------
    >>> table_from_columns(["text", ""], [["Fine"], [0]], file="a.parquet").columns
    {'text': ['Fine']}
    """
    _check_names(names, file)
    if not len(columns[0]):
        message = "has a header but no rows"
        raise InputError(message, file=file)
    named = {name: column for name, column in zip(names, columns, strict=True) if name}
    return Table(named, range(2, len(columns[0]) + 2), (file,))


def _check_names(names: Sequence[str], file: str) -> None:
    if not any(names):
        message = "is empty: it has no header and no rows"
        raise InputError(message, file=file)
    for position, name in enumerate(names):
        if name and name in names[:position]:
            first = names.index(name) + 1
            message = f"columns {first} and {position + 1} are both called {shown(name)}; rename one"
            raise InputError(message, file=file)


def join_tables(tables: Sequence[Table], required: Sequence[str] = ()) -> Table:
    """Put the records of several files under one another.

    Parameters
    ----------
    tables
        One table a file.
    required
        Columns that every file must have; they get these names. Of the others, those that
        every file has are kept.

    Raises
    ------
    InputError
        A file lacks a required column.

    Examples
    --------
    >>> a = table_from_rows([(1, ["text "]), (2, ["Fine"])], file="a.csv")
    >>> b = table_from_rows([(1, ["text", "n"]), (2, ["Good", 1])], file="b.csv")
    >>> join_tables([a, b], ["text"]).columns
    {'text': ['Fine', 'Good']}
    """
    found = {name: [_require(table, name) for table in tables] for name in required}
    taken = {matches[0] for matches in found.values()}
    for name in tables[0].columns:
        matches = [table.find(name) for table in tables]
        if name not in taken and all(match is not None for match in matches):
            found[name] = [match for match in matches if match is not None]
    columns = {
        name: list(
            chain.from_iterable(table.columns[match] for table, match in zip(tables, matches, strict=True))
        )
        for name, matches in found.items()
    }
    starts = [0]
    for table in tables[:-1]:
        starts.append(starts[-1] + len(table))
    return Table(
        columns,
        list(chain.from_iterable(table.rows for table in tables)),
        tuple(chain.from_iterable(table.files for table in tables)),
        tuple(starts),
        tuple(chain.from_iterable(table.notes for table in tables)),
    )


def _require(table: Table, name: str) -> str:
    match = table.find(name)
    if match is not None:
        return match
    close = get_close_matches(name, table.columns, n=1)
    hint = f"did you mean {shown(close[0])}? The" if close else "the"
    message = f"no column {shown(name)}; {hint} columns are: {listed(table.columns)}"
    raise InputError(message, file=table.files[0])


def listed(names: Iterable[str]) -> str:
    """Write column names for a message: escaped, and the first thirty of them.

    Examples
    --------
    >>> listed(["text", "plan"])
    "'text', 'plan'"
    """
    written = [shown(name) for name in names]
    return ", ".join(written[:30]) + (f" and {len(written) - 30} more" if len(written) > 30 else "")
