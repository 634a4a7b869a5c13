"""How the vector cache's file is laid out, and what goes first when it is full."""

from __future__ import annotations

import sqlite3
import time
from hashlib import blake2b
from typing import Final

_LAYOUT: Final = 2
_MAKE: Final = (
    # Under a name of its own, as a needlens from before may use the same file.
    "CREATE TABLE IF NOT EXISTS kept (key BLOB PRIMARY KEY, vector BLOB NOT NULL, used INTEGER NOT NULL)",
    "CREATE INDEX IF NOT EXISTS kept_by_use ON kept (used)",
    f"PRAGMA user_version = {_LAYOUT}",
)

TOUCH: Final = "UPDATE kept SET used = ? WHERE key = ?"
"""Says of a vector on which day it was used."""

_DROP_OLDEST: Final = "DELETE FROM kept WHERE rowid IN (SELECT rowid FROM kept ORDER BY used, rowid LIMIT ?)"
_FULL_TO: Final = 0.9
"""Share of the bound that is left when vectors had to go, so that they need not go at every call."""


def lay_out(connection: sqlite3.Connection) -> None:
    """Make the table, unless it is there.

    Examples
    --------
    >>> connection = sqlite3.connect(":memory:")
    >>> lay_out(connection)
    >>> connection.execute("SELECT count(*) FROM kept").fetchone()
    (0,)
    >>> connection.close()
    """
    if _layout(connection) == _LAYOUT:
        return
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        if _layout(connection) != _LAYOUT:  # else another process was faster
            for statement in _MAKE:
                connection.execute(statement)


def shrink(connection: sqlite3.Connection, bound: int) -> int:
    """Let the vectors go that were not used for the longest time, where all fill more than the bound.

    Parameters
    ----------
    connection : sqlite3.Connection
    bound : int
        Bytes.

    Returns
    -------
    int
        How many went.
    """
    if _filled(connection) <= bound:
        return 0
    gone = 0
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        filled = _filled(connection)  # again, as another process may just have done the same
        if filled > bound:
            entries = connection.execute("SELECT count(*) FROM kept").fetchone()[0]
            surplus = round(entries * (1 - _FULL_TO * bound / filled))
            gone = connection.execute(_DROP_OLDEST, (surplus,)).rowcount
    return gone


def today() -> int:
    """Days since 1970: fine enough for what goes first, and coarse enough that looking up seldom writes.

    Examples
    --------
    >>> today() > 20_000
    True
    """
    return int(time.time() // 86_400)


def vector_key(encoder: str, text: str) -> bytes:
    """Hash of an encoder and a text, 16 bytes.

    Examples
    --------
    >>> len(vector_key("digest", "light"))
    16
    """
    said = f"{len(encoder)}\0{encoder}\0{text}"
    return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _layout(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _filled(connection: sqlite3.Connection) -> int:
    """Bytes of the file that hold something."""
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    free = connection.execute("PRAGMA freelist_count").fetchone()[0]
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    return int((pages - free) * size)
