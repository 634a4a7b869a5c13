"""A reason in its answer."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from needlens.needs.context import in_context


@given(st.integers(0, 2**32 - 1), st.lists(st.sampled_from("abcd"), min_size=1, max_size=20))
def test_the_order_of_rows_changes_nothing(seed: int, verbatims: list[str]) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((len(verbatims), 5)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1)[:, None]
    order = rng.permutation(len(verbatims))
    straight = in_context(rows, verbatims)
    shuffled = in_context(rows[order], [verbatims[at] for at in order])
    np.testing.assert_array_equal(shuffled, straight[order])
    np.testing.assert_allclose(np.linalg.norm(straight, axis=1), 1, atol=1e-6)


def test_others_of_the_answer_pull_and_strangers_do_not() -> None:
    rows = np.eye(3, dtype=np.float32)
    found = in_context(rows, ["a", "a", "b"])
    assert found[0, 1] > 0.4
    assert found[0, 0] > found[0, 1]
    assert found[2].tolist() == rows[2].tolist()
