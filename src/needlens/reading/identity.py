"""Ids of verbatims: those of the file, checked, or made from what a record holds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

from needlens.reading.cells import read_strings
from needlens.reading.table import Table
from needlens.reading.values import shown


def read_ids(table: Table, column: str) -> list[str]:
    """Read a column of ids, each of which must be there and be the only one of its kind.

    Raises
    ------
    InputError
        An id is missing, or stands twice; names both rows.

    Examples
    --------
    >>> read_ids(Table({"id": ["A1", 2.0]}, [2, 3], ("a.xlsx",)), "id")
    ['A1', '2']
    """
    seen: dict[str, int] = {}
    for record, id_ in enumerate(read_strings(table, column)):
        if id_ is None:
            message = (
                "the cell is empty and every verbatim needs an id; fill it, or leave --id-column "
                "out and needlens makes ids"
            )
            raise table.error(message, record=record, column=column)
        first = seen.setdefault(id_, record)
        if first != record:
            (file, row), here = table.place(first), table.place(record)[0]
            before = f"row {row}" if file == here else f"{file}, row {row}"
            message = (
                f"{shown(id_)} stands already in {before}; verbatim ids must be unique. If it "
                "names people use --respondent-column, or leave --id-column out and needlens makes "
                "ids"
            )
            raise table.error(message, record=record, column=column)
    return list(seen)


def digest(cells: Sequence[str | float | datetime | None]) -> bytes:
    """Return 16 bytes that stand for the content of one record.

    Examples
    --------
    >>> digest(["ab", None]) == digest(["a", "b"])
    False
    """
    return blake2b(json.dumps(cells, default=str).encode(), digest_size=16).digest()


def make_ids(digests: Sequence[bytes]) -> list[str]:
    """Make one id a record from its digest: "v" and ten hexadecimal digits.

    Records of one content are told apart by "-2", "-3" and so on; as nothing else differs between
    them, it does not matter which gets which. Should two contents share their ten digits, the
    greater digest counts on after the lesser.

    Parameters
    ----------
    digests
        One a record, of :func:`digest`.

    Returns
    -------
    list of str
        Unique, and the same for a record wherever it stands.

    Examples
    --------
    >>> make_ids([digest(["Light"]), digest(["Quiet"]), digest(["Light"])])
    ['v1b70569110', 'va37985c58e', 'v1b70569110-2']
    """
    ids = [""] * len(digests)
    counts: Counter[str] = Counter()
    for record in sorted(range(len(digests)), key=digests.__getitem__):
        stem = "v" + digests[record].hex()[:10]
        counts[stem] += 1
        ids[record] = stem if counts[stem] == 1 else f"{stem}-{counts[stem]}"
    return ids
