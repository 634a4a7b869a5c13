"""From which score on a reason counts for a need, where nobody has labelled any."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

WRONG = 0.1
"""Share of the reasons above a threshold that the null would put there."""

FEWEST = 30
"""Reasons below which no threshold can be told from the scores; nothing counts then."""


def screening_thresholds(scores: NDArray[np.float64], *, wrong: float = WRONG) -> NDArray[np.float64]:
    """Set each need's threshold anew for the study at hand.

    Most reasons are not about a given need. The lower half of its scores, mirrored at their median, shows how
    scores of such reasons spread: an empirical null [1]_, a normal distribution here. The threshold is the
    lowest score above which the null explains at most the share ``wrong`` of the reasons there. A need
    that nobody speaks of has no reason above it. Reasons about *related* needs score above the null too, so
    more than ``wrong`` are in fact wrong: at ``wrong`` = .1 on a planted corpus .42 of them, on the
    sample .62 (``benchmarks/need_themes.md``). That is why this is screening.

    Parameters
    ----------
    scores
        Of each reason for each need, shape (n, k), any scale.
    wrong
        In (0, 1).

    Returns
    -------
    ndarray
        float64, shape (k,); infinite where no reason stands out, or with fewer than :data:`FEWEST` reasons.

    References
    ----------
    .. [1] Efron, B. (2004). Large-scale simultaneous hypothesis testing: the choice of a null hypothesis.
       Journal of the American Statistical Association, 99, 96-104.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> scores = np.concatenate([rng.standard_normal(300), rng.normal(6, 1, 30)])[:, None]
    >>> bool(2 < screening_thresholds(scores)[0] < 5)
    True
    """
    n, k = scores.shape
    thresholds = np.full(k, np.inf)
    if n < FEWEST:
        return thresholds
    for at in range(k):
        falling = np.sort(scores[:, at])[::-1]
        middle = float(np.median(falling))
        spread = float(np.quantile(middle - falling[falling <= middle], 0.6827))
        if spread <= 0:
            continue
        expected = n * norm.sf((falling - middle) / spread)
        passing = np.flatnonzero(expected <= wrong * np.arange(1, n + 1))
        if len(passing):
            thresholds[at] = falling[passing[-1]]
    return thresholds
