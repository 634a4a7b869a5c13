"""Cut-offs: the worked example, and what must hold for any links."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracle import LADDERS, LEVELS

from needlens.implications import implications
from needlens.value_map.cutoff import choose_cutoff, cutoff_by_replication, cutoff_by_rule, cutoffs

DIRECT = [(1, 11, 23, 1.0), (2, 7, 19, 0.826), (3, 4, 13, 0.565), (4, 1, 4, 0.174)]
BOTH = [(1, 17, 44, 1.0), (2, 15, 42, 0.955), (3, 10, 32, 0.727), (4, 2, 8, 0.182)]


@pytest.mark.parametrize(("weights", "expected", "chosen"), [("direct", DIRECT, 2), ("both", BOTH, 3)])
def test_the_worked_example(weights: Any, expected: list[tuple[float, ...]], chosen: int) -> None:
    table = cutoffs(implications(LADDERS, LEVELS), LEVELS, 6, weights=weights)
    rows = table[["cutoff", "n_cells", "n_relations", "of_relations"]].to_numpy().tolist()
    assert [tuple(row) for row in rows] == [pytest.approx(row, abs=5e-4) for row in expected]
    assert cutoff_by_rule(table) == chosen
    assert choose_cutoff(table)[0] == chosen
    assert table["of_cells"][1] == pytest.approx(7 / 11 if weights == "direct" else 15 / 17)
    assert table["n_values"].tolist()[:2] == [2, 2]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("pqrstu"), st.permutations(sorted(LEVELS)).map(lambda own: tuple(own[:3]))),
        min_size=1,
    )
)
def test_a_higher_cutoff_keeps_less(said: list[tuple[str, tuple[str, ...]]]) -> None:
    table = cutoffs(implications(said, LEVELS), LEVELS, 6)
    for column in ("n_cells", "n_relations", "n_codes", "n_values"):
        assert table[column].is_monotonic_decreasing
    assert table["of_relations"][0] == 1
    rule = cutoff_by_rule(table)
    assert table.set_index("cutoff")["of_relations"][rule] >= 2 / 3 - 1e-9
    assert (table.loc[table["cutoff"] > rule, "of_relations"] < 2 / 3).all()


def test_links_that_do_not_come_back_raise_the_cutoff() -> None:
    matrix = implications(LADDERS, LEVELS)
    weak = cutoffs(matrix, LEVELS, 6, replication=np.array([0.1, 0.2, 0.7, 0.9]))
    assert cutoff_by_replication(weak) == 3
    assert choose_cutoff(weak)[0] == 3
    assert "other half" in choose_cutoff(weak)[1]
    strong = cutoffs(matrix, LEVELS, 6, replication=np.array([0.6, 0.7, 0.7, 0.9]))
    assert choose_cutoff(strong)[0] == 2
    never = cutoffs(matrix, LEVELS, 6, replication=np.full(4, 0.1))
    assert choose_cutoff(never)[0] == 2
    assert "at no cut-off" in choose_cutoff(never)[1]


def test_no_links_have_no_cutoffs() -> None:
    table = cutoffs(implications([], LEVELS), LEVELS, 6)
    assert table.empty
    assert choose_cutoff(table) == (1, "there are no links")
