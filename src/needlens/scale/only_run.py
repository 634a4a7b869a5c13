"""One run at a time in a study folder: two would take each other's parts for finished ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from needlens.errors import StudyError

LOCK: Final = "lock"
"""File in the folder of the parts that a run holds; a run that is killed lets go of it."""


@contextmanager
def only_run(work: Path) -> Iterator[None]:
    """Keep other runs out of a folder of parts in a ``with`` block.

    Parameters
    ----------
    work
        Made if it is not there; removed at the end if nothing but the lock is left in it.

    Raises
    ------
    StudyError
        Another run is at work there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, only_run(Path(folder) / "study" / ".work"):
    ...     with only_run(Path(folder) / "study" / ".work"):
    ...         pass
    Traceback (most recent call last):
    ...
    needlens.errors.StudyError: another run is at work in ...study: wait for it, or name another folder ...
    """
    work.mkdir(parents=True, exist_ok=True)
    lock = FileLock(work / LOCK)
    try:
        # Some filesystems that machines share know no locks: there it is up to the user.
        with suppress(NotImplementedError):
            lock.acquire(timeout=0)
    except Timeout as error:
        message = f"another run is at work in {work.parent}: wait for it, or name another folder with --out"
        raise StudyError(message) from error
    try:
        yield
    finally:
        lock.release()
        with suppress(OSError):
            if all(path.name == LOCK for path in work.iterdir()):
                (work / LOCK).unlink(missing_ok=True)
                work.rmdir()
