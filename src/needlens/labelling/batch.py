"""The reasons to label next: half of them to learn from, half to judge what was learned."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

N_BATCH = 20
"""Reasons a round: a few minutes."""

POOL = 5
"""Times the reasons wanted that the most uncertain ones are drawn from, so that they can be unlike."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Positions of the reasons to label.

    Attributes
    ----------
    random
        Reasons of people drawn by lot: what is said of them is the sample that shares are corrected by.
    uncertain
        Reasons the classifier is least sure of, unlike one another.
    """

    random: tuple[int, ...]
    uncertain: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.random) + len(self.uncertain)


def choose_batch(
    respondents: Sequence[str],
    vectors: NDArray[np.float32],
    margins: NDArray[np.float64],
    labelled: Collection[int],
    *,
    n: int = N_BATCH,
    seed: int = 0,
) -> Batch:
    """Choose the reasons to label next.

    Reasons that are hard to decide teach most [1]_, but what is learned of errors on them says nothing about
    errors elsewhere. So half the batch is all reasons of the next people in an order drawn by lot, and the
    other half the most uncertain ones: of several times as many as wanted, those farthest from one another
    and from what is labelled (k-centre, [2]_).

    Parameters
    ----------
    respondents
        Who gave each reason, n of them; reasons in an order that is theirs alone.
    vectors
        Rows of unit length, float32, shape (n, d).
    margins
        Distance of each from the nearest decision, shape (n,); the least is the most uncertain.
    labelled
        Positions that are labelled.
    n
        Reasons wanted; a person with many reasons can make it a few more.
    seed
        Of the lot.

    Returns
    -------
    Batch

    References
    ----------
    .. [1] Lewis, D. D., & Gale, W. A. (1994). A sequential algorithm for training text classifiers. SIGIR.
    .. [2] Sener, O., & Savarese, S. (2018). Active learning for convolutional neural networks: a core-set
       approach. ICLR.

    Examples
    --------
    >>> batch = choose_batch(["a", "a", "b", "c"], np.eye(4, dtype=np.float32),
    ...                      np.array([0.9, 0.8, 0.1, 0.2]), [0], n=2)
    >>> len(batch), 0 in batch.random + batch.uncertain
    (2, False)
    """
    done = set(labelled)
    drawn: list[int] = []
    of_person: dict[str, list[int]] = {}
    for at, person in enumerate(respondents):
        of_person.setdefault(person, []).append(at)
    for person in lot(of_person, seed):
        if len(drawn) >= (n + 1) // 2:
            break
        drawn += [at for at in of_person[person] if at not in done]
    taken = done | set(drawn)
    wanted = max(0, n - len(drawn))
    order = [int(at) for at in np.argsort(margins, kind="stable") if int(at) not in taken]
    uncertain = _spread(order[: POOL * wanted], sorted(taken), vectors, wanted)
    return Batch(tuple(drawn), tuple(uncertain))


def lot(people: Collection[str], seed: int) -> list[str]:
    """People in an order that is random in them and fixed by the seed, whoever else is there.

    Examples
    --------
    >>> lot(["a", "b", "c"], 0) == [person for person in lot(["a", "b", "c", "d"], 0) if person != "d"]
    True
    """

    def drawn(person: str) -> bytes:
        return blake2b(f"{seed} {person}".encode("utf-8", "surrogatepass"), digest_size=16).digest()

    return sorted(people, key=lambda person: (drawn(person), person))


def _spread(pool: list[int], known: list[int], vectors: NDArray[np.float32], wanted: int) -> list[int]:
    """Greedy k-centre; begins with the most uncertain."""
    chosen: list[int] = []
    if not pool or wanted <= 0:
        return chosen
    near = np.full(len(pool), -1.0)
    if known:
        near = np.max(vectors[pool] @ vectors[known].T, axis=1).astype(np.float64)
    at = 0
    while len(chosen) < min(wanted, len(pool)):
        chosen.append(pool[at])
        near = np.maximum(near, vectors[pool] @ vectors[pool[at]])
        near[at] = np.inf
        at = int(np.argmin(near))
    return chosen
