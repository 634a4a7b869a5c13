"""The frameworks that come with needlens."""

from __future__ import annotations

import pytest

from needlens.errors import UsageError
from needlens.needs.frameworks import SHIPPED, crosswalk, load_framework


@pytest.mark.parametrize("name", SHIPPED)
def test_each_need_is_whole(name: str) -> None:
    for need in load_framework(name).needs:
        assert need.definition
        assert need.so_that
        assert len(need.satisfied) >= 4
        assert len(need.violated) >= 3
        assert need.stated


@pytest.mark.parametrize("name", SHIPPED)
def test_no_sentence_stands_for_two_needs(name: str) -> None:
    needs = load_framework(name).needs
    sentences = [said for need in needs for said in (*need.satisfied, *need.violated, *need.stated)]
    assert len(sentences) == len(set(sentences))


@pytest.mark.parametrize(("name", "n"), [("needlens12", 12), ("schwartz10", 10), ("lov9", 9)])
def test_the_number_of_needs_is_in_the_name(name: str, n: int) -> None:
    assert len(load_framework(name).needs) == n


def test_every_need_has_its_place_in_every_general_framework() -> None:
    table = crosswalk()
    ids = set(load_framework().ids)
    assert set(table["need_id"]) == ids
    for framework in ("schwartz19", "schwartz10", "sheldon10", "maslow", "lov9"):
        assert set(table.loc[table["framework"] == framework, "need_id"]) == ids, framework
    for shipped in ("schwartz10", "lov9"):
        concepts = set(table.loc[table["framework"] == shipped, "concept"])
        assert concepts <= set(load_framework(shipped).ids)
    assert not table.duplicated().any()


def test_needs_of_fear_loneliness_and_children_carry_a_caution() -> None:
    needs = load_framework().by_id()
    assert [need for need in needs if needs[need].relief] == ["belonging", "care", "security"]


def test_an_unknown_name_is_told_what_there_is() -> None:
    with pytest.raises(UsageError, match="needlens12, schwartz10, lov9"):
        load_framework("maslow")
