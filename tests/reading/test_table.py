"""Tables and their joining."""

from __future__ import annotations

import pytest

from needlens.errors import InputError
from needlens.reading.table import Table, join_tables, listed


def table(file: str, **columns: list[object]) -> Table:
    return Table(columns, range(2, 4), (file,), notes=(f"{file}: a note",))


A = table("a.csv", text=["one", "two"], plan=[1, 2], other=[0, 0])
B = table("b.csv", plan=[3, 4], text=["three", "four"], more=[0, 0])


def test_joined_records_keep_their_places() -> None:
    joined = join_tables([A, B], ["text"])
    assert joined.columns == {"text": ["one", "two", "three", "four"], "plan": [1, 2, 3, 4]}
    assert [joined.place(record) for record in range(4)] == [
        ("a.csv", 2),
        ("a.csv", 3),
        ("b.csv", 2),
        ("b.csv", 3),
    ]
    assert joined.notes == ("a.csv: a note", "b.csv: a note")


def test_a_name_is_matched_exactly_and_then_without_white_space() -> None:
    spaced = Table({" a": [1], "a ": [2], " b ": [3], "c": [4]}, [2], ("a.csv",))
    assert [spaced.find(name) for name in ("a ", "a", "b", "c ")] == ["a ", None, " b ", "c"]
    assert join_tables([spaced], ["b"]).columns["b"] == [3]


def test_a_missing_column_is_told_with_what_there_is() -> None:
    with pytest.raises(InputError) as caught:
        join_tables([A, B], ["mores"])
    assert str(caught.value) == ("a.csv: no column 'mores'; the columns are: 'text', 'plan', 'other'")
    with pytest.raises(InputError) as caught:
        join_tables([B], ["m\nore"])
    assert str(caught.value) == (
        r"b.csv: no column 'm\nore'; did you mean 'more'? The columns are: 'plan', 'text', 'more'"
    )


def test_a_long_list_of_columns_is_cut() -> None:
    assert listed(map(str, range(40))).endswith("'28', '29' and 10 more")
