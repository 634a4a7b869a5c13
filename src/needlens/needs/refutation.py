"""The test that could kill a statement, with numbers: what to ask, and which answer rejects it."""

from __future__ import annotations

from scipy.stats import binom

CLAIMED = 0.3
"""Share of the customers concerned of whom a statement should hold to be worth acting on."""

ASKED = 40
LEVEL = 0.05


def most_that_reject(*, asked: int = ASKED, claimed: float = CLAIMED, level: float = LEVEL) -> int:
    """The largest count that so few would hardly come to if the statement held.

    Parameters
    ----------
    asked
        People asked.
    claimed
        Share of them of whom it should hold.
    level
        Chance of rejecting a statement that holds of that share.

    Returns
    -------
    int
        Largest x with P(X ≤ x) ≤ level for X binomial; −1 if there is none.

    Examples
    --------
    >>> most_that_reject()
    6
    """
    return max((x for x in range(asked + 1) if binom.cdf(x, asked, claimed) <= level), default=-1)


def refutation(need: str, about: str) -> str:
    """Say how to find out whether a statement is wrong.

    Parameters
    ----------
    need
        Name of the need.
    about
        What the customers concerned talk about.

    Examples
    --------
    >>> print(refutation("Autonomy", "carry it"))
    Ask 40 customers who bring up “carry it”, drawn at random, what it does for them and why that matters,
    without naming a need; two people who do not know this statement code the answers. If 6 or fewer arrive
    at “Autonomy”, reject it: were it true of 30 % of them, so few would come up less than once in 20 times.
    """
    rejecting = most_that_reject()
    return (
        f"Ask {ASKED} customers who bring up “{about}”, drawn at random, what it does for them and why that "
        "matters, without naming a need; two people who do not know this statement code the answers. If "
        f"{rejecting} or fewer arrive at “{need}”, reject it: were it true of {CLAIMED:.0%} of them, so few "
        f"would come up less than once in {round(1 / LEVEL)} times."
    ).replace("30%", "30 %")
