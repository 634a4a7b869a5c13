"""Themes: laws of the estimator, planted groups found again, nothing found where nothing is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from needlens import errors
from needlens.errors import UsageError
from needlens.graph import neighbours
from needlens.graph.partition import NestedPartitions, nested_partitions
from needlens.theme_model import ThemeModel
from needlens.themes import MIN_POINTS, ThemeSearch, nullable

Vectors = NDArray[np.float32]


def _blobs(
    n_groups: int, n_each: int, *, supers: int = 0, seed: int = 0
) -> tuple[Vectors, NDArray[np.int64]]:
    """Gaussian groups on the sphere, mixed; with ``supers`` the centres themselves lie in groups."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((n_groups, 48))
    if supers:
        centres = 0.5 * centres + rng.standard_normal((supers, 48))[np.arange(n_groups) % supers]
    true = rng.permutation(np.arange(n_groups * n_each) % n_groups)
    cloud = centres[true] + 0.8 * rng.standard_normal((len(true), 48))
    return (cloud / np.linalg.norm(cloud, axis=1, keepdims=True)).astype(np.float32), true


def _filled(ids: pd.arrays.IntegerArray) -> NDArray[np.int64]:
    filled: NDArray[np.int64] = ids.to_numpy(dtype=np.int64, na_value=0)
    return filled


@pytest.fixture(scope="module")
def rows() -> Vectors:
    """Four groups of groups, and every twentieth row twice."""
    cloud, _ = _blobs(16, 30, supers=4)
    return np.vstack([cloud, cloud[::20]])


@pytest.fixture(scope="module")
def fitted(rows: Vectors) -> ThemeModel:
    return ThemeModel().fit(rows)


def test_equal_rows_draw_their_lots_by_the_least_of_their_keys(rows: Vectors) -> None:
    keys, given = np.random.default_rng(1).permutation(len(rows)).astype(np.uint64), []

    def noted(points: Vectors, k: int | None, **asked: Any) -> NestedPartitions:
        given.append(asked["keys"])
        return nested_partitions(points, k, n_groups=4, seed=0)

    search = ThemeSearch().fit(rows, keys=keys, partition=noted)
    least = np.full(len(search.placement_.points), len(rows), dtype=np.uint64)
    for key, at in zip(keys, search.position_, strict=True):
        least[at] = min(least[at], key)
    np.testing.assert_array_equal(given, [least])


def test_groups_of_groups_are_found_at_both_scales() -> None:
    agreement, n_more = [], 0
    for seed in range(6):
        cloud, true = _blobs(16, 30, supers=4, seed=seed)
        model = ThemeModel().fit(cloud)
        assert model.structure_.found
        assert model.main_scale_ == 0
        agreement.append(adjusted_rand_score(true, _filled(model.scales_[0])))
        assert adjusted_rand_score(true % 4, _filled(model.scales_[-1])) == 1
        n_more += len(model.scales_) - 2
    # The groups overlap a little, and where centres happen to lie in pairs, a scale of the pairs may be seen.
    assert np.mean(agreement) >= 0.95
    assert n_more <= 1


def test_the_order_of_the_rows_does_not_matter(rows: Vectors, fitted: ThemeModel) -> None:
    order = np.random.default_rng(1).permutation(len(rows))
    again = ThemeModel().fit(rows[order])
    pd.testing.assert_frame_equal(again.themes_, fitted.themes_)
    assert again.structure_ == fitted.structure_
    for mine, theirs in zip(again.scales_, fitted.scales_, strict=True):
        np.testing.assert_array_equal(_filled(mine), _filled(theirs)[order])


def test_nor_does_it_where_neighbours_are_sought_in_cells(
    rows: Vectors, fitted: ThemeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "EXACT", 200)
    order = np.random.default_rng(1).permutation(len(rows))
    once, again = ThemeModel().fit(rows), ThemeModel().fit(rows[order])
    assert again.structure_ == once.structure_
    np.testing.assert_array_equal(_filled(again.labels_), _filled(once.labels_)[order])
    assert adjusted_rand_score(_filled(once.labels_), _filled(fitted.labels_)) > 0.9


def test_equal_rows_have_equal_themes(rows: Vectors, fitted: ThemeModel) -> None:
    n = len(rows) - len(rows[: 16 * 30 : 20])
    np.testing.assert_array_equal(_filled(fitted.labels_)[n:], _filled(fitted.labels_)[:n:20])
    assert len(fitted.placement_.points) == n
    np.testing.assert_array_equal(fitted.placement_.points[fitted.position_], rows)


def test_predicting_the_fitted_rows_gives_their_themes(rows: Vectors, fitted: ThemeModel) -> None:
    labels = _filled(fitted.labels_)
    np.testing.assert_array_equal(_filled(fitted.predict(rows)), labels)
    np.testing.assert_array_equal(_filled(fitted.predict(rows[7:8])), labels[7:8])
    np.testing.assert_array_equal(labels, _filled(fitted.scales_[fitted.main_scale_]))


def test_rows_are_brought_to_unit_length_before_they_are_placed(rows: Vectors, fitted: ThemeModel) -> None:
    longer = fitted.predict(3 * rows.astype(np.float64))
    np.testing.assert_array_equal(_filled(longer), _filled(fitted.labels_))
    assert fitted.predict(-rows[:3]).isna().all()


def test_minus_zero_is_zero() -> None:
    model = ThemeModel().fit(np.array([[0.0, 1.0], [-0.0, 1.0]]))
    assert model.position_.tolist() == [0, 0]


def test_every_finer_theme_lies_within_one_wider_theme(fitted: ThemeModel) -> None:
    for fine, wide in zip(fitted.scales_, fitted.scales_[1:], strict=False):
        pairs = pd.DataFrame({"fine": fine, "wide": wide}).drop_duplicates()
        assert pairs["fine"].is_unique
        parents = fitted.themes_.set_index("theme_id")["parent_id"]
        assert (parents[pairs["fine"]].to_numpy() == pairs["wide"].to_numpy()).all()
    widest = fitted.themes_["scale"] == len(fitted.scales_) - 1
    assert fitted.themes_.loc[widest, "parent_id"].isna().all()


def test_ids_count_from_one_over_all_scales_by_size_within_each(fitted: ThemeModel) -> None:
    table = fitted.themes_
    assert table["theme_id"].tolist() == list(range(1, len(table) + 1))
    assert table["scale"].iloc[0] == fitted.main_scale_
    distinct = np.unique(fitted.position_, return_index=True)[1]
    for scale, ids in enumerate(fitted.scales_):
        own = table[table["scale"] == scale]
        assert own["n"].is_monotonic_decreasing
        counted = pd.Series(ids[distinct]).value_counts()
        assert counted[own["theme_id"]].tolist() == own["n"].tolist()
    assert table["stability"].between(0, 1).all()


@settings(max_examples=15, deadline=None)
@example(wanted=4, more=0, seed=0)  # points with next to nothing in common
@example(wanted=2, more=0, seed=1)  # a resample without any point
@given(st.integers(2, 12), st.integers(0, 20), st.integers(0, 99))
def test_the_laws_hold_on_clouds_without_groups_too(wanted: int, more: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    cloud = rng.standard_normal((wanted + more, 5))
    repeated = cloud[rng.integers(0, len(cloud), 10)]
    mixed = np.vstack([cloud, repeated])
    order = rng.permutation(len(mixed))
    model = ThemeModel(wanted, n_neighbors=4, seed=seed).fit(mixed)
    assert sorted(model.labels_.unique()) == list(range(1, wanted + 1))
    np.testing.assert_array_equal(_filled(model.predict(mixed)), _filled(model.labels_))
    shuffled = ThemeModel(wanted, n_neighbors=4, seed=seed).fit(mixed[order])
    np.testing.assert_array_equal(_filled(shuffled.labels_), _filled(model.labels_)[order])


@pytest.mark.parametrize("n_groups", [6, 9, 12])
def test_planted_groups_are_found_again(n_groups: int) -> None:
    cloud, true = _blobs(n_groups, 40, seed=n_groups)
    found = ThemeModel().fit_predict(cloud)
    assert not found.isna().any()
    assert abs(len(found.unique()) - n_groups) <= 1
    assert adjusted_rand_score(true, _filled(found)) >= 0.95


def test_where_nothing_is_nothing_is_found() -> None:
    """Isotropic clouds of several sizes: at most one false alarm in twelve."""
    alarms = 0
    for seed in range(12):
        cloud = np.random.default_rng(seed).standard_normal((60 + 60 * (seed % 5), 24))
        model = ThemeModel(seed=seed).fit(cloud)
        alarms += model.structure_.found
        assert model.labels_.isna().all() != model.structure_.found
        assert model.structure_.reason.startswith("no structure found") != model.structure_.found
        assert (len(model.themes_) == 0) != model.structure_.found
    assert alarms <= 1


@pytest.mark.parametrize("n", [1, 2, 3, MIN_POINTS - 1, MIN_POINTS])
def test_few_rows_have_no_themes(n: int) -> None:
    cloud, _ = _blobs(2, 50)
    model = ThemeModel().fit(np.vstack([cloud[:n], cloud[:n]]))
    assert not model.structure_.found
    assert ("too few" in model.structure_.reason) == (n < MIN_POINTS)
    assert model.labels_.isna().all()
    assert len(model.labels_) == 2 * n
    assert model.main_scale_ == 0
    assert len(model.themes_) == 0
    assert model.predict(cloud).isna().all()


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_rows_that_are_all_the_same_have_no_themes(value: float) -> None:
    model = ThemeModel().fit(np.full((50, 4), value))
    assert (model.structure_.found, len(model.placement_.points)) == (False, 1)
    assert model.labels_.isna().all()


@pytest.mark.parametrize("n_themes", [0, 1, -3, 31, 2.5, True, "many"])
def test_a_number_of_themes_out_of_range_is_refused(n_themes: object) -> None:
    with pytest.raises(UsageError, match="between 2 and the number of distinct reasons \\(30\\)"):
        ThemeModel(n_themes).fit(np.eye(30))  # type: ignore[arg-type]


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(UsageError, match="'kmeans'"):
        ThemeModel(engine="kmeans").fit(np.eye(30))  # type: ignore[arg-type]


def test_the_same_themes_in_every_process(fitted: ThemeModel, rows: Vectors, tmp_path: Path) -> None:
    np.save(tmp_path / "rows.npy", rows)
    code = """
import json, sys
import numpy as np
from needlens.theme_model import ThemeModel
model = ThemeModel().fit(np.load(sys.argv[1]))
placed = model.placement_
print(json.dumps([placed.ids.tolist(), placed.strengths.tolist(), model.structure_.p_value]))
"""
    mine = [fitted.placement_.ids.tolist(), fitted.placement_.strengths.tolist(), fitted.structure_.p_value]
    for threads in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "rows.npy")],
            env={
                **os.environ,
                "PYTHONPATH": str(Path(errors.__file__).parents[1]),
                "OMP_NUM_THREADS": threads,
                "OPENBLAS_NUM_THREADS": threads,
                "PYTHONHASHSEED": threads,
            },
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        assert json.loads(done.stdout) == mine


@given(st.lists(st.integers(0, 5)))
def test_zero_is_null(ids: list[int]) -> None:
    array = nullable(np.array(ids, dtype=np.int64))
    assert [0 if null else value for value, null in zip(array, array.isna(), strict=True)] == ids
