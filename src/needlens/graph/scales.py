"""At which resolutions a cloud of vectors falls into groups that come back, beyond what chance explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from needlens.graph.affinity import affinity
from needlens.graph.agreement import adjusted_rand
from needlens.graph.communities import communities
from needlens.graph.neighbours import Neighbours, nearest
from needlens.graph.null import gaussian_null
from needlens.progress import Progress, silent

RESOLUTIONS = np.geomspace(0.2, 60.0, 16)
"""Resolutions tried, from a handful of wide groups to crumbs."""

SEARCHED = 3_000
"""Points the search looks at, of more a random sample: groups at a resolution hardly depend on n."""

N_RESAMPLES = 6
N_NULLS = 5
N_NULL_RESAMPLES = 2
SHARE = 0.8
"""Resamples of the data, null clouds, resamples of each, and the share of points a resample keeps."""

LEAST_MEAN = 25
"""Points a group must have on average: shares of people over smaller groups could not be told apart."""

WIDER = 1.7
"""Neighbours searched per edge wanted, so that a resample of 80 % still finds enough among those it keeps."""


@dataclass(frozen=True, eq=False, slots=True)
class ScaleScan:
    """What the search saw at each resolution; every array has shape (n_resolutions,).

    Attributes
    ----------
    resolutions
        Resolution parameter, rising.
    n_groups
        Groups found at each.
    stability
        Mean adjusted Rand index of 80 % resamples with the whole, in [−1, 1].
    null_stability
        The same for Gaussian clouds of the data's mean and covariance, averaged.
    excess
        ``stability − null_stability``, smoothed over neighbouring resolutions (1, 2, 1).
    usable
        Where data and null fall into two groups or more, so that both have something to be unstable about,
        and the data's groups have :data:`LEAST_MEAN` points or more on average.
    p_value
        Chance of so much stability in a cloud without groups: one-sided t-test of the mean stability against
        the null clouds' (a prediction interval, so few clouds make it more careful, not less).
    """

    resolutions: NDArray[np.float64]
    n_groups: NDArray[np.int64]
    stability: NDArray[np.float64]
    null_stability: NDArray[np.float64]
    excess: NDArray[np.float64]
    usable: NDArray[np.bool_]
    p_value: float


def scan(vectors: NDArray[np.float32], k: int, *, seed: int, progress: Progress = silent) -> ScaleScan:
    """Measure at each resolution how stable the groups are, beside a null without groups.

    For each resolution the whole and several 80 % resamples are partitioned; stability is the mean agreement
    of a resample's partition with the whole's. The same is done on Gaussian clouds with the data's mean and
    covariance. What exceeds the null is structure (choice by stability after Lange et al. 2004 and Ben-Hur,
    Elisseeff & Guyon 2002, with a parametric null in place of their rescaling).

    Parameters
    ----------
    vectors
        Rows of unit length, float32, shape (n, d).
    k
        Edges each point may choose in the similarity graph.
    seed
        Seed of resamples and null clouds; the resamples are the same at every resolution.

    Returns
    -------
    ScaleScan
    """
    rng = np.random.default_rng(seed)
    if len(vectors) > SEARCHED:
        vectors = vectors[np.sort(rng.choice(len(vectors), SEARCHED, replace=False))]
    total = 1 + N_NULLS
    groups, stability = _stability(vectors, k, N_RESAMPLES, rng)
    progress("choosing scales", 1, total)
    nulls = np.empty((N_NULLS, len(RESOLUTIONS)))
    null_groups = np.empty((N_NULLS, len(RESOLUTIONS)))
    for cloud in range(N_NULLS):
        drawn = gaussian_null(vectors, len(vectors), rng)
        null_groups[cloud], nulls[cloud] = _stability(drawn, k, N_NULL_RESAMPLES, rng)
        progress("choosing scales", 2 + cloud, total)
    usable = (groups >= 2) & (null_groups.min(axis=0) >= 2) & (groups * LEAST_MEAN <= len(vectors))
    return ScaleScan(
        resolutions=RESOLUTIONS,
        n_groups=groups,
        stability=stability,
        null_stability=nulls.mean(axis=0),
        excess=_smooth(stability - nulls.mean(axis=0)),
        usable=usable,
        p_value=_p_value(stability[usable], nulls[:, usable]),
    )


def resamples(n: int, count: int, rng: np.random.Generator) -> list[NDArray[np.int64]]:
    """Rising positions of ``count`` random subsets of 80 % of ``n`` points.

    Examples
    --------
    >>> [len(kept) for kept in resamples(10, 2, np.random.default_rng(0))]
    [8, 8]
    """
    size = max(1, round(SHARE * n))
    return [np.sort(rng.choice(n, size, replace=False)) for _ in range(count)]


def neighbours_of(vectors: NDArray[np.float32], k: int, *, progress: Progress = silent) -> Neighbours:
    """Nearest neighbours of each point among the others, enough for the graphs of resamples.

    Examples
    --------
    >>> neighbours_of(np.eye(4, dtype=np.float32), 2).index.shape
    (4, 3)
    """
    return nearest(vectors, vectors, int(np.ceil(WIDER * k)), skip_self=True, progress=progress)


def choose(scan: ScaleScan) -> list[int]:
    """Choose the scales worth showing: the main one first, then a finer one if there is any.

    Main is the usable resolution of largest excess; fine is the largest peak of the excess among the
    resolutions with at least twice as many groups.

    Returns
    -------
    list of int
        Positions in ``scan.resolutions``; empty if no resolution is usable.

    Examples
    --------
    >>> flat = np.ones(4)
    >>> choose(ScaleScan(flat, np.array([2, 4, 9, 30]), np.array([.9, .8, .7, .5]), flat * .3,
    ...                  np.array([.2, .4, .37, .38]), np.array([False, True, True, True]), 0.001))
    [1, 3]
    """
    if not scan.usable.any():
        return []
    excess = np.where(scan.usable, scan.excess, -np.inf)
    main = int(np.argmax(excess))
    padded = np.concatenate([[-np.inf], excess, [-np.inf]])
    peak = (excess >= padded[:-2]) & (excess >= padded[2:])
    fine = peak & scan.usable & (scan.n_groups >= 2 * scan.n_groups[main])
    return [main, int(np.argmax(np.where(fine, excess, -np.inf)))] if fine.any() else [main]


def _stability(
    vectors: NDArray[np.float32], k: int, count: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Groups of the whole at each resolution, and the mean agreement of ``count`` resamples with it."""
    near = neighbours_of(vectors, k)
    kept = resamples(len(vectors), count, rng)
    graphs: list[sparse.csr_matrix] = [affinity(near, k, keep=keep) for keep in kept]
    whole_graph = affinity(near, k)
    n_groups = np.zeros(len(RESOLUTIONS), dtype=np.int64)
    stability = np.zeros(len(RESOLUTIONS))
    for at, resolution in enumerate(RESOLUTIONS):
        whole = communities(whole_graph, resolution)
        n_groups[at] = whole.max() + 1
        again = [communities(graph, resolution) for graph in graphs]
        agreements = [adjusted_rand(whole[keep], own) for keep, own in zip(kept, again, strict=True)]
        stability[at] = np.mean(agreements)
    return n_groups, stability


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.convolve(np.pad(values, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")


def _p_value(stability: NDArray[np.float64], nulls: NDArray[np.float64]) -> float:
    if stability.size == 0:
        return 1.0
    from scipy import stats

    means = nulls.mean(axis=1)
    spread = max(float(means.std(ddof=1)), 1e-6) * np.sqrt(1 + 1 / len(means))
    return float(stats.t.sf((stability.mean() - means.mean()) / spread, df=len(means) - 1))
