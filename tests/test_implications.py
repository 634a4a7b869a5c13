"""The implication matrix: an example worked out by hand, and the laws it must keep."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracle import BOTH_ABSTRACTNESS, CELLS, DIRECT_INDICES, LADDERS, LEVELS

from needlens.errors import UsageError
from needlens.implications import cell, code_indices, health, implications, pairs, weight
from needlens.ladders import Ladder, straighten
from needlens.schema import LEVELS as ALL_LEVELS
from needlens.study.spreadsheet import write_csv

CODES = {f"c{at}": ALL_LEVELS[at // 3] for at in range(10)}
ladders = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "cid", "dot"]),
        st.lists(st.sampled_from(sorted(CODES)), min_size=1, max_size=6).map(tuple),
    ),
    max_size=12,
)
units = st.sampled_from(["respondent", "ladder", "mention"])


def cells(table: pd.DataFrame) -> dict[tuple[str, str], str]:
    return dict(zip(zip(table["means"], table["end"], strict=True), table["cell"], strict=True))


def test_every_cell_of_the_worked_example() -> None:
    assert cells(implications(LADDERS, LEVELS)) == CELLS


def test_counting_mentions_changes_one_cell_of_the_example() -> None:
    mentions = cells(implications(LADDERS, LEVELS, counted_by="mention"))
    assert {pair: own for pair, own in mentions.items() if own != CELLS[pair]} == {
        ("anywhere", "free"): "5.00"
    }


def test_a_ladder_said_twice_counts_once_a_ladder_and_twice_a_mention() -> None:
    said: list[Ladder] = [("ann", ("light", "carry")), ("ann", ("light", "carry"))]
    assert implications(said, LEVELS, counted_by="ladder")["cell"].tolist() == ["1.00"]
    assert implications(said, LEVELS, counted_by="mention")["cell"].tolist() == ["2.00"]
    assert implications(said, LEVELS)["cell"].tolist() == ["1.00"]


@pytest.mark.parametrize("code", sorted(DIRECT_INDICES))
def test_indices_of_the_worked_example(code: str) -> None:
    table = code_indices(implications(LADDERS, LEVELS), LEVELS).set_index("code")
    own: Any = table.loc[code, ["in", "out", "abstractness", "centrality", "prestige"]]
    assert own.tolist() == pytest.approx(DIRECT_INDICES[code], abs=5e-5)


def test_indices_of_direct_and_indirect_links() -> None:
    table = implications(LADDERS, LEVELS)
    assert weight(table).sum() == 23
    assert weight(table, "both").sum() == 44
    indices = code_indices(table, LEVELS, weights="both").set_index("code")
    for code, expected in BOTH_ABSTRACTNESS.items():
        assert indices["abstractness"][code] == pytest.approx(expected)


def test_health_of_the_worked_example() -> None:
    rho, p = health(code_indices(implications(LADDERS, LEVELS), LEVELS))
    expected = pd.Series({code: own[2] for code, own in DIRECT_INDICES.items()}, dtype="float64").corr(
        pd.Series({code: ALL_LEVELS.index(own) for code, own in LEVELS.items()}), method="spearman"
    )
    assert rho == pytest.approx(expected)
    assert rho > 0.8
    assert p < 0.02


def test_health_of_levels_dealt_at_random_is_seldom_good() -> None:
    rng = np.random.default_rng(1)
    good = 0
    for _ in range(100):
        indices = pd.DataFrame({"abstractness": rng.random(12), "level": rng.choice(ALL_LEVELS, size=12)})
        good += health(indices, n_permutations=199)[1] <= 0.05
    assert good <= 12


@settings(deadline=None)
@given(ladders, units)
def test_sums_of_indices(said: list[Ladder], unit: Any) -> None:
    table = implications(said, CODES, counted_by=unit)
    indices = code_indices(table, CODES)
    if len(table):
        assert indices["centrality"].sum() == pytest.approx(2)
        assert indices["prestige"].sum() == pytest.approx(1)
    else:
        assert indices["abstractness"].isna().all()


@settings(deadline=None)
@given(ladders)
def test_nobody_counts_twice(said: list[Ladder]) -> None:
    table = implications(said, CODES)
    people = len({who for who, _ in said})
    assert (table["direct"] + table["indirect"] <= people).all()
    assert (table["direct"] + table["indirect"] == table["n_respondents"]).all()


@settings(deadline=None)
@given(ladders, units)
def test_order_of_ladders_changes_nothing(said: list[Ladder], unit: Any) -> None:
    table = implications(said, CODES, counted_by=unit)
    pd.testing.assert_frame_equal(table, implications(said[::-1], CODES, counted_by=unit))


@settings(deadline=None)
@given(ladders)
def test_upside_down_turns_abstractness_around(said: list[Ladder]) -> None:
    straight = [(who, straighten(rungs)) for who, rungs in said]
    up = code_indices(implications(straight, CODES), CODES)
    down = code_indices(implications([(who, rungs[::-1]) for who, rungs in straight], CODES), CODES)
    np.testing.assert_allclose(down["abstractness"], 1 - up["abstractness"])


@settings(deadline=None)
@given(ladders)
def test_everybody_twice_doubles_the_cells_and_leaves_the_indices(said: list[Ladder]) -> None:
    twice = [*said, *((f"{who} again", rungs) for who, rungs in said)]
    one, two = implications(said, CODES), implications(twice, CODES)
    assert (two[["direct", "indirect"]] == 2 * one[["direct", "indirect"]]).all(axis=None)
    pd.testing.assert_frame_equal(
        code_indices(one, CODES).drop(columns=["in", "out"]),
        code_indices(two, CODES).drop(columns=["in", "out"]),
    )


@settings(deadline=None)
@given(ladders, units)
def test_pairs_add_up_to_the_matrix(said: list[Ladder], unit: Any) -> None:
    listed = pairs(said, counted_by=unit)
    table = implications(said, CODES, counted_by=unit)
    assert listed["n"].sum() == weight(table, "both").sum()
    assert not (listed["means"] == listed["end"]).any()


def test_a_cell_survives_a_spreadsheet(tmp_path: Path) -> None:
    write_csv(pd.DataFrame({"cell": [cell(4, 10), cell(4, 1), cell(4, 106)]}), tmp_path / "a.csv")
    read = pd.read_csv(tmp_path / "a.csv", dtype="str", encoding="utf-8-sig")
    assert read["cell"].tolist() == ["4.10", "4.01", "4|106"]


def test_no_ladders() -> None:
    assert implications([], LEVELS).empty
    assert code_indices(implications([], LEVELS), LEVELS)["in"].tolist() == [0] * len(LEVELS)


def test_unknown_units_are_refused() -> None:
    with pytest.raises(UsageError, match="counted_by"):
        pairs(LADDERS, counted_by="verbatim")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="weights"):
        weight(implications(LADDERS, LEVELS), "indirect")  # type: ignore[arg-type]
