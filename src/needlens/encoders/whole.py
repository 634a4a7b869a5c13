"""Files of the cache's folder: written whole or not at all, and never a reason to stop."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, content: bytes) -> bool:
    """Write a file under another name, then rename it, so that nobody ever reads half of it.

    Parameters
    ----------
    path : pathlib.Path
        Its folder is made if need be.
    content : bytes

    Returns
    -------
    bool
        Whether it could be written.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "new" / "file"
    ...     write_whole(file, b"content"), file.read_bytes()
    (True, b'content')
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError:
        return False
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        return False
    return True
