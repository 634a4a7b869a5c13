"""How long work tells how far it is: a callback, so that library code never prints."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called as ``progress(stage, done, total)``; ``done == total`` ends the stage."""


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing: the default everywhere.

    Examples
    --------
    >>> silent("encoding", 1, 2)
    """
