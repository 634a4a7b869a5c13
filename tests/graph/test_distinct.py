"""Distinct rows as a sort of all their bytes finds them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from needlens.graph.distinct import distinct, row_keys

few_values = st.tuples(st.integers(0, 30), st.integers(1, 4)).flatmap(
    lambda shape: arrays(np.float32, shape, elements=st.sampled_from([-1.5, 0.0, 0.25, 1.0]))
)


@given(few_values)
def test_the_same_as_a_sort_of_whole_rows(rows: NDArray[np.float32]) -> None:
    _, first, place = np.unique(row_keys(rows), return_index=True, return_inverse=True)
    found = distinct(rows)
    np.testing.assert_array_equal(found[0], first)
    np.testing.assert_array_equal(found[1], place)
