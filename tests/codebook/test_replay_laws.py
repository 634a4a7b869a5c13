"""Laws of the replay over random histories of edits and refits."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pandas.testing import assert_frame_equal

from needlens.codebook.add import add, next_theme
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
from needlens.codebook.replay import Replayed, replay
from needlens.codebook.violations import violations
from needlens.errors import UsageError

TEXTS = [f"text {number:02}" for number in range(24)]
WHEN = "2025-03-31T12:00:00+00:00"
NEXT_ID = 7


def vectors_of(texts: list[str]) -> NDArray[np.float32]:
    """A vector a text, the same in every refit."""
    rows = np.array([np.random.default_rng(int(text[-2:])).standard_normal(4) for text in texts])
    rows = rows.reshape(len(texts), 4)
    unit: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


@dataclass
class History:
    """A random codebook and the partitions it meets."""

    edits: tuple[Edit, ...]
    refits: list[tuple[list[str], NDArray[np.int64]]]


def random_edit(chance: Random) -> Edit:
    """An edit of any kind on few texts and themes, so that edits meet one another."""
    theme, other = chance.sample(range(1, NEXT_ID + 2), 2)
    text, second = chance.sample(TEXTS[:9], 2)
    kinds: list[Callable[[], Edit]] = [
        lambda: rename(theme, chance.choice(["Light", "Quiet"]), when=WHEN),
        lambda: describe(theme, chance.choice(["What is light", ""]), when=WHEN),
        lambda: merge([theme], other, when=WHEN),
        lambda: split(theme, chance.sample(TEXTS[:9], chance.randint(1, 3)), when=WHEN),
        lambda: move(text, chance.choice([theme, theme, None]), when=WHEN),
        lambda: forbid(text, theme, when=WHEN),
        lambda: must_link(text, second, when=WHEN),
        lambda: cannot_link(text, second, when=WHEN),
        lambda: undo(chance.randint(1, 12), when=WHEN),
    ]
    return chance.choice(kinds)()


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Edits of all kinds, undos among them, and refits with other texts and other themes."""
    chance = Random(draw(st.integers(0, 2**32 - 1)))
    edits: tuple[Edit, ...] = ()
    # Those that are refused are left out, as they would be.
    for _ in range(draw(st.integers(1, 25))):
        with suppress(UsageError):
            edits = add(edits, random_edit(chance), next_id=NEXT_ID)
    refits = []
    for _ in range(2):
        texts = [text for text in TEXTS if chance.random() < 0.8]
        chance.shuffle(texts)
        ids = [chance.choice([0, *[1, 2, 3] * 3, *range(4, NEXT_ID + 3)]) for _ in texts]
        refits.append((texts, np.array(ids, dtype=np.int64)))
    return History(edits, refits)


def replays(history: History) -> list[tuple[list[str], NDArray[np.int64], dict[str, Any], Replayed]]:
    """Every refit with its replay, without and with vectors."""
    made = []
    for texts, ids in history.refits:
        for options in ({}, {"vectors": vectors_of(texts)}):
            made.append((texts, ids, options, replay(history.edits, texts, ids, **options)))
    return made


@settings(max_examples=400, deadline=None)
@given(histories())
def test_no_refit_breaks_a_demand(history: History) -> None:
    for texts, _, _, done in replays(history):
        assert violations(history.edits, texts, done.ids) == []
        assert done.ids.dtype == np.int64
        assert not done.ids.size or done.ids.min() >= 0
        assert set(done.names) | set(done.descriptions) <= set(done.ids.tolist()) - {0}


@settings(max_examples=200, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(history: History, random: Any) -> None:
    for texts, ids, options, done in replays(history):
        order = list(range(len(texts)))
        random.shuffle(order)
        rows = {name: value[order] for name, value in options.items()}
        again = replay(history.edits, [texts[row] for row in order], ids[order], **rows)
        assert again.ids.tolist() == done.ids[order].tolist()
        assert (again.names, again.descriptions) == (done.names, done.descriptions)
        assert_frame_equal(again.outcomes, done.outcomes)


@settings(max_examples=200, deadline=None)
@given(histories())
def test_replaying_on_the_result_changes_nothing(history: History) -> None:
    for texts, _, options, done in replays(history):
        again = replay(history.edits, texts, done.ids, **options)
        assert again.ids.tolist() == done.ids.tolist()
        assert (again.names, again.descriptions) == (done.names, done.descriptions)


@settings(max_examples=200, deadline=None)
@given(histories())
def test_undoing_the_last_edit_gives_back_the_state_before(history: History) -> None:
    if not history.edits:
        return
    before, last = history.edits[:-1], history.edits[-1]
    after = add(history.edits, undo(last.number, when=WHEN), next_id=NEXT_ID)
    for texts, ids, options, _ in replays(history):
        first, back = replay(before, texts, ids, **options), replay(after, texts, ids, **options)
        assert back.ids.tolist() == first.ids.tolist()
        assert (back.names, back.descriptions) == (first.names, first.descriptions)
        # Undoing an undo brings that undo's edit back, whose outcome alone reads differently for it.
        assert_frame_equal(back.outcomes.iloc[: len(before)], first.outcomes)


@settings(max_examples=200, deadline=None)
@given(histories())
def test_texts_beyond_the_reach_of_edits_keep_their_theme(history: History) -> None:
    holding = in_force(history.edits)
    named = {text for edit in holding for text in edit.texts}
    touched = {theme for edit in holding if edit.kind in ("merge", "split") for theme in edit.themes}
    for texts, ids, _, done in replays(history):
        for text, theme, now in zip(texts, ids.tolist(), done.ids.tolist(), strict=True):
            if text not in named and theme not in touched:
                assert now == theme


@settings(max_examples=200, deadline=None)
@given(histories())
def test_every_edit_has_an_outcome_and_new_themes_keep_fresh_ids(history: History) -> None:
    made = [edit.into for edit in history.edits if edit.kind == "split"]
    assert made == list(range(NEXT_ID, NEXT_ID + len(made)))
    assert next_theme(history.edits, NEXT_ID) == NEXT_ID + len(made)
    for *_, done in replays(history):
        assert done.outcomes["number"].tolist() == list(range(1, len(history.edits) + 1))
        assert set(done.outcomes["outcome"]) <= {"applied", "nothing to do", "unmet"}


@settings(max_examples=200, deadline=None)
@given(histories())
def test_where_nothing_is_applied_nothing_moves(history: History) -> None:
    for _, ids, _, done in replays(history):
        about_texts = ~done.outcomes["kind"].isin(["rename", "describe", "undo"])
        if not (done.outcomes["outcome"] == "applied")[about_texts].any() and not any(
            edit.kind == "must_link" for edit in history.edits
        ):
            assert done.ids.tolist() == ids.tolist()
