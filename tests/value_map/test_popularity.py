"""The test against popular codes: the exact distribution, worlds with and without links."""

from __future__ import annotations

import numpy as np
from scipy import stats

from needlens.implications import implications, pairs
from needlens.ladders import Ladder
from needlens.value_map.popularity import LARGEST_Q, false_discovery_rate, popularity_test

LEVELS = {**{f"a{k}": "attribute" for k in range(6)}, **{f"f{k}": "functional" for k in range(6)}}


def world(rng: np.random.Generator, n: int, linked: float) -> list[Ladder]:
    """Popular and rare codes; with chance ``linked`` the end is that of the means' own number."""
    weights = np.array([8, 4, 2, 2, 1, 1]) / 18
    means, ends = rng.choice(6, size=n, p=weights), rng.choice(6, size=n, p=weights)
    ends = np.where(rng.random(n) < linked, means, ends)
    return [(f"r{at}", (f"a{a}", f"f{f}")) for at, (a, f) in enumerate(zip(means, ends, strict=True))]


def test_chances_are_hypergeometric_when_everybody_links_once() -> None:
    said = world(np.random.default_rng(3), 120, 0.3)
    table = implications(said, LEVELS)
    p, _ = popularity_test(pairs(said), table, n=2999)
    n_means = table.groupby("means")["direct"].transform("sum")
    n_ends = table.groupby("end")["direct"].transform("sum")
    expected = stats.hypergeom.sf(table["direct"] - 1, 120, n_means, n_ends)
    np.testing.assert_allclose(p, expected, atol=0.04)


def test_popular_codes_alone_are_found_out() -> None:
    found = 0
    for seed in range(30):
        said = world(np.random.default_rng(seed), 200, 0.0)
        _, q = popularity_test(pairs(said), implications(said, LEVELS), n=199)
        found += bool((q <= LARGEST_Q).any())
    assert found <= 7  # a tenth of the worlds is expected: more than 7 of 30 in one of 150 tries


def test_planted_links_are_found() -> None:
    said = world(np.random.default_rng(5), 300, 0.7)
    table = implications(said, LEVELS)
    _, q = popularity_test(pairs(said), table)
    own = [int(m[1:]) == int(e[1:]) for m, e in zip(table["means"], table["end"], strict=True)]
    assert (q[own] <= LARGEST_Q).all()
    assert (q[~np.array(own)] > LARGEST_Q).mean() > 0.9


def test_links_within_a_level_never_become_loops() -> None:
    levels = dict.fromkeys("abc", "functional")
    said: list[Ladder] = [(str(at), tuple(("ab", "bc", "ca")[at % 3])) for at in range(60)]
    table = implications(said, levels)
    p, _ = popularity_test(pairs(said), table)
    assert (p <= 0.01).all()
    assert len(p) == 3


def test_false_discovery_rates() -> None:
    p = np.array([0.01, 0.02, 0.03, 0.5])
    np.testing.assert_allclose(false_discovery_rate(p), [0.04, 0.04, 0.04, 0.5])
    np.testing.assert_allclose(false_discovery_rate(p), stats.false_discovery_control(p))
