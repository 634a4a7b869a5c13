"""CSV and TSV, cell for cell: nothing is stripped, and only an empty cell is missing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Final

from needlens.errors import InputError
from needlens.reading.table import Cell, Table, table_from_rows

DELIMITERS: Final = (",", ";", "\t")
"""What a CSV file may be delimited by; where the evidence ties, the first wins."""

_EXCEL_HINT: Final = ["sep=", ""]
"""What a first line like ``sep=;``, by which Excel is told the delimiter, comes apart into."""

_LONGEST_CELL: Final = 2**31 - 1
"""Python's own limit of 131,072 characters would refuse a long interview in one cell."""


def read_delimited(data: bytes, *, file: str, encoding: str, delimiter: str | None = None) -> Table:
    r"""Read a delimited text file; quotes, delimiters and line breaks inside quoted cells are text.

    Parameters
    ----------
    data
        The whole file.
    file
        Its name, for messages.
    encoding
        Its codec, under which `data` must decode without error.
    delimiter
        What stands between cells; found from the header, else from all rows, if not given.

    Raises
    ------
    InputError
        The file is empty, has no rows, a quote is out of place or a row is longer than the header.

    Examples
    --------
    >>> data = b'id;text\nA1;"Light; quiet"\n'
    >>> read_delimited(data, file="a.csv", encoding="utf-8").columns
    {'id': ('A1',), 'text': ('Light; quiet',)}
    """
    with _long_cells():
        if delimiter is None:
            delimiter = _find_delimiter(data, encoding)
        return table_from_rows(_rows(data, encoding, delimiter, file), file=file)


@contextmanager
def _long_cells() -> Iterator[None]:
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _open(data: bytes, encoding: str) -> io.TextIOWrapper:
    """Decode as a stream, so that the whole text never stands in memory a second time."""
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")


def _rows(data: bytes, encoding: str, delimiter: str, file: str) -> Iterator[tuple[int, list[Cell]]]:
    number = 0
    try:
        for number, cells in enumerate(
            csv.reader(_open(data, encoding), delimiter=delimiter, strict=True), 1
        ):
            if number > 1 or cells != _EXCEL_HINT:
                yield number, [cell or None for cell in cells]
    except csv.Error as problem:
        message = (
            f"a quoted cell does not end as it should ({problem}); "
            'a quote inside a quoted cell must be doubled: ""'
        )
        raise InputError(message, file=file, row=number + 1) from None


def _find_delimiter(data: bytes, encoding: str) -> str:
    """Find the header's delimiter; if it has several or none, the one under which rows agree."""
    headers = {delimiter: _widths(data, encoding, delimiter, 1)[:1] for delimiter in DELIMITERS}
    dividing = [delimiter for delimiter, widths in headers.items() if widths > [1]]
    if len(dividing) == 1:
        return dividing[0]

    def agreement(delimiter: str) -> tuple[float, int]:
        widths = _widths(data, encoding, delimiter)
        return (widths.count(widths[0]) / len(widths), widths[0]) if widths else (0.0, 0)

    return max(dividing or DELIMITERS, key=agreement)


def _widths(data: bytes, encoding: str, delimiter: str, n_rows: int | None = None) -> list[int]:
    """Count the cells of each row; nothing if the quotes do not fit this delimiter."""
    reader = csv.reader(_open(data, encoding), delimiter=delimiter, strict=True)
    try:
        return [len(cells) for cells in islice((cells for cells in reader if cells), n_rows)]
    except csv.Error:
        return []
