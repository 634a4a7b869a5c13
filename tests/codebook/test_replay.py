"""Replay against planted cases."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from needlens.codebook.add import add
from needlens.codebook.edit import (
    Edit,
    cannot_link,
    describe,
    forbid,
    merge,
    move,
    must_link,
    rename,
    split,
    undo,
)
from needlens.codebook.replay import replay
from needlens.errors import UsageError

TEXTS = [f"text {number:02}" for number in range(24)]
NEXT_ID = 7


def book(*edits: Edit, next_id: int = NEXT_ID) -> tuple[Edit, ...]:
    """Edits as the codebook numbers them."""
    added: tuple[Edit, ...] = ()
    for edit in edits:
        added = add(added, edit, next_id=next_id)
    return added


A, B, C, D, E = TEXTS[:5]


@pytest.mark.parametrize(
    ("edits", "ids", "wanted"),
    [
        # A merge holds for what comes back, and chains.
        ([merge([1], 2), merge([2], 3)], [1, 2, 3, 4, 0], [3, 3, 3, 4, 0]),
        # A place follows its theme into another, whichever comes first.
        ([move(A, 1), merge([1], 2)], [3, 1, 2, 3, 3], [2, 2, 2, 3, 3]),
        # The last place counts.
        ([move(A, 1), move(A, 2)], [3, 1, 2, 3, 3], [2, 1, 2, 3, 3]),
        # A theme that died comes back under its id.
        ([move(A, 6)], [1, 1, 1, 1, 1], [6, 1, 1, 1, 1]),
        # No theme is a place as well.
        ([move(A, None)], [1, 1, 1, 1, 1], [0, 1, 1, 1, 1]),
        # Linked texts go where one was moved to, else into the larger theme.
        ([must_link(A, B), move(B, 3)], [1, 2, 1, 1, 1], [3, 3, 1, 1, 1]),
        ([must_link(A, B)], [1, 2, 2, 1, 2], [2, 2, 2, 1, 2]),
        ([must_link(A, B), must_link(B, C)], [2, 1, 2, 1, 1], [2, 2, 2, 1, 1]),
        # A link holds over a text that is not there.
        ([must_link(A, TEXTS[20]), must_link(TEXTS[20], B), move(A, 4)], [1, 2, 1, 1, 1], [4, 4, 1, 1, 1]),
        # A linked text with no theme takes the other's.
        ([must_link(A, B)], [0, 2, 1, 1, 1], [2, 2, 1, 1, 1]),
        # Where none of a group's themes is allowed it is left without.
        ([must_link(A, B), forbid(A, 1), forbid(B, 2)], [1, 2, 1, 2, 1], [0, 0, 1, 2, 1]),
        ([must_link(A, B), forbid(A, 1)], [1, 2, 1, 2, 1], [2, 2, 1, 2, 1]),
        # The second goes, unless the first is the one that was not moved.
        ([cannot_link(A, B)], [1, 1, 1, 1, 1], [1, 0, 1, 1, 1]),
        ([cannot_link(A, B), move(B, 1)], [1, 1, 1, 1, 1], [0, 1, 1, 1, 1]),
        # Two texts without a theme do not share one.
        ([cannot_link(A, B)], [0, 0, 1, 1, 1], [0, 0, 1, 1, 1]),
        # Forbidden for one theme, forbidden for what it became part of.
        ([forbid(A, 1), merge([1], 2)], [2, 1, 2, 3, 3], [0, 2, 2, 3, 3]),
        # Split by name alone, then on.
        ([split(1, [A, B], "New"), move(A, 2)], [1, 1, 1, 2, 2], [2, 7, 1, 2, 2]),
        ([split(1, [A, B]), merge([7], 2)], [1, 1, 1, 2, 2], [2, 2, 1, 2, 2]),
        # What was undone does not count; what was redone does.
        ([move(A, 2), undo(1)], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1]),
        ([move(A, 2), undo(1), undo(2)], [1, 1, 1, 1, 1], [2, 1, 1, 1, 1]),
    ],
)
def test_planted_cases(edits: list[Edit], ids: list[int], wanted: list[int]) -> None:
    done = replay(book(*edits), [A, B, C, D, E], np.array(ids))
    assert done.ids.tolist() == wanted


def test_with_vectors_a_text_goes_to_the_theme_most_like_it() -> None:
    rows = np.array([[1, 0, 0], [0.8, 0.6, 0], [0.6, 0.8, 0], [0, 0, 1], [0, 0, 1]], dtype=np.float32)
    ids = np.array([1, 1, 2, 3, 3])
    for edits, wanted in (
        ([forbid(A, 1)], [2, 1, 2, 3, 3]),
        ([forbid(A, 1), forbid(A, 2)], [3, 1, 2, 3, 3]),
        ([forbid(A, 1), forbid(A, 2), forbid(A, 3)], [0, 1, 2, 3, 3]),
        ([cannot_link(B, A)], [2, 1, 2, 3, 3]),
        ([cannot_link(B, A), cannot_link(A, C)], [3, 1, 2, 3, 3]),
    ):
        assert replay(book(*edits), [A, B, C, D, E], ids, vectors=rows).ids.tolist() == wanted


def test_a_split_draws_what_is_like_the_texts_it_names() -> None:
    generator = np.random.default_rng(0)
    centres = np.repeat(np.eye(6)[:2] + 0.5 * np.eye(6)[2], 10, axis=0)
    rows = centres + 0.15 * generator.standard_normal(centres.shape)
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    texts, ids = TEXTS[:20], np.ones(20, dtype=np.int64)
    edits = book(split(1, [texts[0]], "Light"), move(texts[1], 1), forbid(texts[2], 7))
    done = replay(edits, texts, ids, vectors=rows)
    assert done.ids.tolist() == [7, 1, 1, *[7] * 7, *[1] * 10]
    assert done.names == {7: "Light"}
    # A refit that finds the new theme by itself is not drawn from again.
    found = np.array([7] * 4 + [1] * 16)
    done = replay(book(split(1, [texts[0]])), texts, found, vectors=rows)
    assert done.ids.tolist() == found.tolist()
    # Not even if it left out the text named.
    done = replay(book(split(1, [texts[0]])), texts, np.array([1, 7, 7, 7] + [1] * 16), vectors=rows)
    assert done.ids.tolist() == found.tolist()


@pytest.mark.parametrize(
    ("edits", "outcomes", "words"),
    [
        ([move(A, 2)], ["applied"], "done"),
        ([move(A, 1)], ["nothing to do"], "it is so already"),
        ([move("gone", 1)], ["unmet"], "'gone' is not in the data"),
        ([move(A, 2), move(A, 1)], ["nothing to do", "nothing to do"], "it is so already"),
        ([move(A, 2), undo(1)], ["nothing to do", "applied"], "edit 1 no longer counts"),
        ([move(A, 2), undo(1), undo(2)], ["applied", "nothing to do", "applied"], "edit 2 no longer"),
        ([rename(5, "Light")], ["unmet"], "no such theme"),
        ([rename(6, "Light")], ["applied"], "done"),
        ([rename(1, "Light"), rename(1, "Quiet")], ["nothing to do", "applied"], "done"),
        ([rename(1, "Light"), merge([1], 2)], ["nothing to do", "applied"], "2 texts moved"),
        ([merge([4], 2)], ["nothing to do"], "no text is in"),
        ([split(1, [A, "gone"])], ["applied"], "1 text moved; 1 of 2 texts named are not in"),
        ([split(1, ["gone"])], ["unmet"], "'gone' is not in"),
        ([must_link(A, B)], ["nothing to do"], "so already"),
        ([must_link(A, C)], ["applied"], "done"),
        ([cannot_link(A, B)], ["applied"], "done"),
        ([cannot_link(A, "gone")], ["unmet"], "'gone' is not in"),
        ([forbid(A, 1)], ["applied"], "done"),
        ([forbid(A, 2)], ["nothing to do"], "so already"),
    ],
)
def test_outcomes(edits: list[Edit], outcomes: list[str], words: str) -> None:
    done = replay(book(*edits), [A, B, C], np.array([1, 1, 2]), others=[6])
    assert done.outcomes["outcome"].tolist() == outcomes
    assert words in done.outcomes["sentence"].iloc[-1]


def test_names_are_of_themes_that_are_there() -> None:
    edits = book(
        rename(1, "Light"), describe(1, "Weight"), rename(2, "Quiet"), merge([2], 1), rename(6, "All")
    )
    done = replay(edits, [A, B], np.array([1, 2]), others=[6])
    assert (done.names, done.descriptions) == ({1: "Light", 6: "All"}, {1: "Weight"})
    assert repr(done) == "Replayed(2 texts; edits: 4 applied, 1 nothing to do)"


@pytest.mark.parametrize(
    ("texts", "ids", "rows"),
    [([A, A], [1, 1], None), ([A, B], [1], None), ([A], [1], np.ones((2, 3), dtype=np.float32))],
)
def test_rows_must_match(texts: list[str], ids: list[int], rows: NDArray[np.float32] | None) -> None:
    with pytest.raises(UsageError):
        replay((), texts, np.array(ids), vectors=rows)


@pytest.mark.parametrize("edit", [merge([1], 6), merge([6], 1), split(6, [A]), move(A, 6), forbid(A, 6)])
def test_themes_of_other_scales_are_only_named(edit: Edit) -> None:
    with pytest.raises(UsageError, match=r"which theme 6 is not; undo edit 1$"):
        replay(book(edit), [A], np.array([1]), others=[6])


@pytest.mark.parametrize(
    ("edits", "drawn"),
    [
        # The text named leaves the new theme: those it drew stay there.
        ([split(1, [A]), move(A, 2)], True),
        ([split(1, [A, B]), move(A, 1)], True),
        # It is put back, or was not where the theme was split: it calls nobody away.
        ([split(1, [A]), move(A, 1)], False),
        ([split(2, [A])], False),
    ],
)
def test_what_a_split_draws_stays_when_those_it_named_move_on(edits: list[Edit], drawn: bool) -> None:
    rows = np.repeat(np.eye(2, dtype=np.float32), [4, 4], axis=0)
    done = replay(book(*edits), TEXTS[:8], np.ones(8, dtype=np.int64), vectors=rows)
    assert done.ids[2:].tolist() == ([7, 7] if drawn else [1, 1]) + [1] * 4


def test_a_text_put_back_before_the_theme_was_merged_calls_nobody_away() -> None:
    rows = np.repeat(np.eye(2, dtype=np.float32), [4, 4], axis=0)
    edits = book(split(1, [A]), move(A, 1), merge([1], 2))
    done = replay(edits, TEXTS[:8], np.ones(8, dtype=np.int64), vectors=rows)
    assert done.ids.tolist() == [2] * 8
