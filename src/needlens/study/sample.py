"""Texts to find themes in, chosen to stand for them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.duplicates import normalise
from needlens.errors import UsageError
from needlens.schema import TEXT, VERBATIM_ID
from needlens.study.model import sorted_keys
from needlens.verbatims import Verbatims

LEAST = 100
"""Fewest reasons that a sample may be asked to hold."""

_SPARE = 1.2
"""Texts looked at for each that is wanted, as some differ from another only in case and marks."""


def draw(
    strata: NDArray[np.int64], at_most: int, texts_of: Callable[[NDArray[np.int64]], Sequence[str]]
) -> NDArray[np.int64]:
    """Draw texts evenly from all strata, no two the same but for case and marks.

    Texts come in the order of their hashes, which is as good as random and depends on nothing else: neither
    on the order of the rows nor on other texts. Each stratum gives its share of ``at_most``, at least one
    where there are no more strata than that, and of those the first.

    Parameters
    ----------
    strata
        Stratum of each text, the texts sorted by their hashes, int64, shape (m,).
    at_most
        How many, at least 1.
    texts_of
        Gives the texts at rising positions.

    Returns
    -------
    ndarray
        Rising positions, int64; all where there are no more than ``at_most``.

    Examples
    --------
    >>> texts = ["a1", "A1!", "a2", "b1", "b2", "b3"]
    >>> draw(np.array([0, 0, 0, 1, 1, 1]), 4, lambda at: [texts[i] for i in at]).tolist()
    [0, 2, 3, 4]
    """
    if len(strata) <= at_most:
        return np.arange(len(strata), dtype=np.int64)
    sizes = np.bincount(strata)
    wanted = _shares(sizes, at_most)
    spare = np.minimum(sizes, np.ceil(_SPARE * wanted).astype(np.int64))
    by_stratum = np.argsort(strata, kind="stable")
    starts = np.cumsum(sizes) - sizes
    looked_at = np.sort(
        np.concatenate([by_stratum[s : s + n] for s, n in zip(starts.tolist(), spare.tolist(), strict=True)])
    )
    seen: set[str] = set()
    left = wanted.copy()
    chosen: list[int] = []
    texts = texts_of(looked_at)
    for at, stratum, text in zip(looked_at.tolist(), strata[looked_at].tolist(), texts, strict=True):
        if len(chosen) == at_most:
            break
        if left[stratum] == 0 or (plain := normalise(text)) in seen:
            continue
        seen.add(plain)
        left[stratum] -= 1
        chosen.append(at)
    return np.array(chosen, dtype=np.int64)


def strata_of(verbatims: pd.DataFrame, segments: Sequence[str]) -> NDArray[np.int64]:
    """Number the combinations of segments that verbatims are of, shape (n,), in the order of their names.

    Examples
    --------
    >>> frame = pd.DataFrame({"plan": ["pro", "free", None]})
    >>> strata_of(frame, ["plan"]).tolist(), strata_of(frame, []).tolist()
    ([1, 0, 2], [0, 0, 0])
    """
    if not segments:
        return np.zeros(len(verbatims), dtype=np.int64)
    groups = verbatims.groupby(list(segments), sort=True, dropna=False)
    return np.asarray(groups.ngroup(), dtype=np.int64)


def fitted_texts(
    texts: Sequence[str], reasons: pd.DataFrame, verbatims: Verbatims, at_most: int
) -> list[str]:
    """Texts to find themes in, in code-point order: all, or a sample (:func:`draw`).

    Parameters
    ----------
    texts
        Distinct informative texts.
    reasons
        Columns :data:`needlens.schema.REASON_COLUMNS`, sorted as they are in a study. A text is of the
        stratum of its first reason.
    verbatims
        The study's.
    at_most
        How many at most.

    Raises
    ------
    UsageError
        ``at_most`` is less than :data:`LEAST`.
    """
    check_at_most(at_most)
    if len(texts) <= at_most:
        return list(texts)
    _, order = sorted_keys(texts)
    by_key = [texts[at] for at in order]
    stratum = pd.Series(strata_of(verbatims.frame, verbatims.roles.segments), verbatims.frame[VERBATIM_ID])
    first = reasons.drop_duplicates(TEXT).set_index(TEXT)[VERBATIM_ID]
    strata = stratum[first[by_key]].to_numpy()
    chosen = draw(strata, at_most, lambda rows: [by_key[at] for at in rows])
    return sorted(by_key[at] for at in chosen)


def check_at_most(at_most: int) -> None:
    """Refuse a sample too small to find anything in.

    Raises
    ------
    UsageError
        It is less than :data:`LEAST`.
    """
    if at_most < LEAST:
        message = f"themes must be found in at least {LEAST:,} reasons, not {at_most:,}"
        raise UsageError(message)


def _shares(sizes: NDArray[np.int64], total: int) -> NDArray[np.int64]:
    """Whole shares of a total in proportion to sizes, at least one where there is any.

    Examples
    --------
    >>> _shares(np.array([600, 399, 1, 0]), 100).tolist()
    [60, 39, 1, 0]
    """
    exact = sizes * (total / sizes.sum())
    shares: NDArray[np.int64] = np.maximum(np.floor(exact).astype(np.int64), (sizes > 0).astype(np.int64))
    by_rest = np.lexsort((np.arange(len(sizes)), -(exact - np.floor(exact))))
    for at in by_rest.tolist():
        if shares.sum() >= total:
            break
        if shares[at] < exact[at]:
            shares[at] += 1
    while shares.sum() > max(total, int((sizes > 0).sum())):
        shares[int(np.argmax(shares))] -= 1
    return shares
