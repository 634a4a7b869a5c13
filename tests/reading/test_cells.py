"""Columns of strings and numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens.errors import InputError
from needlens.reading.cells import read_numbers, read_strings
from needlens.reading.table import Table


def column(*cells: object) -> Table:
    return Table({"c": cells}, range(2, len(cells) + 2), ("a.csv",))


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_survive_being_written(numbers: list[float]) -> None:
    assert read_numbers(column(*map(repr, numbers)), "c") == numbers
    assert read_numbers(column(*numbers), "c") == numbers


@pytest.mark.parametrize("cell", ["five\n", "4,5", "nan", "inf", "1_000", "٤", "4/5", True, "1e999"])
def test_what_is_not_a_number(cell: object) -> None:
    with pytest.raises(InputError) as caught:
        read_numbers(column(1, None, cell), "c")
    assert str(caught.value).startswith("a.csv, row 4, column 'c': '")
    assert str(caught.value).endswith("' is not a number; write it as 4.5, or leave the cell empty")


def test_half_a_character_is_replaced_in_its_place() -> None:
    assert read_strings(column("a\ud83db", "😀"), "c") == ["a\ufffdb", "😀"]


def test_nested_cells_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        read_strings(column("a", {"b": 1}), "c")
    assert str(caught.value) == "a.csv, row 3, column 'c': {'b': 1} is not a single value"
