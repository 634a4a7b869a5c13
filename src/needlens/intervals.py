"""Intervals for proportions: how far a share can be from what was counted."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

from needlens.errors import UsageError


def wilson(successes: float, n: float, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the Wilson score interval of a proportion.

    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    *Journal of the American Statistical Association*, 22, 209-212.

    Parameters
    ----------
    successes
        How many of the ``n`` have the property; may be a sum of weights.
    n
        How many were looked at; 0 means nothing is known, hence (0, 1).
    confidence
        Coverage of the interval, between 0 and 1, both excluded.

    Returns
    -------
    tuple of float
        ``(low, high)``, inside [0, 1] and around ``successes / n``.

    Raises
    ------
    UsageError
        When ``0 <= successes <= n`` or ``0 < confidence < 1`` does not hold.

    Examples
    --------
    >>> [round(bound, 4) for bound in wilson(12, 40)]
    [0.1807, 0.4543]
    >>> wilson(0, 0)
    (0.0, 1.0)
    """
    if not 0 <= successes <= n:
        message = f"successes must lie between 0 and n = {n}, not {successes}"
        raise UsageError(message)
    if not 0 < confidence < 1:
        message = f"confidence must lie between 0 and 1, not {confidence}"
        raise UsageError(message)
    if n == 0:
        return 0.0, 1.0
    z2 = NormalDist().inv_cdf((1 + confidence) / 2) ** 2
    share = successes / n
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    # Rounding alone could push a bound past the share at 0 and at 1.
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))
