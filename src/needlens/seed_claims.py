"""What becomes of seeds: themes that are there already, new ones carved out, or nothing that resembles them.

Everything a seed is compared with comes from the data: how like their own theme's others points are, how like
their theme's centre, and how near to it the mean of a few of them would come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.errors import UsageError
from needlens.graph.claims import Groups, claims_of, groups_of, level_of, wanted, without_crumbs
from needlens.graph.distinct import row_keys
from needlens.graph.search import least_size
from needlens.schema import THEME_ID
from needlens.seeds import Seed
from needlens.themes import nullable
from needlens.wording import cut

LEAST: Final = 5
"""Points a theme carved out has at least."""

_QUOTES = 2
_QUOTE_LENGTH = 80

OUTCOME_COLUMNS: Final = ("name", "outcome", THEME_ID, "n", "similarity", "sentence")


@dataclass(frozen=True, eq=False, slots=True)
class Claimed:
    """What became of seeds.

    Attributes
    ----------
    ids
        Theme of each point with the carved ones in place, 0 for none, int64, shape (n,).
    names
        Name of each theme that is a seed's.
    outcomes
        One row a seed, in the order given: ``name``; ``outcome``, ``"found"``, ``"carved"`` or ``"unmet"``;
        ``theme_id`` (nullable Int64); ``n``, points of the theme, or what an unmet seed has too few of;
        ``similarity``, mean cosine similarity of the seed to its nearest points; ``sentence``.
    nearest
        Positions of each seed's nearest points, nearest first, int64, shape (s, at most ``least``).
    """

    ids: NDArray[np.int64]
    names: dict[int, str]
    outcomes: pd.DataFrame
    nearest: NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class _Fates:
    """The same in numbers, seeds and points in their fixed order; ``lost_to``: who got the theme wanted."""

    ids: NDArray[np.int64]
    next_id: int
    theme_of: dict[int, int]
    met: NDArray[np.bool_]
    closeness: NDArray[np.float64]
    nearest: NDArray[np.int64]
    n_like: NDArray[np.int64]
    lost_to: dict[int, int]


def claim(
    seeds: Sequence[Seed],
    vectors: NDArray[np.float32],
    points: NDArray[np.float32],
    ids: NDArray[np.int64],
    *,
    least: int | None = None,
    next_id: int | None = None,
    texts: Sequence[str] | None = None,
) -> Claimed:
    """Decide for each seed which theme it is, whether it becomes one, or that too little resembles it.

    A seed is *unmet* if its nearest points are less like it than the nearest others of their theme are like
    nine in ten seeds made of as many points of a theme. Else, if most of its nearest points lie in one theme
    and their middle is near that theme's centre, the seed wants the theme; of several seeds that want it, the
    one most similar to its centre gets it: it is *found*. Any other seed claims the points that are more like
    it than like any other seed that is met, and more like the middle of its nearest points than like the
    centre of their own theme; if they are enough, they become a theme: it is *carved*. If not, it
    is unmet.

    A theme that would be left with fewer than ``least`` points goes along with the seed that claims most of
    it; a found theme is left whole instead.

    Parameters
    ----------
    seeds
        s seeds of different names.
    vectors
        One vector a seed, rows of unit length, float32, shape (s, d); see
        :func:`needlens.seeds.seed_vectors`.
    points
        Distinct rows of unit length, float32, shape (n, d).
    ids
        Theme of each point on the main scale, 0 for none, int64, shape (n,).
    least
        Points of a theme that is carved; by default 5, of many points more.
    next_id
        Id of the first carved theme; by default one above the largest in ``ids``.
    texts
        Text of each point, to quote the nearest ones to an unmet seed.

    Returns
    -------
    Claimed
        The same whatever the order of the seeds and the points.

    Raises
    ------
    UsageError
        Two seeds have one name, or the shapes do not fit.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> points = np.repeat(np.eye(8), 20, axis=0)[:60] + 0.1 * rng.standard_normal((60, 8))
    >>> points = (points / np.linalg.norm(points, axis=1)[:, None]).astype(np.float32)
    >>> themes = np.repeat([1, 2, 2], 20)
    >>> seeds = [Seed("price"), Seed("quiet"), Seed("weight")]
    >>> claimed = claim(seeds, np.eye(8, dtype=np.float32)[[0, 1, 5]], points, themes)
    >>> claimed.outcomes[["name", "outcome", "theme_id", "n"]]
         name outcome  theme_id   n
    0   price   found         1  20
    1   quiet  carved         3  20
    2  weight   unmet      <NA>   0
    """
    _check(seeds, vectors, points, ids, texts)
    least = max(LEAST, least_size(len(points))) if least is None else least
    if not seeds:
        return Claimed(ids.copy(), {}, _table([]), np.zeros((0, 0), dtype=np.int64))
    # One order of points and seeds, whatever order they came in: sums and ties depend on it.
    order = np.lexsort((ids, np.unique(row_keys(points), return_inverse=True)[1]))
    seed_order = sorted(range(len(seeds)), key=lambda at: seeds[at].name)
    n_texts = np.array([len(set(seeds[at].examples)) for at in seed_order])
    fates = _decide(points[order], ids[order], vectors[seed_order], n_texts, least, next_id)
    decided = fates.ids.copy()
    decided[order] = fates.ids
    rows = {}
    for at, original in enumerate(seed_order):
        near, name = order[fates.nearest[at]], seeds[original].name
        theme, n = fates.theme_of.get(at, 0), int(fates.n_like[at])
        outcome = "unmet" if not theme else "carved" if theme >= fates.next_id else "found"
        if theme:
            n = int((decided == theme).sum())
            sentence = _met(name, outcome, theme, n)
        else:
            rival = fates.lost_to.get(at)
            sentence = _unmet(
                name,
                n,
                least,
                met=bool(fates.met[at]),
                taker=None if rival is None else seeds[seed_order[rival]].name,
                quotes=[texts[place] for place in near[:_QUOTES]] if texts is not None else [],
            )
        rows[original] = (name, outcome, theme, n, round(float(fates.closeness[at]), 6), sentence)
    return Claimed(
        ids=decided,
        names={theme: seeds[seed_order[at]].name for at, theme in sorted(fates.theme_of.items())},
        outcomes=_table([rows[at] for at in range(len(seeds))]),
        nearest=order[fates.nearest[np.argsort(seed_order)]],
    )


def _decide(
    points: NDArray[np.float32],
    ids: NDArray[np.int64],
    vectors: NDArray[np.float32],
    n_texts: NDArray[np.int64],
    least: int,
    next_id: int | None,
) -> _Fates:
    wide, seeds = points.astype(np.float64), vectors.astype(np.float64)
    similarity = np.einsum("ij,kj->ki", wide, seeds)
    ranked = np.argsort(-similarity, axis=1, kind="stable")
    themes = groups_of(points, ids)
    level = {n: level_of(points, ids, least, n) for n in np.unique(n_texts).tolist()}
    levels = np.array([level[n] for n in n_texts.tolist()])
    closest = np.take_along_axis(similarity, ranked[:, :least], axis=1)
    closeness = closest.sum(axis=1) / max(1, closest.shape[1])
    met = (closeness >= levels) & (len(points) >= least)
    wants = [
        wanted(wide, ids, themes, own, 2 * least) if own_met else 0
        for own, own_met in zip(ranked, met, strict=True)
    ]
    found = _found(wants, seeds, themes)
    carvers = [at for at in np.flatnonzero(met).tolist() if at not in found]
    claimed = claims_of(wide, themes, np.where(met[:, None], similarity, -2.0), ranked, carvers, least)
    claims = without_crumbs(claimed, ids, set(found.values()), least)
    first = int(ids.max(initial=0)) + 1 if next_id is None else next_id
    new_ids, carved = _carve(claims, ids, first)
    owner = {theme: at for at, theme in found.items()}
    return _Fates(
        ids=new_ids,
        next_id=first,
        theme_of={**found, **carved},
        met=met,
        closeness=closeness,
        nearest=ranked[:, :least],
        n_like=np.where(
            met,
            (claimed[None, :] == np.arange(len(seeds))[:, None]).sum(axis=1),
            (similarity >= levels[:, None]).sum(axis=1),
        ),
        lost_to={at: owner[theme] for at, theme in enumerate(wants) if theme and owner[theme] != at},
    )


def _check(
    seeds: Sequence[Seed],
    vectors: NDArray[np.float32],
    points: NDArray[np.float32],
    ids: NDArray[np.int64],
    texts: Sequence[str] | None,
) -> None:
    names = [seed.name for seed in seeds]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"two seeds are called {twice[0]!r}; give each its own name"
        raise UsageError(message)
    n_texts = len(points) if texts is None else len(texts)
    if len(vectors) != len(seeds) or not len(points) == len(ids) == n_texts:
        message = (
            f"there must be a vector for each of {len(seeds)} seeds, and an id and a text for each of "
            f"{len(points):,} points: there are {len(vectors)}, {len(ids):,} and {n_texts:,}"
        )
        raise UsageError(message)


def _found(wanted: Sequence[int], vectors: NDArray[np.float64], themes: Groups) -> dict[int, int]:
    """Give each theme that is wanted to the seed most similar to its centre.

    A seed wants one theme at most, so that this is the assignment of the largest total similarity.
    """
    found: dict[int, int] = {}
    for theme in sorted(set(wanted) - {0}):
        centre = themes.centres[int(np.searchsorted(themes.ids, theme))]
        rivals = [at for at, own in enumerate(wanted) if own == theme]
        found[max(rivals, key=lambda at: (float(vectors[at] @ centre), -at))] = theme
    return found


def _carve(
    claims: NDArray[np.int64], ids: NDArray[np.int64], next_id: int
) -> tuple[NDArray[np.int64], dict[int, int]]:
    """New ids, and the theme of each seed that claims points, the largest first."""
    seeds, counts = np.unique(claims[claims >= 0], return_counts=True)
    order = np.lexsort((seeds, -counts))
    carved = {int(at): next_id + rank for rank, at in enumerate(seeds[order])}
    new = ids.copy()
    for at, theme in carved.items():
        new[claims == at] = theme
    return new, carved


def _met(name: str, outcome: str, theme: int, n: int) -> str:
    if outcome == "found":
        return f"“{name}” is theme {theme}, which was there already ({n:,} distinct texts)"
    return f"“{name}” became theme {theme}: {n:,} distinct texts are more like it than like their own themes"


def _unmet(name: str, n: int, least: int, *, met: bool, taker: str | None, quotes: Sequence[str]) -> str:
    if not met:
        said = f"too few texts resemble “{name}”: {n:,}, and {least:,} are needed"
    elif n < least:
        said = f"too few texts are more like “{name}” than like their themes: {n:,}, and {least:,} are needed"
    else:
        said = f"hardly a text is like “{name}” but those of a theme that another seed is"
    if taker is not None:
        said += f"; the theme nearest to it went to “{taker}”, which is nearer still"
    if quotes:
        said += "; nearest: " + ", ".join(f"“{cut(quote, _QUOTE_LENGTH)}”" for quote in quotes)
    return said


def _table(rows: Sequence[tuple[str, str, int, int, float, str]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(OUTCOME_COLUMNS))
    table[THEME_ID] = nullable(table[THEME_ID].to_numpy(dtype=np.int64))
    return table.astype(
        {"name": "str", "outcome": "str", "n": "int64", "similarity": "float64", "sentence": "str"}
    )
