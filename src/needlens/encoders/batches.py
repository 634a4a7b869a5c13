"""Batches whose shape depends on nothing but the number of tokens of the texts in them.

A matrix product's rounding depends on its shape and on how its work is shared out. So every batch holds
texts of exactly the same number of tokens, always in the same number of rows, on one thread; the work is
parallel over batches. A text's vector is then the same for any order, subset, chunking and number of workers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, eq=False, slots=True)
class Batch:
    """Texts of one number of tokens.

    Attributes
    ----------
    rows : sequence of int
        Positions of the texts.
    filled : sequence of int
        The same, the first one again and again behind them until the batch is full.
    """

    rows: Sequence[int]
    filled: Sequence[int]


def batches(lengths: Sequence[int], n_tokens: int) -> Iterator[Batch]:
    """Share texts out into batches, those of the longest first.

    Parameters
    ----------
    lengths : sequence of int
        Number of tokens of each text.
    n_tokens : int
        Tokens in a batch; a longer text is a batch of its own.

    Yields
    ------
    Batch
        With ``max(1, n_tokens // length)`` rows once it is filled.

    Examples
    --------
    >>> [(list(batch.rows), list(batch.filled)) for batch in batches([2, 3, 2, 2], 4)]
    [([1], [1]), ([0, 2], [0, 2]), ([3], [3, 3])]
    """
    longest_first = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    for length, same in groupby(longest_first, key=lengths.__getitem__):
        rows, size = list(same), max(1, n_tokens // max(1, length))
        for start in range(0, len(rows), size):
            own = rows[start : start + size]
            yield Batch(own, own + own[:1] * (size - len(own)))
