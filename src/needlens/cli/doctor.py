"""What is installed, and whether it will work offline."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

_LIBRARIES = ("pandas", "scikit-learn", "scikit-network", "sentence-transformers", "torch", "plotly")
_OPTIONAL = {"bertopic": "bertopic", "jupyterlab": "notebook"}


def examine() -> tuple[list[str], bool]:
    """Look at the installation.

    Returns
    -------
    tuple of (list of str, bool)
        Lines to print, and whether the main job can run.

    Examples
    --------
    >>> lines, healthy = examine()
    >>> healthy, lines[0].startswith("needlens")
    (True, True)
    """
    from needlens.encoders.cache import VectorCache
    from needlens.encoders.weights import verify_default
    from needlens.errors import EncoderError

    lines = [f"needlens {version('needlens')} on Python {platform.python_version()}, {platform.system()}"]
    installed = {name: _version(name) for name in _LIBRARIES}
    lines += [f"  {name:<22} {found or 'MISSING'}" for name, found in installed.items()]
    for name, extra in _OPTIONAL.items():
        missing = f"not installed (optional: pip install 'needlens[{extra}]')"
        lines.append(f"  {name:<22} {_version(name) or missing}")
    try:
        check = verify_default()
        word = "verified" if check.ok else "NOT the expected file: needlens will refuse it"
        lines += ["default encoder: all-MiniLM-L6-v2", f"  {check.path}", f"  sha256 {check.sha256}: {word}"]
        ready = check.ok
    except EncoderError as error:
        lines.append(f"default encoder: {error}")
        ready = False
    cache = VectorCache().info()
    lines.append(f"vector cache: {cache.entries:,} vectors, {cache.bytes / 2**20:.1f} MiB, {cache.path}")
    lines.append("network: not needed" if ready else "network: not needed once the encoder is installed")
    return lines, ready and all(installed.values())


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
