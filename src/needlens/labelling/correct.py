"""Shares corrected for a classifier's error by a sample that people labelled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from needlens.errors import UsageError

FEWEST_LABELLED = 30
"""People drawn by lot and labelled that it takes to say anything."""

FEWEST_EACH = 5
"""Of these, those that have the need, and those that have it not."""

LEAST_INFORMED = 0.2
"""Sensitivity plus specificity minus 1 below which a classifier says too little."""

N_BOOTSTRAP = 999


@dataclass(frozen=True, slots=True)
class Corrected:
    """A share with its interval, or why there is none.

    Attributes
    ----------
    share, low, high
        By predictions and labels together (:func:`prediction_powered`), and its 95 % interval; NaN if
        refused.
    rogan_gladen, rogan_gladen_low, rogan_gladen_high
        The same by :func:`rogan_gladen`.
    sensitivity, specificity
        Of the classifier on the labelled people; NaN where nobody is there to see it on.
    n_labelled
        People labelled.
    refused
        One sentence that says why there is no share; empty if there is one.
    """

    share: float
    low: float
    high: float
    rogan_gladen: float
    rogan_gladen_low: float
    rogan_gladen_high: float
    sensitivity: float
    specificity: float
    n_labelled: int
    refused: str


def rogan_gladen(share: float, sensitivity: float, specificity: float) -> float:
    """Correct a classifier's share by what is known of its errors.

    (p + Sp − 1) / (Se + Sp − 1), within [0, 1] (Rogan & Gladen 1978).

    Parameters
    ----------
    share
        Share the classifier finds, p.
    sensitivity, specificity
        Shares of those with and without it that are classified rightly.

    Raises
    ------
    UsageError
        Se + Sp − 1 is not above 0: the classifier is no better than a coin.

    Examples
    --------
    >>> round(rogan_gladen(0.30, 0.7, 0.9), 4)
    0.3333
    """
    informed = sensitivity + specificity - 1
    if not informed > 0:
        message = "sensitivity plus specificity must be above 1 to correct a share"
        raise UsageError(message)
    return float(np.clip((share + specificity - 1) / informed, 0.0, 1.0))


def prediction_powered(
    truth: NDArray[np.bool_], predicted: NDArray[np.bool_], share: float, *, power: float = 1.0
) -> float:
    """Correct a classifier's share by its mean error on the labelled.

    mean(y) + λ (share − mean(f)) over the labelled, with λ = 1 the difference estimator (Angelopoulos et al.
    2023); λ = 0 leaves the predictions out.

    Parameters
    ----------
    truth, predicted
        Of the labelled, shape (n,).
    share
        Share of everybody that is predicted, the labelled included.
    power
        λ in [0, 1].

    Examples
    --------
    >>> truth, predicted = np.array([True, True, False, False]), np.array([True, False, False, False])
    >>> prediction_powered(truth, predicted, 0.4)
    0.65
    """
    value = float(truth.mean()) + power * (share - float(predicted.mean()))
    return float(np.clip(value, 0.0, 1.0))


def best_power(truth: NDArray[np.bool_], predicted: NDArray[np.bool_]) -> float:
    """The λ of least variance, as the labelled show it (PPI++, Angelopoulos, Duchi & Zrnic 2023).

    Examples
    --------
    >>> best_power(np.array([True, False] * 5), np.array([True, False] * 5))
    1.0
    """
    y, f = truth.astype(np.float64), predicted.astype(np.float64)
    spread = float(f.var())
    if spread == 0:
        return 0.0
    return float(np.clip(((y - y.mean()) * (f - f.mean())).mean() / spread, 0.0, 1.0))


def corrected_share(
    truth: NDArray[np.bool_], predicted: NDArray[np.bool_], others: NDArray[np.bool_], *, seed: int = 0
) -> Corrected:
    """Estimate the share of people with a need, from some that are labelled and a classifier of all.

    The labelled must be a random sample of all, and their predictions made without their own labels. The
    interval is the percentile one of a bootstrap of both groups of people. Into every draw of the labelled go
    two imagined people, one error each way: where no error was seen, it does not follow that there is none.

    Parameters
    ----------
    truth, predicted
        Of the people labelled, shape (n,).
    others
        Predictions for everybody else, shape (m,).
    seed
        Of the bootstrap.

    Returns
    -------
    Corrected
        Without a share, and with the reason, if fewer than 30 people are labelled, fewer than 5 of them have
        the need or have it not, or Se + Sp − 1 is below .2.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.random(800) < 0.3
    >>> predicted = np.where(rng.random(800) < 0.85, truth, ~truth)
    >>> found = corrected_share(truth[:200], predicted[:200], predicted[200:])
    >>> bool(found.low < 0.3 < found.high), bool(abs(predicted.mean() - 0.3) > 0.05)
    (True, True)
    """
    n, positives = len(truth), int(truth.sum())
    sensitivity = float(predicted[truth].mean()) if positives else float("nan")
    specificity = float((~predicted[~truth]).mean()) if positives < n else float("nan")
    refused = _refusal(n, positives, sensitivity, specificity)
    if refused:
        nan = float("nan")
        return Corrected(nan, nan, nan, nan, nan, nan, sensitivity, specificity, n, refused)
    share = float(np.concatenate([predicted, others]).mean())
    draws = _draws(truth, predicted, others, np.random.default_rng(seed))
    low, high = np.quantile(draws[:, 0], [0.025, 0.975])
    rg_low, rg_high = np.quantile(draws[:, 1], [0.025, 0.975])
    value = prediction_powered(truth, predicted, share, power=best_power(truth, predicted))
    classical = rogan_gladen(share, sensitivity, specificity)
    return Corrected(
        value,
        min(float(low), value),
        max(float(high), value),
        classical,
        min(float(rg_low), classical),
        max(float(rg_high), classical),
        sensitivity,
        specificity,
        n,
        "",
    )


def _refusal(n: int, positives: int, sensitivity: float, specificity: float) -> str:
    if n < FEWEST_LABELLED:
        return f"{n} of at least {FEWEST_LABELLED} people drawn by lot are labelled: label more rounds"
    least = min(positives, n - positives)
    if least < FEWEST_EACH:
        side = "have" if positives <= n - positives else "do not have"
        return (
            f"only {least} of {n} labelled people {side} it, and {FEWEST_EACH} are needed: label more rounds"
        )
    informed = sensitivity + specificity - 1
    if informed < LEAST_INFORMED:
        return (
            f"the classifier hardly tells it from chance (sensitivity {sensitivity:.2f}, specificity "
            f"{specificity:.2f}): only ranks can be given"
        )
    return ""


def _draws(
    truth: NDArray[np.bool_],
    predicted: NDArray[np.bool_],
    others: NDArray[np.bool_],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    n, m = len(truth), len(others)
    found = np.empty((N_BOOTSTRAP, 2))
    for at in range(N_BOOTSTRAP):
        drawn = rng.integers(n, size=n)
        y = np.append(truth[drawn], [True, False])
        f = np.append(predicted[drawn], [False, True])
        rest = others[rng.integers(m, size=m)] if m else others
        share = float(np.concatenate([predicted[drawn], rest]).mean())
        found[at, 0] = prediction_powered(y, f, share, power=best_power(y, f))
        sensitivity, specificity = float(f[y].mean()), float((~f[~y]).mean())
        informed = sensitivity + specificity - 1
        # A draw on which the classifier says nothing allows any share.
        found[at, 1] = rogan_gladen(share, sensitivity, specificity) if informed > 0 else rng.random()
    return found
