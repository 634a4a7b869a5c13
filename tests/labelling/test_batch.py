"""The reasons to label next."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.labelling.batch import choose_batch, lot


def unit(n: int, seed: int = 0) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).standard_normal((n, 6))
    made: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1)[:, None]).astype(np.float32)
    return made


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=40), st.integers(1, 30), st.data())
def test_no_reason_twice_and_none_that_is_labelled(people: list[str], n: int, data: st.DataObject) -> None:
    labelled = data.draw(st.sets(st.integers(0, len(people) - 1)))
    margins = np.linspace(0, 1, len(people))
    batch = choose_batch(people, unit(len(people)), margins, labelled, n=n)
    chosen = [*batch.random, *batch.uncertain]
    assert len(chosen) == len(set(chosen))
    assert not set(chosen) & labelled
    # As many as wanted where there are so many; one person may bring a few more.
    assert len(chosen) >= min(n, len(people) - len(labelled))


def test_half_are_all_reasons_of_the_next_people_of_the_lot() -> None:
    people = [f"p{at // 2}" for at in range(60)]
    batch = choose_batch(people, unit(60), np.linspace(0, 1, 60), [], n=20)
    drawn = {people[at] for at in batch.random}
    assert len(batch.random) == 10
    assert sorted(drawn) == sorted(lot(set(people), 0)[:5])
    later = choose_batch(people, unit(60), np.linspace(0, 1, 60), list(batch.random), n=20)
    assert {people[at] for at in later.random} == set(lot(set(people), 0)[5:10])


def test_the_uncertain_ones_are_uncertain_and_unlike() -> None:
    n = 400
    vectors = np.repeat(unit(80, 1), 5, axis=0)
    margins = np.arange(n) / n
    batch = choose_batch([f"p{at}" for at in range(n)], vectors, margins, [], n=10)
    assert max(batch.uncertain) < 60
    assert len({at // 5 for at in batch.uncertain}) == 5


def test_reasons_in_the_same_words_are_each_chosen_once() -> None:
    same = np.repeat(unit(1), 12, axis=0)
    batch = choose_batch([f"p{at}" for at in range(12)], same, np.zeros(12), [], n=12)
    assert sorted(batch.random + batch.uncertain) == list(range(12))


def test_the_lot_depends_on_the_seed_only() -> None:
    people = [f"p{at}" for at in range(50)]
    assert lot(people, 0) == lot(people[::-1], 0)
    assert lot(people, 0) != lot(people, 1)
