"""Times of several ways to do one thing, taken in turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any


def in_turns(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, dict[str, Any]]:
    """Time each way once a round, after one round that does not count.

    Returns
    -------
    dict
        For each way ``seconds`` (one a round) and their ``median``.
    """
    for way in ways.values():
        way()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - start)
    return {name: summary(own) for name, own in seconds.items()}


def summary(seconds: list[float]) -> dict[str, Any]:
    """Times and their median."""
    return {"seconds": [round(own, 4) for own in seconds], "median": round(statistics.median(seconds), 4)}
