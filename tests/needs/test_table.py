"""The table of needs."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from needlens.needs.framework import NONE, Framework, Need
from needlens.needs.table import LABELS, NEED_COLUMNS, PERSON, SCREENING, needs_table, ranks

TWO = Framework("two", (Need("a", "A", "", ("x",)), Need("b", "B", "", ("y",))))


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=12))
def test_every_reason_has_a_row(flags: list[tuple[bool, bool]]) -> None:
    counts = np.array(flags, dtype=bool).reshape(-1, 2)
    n = len(counts)
    ids = [f"r{at:02}" for at in range(n)]
    table = needs_table(
        ids,
        TWO,
        np.full((n, 2), 0.5),
        counts,
        np.full((n, 2), "E0"),
        np.full(n, "unclear"),
        np.full((n, 2), SCREENING),
    )
    assert tuple(table.columns) == NEED_COLUMNS
    assert set(table["reason_id"]) == set(ids)
    assert len(table) == counts.sum() + (~counts.any(axis=1)).sum()
    none = table[table["need_id"] == NONE]
    assert none["score"].isna().all()
    assert set(none["reason_id"]) == {ids[at] for at in range(n) if not any(flags[at])}
    assert table["reason_id"].is_monotonic_increasing


def test_none_says_who_decided() -> None:
    basis = np.array([[SCREENING, SCREENING], [LABELS, SCREENING], [PERSON, PERSON]])
    silent = np.zeros((3, 2), dtype=bool)
    table = needs_table(
        ["r1", "r2", "r3"], TWO, np.zeros((3, 2)), silent, np.full((3, 2), "E0"), np.full(3, "unclear"), basis
    )
    assert table["basis"].tolist() == [SCREENING, LABELS, PERSON]


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=30))
def test_ranks_keep_the_order_and_end_at_one(values: list[int]) -> None:
    scores = np.array(values, dtype=float)[:, None]
    found = ranks(scores).ravel()
    assert found.max() == 1
    assert (found > 0).all()
    for left in range(len(values)):
        assert ((scores[:, 0] < scores[left, 0]) == (found < found[left])).all()
