"""The labels on disk: a log (:mod:`needlens.append_only`) of one label a line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from needlens.append_only import append_lines, read_lines
from needlens.errors import InputError, UsageError
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
    whole, notes = read_lines(Path(path), name)
    return tuple(_parsed(line, name, row) for row, line in enumerate(whole, 1)), notes


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
    append_lines(path, [{"schema_version": LABELS_VERSION, **asdict(label)} for label in new])


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
