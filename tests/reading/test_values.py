"""Single cells."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens.reading.values import as_string, printable, shown


@given(st.text(min_size=1))
def test_a_string_stays_as_it_is(text: str) -> None:
    assert as_string(text) == text


@pytest.mark.parametrize(
    ("value", "string"),
    [
        (None, None),
        ("", None),
        (math.nan, None),
        (Decimal("NaN"), None),
        (np.float64("nan"), None),
        (12.0, "12"),
        (12.5, "12.5"),
        (-0.0, "0"),
        (1e20, "100000000000000000000"),
        (math.inf, "inf"),
        (Decimal("7.00"), "7"),
        (Decimal("7.10"), "7.10"),
        (np.int64(3), "3"),
        (np.float32(3), "3"),
        (np.bool_(True), "true"),
        (False, "false"),
        (datetime(2025, 3, 31), "2025-03-31"),
        (datetime(2025, 3, 31, 14, 5), "2025-03-31T14:05:00"),
        (datetime(2025, 3, 31, tzinfo=UTC), "2025-03-31T00:00:00+00:00"),
        (date(2025, 3, 31), "2025-03-31"),
        (time(14, 5), "14:05:00"),
        (timedelta(minutes=90), "1:30:00"),
    ],
)
def test_plain_readings(value: object, string: str | None) -> None:
    assert as_string(value) == string


@pytest.mark.parametrize("value", [[1], {"a": 1}, b"bytes", np.array([1, 2])])
def test_nested_and_binary_values_have_none(value: object) -> None:
    with pytest.raises(TypeError, match=r"is not a single value$"):
        as_string(value)


@given(st.text(), st.text())
def test_what_is_shown_can_be_printed(text: str, name: str) -> None:
    assert shown(text).isprintable()
    assert len(shown(text)) <= 10 * 40 + 3
    assert printable(name).isprintable()
