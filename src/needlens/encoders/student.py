"""A text's vector from a table of tokens, taught to be like that of a model that reads the whole text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

Float = TypeVar("Float", bound=np.floating)

RIDGE: Final = 1e-3
"""Share of the mean of the features' own squares that holds the map back."""

ROUNDS: Final = 4
"""How often the map is fitted: each time texts are measured by the length their sums had the time before."""

_CONSTANT: Final = 0.1
"""Beside the features, in place of 1: of the size of a single one of them."""


@dataclass(frozen=True, eq=False, slots=True)
class Student:
    """What it takes to make vectors of texts.

    Attributes
    ----------
    tokens
        Vector of each token, float32, shape (n_tokens, d).
    """

    tokens: NDArray[np.float32]

    def vectors(self, ids: Sequence[Sequence[int]], weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Add up the tokens of each text.

        Parameters
        ----------
        ids
            Tokens of each text, at least one.
        weights
            How much each token counts, float32; the last one stands for all tokens after it.

        Returns
        -------
        ndarray
            Rows of unit length, float32, shape (len(ids), d); each depends on its own tokens alone.

        Examples
        --------
        >>> student = Student(np.eye(2, dtype=np.float32))
        >>> student.vectors([[0], [1, 1]], np.ones(1, dtype=np.float32)).tolist()
        [[1.0, 0.0], [0.0, 1.0]]
        """
        return _unit(_sums(ids, self.tokens, weights))


def taught(
    features: NDArray[np.float32],
    ids: Sequence[Sequence[int]],
    teacher: NDArray[np.float32],
    *,
    dimension: int,
) -> Student:
    """Learn to turn sums of token features into a teacher's vectors.

    A text is to be M u + c, where u is the sum of its tokens' features at unit length. M and c are fitted to
    the teacher's vectors by ridge regression; M is then applied to the table once and for all, and the
    lengths of that table's sums take the place of those of the features when it is fitted again. c, which
    all texts share, is left out of their vectors: it draws themes together. What is left is turned onto its
    principal axes.

    Parameters
    ----------
    features
        Of each token, float32, shape (n_tokens, q).
    ids
        Tokens of each text that is learned from, at least one each.
    teacher
        Vectors of these texts, rows of unit length, float32, shape (len(ids), p).
    dimension
        Length of a vector, at most p.

    Returns
    -------
    Student
        With numbers that float16 holds.

    Examples
    --------
    >>> features = np.eye(3, dtype=np.float32)
    >>> student = taught(features, [[0], [1], [2]], features[:, ::-1], dimension=3)
    >>> vectors = student.vectors([[0], [1], [2]], np.ones(1, dtype=np.float32))
    >>> (vectors @ student.tokens.T).argmax(axis=1).tolist()
    [0, 1, 2]
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # sums that several threads share are rounded otherwise
        wide = features.astype(np.float64)
        sums = _sums(ids, wide, np.ones(1, dtype=np.float32))
        truth = teacher.astype(np.float64)
        lengths = np.linalg.norm(sums, axis=1)
        for _ in range(ROUNDS):
            inputs = sums / np.maximum(lengths, np.finfo(np.float64).tiny)[:, None]
            turn = _ridge(inputs, truth)
            turned = sums @ turn
            lengths = np.linalg.norm(turned, axis=1)
        table = wide @ (turn @ _axes(_unit(turned), dimension))
    # Only directions count: as far from where float16 loses digits as from where it ends.
    table *= 2.0 ** np.floor(np.log2(256 / np.abs(table).max()))
    return Student(table.astype(np.float16).astype(np.float32))


def _sums(
    ids: Sequence[Sequence[int]], table: NDArray[Float], weights: NDArray[np.float32]
) -> NDArray[Float]:
    from scipy.sparse import csr_array

    tokens = np.fromiter(chain.from_iterable(ids), dtype=np.int64)
    counts = weights[np.minimum(tokens, len(weights) - 1)].astype(table.dtype, copy=False)
    starts = np.cumsum([0, *map(len, ids)])
    # Of all ways to sum rows up the fastest by far, and each sum is taken in its text's own order.
    return np.asarray(csr_array((counts, tokens, starts), shape=(len(ids), len(table))) @ table)


def _ridge(inputs: NDArray[np.float64], truth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coefficients beside a constant."""
    wide = np.hstack([inputs, np.full((len(inputs), 1), _CONSTANT)])
    square = wide.T @ wide
    square += RIDGE * np.trace(square) / len(square) * np.eye(len(square))
    return np.linalg.solve(square, wide.T @ truth)[:-1]


def _axes(vectors: NDArray[np.float64], dimension: int) -> NDArray[np.float64]:
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    axes = axes[:, ::-1][:, :dimension]
    return np.asarray(axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])]))


def _unit(rows: NDArray[Float]) -> NDArray[Float]:
    lengths = np.sqrt(np.einsum("nd,nd->n", rows, rows))
    return np.asarray(rows / np.maximum(lengths, np.finfo(rows.dtype).tiny)[:, None])
