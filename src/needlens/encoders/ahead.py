"""Work on the next item while whoever asked is busy with this one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")
_Made = TypeVar("_Made")


def ahead(function: Callable[[_Item], _Made], items: Iterable[_Item]) -> Iterator[_Made]:
    """Apply a function to items in a thread of its own, one item ahead of whoever takes the results.

    Unlike the ``map`` of a pool it never holds more than one result that nobody has asked for.

    Parameters
    ----------
    function : callable
        Takes an item.
    items : iterable

    Yields
    ------
    object
        What the function returned, in the order of the items; what it raised is raised here.

    Examples
    --------
    >>> list(ahead(len, ["light", "", "warm"]))
    [5, 0, 4]
    """
    with ThreadPoolExecutor(1) as pool:
        waiting = None
        for item in items:
            asked = pool.submit(function, item)
            if waiting is not None:
                yield waiting.result()
            waiting = asked
        if waiting is not None:
            yield waiting.result()
