"""A student of token sums: it learns a linear teacher, and a vector hangs on its own text alone."""

import numpy as np
import pytest

from needlens.encoders.student import Student, taught

ONE = np.ones(1, dtype=np.float32)


def _linear_teacher(seed: int) -> tuple[np.ndarray, list[list[int]], np.ndarray]:
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(200, 24)).astype(np.float32)
    turn = rng.normal(size=(24, 12))
    ids = [rng.integers(0, 200, size=rng.integers(1, 9)).tolist() for _ in range(600)]
    sums = np.array([features[own].sum(axis=0) for own in ids]) @ turn
    return features, ids, (sums / np.linalg.norm(sums, axis=1)[:, None]).astype(np.float32)


def test_it_learns_a_linear_teacher() -> None:
    features, ids, truth = _linear_teacher(0)
    student = taught(features, ids[:500], truth[:500], dimension=12)
    found = student.vectors(ids[500:], ONE)
    ours, theirs = found @ found.T, truth[500:] @ truth[500:].T
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.99


def test_what_all_vectors_share_is_left_out() -> None:
    features, ids, truth = _linear_teacher(1)
    shifted = truth + 3 * truth[0]
    shifted /= np.linalg.norm(shifted, axis=1)[:, None]
    assert (shifted @ shifted.T).mean() > 0.8
    found = taught(features, ids, shifted, dimension=12).vectors(ids, ONE)
    assert (found @ found.T).mean() < 0.3


def test_the_same_to_the_last_bit() -> None:
    features, ids, truth = _linear_teacher(2)
    first = taught(features, ids, truth, dimension=6)
    assert first.tokens.tobytes() == taught(features, ids, truth, dimension=6).tokens.tobytes()
    assert first.tokens.dtype == np.float32
    assert (first.tokens == first.tokens.astype(np.float16)).all()
    whole = first.vectors(ids, ONE)
    assert whole[7:9].tobytes() == first.vectors(ids[7:9], ONE).tobytes()


@pytest.mark.parametrize(("weight", "expected"), [(1.0, [0.6, 0.8]), (0.0, [1.0, 0.0])])
def test_tokens_count_as_they_are_weighed(weight: float, expected: list[float]) -> None:
    student = Student(np.array([[3, 0], [0, 4]], dtype=np.float32))
    (vector,) = student.vectors([[0, 1]], np.array([1, weight], dtype=np.float32))
    np.testing.assert_allclose(vector, expected)
