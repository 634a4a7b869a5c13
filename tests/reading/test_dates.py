"""Columns of dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens.errors import InputError
from needlens.reading.dates import read_dates
from needlens.reading.table import Table


def column(*cells: object) -> Table:
    return Table({"day": cells}, range(2, len(cells) + 2), ("a.csv",))


DAYS = st.lists(st.dates(date(1000, 1, 1)), min_size=1, max_size=20)


@given(DAYS)
def test_iso_and_worded_dates_read_back(days: list[date]) -> None:
    moments = [datetime(day.year, day.month, day.day) for day in days]
    names = "January February March April May June July August September October November December"
    name = names.split()
    for cells in (
        [day.isoformat() for day in days],
        [day.isoformat().replace("-", "") for day in days],
        days,
        [f"{day.day} {name[day.month - 1]} {day.year}" for day in days],
        [f"{name[day.month - 1][:3]} {day.day}, {day.year}" for day in days],
    ):
        assert read_dates(column(*cells), "day") == (moments, None)


@given(DAYS, st.sampled_from("/.-"))
def test_numeric_dates_are_read_right_or_not_at_all(days: list[date], mark: str) -> None:
    moments = [datetime(day.year, day.month, day.day) for day in days]
    cells = [f"{day.month}{mark}{day.day}{mark}{day.year}" for day in days]
    if all(day.day <= 12 for day in days) and any(day.day != day.month for day in days):
        with pytest.raises(InputError, match="could be day first or month first"):
            read_dates(column(*cells), "day")
    else:
        assert read_dates(column(*cells), "day")[0] == moments


@pytest.mark.parametrize(
    ("cells", "moments"),
    [
        (["2025-03-31T14:05:06Z"], [datetime(2025, 3, 31, 14, 5, 6)]),
        (["2025-03-31 14:05+02:00"], [datetime(2025, 3, 31, 12, 5)]),
        ([" 2025-03-31 ", None, ""], [datetime(2025, 3, 31), None, None]),
        ([datetime(2025, 3, 31, 1, tzinfo=UTC)], [datetime(2025, 3, 31, 1)]),
        (
            [datetime(2025, 3, 31, 1, tzinfo=timezone(timedelta(hours=2)))],
            [datetime(2025, 3, 30, 23)],
        ),
        ([pd.Timestamp("2025-03-31T01:02:03.000000004")], [datetime(2025, 3, 31, 1, 2, 3)]),
        ([20250331], [datetime(2025, 3, 31)]),
        (["3/31/2025 2:05 PM"], [datetime(2025, 3, 31, 14, 5)]),
        (["31.03.2025 00:05"], [datetime(2025, 3, 31, 0, 5)]),
        (["3/3/2025 12:00 am"], [datetime(2025, 3, 3)]),
        ([None, None], [None, None]),
    ],
)
def test_ways_of_writing(cells: list[object], moments: list[datetime | None]) -> None:
    assert read_dates(column(*cells), "day")[0] == moments


def test_the_order_that_was_found_is_told() -> None:
    assert read_dates(column("1/4/2025", "4/13/2025"), "day")[1] == (
        "column 'day' read month first, as in 03/31/2025"
    )


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (["2025-02-29"], "row 2, column 'day': '2025-02-29' is not a date; "),
        (["2025-01-01", "soon"], "row 3, column 'day': 'soon' is not a date; "),
        (["1700000000"], "row 2, column 'day': '1700000000' is not a date; "),
        ([45000], "row 2, column 'day': 45000 is not a date; "),
        ([[1]], "row 2, column 'day': [1] is not a date; "),
        (["12 Foo 2025"], "row 2, column 'day': '12 Foo 2025' is not a date; "),
        (["31/03/25"], "row 2, column 'day': '31/03/25' is not a date; "),
        (["13/1/2025 13:00 PM"], "row 2, column 'day': '13/1/2025 13:00 PM' is not a date; "),
        (["31/31/2025"], "row 2, column 'day': '31/31/2025' is not a date; "),
        (
            ["31/3/2025", "3/31/2025"],
            "row 3, column 'day': '3/31/2025' is not a date with day and month in the order of those above; ",
        ),
        (
            ["1/1/2025", "1/4/2025"],
            (
                "row 3, column 'day': '1/4/2025' could be day first or month first, and no date of the "
                "column decides; "
            ),
        ),
        (
            ["2025-01-04", "31/3/2025"],
            "row 3, column 'day': '31/3/2025' is written unlike '2025-01-04' above; ",
        ),
        (
            [datetime(2025, 4, 1), "31.3.2025"],
            "row 3, column 'day': '31.3.2025' is written unlike datetime.datetime(2025, 4, 1, 0, 0) ",
        ),
    ],
)
def test_what_is_refused(cells: list[object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_dates(column(*cells), "day")
    assert str(caught.value).startswith("a.csv, " + message)
    assert str(caught.value).endswith("; write dates as 2025-03-31")
