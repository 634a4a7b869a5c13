"""Ids, given and made."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens.errors import InputError
from needlens.reading.identity import digest, make_ids, read_ids
from needlens.reading.table import Table

CELLS = st.none() | st.text(max_size=5) | st.floats(allow_nan=False) | st.datetimes()


@given(st.lists(CELLS, max_size=4), st.lists(CELLS, max_size=4))
def test_contents_that_differ_have_digests_that_differ(
    one: list[str | float | datetime | None], two: list[str | float | datetime | None]
) -> None:
    assert (digest(one) == digest(two)) == (str(one) == str(two))


@given(st.lists(st.sampled_from("abc"), max_size=12))
def test_made_ids_are_unique_and_belong_to_the_content(texts: list[str]) -> None:
    def ids_by_text(order: list[str]) -> set[tuple[str, str]]:
        return set(zip(order, make_ids([digest([text]) for text in order]), strict=True))

    assert len({id_ for _, id_ in ids_by_text(texts)}) == len(texts)
    assert ids_by_text(texts) == ids_by_text(sorted(texts))


def test_two_contents_with_the_same_ten_digits_are_told_apart_in_any_order() -> None:
    lesser, greater = bytes(16), bytes(15) + b"\1"
    assert make_ids([lesser, greater]) == ["v0000000000", "v0000000000-2"]
    assert make_ids([greater, lesser]) == ["v0000000000-2", "v0000000000"]


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (
            ["A", None],
            (
                "b.csv, row 2, column 'id': the cell is empty and every verbatim needs an id; fill it, or "
                "leave --id-column out and needlens makes ids"
            ),
        ),
        (
            ["A", "B", "B"],
            (
                "b.csv, row 3, column 'id': 'B' stands already in row 2; verbatim ids must be unique. If "
                "it names people use --respondent-column, or leave --id-column out and needlens makes ids"
            ),
        ),
        (
            ["A", "A"],
            (
                "b.csv, row 2, column 'id': 'A' stands already in a.csv, row 2; verbatim ids must be "
                "unique. If it names people use --respondent-column, or leave --id-column out and "
                "needlens makes ids"
            ),
        ),
    ],
)
def test_what_is_refused(ids: list[str | None], message: str) -> None:
    table = Table({"id": ids}, [2, 2, 3][: len(ids)], ("a.csv", "b.csv"), (0, 1))
    with pytest.raises(InputError) as caught:
        read_ids(table, "id")
    assert str(caught.value) == message
