"""Scales after seeds have claimed their themes: nested as before, nothing lost, nothing twice."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.seed_claims import claim
from needlens.seeded import seeded
from needlens.seeds import Seed
from needlens.theme_model import ThemeModel

D = 24


def unit(rows: NDArray[Any]) -> NDArray[np.float32]:
    scaled: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype("f4")
    return scaled


def cloud(sizes: list[int], seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    axis = np.repeat(np.arange(len(sizes)), sizes)
    noise = 0.1 * np.random.default_rng(seed).standard_normal((len(axis), D))
    return unit(np.eye(D)[axis] + noise), axis.astype(np.int64)


def scales(axis: NDArray[np.int64], of_axis: list[int]) -> NDArray[np.int64]:
    """Three nested scales over planted clouds: halves of themes, themes, pairs of themes."""
    main = np.array(of_axis, dtype=np.int64)[axis] + 1
    finer = np.unique(main * 2 + np.arange(len(axis)) % 2, return_inverse=True)[1] + 100
    return np.array([finer, main, (main - 1) // 2 + 50], dtype=np.int64)


def table_of(ids: NDArray[np.int64]) -> pd.DataFrame:
    rows = [(theme, scale) for scale, own in enumerate(ids) for theme in np.unique(own)]
    table = pd.DataFrame(rows, columns=["theme_id", "scale"])
    table["parent_id"] = pd.array([None] * len(table), dtype="Int64")
    return table.assign(n=0, stability=0.5)


def nested(ids: NDArray[np.int64]) -> bool:
    return all(
        len(set(zip(finer.tolist(), wider.tolist(), strict=True))) == len(set(finer.tolist()))
        for finer, wider in pairwise(ids)
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(6, 20), min_size=2, max_size=6),
    st.lists(st.integers(0, 3), min_size=6, max_size=6),
    st.lists(st.integers(0, 8), min_size=0, max_size=5, unique=True),
    st.integers(0, 30),
)
def test_scales_stay_nested(sizes: list[int], of_axis: list[int], towards: list[int], seed: int) -> None:
    points, axis = cloud(sizes, seed)
    ids = scales(axis, of_axis)
    assert nested(ids)
    seeds = [Seed(f"s{at}") for at in towards]
    vectors = np.eye(D, dtype=np.float32)[towards].reshape(-1, D)
    claimed = claim(seeds, vectors, points, ids[1], next_id=int(ids.max()) + 1)
    table, new = seeded(table_of(ids), ids, 1, claimed)
    assert nested(new)
    assert (new[1] == claimed.ids).all()
    assert table["theme_id"].is_unique
    assert table.columns.tolist() == table_of(ids).columns.tolist()
    for scale, own in enumerate(new):
        rows = table[table["scale"] == scale]
        assert dict(zip(rows["theme_id"], rows["n"], strict=True)) == pd.Series(own).value_counts().to_dict()
        if scale < 2:
            parents = dict(zip(rows["theme_id"], rows["parent_id"], strict=True))
            assert all(parents[a] == b for a, b in zip(own, new[scale + 1], strict=True))
    assert table["stability"].isna().equals(~table["theme_id"].isin(ids.ravel()))
    untouched = np.isin(claimed.ids, ids[1])
    assert (new[:, untouched] == ids[:, untouched]).all()


def test_a_carved_theme_goes_where_most_of_it_is() -> None:
    points, axis = cloud([15, 30, 30], 0)
    main = np.where(axis == 0, np.where(np.arange(75) < 10, 1, 2), axis)
    ids = np.array([main, np.where(main == 1, 3, 4)])
    claimed = claim([Seed("a")], np.eye(D, dtype=np.float32)[:1], points, main, next_id=5)
    table, new = seeded(table_of(ids), ids, 0, claimed)
    assert set(new[1][new[0] == 5]) == {3}
    assert table.loc[table["theme_id"] == 5, "parent_id"].tolist() == [3]


def test_nothing_claimed_nothing_changed() -> None:
    points, axis = cloud([20, 20, 20, 20, 20, 20], 1)
    model = ThemeModel().fit(points)
    ids = model.placement_.ids
    claimed = claim([], np.zeros((0, D), dtype=np.float32), model.placement_.points, ids[model.main_scale_])
    table, new = seeded(model.themes_, ids, model.main_scale_, claimed)
    assert (new == ids).all()
    again = table.set_index("theme_id").loc[model.themes_["theme_id"]].reset_index()
    pd.testing.assert_frame_equal(again, model.themes_, check_dtype=False)
    assert axis.max() == 5
