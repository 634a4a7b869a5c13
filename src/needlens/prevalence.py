"""How many people mention a theme: shares with intervals, of people and of verbatims."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from needlens.errors import UsageError
from needlens.intervals import wilson
from needlens.schema import RESPONDENT_ID, TEXT, THEME_ID, VERBATIM_ID


def prevalence(mentions: pd.DataFrame, respondents: Collection[Hashable]) -> pd.DataFrame:
    """Share of people who mention each theme at least once, with its 95 % Wilson interval.

    Someone who mentions a theme five times counts once, so what is counted is independent people and the
    interval needs no correction for repeated answers.

    Parameters
    ----------
    mentions
        Columns ``respondent_id`` and ``theme_id`` (nullable: rows without a theme say nothing).
    respondents
        Ids of everyone who was asked and said anything; repeats count once.

    Returns
    -------
    DataFrame
        One row a theme, by ``theme_id``: ``theme_id``, ``n_respondents`` (who mention it), ``n`` (asked),
        ``prevalence``, ``low``, ``high`` (shares in [0, 1]).

    Raises
    ------
    UsageError
        Someone who mentions a theme is not among ``respondents``.

    Examples
    --------
    >>> said = pd.DataFrame({"respondent_id": ["a", "a", "b"], "theme_id": [1, 1, 2]})
    >>> prevalence(said, ["a", "b", "c", "d"]).round(3)
       theme_id  n_respondents  n  prevalence    low   high
    0         1              1  4        0.25  0.046  0.699
    1         2              1  4        0.25  0.046  0.699
    """
    people = set(respondents)
    said = mentions[[RESPONDENT_ID, THEME_ID]].dropna().drop_duplicates()
    unknown = sorted(set(said[RESPONDENT_ID]) - people)
    if unknown:
        message = f"respondent {unknown[0]!r} mentions a theme but is not among the respondents"
        raise UsageError(message)
    counts = said.groupby(THEME_ID)[RESPONDENT_ID].size().rename("n_respondents").reset_index()
    return _with_shares(counts.assign(n=len(people)))


def prevalence_by(mentions: pd.DataFrame, verbatims: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Share of people who mention each theme, within each value of each segment column.

    The people of a segment are those with a verbatim in it that is not blank. Where a column belongs to the
    verbatim and not to the person (a product category, say), a person can be in several segments and is
    counted in each, by what they said there. Verbatims without a value are left out of that column.

    Parameters
    ----------
    mentions
        Columns ``verbatim_id`` and ``theme_id`` (nullable).
    verbatims
        Columns ``verbatim_id``, ``respondent_id``, ``text`` and those of ``columns``.
    columns
        Segment columns.

    Returns
    -------
    DataFrame
        One row a column, segment and theme, also where nobody mentions it: ``theme_id``, ``column``,
        ``segment`` (str), ``n_respondents``, ``n``, ``prevalence``, ``low``, ``high``. Columns in the order
        given, segments and themes sorted.

    Examples
    --------
    >>> said = pd.DataFrame({"verbatim_id": ["1", "2"], "theme_id": [7, 7]})
    >>> verbatims = pd.DataFrame({"verbatim_id": ["1", "2", "3"], "respondent_id": ["a", "a", "b"],
    ...                           "text": ["Quiet", "Quiet", "Loud"], "plan": ["Free", "Pro", "Pro"]})
    >>> prevalence_by(said, verbatims, ["plan"])[["segment", "n_respondents", "n", "prevalence"]]
      segment  n_respondents  n  prevalence
    0    Free              1  1         1.0
    1     Pro              1  2         0.5
    """
    themes = sorted(mentions[THEME_ID].dropna().unique().tolist())
    said = mentions[[VERBATIM_ID, THEME_ID]].dropna().drop_duplicates()
    tables = []
    for column in columns:
        answers = _spoken(verbatims)[[VERBATIM_ID, RESPONDENT_ID, column]].dropna()
        answers = answers.astype({column: "str"}).rename(columns={column: "segment"})
        n = answers.groupby("segment")[RESPONDENT_ID].nunique()
        people = answers.merge(said, on=VERBATIM_ID)
        counts = people.groupby(["segment", THEME_ID])[RESPONDENT_ID].nunique()
        every = pd.MultiIndex.from_product([n.index, themes], names=["segment", THEME_ID])
        table = counts.reindex(every, fill_value=0).rename("n_respondents").reset_index()
        tables.append(table.assign(column=column, n=table["segment"].map(n)))
    empty = pd.DataFrame(columns=[THEME_ID, "column", "segment", "n_respondents", "n"])
    return _with_shares(pd.concat(tables, ignore_index=True) if tables else empty)


def share_of_verbatims(mentions: pd.DataFrame, verbatims: pd.DataFrame) -> pd.DataFrame:
    """Share of verbatims that mention each theme, with an interval that knows who wrote them.

    Another quantity than :func:`prevalence`: here someone who answers five times weighs five times, and
    their answers resemble one another. The variance of the share is therefore that of a ratio over people
    (linearised); its proportion to the variance under independent verbatims is the design effect [1]_, which
    shrinks n to an effective n, and the Wilson interval is taken there, with the correction for few
    people of [2]_. Where everyone answers once this is the plain Wilson interval.

    Parameters
    ----------
    mentions
        Columns ``verbatim_id`` and ``theme_id`` (nullable).
    verbatims
        Columns ``verbatim_id``, ``respondent_id`` and ``text``; blank verbatims are not counted.

    Returns
    -------
    DataFrame
        One row a theme: ``theme_id``, ``n_verbatims`` (that mention it), ``n`` (verbatims), ``n_effective``,
        ``share``, ``low``, ``high``.

    References
    ----------
    .. [1] Kish, L. (1965). *Survey Sampling*. Wiley.
    .. [2] Korn, E. L. & Graubard, B. I. (1998). Confidence intervals for proportions with small expected
       number of positive counts estimated from survey data. *Survey Methodology*, 24, 193-201.

    Examples
    --------
    >>> verbatims = pd.DataFrame({"verbatim_id": list("123456"), "respondent_id": list("aaabcd"),
    ...                           "text": ["Quiet"] * 6})
    >>> said = pd.DataFrame({"verbatim_id": ["1", "2", "3", "4"], "theme_id": [7, 7, 7, 7]})
    >>> share_of_verbatims(said, verbatims).round(2)
       theme_id  n_verbatims  n  n_effective  share   low  high
    0         7            4  6         2.35   0.67  0.18  0.95
    """
    spoken = _spoken(verbatims)
    person = pd.factorize(spoken[RESPONDENT_ID], sort=True)[0]
    said = mentions[[VERBATIM_ID, THEME_ID]].dropna().drop_duplicates()
    rows = []
    for theme, members in said.groupby(THEME_ID):
        mentioned = spoken[VERBATIM_ID].isin(members[VERBATIM_ID]).to_numpy().astype(np.float64)
        n, total = len(spoken), float(mentioned.sum())
        effective = effective_n(mentioned, person)
        bounds = wilson(total / n * effective, effective)
        rows.append((theme, int(total), n, effective, total / n, *bounds))
    names = [THEME_ID, "n_verbatims", "n", "n_effective", "share", "low", "high"]
    return pd.DataFrame(rows, columns=names)


def effective_n(has: NDArray[np.float64], person: NDArray[np.intp]) -> float:
    """Count the independent answers that would tell as much about a share as these by fewer people do.

    The design effect of [1]_ with the correction for few people of [2]_, as in :func:`share_of_verbatims`.

    Parameters
    ----------
    has
        1.0 for each answer that has the property, else 0.0, float64, shape (n,), n > 0.
    person
        Number of who gave each answer, 0, 1, …, none left out, shape (n,).

    Returns
    -------
    float
        At most n; n where everyone answers once, the number of people where all answers are the same.

    References
    ----------
    .. [1] Kish, L. (1965). *Survey Sampling*. Wiley.
    .. [2] Korn, E. L. & Graubard, B. I. (1998). Confidence intervals for proportions with small expected
       number of positive counts estimated from survey data. *Survey Methodology*, 24, 193-201.

    Examples
    --------
    >>> has, person = np.array([1.0, 1.0, 1.0, 1.0, 0.0, 0.0]), np.array([0, 0, 0, 1, 2, 3])
    >>> round(effective_n(has, person), 2)
    2.35
    """
    n, people = len(has), int(person.max()) + 1
    share = has.mean()
    if people == n:
        return float(n)
    if people == 1 or share in (0.0, 1.0):
        # Nothing varies, so that the variance cannot be estimated: count people.
        return float(people)
    residual = np.bincount(person, weights=has - share)
    variance = people / (people - 1) * np.square(residual).sum() / n**2
    design_effect = variance / (share * (1 - share) / (n - 1))
    few_people = (stdtrit(n - 1, 0.975) / stdtrit(people - 1, 0.975)) ** 2
    return float(n * few_people / max(design_effect, few_people))


def _spoken(verbatims: pd.DataFrame) -> pd.DataFrame:
    return verbatims[verbatims[TEXT].str.strip() != ""]


def _with_shares(counts: pd.DataFrame) -> pd.DataFrame:
    """Add ``prevalence``, ``low`` and ``high`` to ``n_respondents`` out of ``n``."""
    pairs = list(zip(counts["n_respondents"].tolist(), counts["n"].tolist(), strict=True))
    bounds = [wilson(k, n) for k, n in pairs]
    frame = counts.assign(
        prevalence=np.array([k / n for k, n in pairs], dtype=np.float64),
        low=np.array([low for low, _ in bounds], dtype=np.float64),
        high=np.array([high for _, high in bounds], dtype=np.float64),
    )
    first = [name for name in (THEME_ID, "column", "segment") if name in frame]
    return frame[[*first, "n_respondents", "n", "prevalence", "low", "high"]]
