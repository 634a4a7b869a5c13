"""How fast a backend is on this machine."""

from __future__ import annotations

import time
from typing import Final

from needlens.encoders.backend import Backend
from needlens.encoders.runner import load_runner
from needlens.encoders.weights import Weights
from needlens.progress import silent

_SENTENCE: Final = "it is so very quiet that I can {} while the baby sleeps"
"""Fifteen tokens with the model's own marks."""

_VERBS: Final = ("read", "work", "cook", "call", "play", "write", "rest", "dance")
_N_TEXTS: Final = 256
"""Encoded at a time, or as many as the backend likes to be given at once."""


def texts_a_second(weights: Weights, backend: Backend, seconds: float) -> float:
    """Measure how many texts of fifteen tokens a backend encodes in a second.

    Parameters
    ----------
    weights : Weights
        The model's files.
    backend : Backend
        What runs it.
    seconds : float
        How long to measure, loading and the first texts aside.

    Returns
    -------
    float

    Raises
    ------
    EncoderError
        The model cannot be loaded.

    Examples
    --------
    >>> from needlens.encoders.choice import choose
    >>> from needlens.encoders.weights import find_weights
    >>> weights = find_weights("default")
    >>> texts_a_second(weights, choose(weights).backend, 0.1) > 1
    True
    """
    runner = load_runner(weights, backend)
    texts = [
        _SENTENCE.format(_VERBS[number % len(_VERBS)]) for number in range(max(_N_TEXTS, backend.at_once))
    ]
    runner.encode(texts, None, silent, None)
    done, start = 0, time.perf_counter()
    while (passed := time.perf_counter() - start) < seconds or not done:
        runner.encode(texts, None, silent, None)
        done += len(texts)
    return done / max(passed, 1e-9)
