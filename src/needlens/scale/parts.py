"""Finished work on disk, part by part: each whole or not there, used again only for the very same work."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

LAYOUT: Final = 1
"""Raised when parts change their meaning, so that none of an older needlens is taken for one of this."""

_DECIDING: Final = ("needlens", "numpy", "pandas", "pyarrow", "pysbd", "torch", "sentence-transformers")
"""Libraries whose other version could make other parts."""

Told = dict[str, int]
"""What whoever made a part tells of it, kept beside it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of finished work.

    Attributes
    ----------
    path
        Where it is, or is to be.
    key
        Digest of everything it depends on (:func:`key_of`).
    """

    path: Path
    key: str


def key_of(*facts: object) -> str:
    """Digest of facts that JSON can hold, and of the versions of the libraries that decide.

    Examples
    --------
    >>> key_of("split", 3) == key_of("split", 3), key_of("split", 3) == key_of("split", 4)
    (True, False)
    """
    versions = {name: version(name) for name in _DECIDING}
    text = json.dumps([LAYOUT, versions, *facts], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def kept(part: Part) -> Told | None:
    """What was told of a part that is whole and was made for the same work; None for any other.

    Parameters
    ----------
    part
        The file is read to the end: a part cut short by a power cut does not have its checksum.
    """
    try:
        seal = json.loads(_seal(part.path).read_text("utf-8"))
        if seal["key"] != part.key or seal["sha256"] != _sha256(part.path):
            return None
        return {str(name): int(value) for name, value in seal["told"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def made(part: Part, make: Callable[[Path], Mapping[str, int]]) -> Told:
    """Make a part unless it is there.

    The file is written under another name and takes its own when it is whole and on the disk; its seal,
    which says what it was made for and its checksum, follows in the same way.

    Parameters
    ----------
    part
        What is wanted.
    make
        Writes the file it is given the path of, and tells what there is to tell.

    Returns
    -------
    dict of str to int
        What was told, now or when it was made.

    Raises
    ------
    OSError
        It cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> def write(path):
    ...     print("writing")
    ...     return {"letters": path.write_text("abc")}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     part = Part(Path(folder) / "0", key_of("abc"))
    ...     made(part, write), made(part, write)
    writing
    ({'letters': 3}, {'letters': 3})
    """
    told = kept(part)
    if told is not None:
        return told
    part.path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=part.path.parent) as folder:
        file = Path(folder) / part.path.name
        told = dict(make(file))
        seal = Path(folder) / "seal"
        text = json.dumps({"key": part.key, "sha256": _sha256(file), "told": told})
        seal.write_text(text, encoding="utf-8")
        for path, target in ((file, part.path), (seal, _seal(part.path))):
            _to_disk(path)
            path.replace(target)
    return told


def _seal(path: Path) -> Path:
    return path.with_name(f"{path.name}.seal")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
