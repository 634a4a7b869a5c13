"""What is refused, and that the edit it names is the one in the way."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlens.codebook.add import add, next_theme
from needlens.codebook.constraints import ContradictionError, constraints
from needlens.codebook.edit import (
    Edit,
    cannot_link,
    forbid,
    in_force,
    merge,
    move,
    must_link,
    rename,
    split,
    undo,
)
from needlens.errors import UsageError

WHEN = "2025-03-31T12:00:00+00:00"
NEXT_ID = 7


def book(edits: list[Edit]) -> tuple[Edit, ...]:
    added: tuple[Edit, ...] = ()
    for edit in edits:
        added = add(added, edit, next_id=NEXT_ID)
    return added


@pytest.mark.parametrize(
    ("edits", "new", "culprit"),
    [
        ([move("a", 1)], forbid("a", 1), 1),
        ([forbid("a", 1)], move("a", 1), 1),
        ([forbid("a", 1), rename(1, "Light")], move("a", 1), 1),
        # Linked texts share what is said of one, over any number of links.
        ([must_link("a", "b"), must_link("b", "c"), move("a", 1)], move("c", 2), 3),
        ([must_link("a", "b"), forbid("b", 1)], move("a", 1), 2),
        ([move("a", 1), move("b", 2)], must_link("a", "b"), 2),
        ([must_link("a", "b")], cannot_link("b", "a"), 1),
        ([cannot_link("a", "c"), must_link("a", "b")], must_link("b", "c"), 1),
        ([must_link("a", "b"), must_link("b", "c"), must_link("c", "d")], cannot_link("a", "c"), 2),
        ([cannot_link("a", "b"), move("a", 1)], move("b", 1), 2),
        ([move("a", 1), move("b", 1)], cannot_link("a", "b"), 2),
        # Merged themes are one.
        ([move("a", 1), forbid("a", 2)], merge([1], 2), 2),
        ([move("a", 1), move("b", 2), cannot_link("a", "b")], merge([1], 2), 3),
        ([merge([1], 2)], rename(1, "Light"), 1),
        ([merge([1], 2)], merge([2], 1), 1),
        ([merge([1], 2)], merge([1], 3), 1),
        ([merge([1], 2)], move("a", 1), 1),
        ([merge([1], 2)], split(1, ["a"]), 1),
        # A split's texts are placed as well.
        ([split(1, ["a", "b"])], cannot_link("a", "b"), 1),
        ([must_link("a", "b"), move("b", 1)], split(1, ["a"]), 2),
        # An undo can bring a contradiction back, or leave an edit without its theme.
        ([move("a", 1), move("a", 2), forbid("a", 1)], undo(2), 3),
        ([move("a", 1), undo(1), forbid("a", 1)], undo(2), 3),
        ([merge([1], 2), undo(1), merge([1], 3)], undo(2), 3),
        ([split(1, ["a"]), rename(7, "Light")], undo(1), 2),
        ([split(1, ["a"]), move("b", 7)], undo(1), 2),
    ],
)
def test_a_contradiction_names_the_edit_to_undo(edits: list[Edit], new: Edit, culprit: int) -> None:
    before = book(edits)
    with pytest.raises(ContradictionError, match=f"undo edit {culprit} first"):
        add(before, new, next_id=NEXT_ID)
    after = add(before, undo(culprit), next_id=NEXT_ID)
    assert len(add(after, new, next_id=NEXT_ID)) == len(before) + 2


@pytest.mark.parametrize(
    "edits",
    [
        [move("a", 1), move("a", 2)],
        [move("a", 1), split(1, ["a"]), move("a", None)],
        [forbid("a", 1), forbid("a", 2), move("a", None)],
        [cannot_link("a", "b"), move("a", None), move("b", None)],
        [must_link("a", "b"), move("a", 1), move("b", 1)],
        [merge([1], 2), merge([2], 3)],
        [move("a", 1), forbid("a", 1), undo(1)][:1],
        [split(1, ["a"]), merge([7], 1)],
        [cannot_link("a", "b"), cannot_link("a", "b"), undo(1), undo(1)],
    ],
)
def test_what_does_not_contradict(edits: list[Edit]) -> None:
    assert len(book(edits)) == len(edits)


@pytest.mark.parametrize(
    ("edits", "new", "message"),
    [
        ([], rename(7, "Light"), "there is no theme 7"),
        ([], move("a", 99), "there is no theme 99"),
        ([], undo(1), "edit 1 undoes edit 1"),
        ([], undo(5), "edit 1 undoes edit 5"),
        ([split(1, ["a"]), undo(1)], rename(7, "Light"), "which only edit 1 makes, and that is undone$"),
    ],
)
def test_what_never_was(edits: list[Edit], new: Edit, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        add(book(edits), new, next_id=NEXT_ID)


def test_a_study_without_themes_is_told_so() -> None:
    with pytest.raises(UsageError, match="no themes to edit"):
        add((), rename(1, "Light"), next_id=1)
    with pytest.raises(UsageError, match="no theme 2 and never was"):
        add((), rename(2, "Light"), next_id=2)


def test_ids_of_new_themes_are_never_used_again() -> None:
    edits = book([split(1, ["a"]), undo(1), split(1, ["a"])])
    assert [edit.into for edit in edits] == [7, None, 8]
    # The study has used some more in the meantime.
    edits = add(edits, split(2, ["b"]), next_id=20)
    assert edits[-1].into == 20
    assert next_theme(edits, 7) == 21


texts = st.sampled_from("abcd")
pairs = st.lists(texts, min_size=2, max_size=2, unique=True)
any_edit = st.one_of(
    st.builds(move, texts, st.integers(1, 3), when=st.just(WHEN)),
    st.builds(forbid, texts, st.integers(1, 3), when=st.just(WHEN)),
    pairs.map(lambda two: must_link(*two, when=WHEN)),
    pairs.map(lambda two: cannot_link(*two, when=WHEN)),
    st.sampled_from([merge([1], 2, when=WHEN), merge([2], 3, when=WHEN), split(1, ["a"], when=WHEN)]),
    st.builds(undo, st.integers(1, 10), when=st.just(WHEN)),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(any_edit, max_size=10))
def test_a_refusal_names_an_edit_in_force_and_changes_nothing(new: list[Edit]) -> None:
    edits: tuple[Edit, ...] = ()
    for edit in new:
        try:
            edits = add(edits, edit, next_id=4)
        except ContradictionError as problem:
            named = re.search(r"undo edit (\d+) first$", str(problem))
            if named:
                assert int(named[1]) in {holding.number for holding in in_force(edits)}
        except UsageError:
            pass
        constraints(edits)
