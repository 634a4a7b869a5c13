"""Worker threads of torch that leave its settings as they were."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager


@contextmanager
def single_threads(workers: int | None) -> Iterator[ThreadPoolExecutor]:
    """Start worker threads in each of which torch uses one thread; its setting is put back after.

    Parameters
    ----------
    workers : int or None
        How many; ``None`` takes as many as torch would use.

    Yields
    ------
    concurrent.futures.ThreadPoolExecutor

    Examples
    --------
    >>> import torch
    >>> with single_threads(2) as pool:
    ...     pool.submit(torch.get_num_threads).result()
    1
    """
    import torch

    before = torch.get_num_threads()
    pool = ThreadPoolExecutor(workers or before, initializer=torch.set_num_threads, initargs=(1,))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)  # an interrupted run does not finish what is still queued
        torch.set_num_threads(before)
