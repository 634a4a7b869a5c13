"""The labels on disk: JSON Lines that only ever grow, one label a line.

A label counts from the moment its line is whole. What a crash leaves after the last line break never counted:
reading skips it with a note, the next append cuts it off. Whole lines are never touched again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from needlens.errors import InputError, StudyError, UsageError
from needlens.labelling.label import Label
from needlens.reading.values import printable

LABELS_NAME: Final = "labels.jsonl"
"""What the log is called in a study folder."""

LABELS_VERSION: Final = 1
"""Version of a line; raised when an older reader could misread a newer line."""


def read_labels(path: str | Path) -> tuple[tuple[Label, ...], tuple[str, ...]]:
    """Read all labels.

    Parameters
    ----------
    path
        The log; one that is not there is empty.

    Returns
    -------
    labels : tuple of Label
        In the order they were given.
    notes : tuple of str
        Sentences to tell the user.

    Raises
    ------
    InputError
        A line is no label or of a newer needlens, or the file cannot be read; names the file and the line.
    """
    name = printable(str(path))
    whole, torn = _parts(_load(Path(path), name))
    labels = tuple(_parsed(line, name, row) for row, line in enumerate(whole, 1))
    if not torn:
        return labels, ()
    return labels, (f"{name}: line {len(labels) + 1} was cut off while it was written and does not count",)


def append_labels(path: str | Path, new: Sequence[Label]) -> None:
    """Write labels after those that are there, in one piece, and wait until they are on the disk.

    Raises
    ------
    InputError
        What is there cannot be read.
    StudyError
        The file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> label = Label("r1", "light", (), "needlens12", "Ana", "2025-03-31T12:00:00+00:00")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     append_labels(Path(folder) / "labels.jsonl", [label])
    ...     read_labels(Path(folder) / "labels.jsonl") == ((label,), ())
    True
    """
    path = Path(path)
    read_labels(path)
    if not new:
        return
    lines = "".join(_line(label) for label in new).encode()
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


def _line(label: Label) -> str:
    # ASCII, so that half characters in texts survive and no line separator hides in a line.
    return json.dumps({"schema_version": LABELS_VERSION, **asdict(label)}, ensure_ascii=True) + "\n"


def _parsed(line: bytes, file: str, row: int) -> Label:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        message = "is not valid JSON; bring back the file as it was written"
        raise InputError(message, file=file, row=row) from None
    version = record.pop("schema_version", None) if isinstance(record, dict) else None
    if type(version) is not int or version > LABELS_VERSION:
        message = (
            f"is no label of version {LABELS_VERSION}; update needlens, or bring back the file as it was"
        )
        raise InputError(message, file=file, row=row)
    try:
        return _label(record)
    except (TypeError, UsageError):
        message = "is no label; bring back the file as it was written"
        raise InputError(message, file=file, row=row) from None


def _label(record: dict[str, Any]) -> Label:
    needs = record.pop("needs", None)
    texts = all(isinstance(value, str) for value in record.values())
    if not isinstance(needs, list) or not all(isinstance(need, str) for need in needs) or not texts:
        raise TypeError
    return Label(needs=tuple(needs), **record)
