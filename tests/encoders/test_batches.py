"""The shape of a text's batch follows from its own length, and every text is in one."""

from hypothesis import given
from hypothesis import strategies as st

from needlens.encoders.batches import batches


@given(lengths=st.lists(st.integers(0, 40), max_size=60), n_tokens=st.integers(1, 64))
def test_every_text_is_in_one_batch_of_a_shape_of_its_own(lengths: list[int], n_tokens: int) -> None:
    found = list(batches(lengths, n_tokens))
    assert sorted(row for batch in found for row in batch.rows) == list(range(len(lengths)))
    for batch in found:
        (length,) = {lengths[row] for row in batch.filled}
        assert len(batch.filled) == max(1, n_tokens // max(1, length))
        assert list(batch.filled[: len(batch.rows)]) == list(batch.rows)
    longest_first = [lengths[batch.rows[0]] for batch in found]
    assert longest_first == sorted(longest_first, reverse=True)
