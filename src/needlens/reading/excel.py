"""Excel and OpenDocument workbooks: the first sheet that has rows."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from needlens.errors import InputError
from needlens.reading.table import Cell, Table, table_from_rows
from needlens.reading.values import shown

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook


def read_excel(data: bytes, *, file: str) -> Table:
    """Read a workbook (.xlsx, .xls, .xlsb, .ods): its first visible sheet that has rows.

    A note says which sheet it was if there are others.

    Parameters
    ----------
    data
        The whole file.
    file
        Its name, for messages.

    Raises
    ------
    InputError
        The workbook is damaged or locked by a password, or no sheet has rows.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            sheet, rows = _first_sheet_with_rows(workbook)
            n_sheets = len(workbook.sheet_names)
    except PasswordError:
        message = "is locked by a password; save it without one"
        raise InputError(message, file=file) from None
    except CalamineError as problem:
        message = f"is not a workbook that can be read ({problem})"
        raise InputError(message, file=file) from None
    notes = (f"{file}: sheet {shown(sheet)} read, of {n_sheets}",) if n_sheets > 1 else ()
    return table_from_rows(enumerate(rows, 1), file=file, notes=notes)


def _first_sheet_with_rows(workbook: CalamineWorkbook) -> tuple[str, list[list[Cell]]]:
    """Return a sheet's name and its cells from row 1 on, so that rows count as Excel's do."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    best: tuple[str, list[list[Cell]]] = ("", [])
    for sheet in workbook.sheets_metadata:
        if sheet.typ != SheetTypeEnum.WorkSheet or sheet.visible != SheetVisibleEnum.Visible:
            continue
        cells = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        rows: list[list[Cell]] = [[None if cell == "" else cell for cell in row] for row in cells]
        n_filled = sum(any(cell is not None for cell in row) for row in rows)
        if n_filled > 1:
            return sheet.name, rows
        if n_filled and not best[1]:
            best = sheet.name, rows
    return best
