"""A file of any kind, told by its name and its first bytes, read into a table with its origin."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

from needlens.errors import InputError
from needlens.reading.delimited import read_delimited
from needlens.reading.encoding import detect_encoding
from needlens.reading.excel import read_excel
from needlens.reading.jsonlines import read_jsonlines
from needlens.reading.parquet import read_parquet
from needlens.reading.table import Table
from needlens.reading.values import printable

STDIN: Final = "-"
"""The input that stands for CSV on standard input."""

_FORMATS: Final = {
    **dict.fromkeys((".csv",), "csv"),
    **dict.fromkeys((".tsv", ".tab"), "tsv"),
    **dict.fromkeys((".jsonl", ".ndjson"), "jsonl"),
    **dict.fromkeys((".parquet", ".pq"), "parquet"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"), "excel"),
}
_WORKBOOK_PARTS: Final = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_COMPOUND_FILE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of .xls, and of an .xlsx locked by a password."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where verbatims came from.

    Attributes
    ----------
    name
        Name of the file, with its folders only where another has the same name.
    sha256
        Of its bytes, in hexadecimal; of a data frame, of its verbatims' frame written as CSV.
    n_rows
        Records it held.
    format
        ``csv``, ``tsv``, ``jsonl``, ``parquet``, ``excel`` or ``frame``.
    encoding
        Codec its text was read with; ``None`` where the format settles it.

    Examples
    --------
    >>> Source("shop.csv", sha256(b"text").hexdigest(), 2, "csv", "utf-8").n_rows
    2
    """

    name: str
    sha256: str
    n_rows: int
    format: str
    encoding: str | None = None


def names_of(sources: Sequence[str | Path]) -> list[str]:
    """Name inputs for messages: without their folders, unless two would be called the same.

    Examples
    --------
    >>> names_of(["may/shop.csv", "june/shop.csv", "june/app.csv", "-"])
    ['may/shop.csv', 'june/shop.csv', 'app.csv', 'standard input']
    """
    short = ["standard input" if str(source) == STDIN else Path(source).name for source in sources]
    return [
        printable(name if short.count(name) == 1 else str(source))
        for source, name in zip(sources, short, strict=True)
    ]


def read_source(source: str | Path, *, name: str, stdin: BinaryIO | None = None) -> tuple[Table, Source]:
    r"""Read one input.

    The suffix of its name tells the format, but a workbook or a Parquet file under another name
    is read as what it is, with a note.

    Parameters
    ----------
    source
        Path of a file, or ``"-"`` for CSV on standard input.
    name
        What notes and messages call it.
    stdin
        Stands for standard input; the process's own if not given.

    Raises
    ------
    InputError
        The file is not there, cannot be read, or is not what its name says.

    Examples
    --------
    >>> stream = io.BytesIO(b"text,stars\nLight,5\n")
    >>> table, source = read_source("-", name="standard input", stdin=stream)
    >>> table.columns["text"], source.format, source.n_rows
    (('Light',), 'csv', 1)
    """
    if str(source) == STDIN:
        promised, data = "csv", (stdin or sys.stdin.buffer).read()
    else:
        data, promised = _load(source), _promised_format(source)
    if not data:
        message = "is empty: it has no header and no rows"
        raise InputError(message, file=name)
    format_ = _true_format(data, promised, name)
    encoding = None if format_ in {"parquet", "excel"} else detect_encoding(data, file=name)
    table = _parse(data, format_, encoding, name)
    notes = []
    if format_ != promised:
        notes.append(f"{name}: read as {format_.capitalize()}, which it is in spite of its name")
    if encoding is not None and not encoding.startswith("utf"):
        notes.append(f"{name}: read as {encoding} (not UTF-8)")
    origin = Source(name, sha256(data).hexdigest(), len(table), format_, encoding)
    return replace(table, notes=(*notes, *table.notes)), origin


def _promised_format(source: str | Path) -> str:
    suffix = Path(source).suffix.lower()
    if suffix not in _FORMATS:
        message = f"'{printable(suffix)}' is no suffix that needlens knows; it reads {', '.join(_FORMATS)}"
        raise InputError(message, file=printable(str(source)))
    return _FORMATS[suffix]


def _load(source: str | Path) -> bytes:
    shown_path = printable(str(source))
    try:
        return Path(source).read_bytes()
    except FileNotFoundError:
        message = "no such file"
        raise InputError(message, file=shown_path) from None
    except IsADirectoryError:
        message = "is a folder; name the files in it"
        raise InputError(message, file=shown_path) from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        message = f"cannot be read ({reason})"
        raise InputError(message, file=shown_path) from None


def _true_format(data: bytes, promised: str, name: str) -> str:
    """Tell the format by the first bytes; text is what the name says it is."""
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith(_COMPOUND_FILE) or _is_zipped_workbook(data):
        return "excel"
    if promised in {"parquet", "excel"}:
        title = {"parquet": "Parquet", "excel": "Excel"}[promised]
        message = f"is not {title}, whatever its name says; if it is text, call it .csv or .tsv"
        raise InputError(message, file=name)
    return promised


def _is_zipped_workbook(data: bytes) -> bool:
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return not set(archive.namelist()).isdisjoint(_WORKBOOK_PARTS)
    except zipfile.BadZipFile:
        return False


def _parse(data: bytes, format_: str, encoding: str | None, name: str) -> Table:
    if format_ == "parquet":
        return read_parquet(data, file=name)
    if encoding is None:
        return read_excel(data, file=name)
    if format_ == "jsonl":
        return read_jsonlines(data, file=name, encoding=encoding)
    delimiter = "\t" if format_ == "tsv" else None
    return read_delimited(data, file=name, encoding=encoding, delimiter=delimiter)
