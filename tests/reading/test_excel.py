"""Workbooks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlens.errors import InputError
from needlens.reading.excel import read_excel

Workbook = Callable[..., bytes]


def test_the_first_visible_sheet_with_rows_is_read(workbook: Workbook) -> None:
    data = workbook(
        {
            "Cover": [["Survey 2025"]],
            "Old": [["text"], ["hidden"]],
            "Data": [
                [],
                ["text", "stars", "again", None],
                ["  one\nand two ", 5.0, True, None],
                [],
                ["NA", 4.5, None, None],
            ],
        },
        hidden=["Old"],
    )
    table = read_excel(data, file="a.xlsx")
    assert table.columns == {
        "text": ("  one\nand two ", "NA"),
        "stars": (5.0, 4.5),
        "again": (True, None),
    }
    assert table.place(1) == ("a.xlsx", 5)
    assert table.notes == ("a.xlsx: sheet 'Data' read, of 3",)


def test_one_sheet_needs_no_note(workbook: Workbook) -> None:
    assert read_excel(workbook({"Data": [["text"], ["one"]]}), file="a.xlsx").notes == ()


def test_a_failed_formula_is_a_missing_cell(workbook: Workbook) -> None:
    table = read_excel(workbook({"S": [["text", "n"], ["one", "#N/A"]]}), file="a.xlsx")
    assert table.columns["n"] == (None,)


def test_what_is_refused(workbook: Workbook) -> None:
    with pytest.raises(InputError, match=r"^a\.xlsx: has a header but no rows$"):
        read_excel(workbook({"Empty": [], "Data": [["text"]]}), file="a.xlsx")
    with pytest.raises(InputError, match=r"^a\.xlsx: is empty: it has no header and no rows$"):
        read_excel(workbook({"Empty": []}), file="a.xlsx")
    with pytest.raises(InputError, match=r"^a\.xlsx: is not a workbook that can be read \("):
        read_excel(workbook({"Data": [["text"], ["one"]]})[:-30], file="a.xlsx")


# XML 1.0 has no control characters but tab and line breaks, and Excel writes _xHHHH_ for those.
EXCEL_TEXTS = st.lists(
    st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="_\ufffe\uffff")
        | st.sampled_from("\t\n\r"),
        min_size=1,
    ).filter(lambda text: not text.startswith("#")),
    min_size=1,
    max_size=8,
)


@settings(deadline=None)  # the first example pays for the import
@given(texts=EXCEL_TEXTS)
def test_texts_are_read_code_point_for_code_point(workbook: Workbook, texts: list[str]) -> None:
    data = workbook({"Data": [["text"], *([text] for text in texts)]})
    assert list(read_excel(data, file="a.xlsx").columns["text"]) == texts
