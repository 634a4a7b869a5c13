"""What the processor can do, as far as a vector's last bits and the choice of a backend depend on it."""

from __future__ import annotations

import os
import platform
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

_OF_NUMPY: Final = ("AVX2", "AVX512F", "AVX512_CLX", "AVX512_SPR", "ASIMD", "SVE")
_OF_LINUX: Final = ("avx512_bf16", "avx_vnni", "amx_bf16", "bf16")
_CPUINFO: Final = Path("/proc/cpuinfo")


@cache
def instruction_sets() -> str:
    """Name what arithmetic the processor has, as far as libraries choose their kernels by it.

    Returns
    -------
    str
        The kind of machine and its instruction sets, joined by ``+``.

    Examples
    --------
    >>> instruction_sets() == instruction_sets()
    True
    """
    features = import_module("numpy._core._multiarray_umath").__cpu_features__
    names = [name for name in _OF_NUMPY if features.get(name)]
    flags = _flags(_CPUINFO)
    return "+".join([platform.machine(), *names, *(name for name in _OF_LINUX if name in flags)])


def has_bf16() -> bool:
    """Whether the processor multiplies matrices of bfloat16 by itself, so that they are faster than float32.

    On Linux the kernel says so; elsewhere it is not known, and then it counts as no.

    Examples
    --------
    >>> has_bf16() in (True, False)
    True
    """
    return not _flags(_CPUINFO).isdisjoint({"avx512_bf16", "amx_bf16"})


def n_cores() -> int:
    """Count the cores this process may use; ``OMP_NUM_THREADS`` may say fewer.

    Examples
    --------
    >>> n_cores() >= 1
    True
    """
    asked = os.environ.get("OMP_NUM_THREADS", "")
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _flags(cpuinfo: Path) -> frozenset[str]:
    try:
        text = cpuinfo.read_text(encoding="ascii", errors="replace")
    except OSError:
        return frozenset()
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name.strip() in ("flags", "Features"):
            return frozenset(value.split())
    return frozenset()
