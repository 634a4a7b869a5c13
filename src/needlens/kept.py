"""What earlier runs worked out, kept so that the same question put again is answered at once.

An answer is known by a hash of all it can depend on: the inputs, needlens's own source, the libraries it
computes with and the processor's arithmetic. It never stops the work: what cannot be read is worked out anew.
"""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from needlens.encoders.cache import VectorCache
from needlens.encoders.processor import instruction_sets
from needlens.encoders.whole import write_whole

VARIABLE: Final = "NEEDLENS_KEEP"
"""Environment variable that, set to ``no``, has everything worked out anew; vectors are kept all the same."""

Arrays = dict[str, NDArray[Any]]
"""An answer: arrays of numbers, booleans and text by name."""

_SHARE: Final = 8
"""One part in so many of what vectors may fill is what answers may fill besides."""

_DAY: Final = 86_400.0
_SUFFIX: Final = ".answer"
_CHECKED: Final = 16
"""Bytes of a checksum."""

_LIBRARIES: Final = (
    "needlens",
    "numpy",
    "py3langid",
    "pysbd",
    "scikit-learn",
    "scikit-network",
    "scipy",
    "snowballstemmer",
)


@dataclass(frozen=True, slots=True)
class Kept:
    """Answers in files of a folder, each named by the hash of what it answers.

    Several processes may use it at once, and a kill leaves nothing half-written. Where the answers fill more
    than the bound, those that were not asked for for the longest time go first.

    Attributes
    ----------
    folder
        Made when the first answer is kept.
    bound
        Bytes; 0 keeps nothing.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     kept, told = Kept(Path(folder), 1_000_000), []
    ...     for _ in range(2):
    ...         found = kept.answer(
    ...             "sum", [b"1 2"], lambda: told.append("worked out") or {"sum": np.array([3])}
    ...         )
    >>> found["sum"].tolist(), told
    ([3], ['worked out'])
    """

    folder: Path
    bound: int

    def answer(
        self, task: str, inputs: Iterable[bytes | NDArray[Any]], work_out: Callable[[], Arrays]
    ) -> Arrays:
        """Give the answer that is kept, or work it out and keep it.

        Parameters
        ----------
        task
            What is asked.
        inputs
            All that the answer depends on besides the program and the machine: bytes, and arrays in C order.
        work_out
            Makes the answer.

        Returns
        -------
        dict of str to ndarray
            The same, to the last bit, whether it was kept or not.

        Raises
        ------
        TypeError
            An array holds Python objects.
        """
        if not self.bound or (program := _program()) is None:
            return work_out()
        file = self.folder / f"{_key(program, task, inputs)}{_SUFFIX}"
        known = _read(file)
        if known is None:
            known = work_out()
            content = _content(known)
            if len(content) <= self.bound and write_whole(file, content):
                self.prune()
        return known

    def files(self) -> list[Path]:
        """Files of the answers, those first that were not asked for for the longest time."""
        times = {}
        for file in self.folder.glob(f"*{_SUFFIX}"):
            with suppress(OSError):  # another process let it go
                times[file] = file.stat().st_mtime_ns
        return sorted(times, key=lambda file: (times[file], file.name))

    def size(self) -> int:
        """Bytes of all answers."""
        return sum(map(_size, self.files()))

    def prune(self) -> int:
        """Let go what is beyond the bound; returns how many answers went."""
        return self._drop_to(self.bound)

    def clear(self) -> int:
        """Let every answer go; returns how many went."""
        return self._drop_to(-1)

    def _drop_to(self, bound: int) -> int:
        # What a process that was killed while it wrote has left; one that writes takes no day for it.
        for torn in self.folder.glob(f".*{_SUFFIX}.*"):
            with suppress(OSError):
                if bound < 0 or time.time() - torn.stat().st_mtime > _DAY:
                    torn.unlink()
        files = self.files()
        filled, gone = sum(map(_size, files)), 0
        for file in files:
            if filled <= bound:
                break
            filled -= _size(file)
            with suppress(OSError):
                file.unlink()
                gone += 1
        return gone


def kept_beside(store: VectorCache) -> Kept:
    """What is kept beside a vector cache: in its folder, an eighth of its bound at most.

    Examples
    --------
    >>> kept_beside(VectorCache("here/vectors.sqlite", bound=80)).folder.as_posix()
    'here/kept'
    """
    off = os.environ.get(VARIABLE, "").strip().lower() in ("no", "0", "false", "off")
    return Kept(store.path.parent / "kept", 0 if off else store.bound // _SHARE)


def _content(arrays: Arrays) -> bytes:
    """An answer as NumPy writes it, behind a checksum."""
    if any(array.dtype.hasobject for array in arrays.values()):
        message = "an answer holds Python objects, which would have to be pickled"
        raise TypeError(message)
    stream = io.BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]
    content = stream.getvalue()
    return _checksum(content) + content


def _read(file: Path) -> Arrays | None:
    """An answer, if it is there whole."""
    try:
        held = file.read_bytes()
    except OSError:
        return None
    with suppress(OSError):  # a folder that may only be read
        os.utime(file)
    content = held[_CHECKED:]
    if held[:_CHECKED] != _checksum(content):
        return None
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _checksum(content: bytes) -> bytes:
    return blake2b(content, digest_size=_CHECKED).digest()


def _key(program: bytes, task: str, inputs: Iterable[bytes | NDArray[Any]]) -> str:
    hashed = blake2b(digest_size=16, key=program)
    for part in chain([task.encode()], inputs):
        content = memoryview(part) if isinstance(part, bytes) else part.data
        hashed.update(content.nbytes.to_bytes(8, "little"))
        hashed.update(content)
    return hashed.hexdigest()


@cache
def _program() -> bytes | None:
    """Hash of all that computes: another needlens, library or arithmetic is another program.

    None where needlens's source is not at hand: then nothing tells one program from another.
    """
    root = Path(__file__).parent
    files = sorted(root.rglob("*.py"))
    if not files:
        return None
    hashed = blake2b(digest_size=32)
    for name in _LIBRARIES:
        hashed.update(f"{name} {version(name)}\n".encode())
    hashed.update(f"{sys.version}\n{instruction_sets()}\n{_products()}\n".encode())
    for file in files:
        hashed.update(file.relative_to(root).as_posix().encode())
        hashed.update(file.read_bytes())
    return hashed.digest()


def _products() -> list[str]:
    """What multiplies matrices for NumPy and SciPy, and for which processor: it can be told another."""
    import scipy.special  # noqa: F401 - loads what SciPy multiplies with; a run needs it anyhow
    from threadpoolctl import threadpool_info

    found = [own for own in threadpool_info() if own["user_api"] == "blas"]
    theirs = [own for own in found if "numpy" in own["filepath"] or "scipy" in own["filepath"]]
    return sorted(
        f"{own['internal_api']} {own['version']} {own.get('architecture')}" for own in theirs or found
    )


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
