"""A file of vectors already computed, so that no text is encoded twice; it never stops the work."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
import platformdirs
from numpy.typing import NDArray

_T = TypeVar("_T")

FOLDER_VARIABLE: Final = "NEEDLENS_CACHE_DIR"
"""Environment variable that names the cache's folder."""

_BUSY_SECONDS: Final = 30.0
_KEYS_A_QUERY: Final = 500
_CORRUPT: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS vectors (
    encoder TEXT NOT NULL,
    text BLOB NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (encoder, text)
)
"""


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
    """

    path: Path
    entries: int
    bytes: int


class VectorCache:
    """Vectors by encoder and text, in one SQLite file that several processes may use at once.

    Texts are stored as hashes only. A file that cannot be used is skipped and one that is corrupt
    is set aside; either is told in ``notes`` and neither raises.

    Parameters
    ----------
    path : str, pathlib.Path or None
        The file; ``None`` takes ``vectors.sqlite`` in the folder that the environment variable
        ``NEEDLENS_CACHE_DIR`` names, or else in the user's cache folder.

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

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = Path(path) if path is not None else cache_folder() / "vectors.sqlite"
        self.notes: tuple[str, ...] = ()
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
            for start in range(0, len(keys), _KEYS_A_QUERY):
                part = keys[start : start + _KEYS_A_QUERY]
                marks = ",".join("?" * len(part))
                query = f"SELECT text, vector FROM vectors WHERE encoder = ? AND text IN ({marks})"  # noqa: S608 (question marks only)
                found.update(connection.execute(query, (encoder, *part)))
            return found

        keys = [_key(text) for text in texts]
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
            with connection:
                connection.executemany(
                    "INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)",
                    (
                        (encoder, _key(text), vector.astype("<f4").tobytes())
                        for text, vector in vectors.items()
                    ),
                )

        self._attempt(insert, None)

    def info(self) -> CacheInfo:
        """Count what is in the cache; a file that does not exist yet is not made.

        Returns
        -------
        CacheInfo
        """

        def count(connection: sqlite3.Connection) -> int:
            return int(connection.execute("SELECT count(*) FROM vectors").fetchone()[0])

        if not self.path.exists():
            return CacheInfo(self.path, 0, 0)
        entries = self._attempt(count, 0)
        return CacheInfo(self.path, entries, self.path.stat().st_size)

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
            connection.execute(_TABLE)
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


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
