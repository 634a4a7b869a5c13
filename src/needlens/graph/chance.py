"""How much stability a cloud without groups would show at the same scales."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from needlens.graph.affinity import affinity
from needlens.graph.communities import Labels, communities
from needlens.graph.draws import Keys, keys_of, resamples
from needlens.graph.louvain import Graph, weighed
from needlens.graph.neighbours import Neighbours, neighbours_of
from needlens.graph.nesting import Resolutions, nest
from needlens.graph.null import gaussian_of
from needlens.graph.scales import N_RESAMPLES, RESOLUTIONS, mean_agreement
from needlens.graph.ties import REACH
from needlens.graph.visiting import outer_first
from needlens.progress import Progress, silent

N_CLOUDS = 5
MOST_CLOUDS = 20
"""Clouds without groups to compare many points with, and few, where the answer is not clear sooner."""

N_CLOUD_RESAMPLES = 2
"""Resamples of each cloud: with one the clouds of few wide groups spread a third more, and structure that is
there is missed."""

LOOKS = (3, 5, 10)
"""Numbers of clouds after which no more are drawn if all is clear; fewer than three show no spread."""

CLEAR = 0.001
"""All is clear when neither the main nor a finer scale, which decide what is found, has a larger p-value.
Without groups each look is deceived once in a thousand, which adds next to nothing to false alarms."""


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
    keys: Keys,
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
    points
        Rows of unit length, float32, shape (n, d).
    keys, near, k
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
    clouds: list[list[float]] = []
    wanted = n_clouds(len(points))
    # Drawing and comparing are matrix products, which let go of the interpreter while Louvain holds it.
    with ThreadPoolExecutor(1) as ahead:
        drawn = _clouds(points, k, wanted, seed, ahead)
        own = _stability(keys, near, k, at, nest(affinity(near, k), at, near=near), N_RESAMPLES, seed)
        for number, (cloud, cloud_near) in enumerate(drawn):
            apart, whole = _falls_apart(affinity(cloud_near, k), cloud_near, at)
            clouds.append(_stability(keys_of(cloud), cloud_near, k, apart, whole, N_CLOUD_RESAMPLES, seed))
            progress("comparing with chance", number + 1, wanted)
            if number + 1 in LOOKS and max(_p_values(own, clouds)[: at.at_main + 1]) <= CLEAR:
                progress("comparing with chance", wanted, wanted)
                break
    means = np.mean(clouds, axis=0).tolist()
    return [
        Evidence(value, value - mean, p_value)
        for value, mean, p_value in zip(own, means, _p_values(own, clouds), strict=True)
    ]


def n_clouds(n: int) -> int:
    """Most clouds that ``n`` points are compared with: those of few points differ more among themselves.

    Examples
    --------
    >>> [n_clouds(n) for n in (100, 3_000, 50_000)]
    [20, 10, 5]
    """
    return int(np.clip(30_000 // n, N_CLOUDS, MOST_CLOUDS))


def _clouds(
    points: NDArray[np.float32], k: int, wanted: int, seed: int, ahead: Executor
) -> Iterator[tuple[NDArray[np.float32], Neighbours]]:
    """Clouds and their neighbours; those sure to be looked at are made ahead, from the call on."""
    null = gaussian_of(points)

    def make(number: int) -> tuple[NDArray[np.float32], Neighbours]:
        cloud = null.draw(len(points), np.random.default_rng([seed, number]))
        near = neighbours_of(cloud, k, reach=REACH)
        order = outer_first(near, k)
        return cloud[order], near.reordered(order)

    return chain(ahead.map(make, range(LOOKS[0])), map(make, range(LOOKS[0], wanted)))


def _stability(
    keys: Keys,
    near: Neighbours,
    k: int,
    at: Resolutions,
    whole: list[Labels],
    count: int,
    seed: int,
) -> list[float]:
    kept = resamples(keys, count, seed)
    again = [nest(affinity(near.for_edges(k), k, keep=keep), at, near=near, keep=keep) for keep in kept]
    values: list[float] = []
    for scale, labels in enumerate(whole):
        # A wider scale that is one group only says nothing; the next finer one stands in for it.
        single = labels.max() == 0 and values
        own = [levels[scale] for levels in again]
        values.append(values[-1] if single else mean_agreement(labels, kept, own))
    return values


def _falls_apart(graph: Graph, near: Neighbours, at: Resolutions) -> tuple[Resolutions, list[Labels]]:
    """The same scales, the main one moved to the first resolution with two groups or more; its partitions."""
    graph = weighed(graph)
    for resolution in (at.main, *RESOLUTIONS[at.main < RESOLUTIONS]):
        main = communities(graph, float(resolution))
        if main.max() > 0:
            apart = replace(at, main=float(resolution))
            return apart, nest(graph, apart, main=main, near=near)
    return at, nest(graph, at, near=near)


def _p_values(own: list[float], clouds: list[list[float]]) -> list[float]:
    """One-sided, one a scale."""
    from scipy.special import stdtr  # what scipy.stats calls, whose import takes .4 s

    by_chance, n = np.array(clouds), len(clouds)
    spread = np.maximum(by_chance.std(axis=0, ddof=1), 1e-6) * np.sqrt(1 + 1 / n)
    values: list[float] = stdtr(n - 1, (by_chance.mean(axis=0) - np.array(own)) / spread).tolist()
    return values
