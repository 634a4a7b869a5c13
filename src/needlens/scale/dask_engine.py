"""Work on parts by dask.distributed: workers that share a filesystem and no memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from needlens.encoders.processor import n_cores
from needlens.errors import MissingExtraError, StudyError, UsageError
from needlens.scale.engine import KILLED, Item, Result

_RETRIES = 3
_SECONDS_TO_CONNECT = 30

_QUIET = {
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.admin.tick.interval": "1s",
    "distributed.scheduler.work-stealing-interval": "1s",
    "distributed.worker.memory.monitor-interval": "1s",
    "distributed.worker.profile.enabled": False,
}
"""Of a local cluster, whose parts take seconds: to look at itself many times a second cost it 5 %."""


class DaskEngine:
    """A cluster's workers, or processes of this machine started for the purpose.

    Parameters
    ----------
    scheduler
        Address of a running scheduler, such as ``tcp://10.0.0.1:8786``; None starts a local cluster.
    workers
        Processes of the local cluster, one thread each; as many as there are cores if None.

    Raises
    ------
    MissingExtraError
        dask.distributed is not installed.
    UsageError
        No scheduler answers at the address.
    """

    shares_memory = False

    def __init__(self, scheduler: str | None = None, *, workers: int | None = None) -> None:
        try:
            import dask.config
            from distributed import Client, LocalCluster
        except ImportError:
            raise MissingExtraError("dask") from None  # noqa: EM101 (the name of the extra)
        self._cluster: Any = None
        if scheduler is None:
            with dask.config.set(_QUIET):
                self._cluster = LocalCluster(
                    n_workers=workers or n_cores(),
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address=None,
                    silence_logs=50,
                )
        try:
            self._client = Client(self._cluster or scheduler, timeout=_SECONDS_TO_CONNECT)
        except (OSError, ValueError) as error:
            message = f"no scheduler answers at {scheduler!r}; start one, or leave --scheduler out"
            raise UsageError(message) from error

    def map(
        self,
        function: Callable[[Item], Result],
        items: Sequence[Item],
        *,
        with_model: bool,  # noqa: ARG002 (a worker does one thing at a time)
        done: Callable[[int], None],
    ) -> list[Result]:
        """Results in the order of the items; an item whose worker is lost goes to another one."""
        from distributed import KilledWorker, as_completed

        futures = self._client.map(function, items, pure=False, retries=_RETRIES)
        try:
            for number, future in enumerate(as_completed(futures), start=1):
                future.result()
                done(number)
            return [future.result() for future in futures]
        except KilledWorker as error:
            raise StudyError(KILLED) from error
        finally:
            self._client.cancel(futures)

    def close(self) -> None:
        """Leave the cluster, and end it if it was started here."""
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()
