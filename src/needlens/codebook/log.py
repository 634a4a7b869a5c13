"""The codebook on disk: a log (:mod:`needlens.append_only`) of one edit a line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, Final

from needlens.append_only import append_lines, read_lines
from needlens.codebook.edit import Edit, in_force
from needlens.errors import InputError, UsageError
from needlens.reading.values import printable

LOG_NAME: Final = "codebook.jsonl"
"""What the log is called in a study folder."""

LOG_VERSION: Final = 1
"""Version of a line; raised when an older reader could misread a newer line."""

_DEFAULTS: Final = {field.name: field.default for field in fields(Edit)}
_LISTS: Final = ("themes", "texts")


def read_log(path: str | Path) -> tuple[tuple[Edit, ...], tuple[str, ...]]:
    """Read all edits.

    Parameters
    ----------
    path
        The log; one that is not there is empty.

    Returns
    -------
    edits : tuple of Edit
        Numbered from 1.
    notes : tuple of str
        Sentences to tell the user.

    Raises
    ------
    InputError
        A line is no edit, is of a newer needlens or out of its place, or the file cannot be read; names the
        file and the line.
    """
    name = printable(str(path))
    whole, notes = read_lines(Path(path), name)
    edits: list[Edit] = []
    for row, line in enumerate(whole, 1):
        edit = _parsed(line, name, row)
        if edit.number != row:
            message = f"bears the number {edit.number}, not {row}; bring back the file as it was written"
            raise InputError(message, file=name, row=row)
        edits.append(edit)
    try:
        in_force(edits)
    except UsageError as problem:
        raise InputError(str(problem), file=name) from None
    return tuple(edits), notes


def append_log(path: str | Path, new: Sequence[Edit]) -> None:
    """Write edits after those that are there, in one piece, and wait until they are on the disk.

    Parameters
    ----------
    path
        The log; made with its folder if it is not there.
    new
        Edits whose numbers follow on the last one in the log.

    Raises
    ------
    UsageError
        Their numbers do not follow: someone else appended in the meantime.
    InputError
        What is there cannot be read.
    StudyError
        The file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from needlens.codebook.add import add
    >>> from needlens.codebook.edit import rename
    >>> edits = add((), rename(1, "Light", who="Ana", when="2025-03-31T12:00:00+00:00"), next_id=3)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     append_log(Path(folder) / "codebook.jsonl", edits)
    ...     print((Path(folder) / "codebook.jsonl").read_text(), end="")
    ...     read_log(Path(folder) / "codebook.jsonl") == (edits, ())
    {"schema_version": 1, "number": 1, "kind": "rename", "themes": [1], "words": "Light",
     "who": "Ana", "when": "2025-03-31T12:00:00+00:00"}
    True
    """
    path = Path(path)
    there, _ = read_log(path)
    numbers = [edit.number for edit in new]
    if numbers != list(range(len(there) + 1, len(there) + 1 + len(new))):
        message = (
            f"{path} holds {len(there)} edits, so that the next is edit {len(there) + 1}; "
            "read it again and add the edits to what is there now"
        )
        raise UsageError(message)
    append_lines(path, [_record(edit) for edit in new])


def _record(edit: Edit) -> dict[str, Any]:
    record: dict[str, Any] = {"schema_version": LOG_VERSION, "number": edit.number, "kind": edit.kind}
    for name, default in _DEFAULTS.items():
        value = getattr(edit, name)
        if name not in record and value != default:
            record[name] = list(value) if name in _LISTS else value
    return record


def _parsed(line: bytes, file: str, row: int) -> Edit:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        message = "is not valid JSON; bring back the file as it was written"
        raise InputError(message, file=file, row=row) from None
    if not isinstance(record, dict):
        message = "is not an object; a line of a codebook is one {…}"
        raise InputError(message, file=file, row=row)
    version = record.pop("schema_version", None)
    if type(version) is not int or version > LOG_VERSION:
        message = f"is of version {version!r} of the codebook, not {LOG_VERSION}; update needlens"
        raise InputError(message, file=file, row=row)
    try:
        return _edit(record)
    except UsageError as problem:
        raise InputError(str(problem), file=file, row=row) from None


def _edit(record: dict[str, Any]) -> Edit:
    unknown = sorted(set(record) - set(_DEFAULTS))
    required = [name for name, default in _DEFAULTS.items() if default is MISSING and name not in record]
    if unknown or required:
        message = f"this is no edit: {f'{unknown[0]!r} is unknown' if unknown else 'it has no kind'}"
        raise UsageError(message)
    for name in _LISTS:
        value = record.get(name, [])
        if not isinstance(value, list):
            message = f"this is no edit: {name} must be a list"
            raise UsageError(message)
        record[name] = tuple(value)
    return Edit(**record)
