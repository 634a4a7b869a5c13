"""The checker sees each demand broken, and is content with each one met."""

from __future__ import annotations

import numpy as np
import pytest

from needlens.codebook.add import add
from needlens.codebook.edit import Edit, cannot_link, forbid, merge, move, must_link, split, undo
from needlens.codebook.violations import violations


@pytest.mark.parametrize(
    ("edits", "good", "bad", "n_bad"),
    [
        ([merge([1], 2)], [2, 2, 3], [1, 2, 1], 2),
        ([merge([1], 2), merge([2], 3)], [3, 3, 3], [3, 2, 3], 1),
        ([move("a", 1)], [1, 2, 3], [0, 1, 1], 1),
        ([move("a", None)], [0, 1, 1], [1, 1, 1], 1),
        ([move("a", 1), move("a", 2)], [2, 1, 1], [1, 1, 1], 1),
        ([move("a", 1), merge([1], 2)], [2, 3, 3], [3, 3, 3], 1),
        ([move("a", 1), must_link("a", "x"), must_link("x", "b")], [1, 1, 2], [1, 2, 2], 5),
        ([forbid("a", 1)], [2, 1, 1], [1, 2, 2], 1),
        ([forbid("a", 1), merge([1], 2)], [3, 2, 2], [2, 2, 2], 1),
        ([forbid("a", 1), must_link("a", "b")], [2, 2, 1], [2, 1, 1], 3),
        ([must_link("a", "b")], [0, 0, 1], [0, 1, 1], 2),
        ([cannot_link("a", "b")], [0, 0, 1], [1, 1, 0], 2),
        ([cannot_link("a", "b"), must_link("b", "c")], [2, 1, 1], [1, 2, 1], 4),
        ([split(1, ["a", "b"])], [7, 7, 1], [7, 1, 1], 1),
        ([move("a", 1), undo(1), undo(2)], [1, 1, 1], [2, 2, 2], 1),
    ],
)
def test_what_is_broken(edits: list[Edit], good: list[int], bad: list[int], n_bad: int) -> None:
    added: tuple[Edit, ...] = ()
    for edit in edits:
        added = add(added, edit, next_id=7)
    assert violations(added, ["a", "b", "c"], np.array(good)) == []
    assert len(violations(added, ["a", "b", "c"], np.array(bad))) == n_bad


def test_what_was_undone_cannot_be_broken() -> None:
    edits = add(add((), move("a", 1), next_id=7), undo(1), next_id=7)
    assert violations(edits, ["a"], np.array([3])) == []
    assert violations(add((), move("a", 1), next_id=7), ["b"], np.array([3])) == []
