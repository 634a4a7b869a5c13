"""Old themes found again in a new fit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.errors import UsageError
from needlens.tracking import Grouping, relabel, track


def _grouping(labels: list[int], texts: list[int] | None = None) -> Grouping:
    """Texts by number; points of a theme lie along its own axis."""
    texts = list(range(len(labels))) if texts is None else texts
    keys = np.array([[t // 256, t % 256] for t in texts], dtype=np.uint8).reshape(-1, 2)
    ids = np.array([labels], dtype=np.int64)
    points = np.eye(12, dtype=np.float32)[np.array(labels, dtype=np.int64)]
    return Grouping(keys, ids, points, ids, 0)


labelled = st.lists(st.integers(1, 5), min_size=1, max_size=40)


@given(labelled)
def test_the_same_fit_keeps_every_id(labels: list[int]) -> None:
    done = track(_grouping(labels), _grouping(labels))
    assert done.mapping == {theme: theme for theme in set(labels)}
    assert done.changes["change"].unique().tolist() == ["kept"]
    assert done.churn["n_changed"].tolist() == [0]


@given(labelled, st.permutations(range(1, 6)))
def test_how_the_new_fit_numbers_its_themes_does_not_count(labels: list[int], order: list[int]) -> None:
    renumbered = [order[label - 1] for label in labels]
    new = _grouping(renumbered)
    points = _grouping(labels).points
    done = track(_grouping(labels), Grouping(new.keys, new.ids, points, new.point_ids, 0))
    assert relabel(new.ids, done.mapping).tolist() == [labels]


@given(labelled, labelled, st.integers(0, 20))
def test_every_theme_is_accounted_for_and_no_id_is_given_twice(
    before: list[int], after: list[int], shift: int
) -> None:
    old = _grouping(before)
    new = _grouping(after, list(range(shift, shift + len(after))))
    done = track(old, new, next_id=50)
    assert sorted(done.mapping) == sorted(set(after))
    assert len(set(done.mapping.values())) == len(done.mapping)
    assert all(theme in set(before) or theme >= 50 for theme in done.mapping.values())
    assert done.next_id > max([49, *done.mapping.values()])
    told = set(done.changes["theme_id"].dropna()) | {i for ids in done.changes["previous_ids"] for i in ids}
    assert set(before) | set(done.mapping.values()) <= told


def test_births_deaths_splits_and_merges_are_told() -> None:
    before = [1] * 20 + [2] * 20 + [3] * 20 + [4] * 20
    after = [1] * 20 + [2] * 10 + [5] * 10 + [3] * 40 + [6] * 10
    done = track(_grouping(before), _grouping(after))
    told = {(row["change"], tuple(row["previous_ids"])) for row in done.changes.to_dict("records")}
    assert ("kept", (1,)) in told
    assert ("split", (2,)) in told
    assert ("merged", (3, 4)) in told
    assert ("born", ()) in told
    assert done.mapping[1] == 1
    assert done.mapping[6] not in set(before)


def test_an_id_in_use_is_refused() -> None:
    with pytest.raises(UsageError, match="must lie above"):
        track(_grouping([1, 2]), _grouping([1, 2]), next_id=2)


def test_nothing_before_and_nothing_after() -> None:
    nothing = Grouping(
        np.zeros((0, 2), np.uint8),
        np.zeros((1, 0), np.int64),
        np.zeros((0, 12), np.float32),
        np.zeros((1, 0), np.int64),
        0,
    )
    assert track(nothing, _grouping([1, 1])).changes["change"].tolist() == ["born"]
    assert track(_grouping([1, 1]), nothing).changes["change"].tolist() == ["died"]


def test_an_unknown_theme_is_not_relabelled() -> None:
    ids: NDArray[np.int64] = np.array([1, 9])
    with pytest.raises(UsageError, match="theme 9"):
        relabel(ids, {1: 1})
