"""The codebook on disk: JSON Lines that only ever grow, one edit a line.

An edit counts from the moment its line is whole. What a crash leaves after the last line break never
counted: reading skips it with a note, the next append cuts it off. Whole lines are never touched again. (A
last line that only lacks its line break, as some editors leave it, counts.)
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, Final

from needlens.codebook.edit import Edit, in_force
from needlens.errors import InputError, StudyError, UsageError
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
    whole, torn = _parts(_load(Path(path), name))
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
    if not torn:
        return tuple(edits), ()
    note = f"{name}: line {len(edits) + 1} was cut off while it was written and does not count"
    return tuple(edits), (note,)


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
    if not new:
        return
    lines = "".join(_line(edit) for edit in new).encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as stream:
            data = path.read_bytes()
            _, torn = _parts(data)
            if torn:
                stream.truncate(len(data) - len(torn))
            elif data and not data.endswith(b"\n"):
                lines = b"\n" + lines
            stream.write(lines)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as problem:
        message = f"{path} cannot be written ({problem.strerror})"
        raise StudyError(message) from problem


def _load(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as problem:
        message = f"cannot be read ({problem.strerror})"
        raise InputError(message, file=name) from None


def _parts(data: bytes) -> tuple[list[bytes], bytes]:
    """Whole lines, and what is left of one that was cut off."""
    *whole, tail = data.split(b"\n")
    if not tail:
        return whole, b""
    try:
        json.loads(tail)
    except ValueError:
        return whole, tail
    return [*whole, tail], b""


def _line(edit: Edit) -> str:
    record: dict[str, Any] = {"schema_version": LOG_VERSION, "number": edit.number, "kind": edit.kind}
    for name, default in _DEFAULTS.items():
        value = getattr(edit, name)
        if name not in record and value != default:
            record[name] = list(value) if name in _LISTS else value
    # ASCII, so that half characters in texts survive and no line separator hides in a line.
    return json.dumps(record, ensure_ascii=True) + "\n"


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
