"""A file of vectors already computed, so that no text is encoded twice; it never stops the work."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
import platformdirs
from numpy.typing import NDArray

from needlens.encoders.cache_layout import TOUCH, lay_out, shrink, today, vector_key

_T = TypeVar("_T")

FOLDER_VARIABLE: Final = "NEEDLENS_CACHE_DIR"
"""Environment variable that names the cache's folder."""

_BUSY_SECONDS: Final = 30.0
_KEYS_A_QUERY: Final = 500
_CORRUPT: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

SIZE_VARIABLE: Final = "NEEDLENS_CACHE_GB"
"""Environment variable that says how many GB (10⁹ bytes) of vectors are kept at most."""

DEFAULT_GB: Final = 4.0
"""Two and a half million vectors of the default encoder."""


@dataclass(frozen=True, eq=False, slots=True)
class CacheInfo:
    """How big a vector cache is.

    Attributes
    ----------
    path : pathlib.Path
    entries : int
        Vectors in it.
    bytes : int
        Size on disk.
    bound : int
        Bytes of vectors that are kept at most.
    """

    path: Path
    entries: int
    bytes: int
    bound: int


class VectorCache:
    """Vectors by encoder and text, in one SQLite file that several processes may use at once.

    A process that is killed leaves what it had put in and nothing half-written. Where the vectors fill more
    than the bound, those that were not used for the longest time go first.

    Texts are stored as hashes only. A file that cannot be used is skipped and one that is corrupt
    is set aside; either is told in ``notes`` and neither raises.

    Parameters
    ----------
    path : str, pathlib.Path or None
        The file; ``None`` takes ``vectors-2.sqlite`` in the folder that the environment variable
        ``NEEDLENS_CACHE_DIR`` names, or else in the user's cache folder.
    bound : int or None
        Bytes of vectors that are kept at most; ``None`` takes as many GB as the environment variable
        ``NEEDLENS_CACHE_GB`` says, or else 4.

    Attributes
    ----------
    path : pathlib.Path
    notes : tuple of str
        What went wrong so far, a sentence each.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cache = VectorCache(Path(folder) / "vectors.sqlite")
    ...     cache.put_many("digest", {"a text": np.array([0.6, 0.8], dtype=np.float32)})
    ...     cache.get_many("digest", ["a text", "another"])
    {'a text': array([0.6, 0.8], dtype=float32)}
    """

    def __init__(self, path: str | Path | None = None, *, bound: int | None = None) -> None:
        self.path = Path(path) if path is not None else cache_folder() / "vectors-2.sqlite"
        self.notes: tuple[str, ...] = ()
        self.bound = bound if bound is not None else self._bound_asked_for()
        self._skipped = False

    def __repr__(self) -> str:
        return f"VectorCache({str(self.path)!r})"

    def get_many(self, encoder: str, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Look texts up.

        Parameters
        ----------
        encoder : str
            What the vectors depend on besides the text.
        texts : sequence of str

        Returns
        -------
        dict of str to numpy.ndarray of float32, shape (dimension,)
            The texts that are in the cache, in the order asked for.
        """

        def look_up(connection: sqlite3.Connection) -> dict[bytes, bytes]:
            found: dict[bytes, bytes] = {}
            stale: list[bytes] = []
            day = today()
            for start in range(0, len(keys), _KEYS_A_QUERY):
                part = keys[start : start + _KEYS_A_QUERY]
                marks = ",".join("?" * len(part))
                query = f"SELECT key, vector, used FROM kept WHERE key IN ({marks})"  # noqa: S608 (question marks only)
                for key, vector, used in connection.execute(query, part):
                    found[key] = vector
                    if used < day:
                        stale.append(key)
            if stale:
                # That they were used is worth no waiting for another process, and no failing.
                with suppress(sqlite3.OperationalError), connection:
                    connection.execute("PRAGMA busy_timeout = 0")
                    connection.executemany(TOUCH, ((day, key) for key in stale))
            return found

        keys = [vector_key(encoder, text) for text in texts]
        nothing: dict[bytes, bytes] = {}
        found = self._attempt(look_up, nothing)
        return {
            text: np.frombuffer(found[key], dtype="<f4")
            for text, key in zip(texts, keys, strict=True)
            if key in found
        }

    def put_many(self, encoder: str, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        """Keep vectors, all of them or none.

        Parameters
        ----------
        encoder : str
            What the vectors depend on besides the text.
        vectors : mapping of str to numpy.ndarray of float32, shape (dimension,)
        """

        def insert(connection: sqlite3.Connection) -> None:
            day = today()
            with connection:
                connection.executemany(
                    "INSERT OR IGNORE INTO kept VALUES (?, ?, ?)",
                    (
                        (vector_key(encoder, text), vector.astype("<f4").tobytes(), day)
                        for text, vector in vectors.items()
                    ),
                )
            shrink(connection, self.bound)

        self._attempt(insert, None)

    def info(self) -> CacheInfo:
        """Count what is in the cache; a file that does not exist yet is not made.

        Returns
        -------
        CacheInfo
        """

        def count(connection: sqlite3.Connection) -> int:
            return int(connection.execute("SELECT count(*) FROM kept").fetchone()[0])

        if not self.path.exists():
            return CacheInfo(self.path, 0, 0, self.bound)
        entries = self._attempt(count, 0)
        return CacheInfo(self.path, entries, self.path.stat().st_size, self.bound)

    def is_empty(self) -> bool:
        """Whether nothing is kept yet; a file that does not exist is not made.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     VectorCache(Path(folder) / "vectors.sqlite").is_empty()
        True
        """

        def look(connection: sqlite3.Connection) -> bool:
            return connection.execute("SELECT 1 FROM kept LIMIT 1").fetchone() is None

        return not self.path.exists() or self._attempt(look, otherwise=True)

    def prune(self) -> int:
        """Let go what is beyond the bound, and give the disk back what is not needed.

        Returns
        -------
        int
            How many vectors went.
        """

        def tidy(connection: sqlite3.Connection) -> int:
            gone = shrink(connection, self.bound)
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return gone

        return self._attempt(tidy, 0) if self.path.exists() else 0

    def clear(self) -> int:
        """Let every vector go, and give the disk back its room.

        Returns
        -------
        int
            How many vectors went.
        """

        def empty(connection: sqlite3.Connection) -> int:
            with connection:
                gone = connection.execute("DELETE FROM kept").rowcount
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return gone

        return self._attempt(empty, 0) if self.path.exists() else 0

    def _bound_asked_for(self) -> int:
        asked = os.environ.get(SIZE_VARIABLE, "")
        try:
            size = float(asked) if asked else DEFAULT_GB
        except ValueError:
            size = -1.0
        if not 0 <= size < float("inf"):
            self.notes += (f"{SIZE_VARIABLE} must be a number of GB, not {asked!r}; {DEFAULT_GB:g} is taken",)
            size = DEFAULT_GB
        return int(size * 1e9)

    def _attempt(self, work: Callable[[sqlite3.Connection], _T], otherwise: _T) -> _T:
        if self._skipped:
            return otherwise
        try:
            try:
                with self._connection() as connection:
                    return work(connection)
            except sqlite3.DatabaseError as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _CORRUPT:
                    raise
                self._set_aside()
            with self._connection() as connection:
                return work(connection)
        except (sqlite3.Error, OSError) as error:
            self._skipped = True
            self.notes += (f"vectors are not kept for a next run: the cache cannot be used ({error})",)
            return otherwise

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        # One connection a call costs a millisecond, and spares whoever has a cache closing it,
        # pickling it and minding which thread uses it.
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path, timeout=_BUSY_SECONDS)) as connection:
            with suppress(sqlite3.OperationalError):  # another process is changing the mode just now
                connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            lay_out(connection)
            yield connection

    def _set_aside(self) -> None:
        aside = self.path.with_name(f"{self.path.name}.broken")
        self.path.replace(aside)
        for suffix in ("-wal", "-shm"):
            self.path.with_name(f"{self.path.name}{suffix}").unlink(missing_ok=True)
        self.notes += (f"the vector cache {self.path} was corrupt: it is now {aside.name} and started anew",)


def cache_folder() -> Path:
    """Folder of all that is kept for later runs: named by ``NEEDLENS_CACHE_DIR``, or the user's cache folder.

    Examples
    --------
    >>> cache_folder().is_absolute() or FOLDER_VARIABLE in os.environ
    True
    """
    return Path(os.environ.get(FOLDER_VARIABLE) or platformdirs.user_cache_dir("needlens", appauthor=False))
