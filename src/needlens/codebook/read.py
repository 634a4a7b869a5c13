"""Edits from a file that a person wrote: a table with one edit a row.

======================  =====================================================================
``edit``                columns it needs (and may have)
======================  =====================================================================
rename, describe        ``theme``, ``name``
merge                   ``theme`` (several with ``;`` between them), ``into``
split                   ``theme``, ``text`` (several with ``;`` between them), (``name``)
move                    ``text``, ``into`` (``none`` for no theme)
forbid                  ``text``, ``theme``
must_link, cannot_link  ``text``, ``other_text``
undo                    ``number`` of the edit to take back
======================  =====================================================================

Every row may have ``who``, ``when`` and ``note``. A theme is named by its id or its label, as it is after
the rows above; a reason by its id or its text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

import pandas as pd

from needlens.codebook.add import add
from needlens.codebook.edit import NO_THEME, Edit, in_force
from needlens.codebook.lookup import Texts, ThemeNames
from needlens.errors import InputError, UsageError
from needlens.reading.cells import read_strings
from needlens.reading.source import names_of, read_source
from needlens.reading.table import Table, listed
from needlens.reading.values import shown

_CELLS: Final = {
    "rename": ("theme", "name"),
    "describe": ("theme", "name"),
    "merge": ("theme", "into"),
    "split": ("theme", "text", "name"),
    "move": ("text", "into"),
    "forbid": ("text", "theme"),
    "must_link": ("text", "other_text"),
    "cannot_link": ("text", "other_text"),
    "undo": ("number",),
}
_OPTIONAL: Final = (("split", "name"),)
_ALWAYS: Final = ("edit", "who", "when", "note")
_COLUMNS: Final = (*_ALWAYS, "theme", "into", "text", "other_text", "name", "number")
_BETWEEN: Final = ";"
_NONE: Final = "none"

_T = TypeVar("_T")


def read_edits(
    path: str | Path,
    edits: Sequence[Edit],
    *,
    reasons: pd.DataFrame,
    themes: pd.DataFrame,
    main_scale: int,
    next_id: int,
    who: str = "",
    when: str | None = None,
) -> tuple[Edit, ...]:
    r"""Read edits and append them to those there are; all of them or, where one is wrong, none.

    Parameters
    ----------
    path
        A CSV, TSV, JSON Lines, Parquet or Excel file.
    edits
        All edits so far.
    reasons
        Columns ``reason_id``, ``text``, ``informative``.
    themes
        Columns ``theme_id``, ``label``, ``scale``, as the study shows them.
    main_scale
        Its main scale.
    next_id
        As for :func:`needlens.codebook.add.add`.
    who, when
        For rows that do not say; ``when`` as ISO 8601 in UTC, the time of the call if None.

    Returns
    -------
    tuple of Edit
        The edits and those of the file.

    Raises
    ------
    InputError
        A row is no edit, names what is not there or contradicts an earlier edit; names file, row and column.

    Examples
    --------
    >>> import tempfile
    >>> reasons = pd.DataFrame({"reason_id": ["r1"], "text": ["It is light"], "informative": [True]})
    >>> themes = pd.DataFrame({"theme_id": [1, 2], "label": ["Light", "Quiet"], "scale": [0, 0]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "edits.csv"
    ...     _ = path.write_text("edit,theme,into,text,name\nrename,1,,,Easy\nmove,,Easy,r1,\n")
    ...     edits = read_edits(path, (), reasons=reasons, themes=themes, main_scale=0, next_id=3)
    >>> [str(edit) for edit in edits]
    ["call theme 1 'Easy'", "move 'It is light' to theme 1"]
    """
    table, _ = read_source(path, name=names_of([path])[0])
    cells = _cells(table)
    texts, names, all_edits = Texts(reasons), ThemeNames(themes, main_scale), tuple(edits)
    now = datetime.now(UTC).isoformat(timespec="seconds") if when is None else when
    for edit in in_force(edits):
        _note_name(names, edit)
    for record in range(len(table)):
        row = _Row(table, record, {name: column[record] for name, column in cells.items()})
        new = _edit(row, texts, names, who, now)
        try:
            all_edits = add(all_edits, new, next_id=next_id)
        except UsageError as problem:
            raise row.error(str(problem), column="edit") from None
        _note_name(names, all_edits[-1])
    return all_edits


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the file; what is wrong with a cell names its place."""

    table: Table
    record: int
    cells: dict[str, str | None]

    def error(self, message: str, *, column: str) -> InputError:
        return self.table.error(message, record=self.record, column=column)

    def find(self, column: str, find: Callable[[str], _T]) -> _T:
        try:
            return find(self.cells.get(column) or "")
        except UsageError as problem:
            raise self.error(str(problem), column=column) from None

    def find_several(self, column: str, find: Callable[[str], _T]) -> tuple[_T, ...]:
        """Read a cell that may name several; as a whole first, since a text may hold the mark between."""
        cell = self.cells.get(column) or ""
        parts = [part.strip() for part in cell.split(_BETWEEN) if part.strip()]
        if len(parts) > 1:
            try:
                return (find(cell),)
            except UsageError:
                pass
            try:
                return tuple(find(part) for part in parts)
            except UsageError as problem:
                raise self.error(str(problem), column=column) from None
        return (self.find(column, find),)


def _cells(table: Table) -> dict[str, list[str | None]]:
    """Columns by the names of this file, their cells without white space around them."""
    known: dict[str, list[str | None]] = {}
    for column in table.columns:
        name = _word(column)
        if name not in _COLUMNS or name in known:
            message = f"says nothing about an edit, or twice the same; the columns are: {listed(_COLUMNS)}"
            raise InputError(message, file=table.files[0], row=1, column=column)
        known[name] = [(cell or "").strip() or None for cell in read_strings(table, column)]
    if "edit" not in known:
        message = f"no column 'edit', which says what each row does: {', '.join(_CELLS)}"
        raise InputError(message, file=table.files[0], row=1)
    return known


def _edit(row: _Row, texts: Texts, names: ThemeNames, who: str, when: str) -> Edit:
    kind = _word(row.cells["edit"] or "")
    if kind not in _CELLS:
        message = f"{shown(row.cells['edit'] or '')} is no edit; there are: {', '.join(_CELLS)}"
        raise row.error(message, column="edit")
    _check_filled(row, kind)
    themes: tuple[int, ...] = ()
    named: tuple[str, ...] = ()
    if "theme" in _CELLS[kind]:
        of_any = kind in ("rename", "describe")
        themes = row.find_several("theme", lambda name: names.find(name, any_scale=of_any))
    if "text" in _CELLS[kind]:
        named = row.find_several("text", texts.find)
    if "other_text" in _CELLS[kind]:
        named = (*named, row.find("other_text", texts.find))
    try:
        return Edit(
            kind,
            tuple(sorted(themes)),
            row.find("into", lambda name: _into(name, kind, names)) if "into" in _CELLS[kind] else None,
            named,
            row.cells.get("name") or "",
            row.find("number", _number) if kind == "undo" else None,
            row.cells.get("who") or who,
            row.cells.get("when") or when,
            row.cells.get("note") or "",
        )
    except UsageError as problem:
        raise row.error(str(problem), column="edit") from None


def _check_filled(row: _Row, kind: str) -> None:
    """Refuse a row without a cell it needs, or with one that means nothing there."""
    for column in _CELLS[kind]:
        if not row.cells.get(column) and (kind, column) not in _OPTIONAL:
            hint = f"; write {_NONE!r} for no theme" if (kind, column) == ("move", "into") else ""
            message = f"is empty, and a {kind} needs it{hint}"
            raise row.error(message, column=column)
    for column, cell in row.cells.items():
        if cell and column not in (*_ALWAYS, *_CELLS[kind]):
            message = f"a {kind} has nothing here, only {' and '.join(_CELLS[kind])}; empty the cell"
            raise row.error(message, column=column)


def _into(name: str, kind: str, names: ThemeNames) -> int:
    if kind == "move" and name.casefold() == _NONE:
        return NO_THEME
    return names.find(name)


def _number(word: str) -> int:
    if not (word.isascii() and word.isdigit()):
        message = f"{shown(word)} is no number of an edit; they stand in the codebook"
        raise UsageError(message)
    return int(word)


def _word(name: str) -> str:
    return name.strip().casefold().replace(" ", "_").replace("-", "_")


def _note_name(names: ThemeNames, edit: Edit) -> None:
    """Let the rows below call a theme as this edit calls it."""
    if edit.kind == "rename":
        names.call(edit.themes[0], edit.words)
    elif edit.kind == "split" and edit.into is not None:
        names.call(edit.into, edit.words or str(edit.into))
