"""Work on parts by the processes of this machine."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process

from needlens.encoders.processor import n_cores
from needlens.errors import StudyError
from needlens.scale.engine import KILLED, Item, Result


class LocalEngine:
    """Processes of this machine for what is plain Python; what loads an encoder runs in this process.

    Parameters
    ----------
    workers
        Processes; as many as there are cores if None. With one, everything runs in this process.

    Examples
    --------
    >>> LocalEngine(workers=1).map(len, ["a", "bc"], with_model=False, done=lambda n: None)
    [1, 2]
    """

    shares_memory = True

    def __init__(self, workers: int | None = None) -> None:
        self._workers = workers or n_cores()

    def map(
        self,
        function: Callable[[Item], Result],
        items: Sequence[Item],
        *,
        with_model: bool,
        done: Callable[[int], None],
    ) -> list[Result]:
        """Results in the order of the items (:meth:`needlens.scale.engine.Engine.map`)."""
        if with_model or self._workers == 1 or len(items) < 2:
            results = []
            for number, item in enumerate(items, start=1):
                results.append(function(item))
                done(number)
            return results
        # Not forked: a copy of a process with threads may wait for a lock that nobody holds.
        with ProcessPoolExecutor(
            min(self._workers, len(items)), mp_context=get_context("spawn"), initializer=_serve
        ) as pool:
            try:
                futures = [pool.submit(function, item) for item in items]
                for number, future in enumerate(as_completed(futures), start=1):
                    future.result()
                    done(number)
                return [future.result() for future in futures]
            except BrokenProcessPool as error:
                raise StudyError(KILLED) from error
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def close(self) -> None:
        """Nothing is left running."""


def _serve() -> None:
    """Leave Ctrl-C to the parent, and end when it ends, be it killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
