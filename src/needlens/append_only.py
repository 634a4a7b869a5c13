"""Logs on disk: JSON Lines that only ever grow.

A line counts from the moment it is whole. What a crash leaves after the last line break never counted:
reading skips it with a note, the next append cuts it off. Whole lines are never touched again. (A last line
that only lacks its line break, as some editors leave it, counts.)
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from needlens.errors import InputError, StudyError


def read_lines(path: Path, name: str) -> tuple[list[bytes], tuple[str, ...]]:
    """Read the whole lines of a log.

    Parameters
    ----------
    path
        The log; one that is not there is empty.
    name
        What to call it in messages.

    Returns
    -------
    lines : list of bytes
        Without their line breaks.
    notes : tuple of str
        A sentence to tell the user where a line was cut off.

    Raises
    ------
    InputError
        It cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "log.jsonl"
    ...     append_lines(path, [{"who": "Ana"}, {"who": "Bo"}])
    ...     with path.open("ab") as stream:
    ...         _ = stream.write(b'{"who": "C')
    ...     read_lines(path, "log.jsonl")
    ([b'{"who": "Ana"}', b'{"who": "Bo"}'],
     ('log.jsonl: line 3 was cut off while it was written and does not count',))
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return [], ()
    except OSError as problem:
        message = f"cannot be read ({problem.strerror})"
        raise InputError(message, file=name) from None
    whole, torn = _parts(data)
    note = f"{name}: line {len(whole) + 1} was cut off while it was written and does not count"
    return whole, (note,) if torn else ()


def append_lines(path: Path, records: Sequence[Mapping[str, Any]]) -> None:
    """Write records after those that are there, in one piece, and wait until they are on the disk.

    Parameters
    ----------
    path
        The log; made with its folder if it is not there.
    records
        What JSON can hold, one a line; nothing is made or written where there are none.

    Raises
    ------
    StudyError
        It cannot be written.
    """
    if not records:
        return
    # ASCII, so that half characters in texts survive and no line separator hides in a line.
    lines = "".join(json.dumps(record, ensure_ascii=True) + "\n" for record in records).encode()
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


def _parts(data: bytes) -> tuple[list[bytes], bytes]:
    """Whole lines, and what is left of one that was cut off."""
    *whole, tail = data.split(b"\n")
    if not tail:
        return whole, b""
    try:
        json.loads(tail)
    except (ValueError, RecursionError):
        return whole, tail
    return [*whole, tail], b""
