"""JSON Lines: one object a line, whose keys are the columns."""

from __future__ import annotations

import io
import json

from needlens.errors import InputError
from needlens.reading.table import Cell, Table
from needlens.reading.values import shown


def read_jsonlines(data: bytes, *, file: str, encoding: str) -> Table:
    r"""Read JSON Lines; a key that an object lacks is a missing cell, blank lines are skipped.

    Parameters
    ----------
    data
        The whole file.
    file
        Its name, for messages.
    encoding
        Its codec, under which `data` must decode without error.

    Raises
    ------
    InputError
        A line is not a JSON object, or there is none.

    Examples
    --------
    >>> data = b'{"text": "Light"}\n{"text": "Quiet", "stars": 5}\n'
    >>> read_jsonlines(data, file="a.jsonl", encoding="utf-8").columns
    {'text': ['Light', 'Quiet'], 'stars': [None, 5]}
    """
    columns: dict[str, list[Cell]] = {}
    lines: list[int] = []
    for line, text in enumerate(io.TextIOWrapper(io.BytesIO(data), encoding=encoding), 1):
        if text.isspace():
            continue
        record = _parse(text, file, line)
        if all(value is None for value in record.values()):
            continue
        for key, value in record.items():
            if key not in columns:  # a list as long as the file must not be made for every cell
                columns[key] = [None] * len(lines)
            columns[key].append(value)
        lines.append(line)
        for column in columns.values():
            if len(column) < len(lines):
                column.append(None)
    if not lines:
        message = "is empty: it has no JSON object"
        raise InputError(message, file=file)
    return Table(columns, lines, (file,))


def _parse(text: str, file: str, line: int) -> dict[str, Cell]:
    try:
        record = json.loads(text)
    except json.JSONDecodeError as problem:
        message = f"is not valid JSON ({problem.msg} at character {problem.pos + 1})"
        raise InputError(message, file=file, row=line) from None
    except (ValueError, RecursionError):
        message = "is not valid JSON (a number is too long or the nesting too deep)"
        raise InputError(message, file=file, row=line) from None
    if not isinstance(record, dict):
        message = f"{shown(record)} is not an object; JSON Lines hold one {{…}} a line"
        raise InputError(message, file=file, row=line)
    return record
