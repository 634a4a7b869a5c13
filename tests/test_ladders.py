"""Ladders of links: repeats, circles, descents."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens.ladders import chains, descends, straighten
from needlens.schema import LEVELS

letters = st.sampled_from("abcdef")
links = st.lists(st.tuples(letters, letters).filter(lambda pair: pair[0] != pair[1]), max_size=10)


@given(st.lists(letters, max_size=8))
def test_a_straight_ladder_has_every_code_once_and_is_straight(rungs: list[str]) -> None:
    straight = straighten(rungs)
    assert len(set(straight)) == len(straight)
    assert straighten(straight) == straight
    assert straight[:1] == tuple(rungs[:1])


@given(links)
def test_every_link_is_in_a_chain_and_every_step_is_a_link(pairs: list[tuple[str, str]]) -> None:
    found = chains(pairs)
    steps = {step for chain in found for step in pairwise(chain)}
    assert steps <= set(pairs)
    acyclic = [pair for pair in pairs if pair[0] < pair[1]]
    straight = chains(acyclic)
    assert {s for chain in straight for s in pairwise(chain)} == set(acyclic)
    assert all(len(set(chain)) == len(chain) for chain in found)


@given(links)
def test_order_and_repeats_of_links_change_nothing(pairs: list[tuple[str, str]]) -> None:
    assert chains(pairs) == chains([*reversed(pairs), *pairs])


def test_a_circle_begins_somewhere_and_ends() -> None:
    assert chains([("b", "a"), ("a", "b")]) == [("a", "b"), ("b", "a")]


def test_crossing_links_do_not_explode() -> None:
    dense = [(f"{i}{j}", f"{i + 1}{k}") for i in range(8) for j in range(6) for k in range(6)]
    assert len(chains(dense, most=50)) == 50


@pytest.mark.parametrize("means", LEVELS)
@pytest.mark.parametrize("end", LEVELS)
def test_up_is_allowed_and_down_is_not(means: str, end: str) -> None:
    up = LEVELS.index(end) - LEVELS.index(means)
    assert descends(means, end) == (up < 0 or (up == 0 and means == "value"))


def test_a_very_long_chain_is_a_chain() -> None:
    names = [f"c{at:05}" for at in range(5_000)]
    assert chains(pairwise(names)) == [tuple(names)]
