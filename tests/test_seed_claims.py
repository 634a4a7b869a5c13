"""What becomes of seeds: planted themes are found, planted parts carved, strangers unmet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.errors import UsageError
from needlens.seed_claims import OUTCOME_COLUMNS, Claimed, claim
from needlens.seeds import Seed

D = 32


def unit(rows: NDArray[Any]) -> NDArray[np.float32]:
    scaled: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype("f4")
    return scaled


def cloud(sizes: list[int], *, spread: float = 0.1, seed: int = 0) -> tuple[NDArray[np.float32], Any]:
    """Points of unit length around axes, and the axis of each."""
    axis = np.repeat(np.arange(len(sizes)), sizes)
    noise = spread * np.random.default_rng(seed).standard_normal((len(axis), D))
    return unit(np.eye(D)[axis] + noise), axis


def axes(*which: int) -> NDArray[np.float32]:
    return np.eye(D, dtype=np.float32)[list(which)]


def holds(claimed: Claimed, theme: int, planted: NDArray[np.bool_]) -> bool:
    """Whether a theme is most of the planted points and nothing else."""
    own = claimed.ids == theme
    return bool((planted[own]).all() and own.sum() >= 0.7 * planted.sum())


def named(*names: str) -> list[Seed]:
    return [Seed(name) for name in names]


def outcomes(claimed: Claimed) -> list[str]:
    return claimed.outcomes["outcome"].tolist()


def test_without_seeds_nothing_changes() -> None:
    points, axis = cloud([20, 30])
    claimed = claim([], np.zeros((0, D), dtype=np.float32), points, axis + 1)
    assert claimed.ids.tolist() == (axis + 1).tolist()
    assert claimed.names == {}
    assert claimed.outcomes.columns.tolist() == list(OUTCOME_COLUMNS)
    assert len(claimed.outcomes) == 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(12, 40), min_size=2, max_size=6), st.integers(0, 50), st.floats(0.02, 0.15))
def test_the_centre_of_a_planted_theme_is_found(sizes: list[int], seed: int, spread: float) -> None:
    points, axis = cloud(sizes, seed=seed, spread=spread)
    centres = unit(np.array([points[axis == at].mean(axis=0) for at in range(len(sizes))]))
    claimed = claim(named(*map(str, range(len(sizes)))), centres, points, axis + 1)
    assert outcomes(claimed) == ["found"] * len(sizes)
    assert claimed.outcomes["theme_id"].tolist() == list(range(1, len(sizes) + 1))
    assert claimed.outcomes["n"].tolist() == sizes
    assert claimed.ids.tolist() == (axis + 1).tolist()
    assert claimed.names == {at + 1: str(at) for at in range(len(sizes))}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(5, 40), min_size=1, max_size=6), st.integers(0, 50))
def test_a_seed_far_from_everything_is_unmet(sizes: list[int], seed: int) -> None:
    points, axis = cloud(sizes, seed=seed)
    claimed = claim(named("stranger"), axes(D - 1), points, axis + 1)
    assert outcomes(claimed) == ["unmet"]
    assert claimed.outcomes["theme_id"].isna().all()
    assert claimed.outcomes["n"].tolist() == [0]
    assert claimed.ids.tolist() == (axis + 1).tolist()


@settings(max_examples=40, deadline=None)
@given(st.integers(10, 20), st.integers(30, 80), st.integers(0, 50), st.floats(0.02, 0.12))
def test_a_planted_part_of_a_large_theme_is_carved(part: int, rest: int, seed: int, spread: float) -> None:
    points, axis = cloud([part, rest, 25], seed=seed, spread=spread)
    ids = np.where(axis <= 1, 7, 9)
    claimed = claim(named("part"), axes(0), points, ids)
    assert outcomes(claimed) == ["carved"]
    assert claimed.outcomes["theme_id"].tolist() == [10]
    assert holds(claimed, 10, axis == 0)
    assert (claimed.ids[axis > 0] == ids[axis > 0]).all()
    assert claimed.names == {10: "part"}


def test_a_part_spread_over_themes_is_carved() -> None:
    points, axis = cloud([18, 30, 30, 30])
    ids = np.where(axis == 0, 1 + np.arange(len(axis)) % 3, axis)
    claimed = claim(named("spread"), axes(0), points, ids)
    assert outcomes(claimed) == ["carved"]
    assert holds(claimed, 4, axis == 0)


def test_points_without_a_theme_can_be_carved() -> None:
    points, axis = cloud([12, 30])
    claimed = claim(named("left out"), axes(0), points, np.where(axis == 0, 0, 1))
    assert outcomes(claimed) == ["carved"]
    assert holds(claimed, 2, axis == 0)


def test_without_any_theme_seeds_make_them() -> None:
    points, axis = cloud([12, 30, 1])
    claimed = claim(named("a", "b", "c"), axes(0, 1, 9), points, np.zeros(43, dtype=np.int64))
    assert outcomes(claimed) == ["carved", "carved", "unmet"]
    assert claimed.ids[42] == 0
    assert holds(claimed, 1, axis == 1)
    assert holds(claimed, 2, axis == 0)


def test_of_two_seeds_for_one_theme_the_closer_gets_it_and_the_other_is_told() -> None:
    points, axis = cloud([30, 30])
    aside = unit(axes(0) + 0.3 * axes(5))
    for names, which in ((["far", "near"], [1, 0]), (["near", "far"], [0, 1])):
        vectors = np.vstack([axes(0), aside])[which]
        claimed = claim(named(*names), vectors, points, axis + 1)
        rows = claimed.outcomes.set_index("name")
        assert rows.loc["near", "outcome"] == "found"
        assert rows.loc["far", "outcome"] == "unmet"
        assert "“near”" in str(rows.loc["far", "sentence"])
        assert claimed.names == {1: "near"}


def test_of_two_seeds_in_one_theme_the_other_is_carved() -> None:
    points, axis = cloud([40, 15, 30])
    ids = np.where(axis <= 1, 1, 2)
    claimed = claim(named("most", "part"), axes(0, 1), points, ids)
    part = claimed.outcomes.set_index("name")
    assert part.loc["part", "outcome"] == "carved"
    assert holds(claimed, int(claimed.outcomes["theme_id"][1]), axis == 1)
    assert part.loc["most", "outcome"] != "unmet"
    assert holds(claimed, int(claimed.outcomes["theme_id"][0]), axis == 0)


def test_an_unmet_seed_takes_nothing_from_others() -> None:
    points, axis = cloud([20, 40, 30], spread=0.05)
    points[:3] = unit(points[:3] + 0.6 * axes(5))
    ids = np.where(axis <= 1, 1, 2)
    stranger = unit(0.6 * axes(0) + 0.8 * axes(5))
    assert (points[:3] @ stranger[0] > points[:3, 0]).all()
    both = claim(named("part", "stranger"), np.vstack([axes(0), stranger]), points, ids)
    assert outcomes(both) == ["carved", "unmet"]
    alone = claim(named("part"), axes(0), points, ids)
    np.testing.assert_array_equal(both.ids, alone.ids)
    assert (alone.ids[:3] == 3).any()


def test_equal_seeds_share_nothing() -> None:
    points, axis = cloud([30, 30])
    claimed = claim(named("b", "a"), axes(0, 0), points, axis + 1)
    assert dict(zip(claimed.outcomes["name"], outcomes(claimed), strict=True)) == {"a": "found", "b": "unmet"}


def test_too_few_are_not_carved() -> None:
    points, _ = cloud([4, 60])
    ids = np.ones(64, dtype=np.int64)
    assert outcomes(claim(named("few"), axes(0), points, ids)) == ["unmet"]
    assert outcomes(claim(named("few"), axes(0), points, ids, least=4)) == ["carved"]


def test_more_are_needed_of_many_points() -> None:
    points, axis = cloud([6, 8_000], spread=0.05)
    ids = np.where(axis == 0, 1, 1)
    assert outcomes(claim(named("few"), axes(0), points, ids)) == ["unmet"]
    assert outcomes(claim(named("few"), axes(0), points, ids, least=5)) == ["carved"]


def test_new_ids_start_where_they_are_told_to_by_size() -> None:
    points, _ = cloud([10, 20, 60])
    ids = np.ones(90, dtype=np.int64)
    claimed = claim(named("a", "b"), axes(0, 1), points, ids, next_id=50)
    assert claimed.outcomes["theme_id"].tolist() == [51, 50]
    assert claimed.names == {50: "b", 51: "a"}


def test_an_unmet_seed_is_told_its_nearest_texts() -> None:
    points, axis = cloud([20, 20])
    points = np.vstack([points, unit(axes(0) + 0.9 * axes(9))])
    texts = [f"text {at}" for at in range(40)] + ["rather like it"]
    claimed = claim(named("rare"), axes(9), points, np.append(axis + 1, 1), texts=texts)
    assert outcomes(claimed) == ["unmet"]
    assert "“rather like it”" in claimed.outcomes["sentence"][0]
    assert "5 are needed" in claimed.outcomes["sentence"][0]
    assert claimed.nearest[0, 0] == 40


@st.composite
def situations(draw: Any) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32]]:
    """Clouds cut anyhow into themes, and seeds near and far."""
    sizes = draw(st.lists(st.integers(1, 25), min_size=1, max_size=6))
    points, axis = cloud(sizes, spread=draw(st.floats(0.02, 0.4)), seed=draw(st.integers(0, 99)))
    theme_of = draw(st.lists(st.integers(0, 4), min_size=len(sizes), max_size=len(sizes)))
    ids = np.array(theme_of, dtype=np.int64)[axis]
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    towards = draw(st.lists(st.integers(0, 8), min_size=1, max_size=6))
    vectors = unit(np.eye(D)[towards] + 0.1 * rng.standard_normal((len(towards), D)))
    return points, ids, vectors


@settings(max_examples=120, deadline=None)
@given(situations(), st.randoms(use_true_random=False))
def test_every_seed_has_one_outcome_and_no_order_matters(situation: Any, random: Any) -> None:
    points, ids, vectors = situation
    examples = random.choice([(), ("a", "b"), ("a", "b", "c")])
    seeds = [Seed(f"seed {at}", examples) for at in range(len(vectors))]
    claimed = claim(seeds, vectors, points, ids)
    table = claimed.outcomes
    assert table["name"].tolist() == [seed.name for seed in seeds]
    assert set(table["outcome"]) <= {"found", "carved", "unmet"}
    met = table[table["outcome"] != "unmet"]
    assert table["theme_id"].isna().equals(table["outcome"] == "unmet")
    assert met["theme_id"].is_unique
    assert claimed.names == dict(zip(met["theme_id"].tolist(), met["name"].tolist(), strict=True))
    for row in table.to_dict("records"):
        if row["outcome"] == "found":
            assert row["theme_id"] in ids
        if row["outcome"] == "carved":
            assert row["theme_id"] > ids.max()
        if row["outcome"] != "unmet":
            assert row["n"] == (claimed.ids == row["theme_id"]).sum() > 0
        if row["outcome"] == "carved":
            assert row["n"] >= 5
    changed = claimed.ids != ids
    assert set(claimed.ids[changed]) <= set(table.loc[table["outcome"] == "carved", "theme_id"])

    rows, columns = list(range(len(points))), list(range(len(seeds)))
    random.shuffle(rows)
    random.shuffle(columns)
    again = claim([seeds[at] for at in columns], vectors[columns], points[rows], ids[rows])
    np.testing.assert_array_equal(again.ids, claimed.ids[rows])
    assert again.names == claimed.names
    expected = table.iloc[columns].reset_index(drop=True)
    pd.testing.assert_frame_equal(again.outcomes, expected, check_exact=True)
    np.testing.assert_array_equal(np.array(rows)[again.nearest], claimed.nearest[columns])


@pytest.mark.parametrize(
    ("names", "n_vectors", "n_ids", "texts", "message"),
    [
        (["a", "a"], 2, 40, None, "two seeds are called 'a'"),
        (["a", "b"], 1, 40, None, "there are 1, 40 and 40"),
        (["a"], 1, 39, None, "there are 1, 39 and 40"),
        (["a"], 1, 40, ["one"], "there are 1, 40 and 1"),
    ],
)
def test_what_does_not_fit_is_refused(
    names: list[str], n_vectors: int, n_ids: int, texts: list[str] | None, message: str
) -> None:
    points, _ = cloud([40])
    with pytest.raises(UsageError, match=message):
        claim(named(*names), axes(*range(n_vectors)), points, np.ones(n_ids, dtype=np.int64), texts=texts)


def test_no_points_meet_no_seed() -> None:
    claimed = claim(named("a"), axes(0), np.zeros((0, D), dtype=np.float32), np.zeros(0, dtype=np.int64))
    assert outcomes(claimed) == ["unmet"]
