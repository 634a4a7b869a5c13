"""Labels from a table that a person filled in.

Columns: ``reason_id`` and ``needs`` (ids or names, several with ``;`` between them; ``none`` for none), and
if wanted ``who``, ``when``, ``note``. A row whose ``needs`` is empty is not labelled yet. Others are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from needlens.errors import InputError
from needlens.labelling.label import Label
from needlens.needs.framework import NONE, Framework
from needlens.reading.cells import read_strings, unguarded
from needlens.reading.source import names_of, read_source
from needlens.reading.table import listed
from needlens.reading.values import shown

_BETWEEN: Final = ";"


@dataclass(frozen=True, slots=True)
class Filled:
    """What a table of labels held.

    Attributes
    ----------
    labels
        One a row that was filled in, in order.
    n_empty
        Rows without needs.
    """

    labels: tuple[Label, ...]
    n_empty: int


def read_filled(
    path: str | Path,
    texts: Mapping[str, str],
    framework: Framework,
    *,
    who: str = "",
    when: str | None = None,
) -> Filled:
    r"""Read a table of labels.

    Parameters
    ----------
    path
        Any table that needlens reads.
    texts
        Text of each reason of the study by its id.
    framework
        Whose needs the labels name.
    who, when
        Who gave them and when, where the table does not say; now if None.

    Raises
    ------
    InputError
        A reason or need is not known, one reason is labelled in two ways, or nothing is filled in; names the
        file, the row and the column. No label is taken then.

    Examples
    --------
    >>> import tempfile
    >>> from needlens.needs.frameworks import load_framework
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "labels.csv"
    ...     _ = file.write_text("reason_id,needs\nr1,security; care\nr2,\n")
    ...     filled = read_filled(file, {"r1": "Safe for the kids", "r2": "Red"}, load_framework())
    >>> filled.labels[0].needs, filled.n_empty
    (('care', 'security'), 1)
    """
    file = names_of([path])[0]
    table, _ = read_source(path, name=file)
    cells: dict[str, list[str]] = {}
    for name in ("reason_id", "needs", "who", "when", "note"):
        column = table.find(name)
        if column is not None:
            cells[name] = [(cell or "").strip() for cell in read_strings(table, column)]
        elif name in ("reason_id", "needs"):
            message = f"no column {name!r}; the columns are: {listed(table.columns)}"
            raise InputError(message, file=file, row=1)
    now = datetime.now(UTC).isoformat(timespec="seconds") if when is None else when
    known = _names(framework)
    labels: dict[str, Label] = {}
    for record, cell in enumerate(cells["needs"]):
        if not cell:
            continue
        reason = _reason(cells["reason_id"][record], texts)
        if reason not in texts:
            message = (
                f"{shown(reason)} is no informative reason of this study; leave the ids as they were written"
            )
            raise table.error(message, record=record, column="reason_id")
        needs = _needs(cell, known, framework)
        if isinstance(needs, str):
            raise table.error(needs, record=record, column="needs")
        there = labels.get(texts[reason])
        if there is not None and there.needs != needs:
            message = "the same reason is labelled otherwise in a row above; keep one of them"
            raise table.error(message, record=record, column="needs")
        own = {name: cells[name][record] for name in ("who", "when", "note") if name in cells}
        labels[texts[reason]] = Label(
            reason,
            texts[reason],
            needs,
            framework.name,
            own.get("who") or who,
            own.get("when") or now,
            own.get("note", ""),
        )
    if not labels:
        message = f"no row is filled in; write need ids, or '{NONE}', into the column 'needs'"
        raise InputError(message, file=file)
    return Filled(tuple(labels.values()), sum(not cell for cell in cells["needs"]))


def _names(framework: Framework) -> dict[str, str]:
    names = {need.name.casefold(): need.id for need in framework.needs}
    return names | {need.id.casefold(): need.id for need in framework.needs}


def _needs(cell: str, known: Mapping[str, str], framework: Framework) -> tuple[str, ...] | str:
    """The ids a cell names, or the sentence that says why not."""
    words = [word.strip().casefold() for word in cell.split(_BETWEEN) if word.strip()]
    if words == [NONE]:
        return ()
    if NONE in words:
        return f"'{NONE}' cannot stand beside a need; write one or the other"
    unknown = [word for word in words if word not in known]
    if unknown or not words:
        named = ", ".join(framework.ids)
        return f"{shown(unknown[0] if unknown else cell)} is no need of {framework.name}; they are: {named}"
    return tuple(sorted({known[word] for word in words}))


def _reason(cell: str, texts: Mapping[str, str]) -> str:
    """The id in a cell: one that looks like a formula was written with an apostrophe in front."""
    return cell if cell in texts else unguarded(cell)
