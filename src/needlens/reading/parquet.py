"""Parquet files, and data frames, which are the same thing in memory."""

from __future__ import annotations

import io

import pandas as pd

from needlens.errors import InputError
from needlens.reading.table import Table, table_from_columns


def read_parquet(data: bytes, *, file: str) -> Table:
    """Read a Parquet file; the first record is row 2, as under a spreadsheet's header.

    Parameters
    ----------
    data
        The whole file.
    file
        Its name, for messages.

    Raises
    ------
    InputError
        The file is damaged, has no rows, or two columns have one name.

    Examples
    --------
    >>> stream = io.BytesIO()
    >>> pd.DataFrame({"text": ["Light"]}).to_parquet(stream)
    >>> read_parquet(stream.getvalue(), file="a.parquet").columns
    {'text': ['Light']}
    """
    from pyarrow import ArrowException, parquet

    try:
        table = parquet.read_table(io.BytesIO(data))
        columns = [column.to_pylist() for column in table.columns]
    except (ArrowException, OSError, ValueError) as problem:
        reason = str(problem).partition("\n")[0]
        message = f"is not a Parquet file that can be read ({reason})"
        raise InputError(message, file=file) from None
    return table_from_columns(table.column_names, columns, file=file)


def table_of_frame(frame: pd.DataFrame, *, file: str) -> Table:
    """Read a data frame; its index is ignored, what pandas holds to be missing is missing.

    Parameters
    ----------
    frame
        One record a row; column labels that are not strings are read as such.
    file
        What messages call it.

    Raises
    ------
    InputError
        It has no rows, or two columns have one name.

    Examples
    --------
    >>> table_of_frame(pd.DataFrame({"text": ["Light", None]}), file="the data frame").columns
    {'text': ['Light', None]}
    """
    objects = frame.astype(object)
    columns = [
        objects.iloc[:, i].where(frame.iloc[:, i].notna(), None).tolist() for i in range(frame.shape[1])
    ]
    return table_from_columns([str(label) for label in frame.columns], columns, file=file)
