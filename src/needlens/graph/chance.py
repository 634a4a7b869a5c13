"""How much stability a cloud without groups would show at the same scales."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from needlens.graph.affinity import affinity
from needlens.graph.communities import communities
from needlens.graph.draws import resamples
from needlens.graph.neighbours import Neighbours, neighbours_of
from needlens.graph.nesting import Resolutions, nest
from needlens.graph.null import gaussian_null
from needlens.graph.scales import N_RESAMPLES, RESOLUTIONS, mean_agreement
from needlens.progress import Progress, silent

N_CLOUDS = 5
MOST_CLOUDS = 20
"""Least and largest number of clouds without groups."""

N_CLOUD_RESAMPLES = 2
"""Resamples of each cloud."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the groups of one scale.

    Attributes
    ----------
    stability
        Mean adjusted Rand index between the partitions of the whole and of 80 % resamples.
    excess
        The same less that of clouds without groups.
    p_value
        Chance of so much stability in a cloud without groups: one-sided t-test against the clouds' (a
        prediction interval, so few clouds make it more careful, not less).
    """

    stability: float
    excess: float
    p_value: float


def weigh(
    points: NDArray[np.float32],
    near: Neighbours,
    k: int,
    at: Resolutions,
    *,
    seed: int,
    progress: Progress = silent,
) -> list[Evidence]:
    """Compare each scale with what the same steps find in Gaussian clouds of the data's mean and covariance.

    A cloud that falls into one group only where the data fall into several has nothing to be unstable about;
    it is looked at where it first falls apart, which speaks against the data, never for them.

    Parameters
    ----------
    points, near, k
        As in :func:`needlens.graph.scales.scan`.
    at
        The scales, as chosen.
    seed
        Seed of the clouds and of all resamples.

    Returns
    -------
    list of Evidence
        One a scale, finest first.
    """
    own = _stability(points, near, k, at, N_RESAMPLES, seed)
    clouds, wanted = [], n_clouds(len(points))
    for number in range(wanted):
        cloud = gaussian_null(points, len(points), np.random.default_rng([seed, number]))
        cloud_near = neighbours_of(cloud, k)
        apart = _falls_apart(affinity(cloud_near, k), at)
        clouds.append(_stability(cloud, cloud_near, k, apart, N_CLOUD_RESAMPLES, seed))
        progress("comparing with chance", number + 1, wanted)
    by_chance = np.array(clouds)
    return [
        Evidence(value, value - float(column.mean()), _p_value(value, column))
        for value, column in zip(own, by_chance.T, strict=True)
    ]


def n_clouds(n: int) -> int:
    """Clouds that ``n`` points are compared with: those of few points differ more among themselves.

    Examples
    --------
    >>> [n_clouds(n) for n in (100, 3_000, 50_000)]
    [20, 10, 5]
    """
    return int(np.clip(30_000 // n, N_CLOUDS, MOST_CLOUDS))


def _stability(
    points: NDArray[np.float32], near: Neighbours, k: int, at: Resolutions, count: int, seed: int
) -> list[float]:
    kept = resamples(points, count, seed)
    whole = nest(affinity(near, k), at)
    again = [nest(affinity(near, k, keep=keep), at) for keep in kept]
    values: list[float] = []
    for scale, labels in enumerate(whole):
        # A wider scale that is one group only says nothing; the next finer one stands in for it.
        single = labels.max() == 0 and values
        own = [levels[scale] for levels in again]
        values.append(values[-1] if single else mean_agreement(labels, kept, own))
    return values


def _falls_apart(graph: sparse.csr_matrix, at: Resolutions) -> Resolutions:
    """The same scales, the main one moved to the first resolution with two groups or more."""
    for resolution in (at.main, *RESOLUTIONS[at.main < RESOLUTIONS]):
        if communities(graph, float(resolution)).max() > 0:
            return replace(at, main=float(resolution))
    return at


def _p_value(value: float, by_chance: NDArray[np.float64]) -> float:
    from scipy import stats

    spread = max(float(by_chance.std(ddof=1)), 1e-6) * np.sqrt(1 + 1 / len(by_chance))
    return float(stats.t.sf((value - by_chance.mean()) / spread, df=len(by_chance) - 1))
