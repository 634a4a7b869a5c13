"""A framework from a file: YAML, or a table with one need a row.

A YAML file is a list of entries with the fields of :class:`needlens.needs.framework.Need`, of which ``id``
and ``satisfied`` are required. A table has them as columns, sentences in one cell with ``|`` between them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from needlens.errors import InputError
from needlens.needs.framework import NONE, Framework, Need
from needlens.reading.cells import read_strings
from needlens.reading.source import names_of, read_source
from needlens.reading.table import listed
from needlens.reading.values import printable, shown

_TEXTS: Final = ("id", "name", "definition", "so_that")
_SENTENCES: Final = ("satisfied", "violated", "stated")
_FIELDS: Final = (*_TEXTS, *_SENTENCES, "relief")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_BETWEEN: Final = "|"
_MOST: Final = 100
"""Needs a framework may have: beyond, nobody can tell them apart."""


def read_framework_file(path: str | Path, *, name: str | None = None) -> Framework:
    """Read a framework.

    Parameters
    ----------
    path
        A YAML file (``.yaml``, ``.yml``), or a table of any kind that needlens reads.
    name
        What to call it; the file's name if not given.

    Raises
    ------
    InputError
        The file cannot be read or is no framework; names the file, the row (of YAML: the number of the
        entry) and the field.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "mine.yaml"
    ...     _ = file.write_text("- {id: rest, satisfied: [I sleep well.], violated: [I lie awake.]}")
    ...     read_framework_file(file).needs[0].violated
    ('I lie awake.',)
    """
    path = Path(path)
    file = names_of([path])[0]
    if path.suffix.lower() in (".yaml", ".yml"):
        entries = list(enumerate(_yaml(path, file), 1))
    else:
        entries = _table(path, file)
    if not 1 <= len(entries) <= _MOST:
        message = f"holds {len(entries)} needs; a framework has from 1 to {_MOST}"
        raise InputError(message, file=file)
    needs: list[Need] = []
    for row, entry in entries:
        need = _need(entry, file, row)
        if need.id in (known.id for known in needs):
            message = f"{shown(need.id)} is the id of an earlier need; give each its own"
            raise InputError(message, file=file, row=row, column="id")
        needs.append(need)
    return Framework(name or file, tuple(needs))


def _yaml(path: Path, file: str) -> list[object]:
    import yaml

    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        message = "no such file"
        raise InputError(message, file=printable(str(path))) from None
    except (OSError, UnicodeDecodeError) as problem:
        message = f"cannot be read ({getattr(problem, 'strerror', None) or 'it is not UTF-8'})"
        raise InputError(message, file=file) from None
    except (yaml.YAMLError, RecursionError, ValueError) as problem:
        mark = getattr(problem, "problem_mark", None)
        said = getattr(problem, "problem", None) or (
            "it is nested too deep" if isinstance(problem, RecursionError) else str(problem)
        )
        message = f"is not valid YAML: {said}"
        raise InputError(message, file=file, row=None if mark is None else mark.line + 1) from None
    if not isinstance(entries, list):
        message = "must be a list of needs: each begins with '- id: …'"
        raise InputError(message, file=file)
    return entries


def _table(path: Path, file: str) -> list[tuple[int, object]]:
    table, _ = read_source(path, name=file)
    columns = {column.strip().casefold(): column for column in table.columns}
    cells = {name: read_strings(table, column) for name, column in columns.items()}
    entries: list[tuple[int, object]] = []
    for record in range(len(table)):
        entry: dict[str, Any] = {}
        for name, column in cells.items():
            cell = (column[record] or "").strip()
            if not cell:
                continue
            entry[name] = cell.split(_BETWEEN) if name in _SENTENCES else cell
        if "relief" in entry:
            entry["relief"] = {"yes": True, "true": True, "no": False, "false": False}.get(
                entry["relief"].casefold(), entry["relief"]
            )
        entries.append((table.place(record)[1], entry))
    return entries


def _need(entry: object, file: str, row: int) -> Need:
    if not isinstance(entry, Mapping):
        message = f"is not a need but {shown(entry)}; write its fields as 'id: …', 'satisfied: […]'"
        raise InputError(message, file=file, row=row)
    unknown = [str(key) for key in entry if key not in _FIELDS]
    if unknown:
        message = f"is no field of a need; the fields are: {listed(_FIELDS)}"
        raise InputError(message, file=file, row=row, column=unknown[0])
    texts = {field: _text(entry.get(field), file, row, field) for field in _TEXTS}
    _check_id(texts["id"], file, row)
    sentences = {field: _sentences(entry.get(field), file, row, field) for field in _SENTENCES}
    if not sentences["satisfied"]:
        message = "is missing: write at least one sentence of what customers say when the need is met"
        raise InputError(message, file=file, row=row, column="satisfied")
    relief = entry.get("relief", False)
    if not isinstance(relief, bool):
        message = f"must be yes or no, not {shown(relief)}"
        raise InputError(message, file=file, row=row, column="relief")
    name = texts["name"] or texts["id"].replace("-", " ").replace("_", " ").capitalize()
    return Need(
        texts["id"],
        name,
        texts["definition"],
        sentences["satisfied"],
        sentences["violated"],
        sentences["stated"],
        texts["so_that"],
        relief,
    )


def _check_id(need_id: str, file: str, row: int) -> None:
    if not need_id:
        message = "is missing: give the need a short id, such as 'peace-of-mind'"
    elif need_id == NONE:
        message = f"'{NONE}' stands for no need; choose another id"
    elif not _ID.fullmatch(need_id):
        message = f"{shown(need_id)} must be lower-case letters, digits, '-' and '_', at most 40"
    else:
        return
    raise InputError(message, file=file, row=row, column="id")


def _text(value: object, file: str, row: int, field: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value).strip()
    message = f"must be a text, not {shown(value)}; put it in quotes"
    raise InputError(message, file=file, row=row, column=field)


def _sentences(value: object, file: str, row: int, field: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        message = f"must be a list of sentences, not {shown(value)}; write [first sentence, second sentence]"
        raise InputError(message, file=file, row=row, column=field)
    sentences = tuple(_text(sentence, file, row, field) for sentence in value)
    if not all(sentences):
        message = "holds an empty sentence; take it out"
        raise InputError(message, file=file, row=row, column=field)
    return sentences
