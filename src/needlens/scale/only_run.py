"""One run at a time in a study folder: two would take each other's parts for finished ones."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from needlens.errors import StudyError

LOCK: Final = "lock"
"""File in the folder of the parts that a run holds; a run that is killed lets go of it."""

_NO_LOCKS: Final = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP)
"""What filesystems say that know no locks: there it is up to the user."""


@contextmanager
def only_run(work: Path) -> Iterator[None]:
    """Keep other runs out of a folder of parts in a ``with`` block.

    Parameters
    ----------
    work
        Made if it is not there; removed at the end if nothing but the lock is left in it, and so is the
        folder it lies in if that was made for it and is empty.

    Raises
    ------
    StudyError
        Another run is at work there.
    OSError
        The folder cannot be written.

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
    is_new = not work.parent.exists()
    work.mkdir(parents=True, exist_ok=True)
    lock = FileLock(work / LOCK, fallback_to_soft=False)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        message = f"another run is at work in {work.parent}: wait for it, or name another folder with --out"
        raise StudyError(message) from error
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
    try:
        yield
    finally:
        # While it is still held, so that nobody can hold what is taken away; Windows wants it let go first.
        _tidy(work)
        lock.release()
        if os.name == "nt":
            _tidy(work)
        if is_new:
            with suppress(OSError):
                work.parent.rmdir()


def clear(work: Path) -> None:
    """Remove all from a folder of parts but the lock.

    Raises
    ------
    OSError
        Something cannot be removed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, only_run(Path(folder) / ".work"):
    ...     (Path(folder) / ".work" / "part").touch()
    ...     clear(Path(folder) / ".work")
    ...     [path.name for path in (Path(folder) / ".work").iterdir()]
    ['lock']
    """
    for path in work.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != LOCK:
            path.unlink()


def _tidy(work: Path) -> None:
    with suppress(OSError):
        if all(path.name == LOCK for path in work.iterdir()):
            (work / LOCK).unlink(missing_ok=True)
            work.rmdir()
