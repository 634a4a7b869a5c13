"""How sure a link is: whether it comes back when other respondents are drawn, or half of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from needlens.implications import Weights

SOLID = 0.8
"""Support from which a link is drawn solid."""

DASHED = 0.5
"""Support from which it is drawn at all."""

N_BOOTSTRAPS = 500
N_HALVES = 200


def incidence(listed: pd.DataFrame, table: pd.DataFrame, *, weights: Weights = "direct") -> sparse.csr_matrix:
    """How often each respondent makes each link.

    Parameters
    ----------
    listed
        As :func:`needlens.implications.pairs` gives it.
    table
        The links, as :func:`needlens.implications.implications` gives them, m rows.
    weights
        ``"direct"`` or ``"both"``.

    Returns
    -------
    scipy.sparse.csr_matrix of int64, shape (respondents with a link, m)
        Its column sums are the weights of the links.
    """
    rows = listed if weights == "both" else listed[listed["direct"]]
    at = {pair: column for column, pair in enumerate(zip(table["means"], table["end"], strict=True))}
    columns = [at[pair] for pair in zip(rows["means"], rows["end"], strict=True)]
    people = np.unique(listed["respondent_id"].to_numpy(dtype=object))
    who = np.searchsorted(people, rows["respondent_id"].to_numpy(dtype=object))
    shape = (len(people), len(table))
    return sparse.csr_matrix((rows["n"].to_numpy(dtype=np.int64), (who, columns)), shape=shape)


def support(
    made: sparse.csr_matrix, cutoff: int, n_asked: int, *, seed: int = 0, n: int = N_BOOTSTRAPS
) -> NDArray[np.float64]:
    """Share of bootstrap samples of the respondents in which each link reaches the cut-off.

    Everybody is drawn from, those without a link too, so that a sample is as large as the study and the
    cut-off the same share of it.

    Parameters
    ----------
    made
        As :func:`incidence` gives it, m columns.
    cutoff
        Least weight of a link.
    n_asked
        Respondents, at least the rows of ``made``.
    seed
        Seed of the draws.
    n
        Bootstrap samples.

    Returns
    -------
    numpy.ndarray of float64, shape (m,)

    Examples
    --------
    >>> everybody = sparse.csr_matrix(np.ones((10, 1), dtype=np.int64))
    >>> support(everybody, 5, 10).tolist()
    [1.0]
    """
    if made.shape[0] == 0:
        return np.zeros(made.shape[1])
    rng = np.random.default_rng(seed)
    chances = np.full(made.shape[0] + 1, 1 / n_asked)
    chances[-1] = max(0.0, 1 - made.shape[0] / n_asked)
    drawn = rng.multinomial(n_asked, chances / chances.sum(), size=n)[:, :-1]
    counts = made.T.dot(drawn.T)
    return np.asarray((counts >= cutoff).mean(axis=1), dtype=np.float64)


def replication(
    made: sparse.csr_matrix, cutoffs: int, *, seed: int = 0, n: int = N_HALVES
) -> NDArray[np.float64]:
    """How well the links above each cut-off come back in the other half of the respondents.

    Respondents are split into halves ``n`` times; a link is in a half's map if half the cut-off is reached
    there. Replication is the mean Jaccard overlap of the two maps.

    Parameters
    ----------
    made
        As :func:`incidence` gives it.
    cutoffs
        Cut-offs 1 to this are looked at.
    seed
        Seed of the splits.
    n
        Splits.

    Returns
    -------
    numpy.ndarray of float64, shape (cutoffs,)
        NaN where neither half ever holds a link.

    Examples
    --------
    >>> everybody = sparse.csr_matrix(np.ones((10, 1), dtype=np.int64))
    >>> replication(everybody, 2).tolist()
    [1.0, 1.0]
    """
    rng = np.random.default_rng(seed)
    people = made.shape[0]
    first = rng.permuted(np.tile(np.arange(people) < people // 2, (n, 1)), axis=1).astype(np.int64)
    one = made.T.dot(first.T)
    other = made.T.dot(1 - first.T)
    overlaps = []
    for cutoff in range(1, cutoffs + 1):
        in_one, in_other = 2 * one >= cutoff, 2 * other >= cutoff
        both, either = (in_one & in_other).sum(axis=0), (in_one | in_other).sum(axis=0)
        some = either > 0
        overlaps.append(float((both[some] / either[some]).mean()) if some.any() else float("nan"))
    return np.array(overlaps, dtype=np.float64)
