"""The null cloud has the data's mean and covariance, and none of its groups."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from needlens.graph.null import gaussian_of


def test_same_directions_of_variance_but_no_groups() -> None:
    rng = np.random.default_rng(0)
    two_groups = np.array([[0.8, 0.6, 0.0], [0.8, -0.6, 0.0]], dtype=np.float32)[np.arange(400) % 2]
    drawn = gaussian_of(two_groups).draw(2_000, rng)
    np.testing.assert_allclose(np.linalg.norm(drawn, axis=1), 1, rtol=1e-6)
    assert np.abs(drawn[:, 2]).max() < 1e-6
    assert abs(float(drawn[:, 1].mean())) < 0.05
    # The two groups leave the middle empty; the cloud fills it.
    assert (np.abs(drawn[:, 1]) < 0.3).mean() > 0.15


def test_mean_and_covariance_are_the_data_s() -> None:
    drawn = np.random.default_rng(0).standard_normal((500, 6)) * np.arange(1, 7)
    data: NDArray[np.float32] = drawn.astype(np.float32)
    for vectors in (data, data[:5]):  # more vectors than directions, and fewer
        null = gaussian_of(vectors)
        np.testing.assert_allclose(null.mean, vectors.mean(axis=0), atol=1e-5)
        np.testing.assert_allclose(null.root.T @ null.root, np.cov(vectors.T), atol=1e-3)


def test_equal_vectors_give_equal_draws() -> None:
    same = np.tile(np.array([[0.6, 0.8]], dtype=np.float32), (10, 1))
    np.testing.assert_allclose(gaussian_of(same).draw(5, np.random.default_rng(0)), same[:5], rtol=1e-6)


def test_the_same_bits_for_any_number_of_threads() -> None:
    vectors = np.random.default_rng(1).standard_normal((300, 64)).astype(np.float32)
    draws = []
    for threads in (1, 2):
        with threadpool_limits(limits=threads):
            draws.append(gaussian_of(vectors).draw(300, np.random.default_rng(2)).tobytes())
    assert draws[0] == draws[1]
