"""CSV and TSV, cell for cell."""

from __future__ import annotations

import csv

import pytest

from needlens.errors import InputError
from needlens.reading.delimited import read_delimited
from needlens.reading.table import Table


def read(text: str, delimiter: str | None = None) -> Table:
    return read_delimited(text.encode(), file="a.csv", encoding="utf-8", delimiter=delimiter)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_cells_stay_what_they_are(end: str) -> None:
    rows = ["text,n", '" a, ""b""\nc\r\nd ",NA', "null,", "  x ,0"]
    table = read(end.join(rows) + end)
    assert table.columns == {
        "text": (' a, "b"\nc\r\nd ', "null", "  x "),
        "n": ("NA", None, "0"),
    }


def test_a_megabyte_in_a_cell_and_the_limit_put_back() -> None:
    before = csv.field_size_limit()
    assert read(f"text\n{'x' * 1_000_000}\n").columns["text"] == ("x" * 1_000_000,)
    assert csv.field_size_limit() == before


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("id;text\n1;Light, quiet\n", ["id", "text"]),
        ("sep=;\nid;text\n1;Light, quiet\n", ["id", "text"]),
        ("sep=,\nid,text\n1,Light; quiet\n", ["id", "text"]),
        ("id\ttext\n1\tLight, quiet; fine\n", ["id", "text"]),
        ("id,text\n1,Light; quiet; fine\n", ["id", "text"]),
        ('id;"text, all";x\n1;Light;2\n', ["id", "text, all", "x"]),
        ("id;text, long;x\n1;a;2\n2;b, c, d;3\n", ["id", "text, long", "x"]),
        ('text\n"Light, quiet"\n', ["text"]),
        ("text\nLight, quiet\n", ["text"]),
        ("what\nLight; quiet\nfine\n", ["what"]),
    ],
)
def test_the_delimiter_is_found(text: str, columns: list[str]) -> None:
    assert list(read(text).columns) == columns


def test_blank_rows_are_skipped_and_counted_as_rows() -> None:
    table = read("\n\nid,text\n\nA,one\n,\nB,two\n\n")
    assert table.columns == {"id": ("A", "B"), "text": ("one", "two")}
    assert [table.place(record) for record in (0, 1)] == [("a.csv", 5), ("a.csv", 7)]


def test_short_rows_are_filled_and_noted() -> None:
    table = read("id,text,n\nA\nB,two,3\nC,three,4,,\n")
    assert table.columns["text"] == (None, "two", "three")
    assert table.notes == ("a.csv: 1 row is shorter than the header; its last cells are taken as missing",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.csv: is empty: it has no header and no rows"),
        ("\n\n", "a.csv: is empty: it has no header and no rows"),
        ("id,text\n", "a.csv: has a header but no rows"),
        ("id,text\n,\n", "a.csv: has a header but no rows"),
        (
            "id,text\nA,one\nB,two, three\n",
            (
                "a.csv, row 3: 3 cells but the header has 2 columns; a cell that holds the delimiter "
                "must stand in quotes"
            ),
        ),
        (
            'id,text\nA,one\nB,"two',
            (
                "a.csv, row 3: a quoted cell does not end as it should (unexpected end of data); "
                'a quote inside a quoted cell must be doubled: ""'
            ),
        ),
        (
            'id,text\nA,"one" two\n',
            (
                "a.csv, row 2: a quoted cell does not end as it should (',' expected after '\"'); "
                'a quote inside a quoted cell must be doubled: ""'
            ),
        ),
        ("a,b,a\n1,2,3\n", "a.csv: columns 1 and 3 are both called 'a'; rename one"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert str(caught.value) == message


def test_columns_without_a_name_go_and_odd_names_stay() -> None:
    table = read('"",what\n0,Light\n'.replace("what", '"why\nthis?"'))
    assert table.columns == {"why\nthis?": ("Light",)}
