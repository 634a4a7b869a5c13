"""A workbook written part by part, so that a test knows every byte of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

import pytest

_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"

Value = str | float | bool | None


@pytest.fixture(scope="session")
def workbook() -> Callable[..., bytes]:
    """Return the function that writes an .xlsx: sheets of cells (``None`` leaves one out)."""
    return _workbook


def _workbook(sheets: Mapping[str, Sequence[Sequence[Value]]], *, hidden: Sequence[str] = ()) -> bytes:
    entries, links, parts = [], [], {}
    for number, (name, rows) in enumerate(sheets.items(), 1):
        state = ' state="hidden"' if name in hidden else ""
        entries.append(f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="r{number}"{state}/>')
        links.append(
            f'<Relationship Id="r{number}" Type="{_LINKS}/worksheet" Target="worksheets/{number}.xml"/>'
        )
        cells = "".join(_row(number, row) for number, row in enumerate(rows, 1))
        parts[f"xl/worksheets/{number}.xml"] = (
            f'<worksheet xmlns="{_SHEETS}"><sheetData>{cells}</sheetData></worksheet>'
        )
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{_SHEETS}" xmlns:r="{_LINKS}"><sheets>{"".join(entries)}</sheets></workbook>'
    )
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(links)}</Relationships>'
    )
    parts["_rels/.rels"] = (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    )
    parts["[Content_Types].xml"] = (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path, xml in parts.items():
            archive.writestr(path, f'<?xml version="1.0" encoding="UTF-8"?>{xml}')
    return stream.getvalue()


def _row(number: int, cells: Sequence[Value]) -> str:
    written = "".join(
        _cell(f"{chr(ord('A') + column)}{number}", value)
        for column, value in enumerate(cells)
        if value is not None
    )
    return f'<row r="{number}">{written}</row>'


def _cell(place: str, value: str | float | bool) -> str:
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
    if isinstance(value, float | int):
        return f'<c r="{place}"><v>{value}</v></c>'
    if value.startswith("#"):
        return f'<c r="{place}" t="e"><v>{value}</v></c>'
    text = escape(value, {"\r": "&#13;"})
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
