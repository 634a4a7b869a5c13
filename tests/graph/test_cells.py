"""Neighbours in cells: nearly all the true ones, similarities exact, the same bits for any threads."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from needlens.graph import cells, neighbours
from needlens.graph.cells import neighbours_in_cells
from needlens.graph.neighbours import nearest, neighbours_of


@pytest.fixture(scope="module")
def cloud() -> NDArray[np.float32]:
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((60, 32))
    points = np.repeat(centres, 50, axis=0) + rng.standard_normal((3_000, 32))
    unit: NDArray[np.float32] = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    return unit


def test_nearly_all_neighbours_are_found(cloud: NDArray[np.float32]) -> None:
    index, similarity = neighbours_in_cells(cloud, 15)
    exact = nearest(cloud, cloud, 15, skip_self=True)
    both = [np.intersect1d(a, b).size for a, b in zip(index, exact.index, strict=True)]
    assert np.mean(both) / 15 > 0.95
    assert (index != np.arange(len(cloud))[:, None]).all()
    assert all(len(set(row)) == 15 for row in index.tolist())
    assert (np.diff(similarity, axis=1) <= 0).all()
    np.testing.assert_allclose(similarity, np.einsum("id,ijd->ij", cloud, cloud[index]), atol=1e-5)


def test_all_are_found_when_all_are_looked_at(
    cloud: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells, "LOOKED_AT", 1e6)
    points = cloud[::5]
    found = neighbours_in_cells(points, 10)[0]
    np.testing.assert_array_equal(found, nearest(points, points, 10, skip_self=True).index)


def test_the_same_bits_for_any_number_of_threads(
    cloud: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch
) -> None:
    many = neighbours_in_cells(cloud, 15)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    with threadpool_limits(limits=2):
        one = neighbours_in_cells(cloud, 15)
    assert many[0].tobytes() == one[0].tobytes()
    assert many[1].tobytes() == one[1].tobytes()


def test_enough_are_found_among_equal_points_and_few() -> None:
    points = np.tile(np.eye(3, dtype=np.float32)[:1], (40, 1))
    index, similarity = neighbours_in_cells(points, 26)
    assert (similarity == 1).all()
    assert all(len(set(row)) == 26 for row in index.tolist())


def test_progress_ends_at_the_total(cloud: NDArray[np.float32]) -> None:
    told: list[tuple[int, int | None]] = []
    neighbours_in_cells(cloud[:500], 5, progress=lambda _stage, done, total: told.append((done, total)))
    assert told[-1] == (500, 500)
    assert told == sorted(told)


def test_many_points_are_sought_in_cells(cloud: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "EXACT", 1_000)
    found = neighbours_of(cloud, 5)
    np.testing.assert_array_equal(found.index, neighbours_in_cells(cloud, 9)[0])
