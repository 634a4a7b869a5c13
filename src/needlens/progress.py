"""How long work tells how far it is: a callback, so that library code never prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TextIO

Progress = Callable[[str, int, int], None]
"""Called as ``progress(stage, done, total)``; ``done == total`` ends the stage."""


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing: the default everywhere.

    Examples
    --------
    >>> silent("encoding", 1, 2)
    """


class Bars:
    """One bar a stage with the time left, in a terminal or a notebook; nothing where neither is.

    Parameters
    ----------
    file
        Stream of a terminal; standard error if None.

    Examples
    --------
    >>> import io
    >>> bars = Bars(io.StringIO())  # not a terminal: quiet
    >>> bars("splitting", 1, 2)
    >>> bars.close()
    """

    def __init__(self, file: TextIO | None = None) -> None:
        self._file = file
        self._stage = ""
        self._bar: Any = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take a report of :data:`Progress`."""
        from tqdm.auto import tqdm

        if stage != self._stage or self._bar is None:
            self.close()
            # disable=None: nothing is drawn unless the stream is a terminal. Gone when done.
            self._bar = tqdm(total=total, desc=stage, disable=None, leave=False, file=self._file)
            self._stage = stage
        self._bar.total = total
        self._bar.update(done - self._bar.n)
        if done >= total:
            self.close()

    def close(self) -> None:
        """End the bar that is drawn."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
        self._stage = ""
