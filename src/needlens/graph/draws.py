"""Random subsets in which a point's lot depends on the point alone, not on the company it keeps."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

SHARE = 0.8
"""Share of points a resample keeps."""

Keys = NDArray[np.uint64]
"""What tells each point from every other, whatever else there is, shape (n,)."""


def keys_of(points: NDArray[np.float32]) -> Keys:
    """The key of each point, from its own bits.

    Multiply-add hashing over the bits of a row (Dietzfelbinger et al. 1997).

    Parameters
    ----------
    points
        float32, shape (n, d).

    Examples
    --------
    >>> points = np.eye(3, dtype=np.float32)
    >>> bool((keys_of(points)[1:] == keys_of(points[1:])).all())
    True
    """
    bits = np.ascontiguousarray(points).view(np.uint32)
    factors = np.random.default_rng(0).integers(0, 2**64, size=(bits.shape[1] + 1, 2), dtype=np.uint64)
    factors |= np.uint64(1)
    mixed = np.empty((len(bits), 2), dtype=np.uint64)
    for at in range(0, len(bits), 4096):
        mixed[at : at + 4096] = bits[at : at + 4096].astype(np.uint64) @ factors[:-1] + factors[-1]
    # Low bits of a product are poor; the high halves of two independent ones make a good whole.
    high = mixed >> np.uint64(32)
    keys: Keys = (high[:, 0] << np.uint64(32)) | high[:, 1]
    return keys


def keys_of_texts(texts: Sequence[str]) -> Keys:
    """The key of each text: the same whatever made its vector.

    Examples
    --------
    >>> keys_of_texts(["light"]).tolist() == keys_of_texts(["cheap", "light"])[1:].tolist()
    True
    """
    digests = [blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest() for text in texts]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def least_of(keys: Keys, place: NDArray[np.int64]) -> Keys:
    """One key for all rows that stand at the same place: the least of theirs.

    Examples
    --------
    >>> least_of(np.array([7, 5, 3], dtype=np.uint64), np.array([0, 1, 0])).tolist()
    [3, 5]
    """
    least = np.full(int(place.max(initial=-1)) + 1, np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(least, place, keys)
    return least


def draw(keys: Keys, seed: int, number: int) -> NDArray[np.uint64]:
    """Draw one random number for each point.

    A point gets the same number wherever it stands and whatever other points there are; so adding a point
    leaves every subset of the others as it was (common random numbers).

    Parameters
    ----------
    keys
        What tells the points apart.
    seed, number
        Which of the many draws.

    Returns
    -------
    ndarray
        uint64, shape (n,), uniform over the whole range: the mixing of splitmix64 (Steele, Lea & Flood 2014).

    Examples
    --------
    >>> keys = np.arange(3, dtype=np.uint64)
    >>> bool((draw(keys, 0, 1)[1:] == draw(keys[1:], 0, 1)).all())
    True
    """
    by, plus = np.random.default_rng([seed, number]).integers(0, 2**64, size=2, dtype=np.uint64)
    lots = keys * (by | np.uint64(1)) + plus
    lots = (lots ^ (lots >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    lots = (lots ^ (lots >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: NDArray[np.uint64] = lots ^ (lots >> np.uint64(31))
    return mixed


def sample(keys: Keys, size: int, seed: int) -> NDArray[np.int64]:
    """Rising positions of ``size`` random points, all of them if there are no more.

    Examples
    --------
    >>> sample(np.arange(5, dtype=np.uint64), 3, seed=0).shape
    (3,)
    """
    if len(keys) <= size:
        return np.arange(len(keys))
    order = np.argsort(draw(keys, seed, 0), kind="stable")
    return np.sort(order[:size])


def resamples(keys: Keys, count: int, seed: int, share: float = SHARE) -> list[NDArray[np.int64]]:
    """Rising positions of ``count`` random subsets, each point in with a chance of ``share``.

    Examples
    --------
    >>> [round(len(kept), -2) for kept in resamples(np.arange(1000, dtype=np.uint64), 2, seed=0)]
    [800, 800]
    """
    limit = np.uint64(int(share * 2**64))
    return [np.flatnonzero(draw(keys, seed, number) < limit) for number in range(1, count + 1)]
