"""How fast needlens is beside the plain use of the libraries it is built on.

    python benchmarks/speed.py PART... --data FOLDER

Parts: ``batch`` (tokens in a batch), ``encoding`` (backends, precision, share of the processor's peak),
``fast`` (the fast encoder) and ``process`` (a file of 10,000 texts from start to end). What is compared
runs in turns, round after round, so that a busy machine slows all alike; ratios are of medians. Figures are
kept in ``speed.json``, the page for people is ``speed.md``; a part that is not run keeps what it had.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import speed_encoding
import speed_fast
import speed_process
from speed_page import page

HERE = Path(__file__).parent
PARTS: dict[str, Callable[[Path, int], dict[str, Any]]] = {
    "batch": speed_encoding.batch,
    "encoding": speed_encoding.encoding,
    "fast": speed_fast.fast,
    "process": speed_process.process,
}
LIBRARIES = ("openvino", "torch", "sentence-transformers", "bertopic", "scikit-network", "numpy")


def main() -> None:
    """Run the parts named, and write what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", nargs="+", choices=PARTS)
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled sets")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    file = HERE / "speed.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for part in asked.part:
        found[part] = {
            "command": f"python benchmarks/speed.py {part} --data DATA --rounds {asked.rounds}",
            "machine": _machine(),
            **PARTS[part](asked.data, asked.rounds),
        }
        file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        (HERE / "speed.md").write_text(page(found), encoding="utf-8")


def _machine() -> dict[str, str]:
    from needlens.encoders.processor import instruction_sets, n_cores

    cores = f"{n_cores()} cores, {instruction_sets()}"
    versions = {library: version(library) for library in LIBRARIES}
    return {"python": platform.python_version(), "system": sys.platform, "processor": cores, **versions}


if __name__ == "__main__":
    main()
