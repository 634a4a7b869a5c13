"""The default encoder, texts for it, and a fresh interpreter."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from needlens import errors
from needlens.encoders.encoder import Encoder, load_encoder
from needlens.encoders.weights import DEFAULT_FILES, find_weights

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return load_encoder()


@pytest.fixture(scope="session")
def texts() -> list[str]:
    """Texts of many lengths, some of them the same length."""
    text = "it saves me an hour every day so that I can be home before the children sleep"
    plain = [text[first : first + n] for n in range(1, 49, 6) for first in range(0, 30, 5)]
    return [
        *plain,
        "",
        " ",
        "\0",
        "a\0b",
        "lone \ud800 surrogate",
        "😀👍🏽",
        "한국어 " * 90,
        "long " * 400,
    ]


@pytest.fixture
def run_python() -> Run:
    """Run code in a fresh interpreter that has the test's vector cache."""

    def run(code: str, *options: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        source = Path(errors.__file__).parents[1]
        return subprocess.run(
            [sys.executable, *options, "-c", code],
            env={**os.environ, "PYTHONPATH": str(source), **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture
def linked_model(tmp_path: Path) -> Path:
    """A copy of the default model's folder whose files are links."""
    folder = tmp_path / "model"
    for name in DEFAULT_FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(find_weights("default").folder / name)
    return folder
