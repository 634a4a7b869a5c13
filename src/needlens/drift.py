"""Whether new reasons go beyond a study: more of them than chance would bring resemble nothing in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from needlens.errors import UsageError
from needlens.graph.placement import FAR_SHARE
from needlens.intervals import wilson
from needlens.prevalence import effective_n
from needlens.wording import NBSP, chance, count, percent, share_text

ALARM = 0.05
"""Below this p-value themes may be missing."""

_NODES = 400
"""Points of the quadrature over the unknown chance; 100 differ from these by less than 1e-9."""


@dataclass(frozen=True, eq=False, slots=True)
class Drift:
    """How many new reasons resemble nothing in a study, and how many would without a change.

    Attributes
    ----------
    n
        New reasons.
    n_unexplained
        Those that resemble nothing in the study.
    share
        ``n_unexplained / n``, NaN without new reasons.
    low, high
        95 % Wilson interval of the share, at the number of independent reasons that tell as much.
    expected
        Share to expect without a change, NaN where the study is too small to say.
    p_value
        Chance of at least as many respondents with an unexplained reason without a change, NaN where there
        is nothing to test.
    """

    n: int
    n_unexplained: int
    share: float
    low: float
    high: float
    expected: float
    p_value: float

    @property
    def alarm(self) -> bool:
        """Whether there are more unexplained reasons than chance would bring."""
        return self.p_value < ALARM

    @property
    def sentence(self) -> str:
        """What was found, in plain words."""
        if self.n == 0:
            return "there are no new reasons to compare with the study"
        found = (
            f"{share_text(self.share, self.low, self.high)} of {count(self.n)} new reasons "
            "resemble nothing in the study"
        )
        if math.isnan(self.p_value):
            return f"{found}; it holds too few reasons to say how many would without a change"
        without = f"about {percent(self.expected)}{NBSP}% would without a change ({chance(self.p_value)})"
        alarm = "themes may be missing, run needlens cluster again"
        return f"{found}; {without}: {alarm if self.alarm else 'no more than expected by chance'}"


def drift(unexplained: ArrayLike, respondents: Sequence[str], n_fitted: int) -> Drift:
    """Test whether more new reasons resemble nothing in a study than would without a change.

    A new reason is unexplained when it is less like its nearest fitted reason than
    :data:`~needlens.graph.placement.FAR_SHARE` of the n fitted ones are like theirs, that is, when its
    similarity is below their (r + 1)-th smallest. Were it drawn like them and were all similarities
    independent, the chance of that would be a draw from Beta(r + 1, n - r), of mean (r + 1) / (n + 1), and
    the number below it beta-binomial [1]_. The mean is an upper bound: a new reason has n others to be near
    to, a fitted one n - 1. The spread is an approximation: reasons that are each other's nearest share one
    similarity.

    One respondent's reasons resemble one another, so what is counted for the test is people: those with at
    least one unexplained reason, each with chance 1 - (1 - p)^m for m reasons, which is as large as it gets
    unless somebody's reasons are less alike than those of strangers. People with different m are tested
    as if all had the mean chance, which makes counts above their mean more likely, not less [2]_.

    What is not corrected: a fitted reason's nearest one may be by the same respondent, which a new
    respondent's cannot. Where people say the same thing several times, and others do not say it, alarms are
    too many; ``benchmarks/drift.md`` says how many on reviews cut into sentences.

    Parameters
    ----------
    unexplained
        Whether each new informative reason resembles nothing in the study, bool, shape (m,). Reasons whose
        text the study holds belong here too, as False: the share to expect is that of any new reason, and
        texts never seen before are rarer ones, of which more are far without any change.
    respondents
        Who gave each of them, m of them; an own id for each answer of an unknown person, as
        :class:`needlens.verbatims.Verbatims` has it.
    n_fitted
        Distinct reasons the study's themes were found in.

    Returns
    -------
    Drift
        The same for any order of the reasons.

    Raises
    ------
    UsageError
        ``unexplained`` and ``respondents`` differ in length, or ``n_fitted`` is negative.

    References
    ----------
    .. [1] Wilks, S. S. (1941). Determination of sample sizes for setting tolerance limits. *Annals of
       Mathematical Statistics*, 12, 91-96.
    .. [2] Hoeffding, W. (1956). On the distribution of the number of successes in independent trials.
       *Annals of Mathematical Statistics*, 27, 713-721.

    Examples
    --------
    >>> found = drift([True] * 9 + [False] * 191, [f"p{i}" for i in range(200)], n_fitted=1000)
    >>> found.sentence.replace(NBSP, " ")[:75]
    '5 % (2–8) of 200 new reasons resemble nothing in the study; about 1 % would'
    >>> found.alarm
    True
    """
    flags = np.asarray(unexplained, dtype=np.bool_)
    if flags.ndim != 1 or len(flags) != len(respondents):
        message = f"give one respondent a reason, not {len(respondents)} for reasons of shape {flags.shape}"
        raise UsageError(message)
    if n_fitted < 0:
        message = f"n_fitted must be 0 or more, not {n_fitted}"
        raise UsageError(message)
    # What fitted reasons are like is unknown where none has another to be near to.
    below = int(np.quantile(np.arange(n_fitted), FAR_SHARE, method="lower")) if n_fitted > 1 else -1
    expected = (below + 1) / (n_fitted + 1) if below >= 0 else math.nan
    n, total = len(flags), int(flags.sum())
    if n == 0:
        return Drift(0, 0, math.nan, 0.0, 1.0, expected, math.nan)
    person = pd.factorize(np.asarray(respondents, dtype=object), sort=True)[0]
    order = np.lexsort((flags, person))  # sums below round alike for any order of the rows
    flags, person = flags[order], person[order]
    effective = effective_n(flags.astype(np.float64), person)
    low, high = wilson(total / n * effective, effective)
    people_hit = len(np.unique(person[flags]))
    p_value = _p_value(people_hit, np.bincount(person), below, n_fitted) if below >= 0 else math.nan
    return Drift(n, total, total / n, low, high, expected, p_value)


def _p_value(people_hit: int, reasons: NDArray[np.int64], below: int, n_fitted: int) -> float:
    """Chance of so many people or more, given how many reasons each has, over what a reason's may be."""
    from scipy import stats

    far = stats.beta(below + 1, n_fitted - below)
    low, high = far.ppf(1e-14), far.isf(1e-14)
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    p = low + (high - low) * (nodes + 1) / 2
    weights = weights * far.pdf(p)
    m, people = np.unique(reasons, return_counts=True)
    hit = -np.expm1(np.log1p(-p)[:, None] * m) @ (people / len(reasons))
    tail = stats.binom.sf(people_hit - 1, len(reasons), hit)
    return float(min(1.0, weights @ tail / weights.sum()))
