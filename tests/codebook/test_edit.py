from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from needlens.codebook.edit import (
    Edit,
    cannot_link,
    describe,
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


@pytest.mark.parametrize(
    ("edit", "words", "named"),
    [
        (rename(1, "Light"), "call theme 1 'Light'", (1,)),
        (describe(1, ""), "describe theme 1", (1,)),
        (merge([3, 2], 1), "merge theme 2 and 3 into theme 1", (2, 3, 1)),
        (split(1, ["a", "b", "c"]), "split 'a' and 'b' … off theme 1", (1,)),
        (move("a", 2), "move 'a' to theme 2", (2,)),
        (move("a", None), "move 'a' to no theme", ()),
        (forbid("a", 2), "keep 'a' out of theme 2", (2,)),
        (must_link("a", "b"), "keep 'a' and 'b' together", ()),
        (cannot_link("a", "b"), "keep 'a' and 'b' apart", ()),
        (undo(3), "undo edit 3", ()),
    ],
)
def test_each_kind_says_what_it_does(edit: Edit, words: str, named: tuple[int, ...]) -> None:
    assert (str(edit), edit.named) == (words, named)


def test_an_edit_is_of_now_unless_it_is_said_when() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    edit = move("a", 2)
    assert before <= datetime.fromisoformat(edit.when) <= datetime.now(UTC)
    assert move("a", 2, when=WHEN).when == WHEN


def test_a_new_theme_is_not_presupposed() -> None:
    assert replace(split(1, ["a"]), into=9).named == (1,)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "paint"}, "there is no kind 'paint'"),
        ({"kind": "rename", "themes": (1,), "words": " "}, "the name is blank"),
        ({"kind": "rename", "themes": (1, 2), "words": "Light"}, "names 1 theme, not 2"),
        ({"kind": "rename", "themes": (0,), "words": "Light"}, "numbered from 1"),
        ({"kind": "rename", "themes": (-1,), "words": "Light"}, "whole numbers"),
        ({"kind": "rename", "themes": (1.0,), "words": "Light"}, "whole numbers"),
        ({"kind": "rename", "themes": (True,), "words": "Light"}, "whole numbers"),
        ({"kind": "rename", "themes": (1,), "words": 5}, "must be strings"),
        ({"kind": "merge", "themes": (), "into": 1}, "names at least 1 theme, not 0"),
        ({"kind": "merge", "themes": (1,), "into": 1}, "cannot be merged into itself"),
        ({"kind": "merge", "themes": (2, 2), "into": 1}, "names a theme twice"),
        ({"kind": "merge", "themes": (2,), "into": 0}, "numbered from 1"),
        ({"kind": "merge", "themes": (2,)}, "names the theme to put into"),
        ({"kind": "split", "themes": (1,)}, "names at least 1 text, not 0"),
        ({"kind": "split", "themes": (1,), "texts": ("a",), "into": 1}, "cannot be made of itself"),
        ({"kind": "move", "texts": ("a",)}, "names the theme to put into"),
        ({"kind": "move", "texts": ("a",), "into": 1, "words": "x"}, "gives no name"),
        ({"kind": "forbid", "texts": ("a",), "themes": (1,), "into": 2}, "puts nothing into"),
        ({"kind": "must_link", "texts": ("a",)}, "names 2 texts, not 1"),
        ({"kind": "cannot_link", "texts": ("a", "a")}, "names a text twice"),
        ({"kind": "undo"}, "names the edit that it undoes"),
        ({"kind": "describe", "themes": (1,), "undoes": 1}, "only an undo"),
        ({"kind": "describe", "themes": (1,), "when": "2025-03-31T12:00:00"}, "no time in UTC"),
        ({"kind": "describe", "themes": (1,), "when": "2025-03-31T12:00:00+02:00"}, "no time in UTC"),
        ({"kind": "describe", "themes": (1,), "when": "yesterday"}, "no time in UTC"),
    ],
)
def test_what_is_no_edit(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Edit(**{"when": WHEN, **fields})


def test_edits_are_numbered_without_a_gap() -> None:
    with pytest.raises(UsageError, match="edit 1 bears the number 2"):
        in_force([replace(rename(1, "Light"), number=2)])
