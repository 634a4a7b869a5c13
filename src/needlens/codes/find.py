"""Codes: what several respondents say on one level, put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.exemplars import exemplars
from needlens.graph.affinity import affinity
from needlens.graph.communities import communities, merge_down
from needlens.graph.neighbours import neighbours_of
from needlens.keywords import group_terms
from needlens.labels import theme_labels
from needlens.schema import LEVELS

MOST_CODES: Final = 20
"""Codes of a level at most, so that a map stays readable."""

LEAST_TEXTS: Final = 8
"""A level with fewer distinct texts is one code."""

LEAST_MEMBERS: Final = 3
"""Least distinct texts of a code."""

N_NEIGHBOURS: Final = 25
RESOLUTION: Final = 1.5
"""Nearest neighbours of a text, and how fine the groups are. With ten neighbours, paraphrases that share few
words fall into islands that no resolution joins again (decision 0033)."""

N_EXAMPLES: Final = 8
SEPARATOR: Final = " | "
"""Between the examples of a code in a table."""

CODE_COLUMNS: Final = ("code", "level", "label", "include", "exclude")
_MARK: Final = {level: level[0] for level in LEVELS}


@dataclass(frozen=True, eq=False, slots=True)
class Codes:
    """Which code each text has.

    Attributes
    ----------
    of_text
        Code of each text on its level; texts without one are not in it.
    table
        One row a code: ``code``, ``level``, ``label``, ``keywords`` (list), ``include``, ``exclude``
        (examples, joined by :data:`SEPARATOR`).
    """

    of_text: dict[tuple[str, str], str]
    table: pd.DataFrame


def find_codes(
    texts: Mapping[str, Sequence[str]],
    vectors: Mapping[str, NDArray[np.float32]],
) -> Codes:
    """Put texts of one level together that say the same; never texts of two levels.

    Within each level the texts are cut into communities of a nearest-neighbour graph, into at most
    :data:`MOST_CODES`, and named by their most telling phrase. Their examples are typical texts without a
    "|", which parts them in a table; a code all of whose texts hold one has the most typical as its only
    example, and :func:`needlens.codes.book.read_codes` reads it as several. Codes are categories for counting
    links, not findings: whether they are more than chance is not tested, and how fine they are is the same in
    every study.

    Parameters
    ----------
    texts
        Distinct texts of each level.
    vectors
        Vector of each text, float32, shape (d,), of unit length.

    Returns
    -------
    Codes

    Examples
    --------
    >>> words = {"attribute": ["light", "lightweight", "red"]}
    >>> rows = {text: np.eye(3, dtype=np.float32)[at] for at, text in enumerate(words["attribute"])}
    >>> find_codes(words, rows).table["code"].tolist()
    ['a1']
    """
    of_text: dict[tuple[str, str], str] = {}
    said: list[tuple[str, str, str]] = []
    for level in LEVELS:
        own = sorted(set(texts.get(level, ())))
        if own:
            groups = _groups(np.array([vectors[text] for text in own]))
            said += [(level, f"{_MARK[level]}{g + 1}", text) for text, g in zip(own, groups, strict=True)]
    of_text = {(level, text): code for level, code, text in said}
    return Codes(of_text, _named(said, vectors))


def _groups(rows: NDArray[np.float32]) -> NDArray[np.int64]:
    """Group of each text from 0 by falling size."""
    if len(rows) < LEAST_TEXTS:
        return np.zeros(len(rows), dtype=np.int64)
    k = min(N_NEIGHBOURS, len(rows) - 1)
    graph = affinity(neighbours_of(rows, k), k, twice=False)
    groups = communities(graph, RESOLUTION, floor=LEAST_MEMBERS)
    if groups.max(initial=0) >= MOST_CODES:
        groups = merge_down(graph, groups, MOST_CODES)
    return np.asarray(groups, dtype=np.int64)


def _named(said: Sequence[tuple[str, str, str]], vectors: Mapping[str, NDArray[np.float32]]) -> pd.DataFrame:
    """Names and examples of the codes of all levels: no two have the same name."""
    codes = list(dict.fromkeys((level, code) for level, code, _ in said))
    codes.sort(key=lambda own: (LEVELS.index(own[0]), int(own[1][1:])))
    place = {code: at for at, (_, code) in enumerate(codes)}
    groups = [place[code] for _, code, _ in said]
    terms = group_terms([text for *_, text in said], groups)
    typical = {}
    for group in terms:
        members = [text for (*_, text), own in zip(said, groups, strict=True) if own == group]
        # An example that holds what separates them in a cell would come back as two.
        members = [text for text in members if SEPARATOR.strip() not in text] or members
        chosen = exemplars(np.array([vectors[text] for text in members]), top=N_EXAMPLES)
        typical[group] = [members[at] for at in chosen]
    labels = theme_labels(terms, typical)
    return pd.DataFrame(
        {
            "code": pd.Series([code for _, code in codes], dtype="str"),
            "level": pd.Series([level for level, _ in codes], dtype="str"),
            "label": pd.Series([labels[group] for group in range(len(codes))], dtype="str"),
            "keywords": pd.Series([terms[group].keywords() for group in range(len(codes))], dtype="object"),
            "include": pd.Series([_examples(typical[group]) for group in range(len(codes))], dtype="str"),
            "exclude": pd.Series([""] * len(codes), dtype="str"),
        }
    )


def _examples(texts: list[str]) -> str:
    """Examples in one cell; of texts that all hold what separates them there only the most typical."""
    return SEPARATOR.join([text for text in texts if SEPARATOR.strip() not in text] or texts[:1])
