"""What doctor says of the backend and of the precise encoder."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from needlens.cli import doctor
from needlens.cli.options import BackendName
from needlens.encoders import choice, shipped_files, weights
from needlens.encoders.backend import CHOICES, Backend
from needlens.encoders.shipped import MPNET
from needlens.encoders.weights import WeightsCheck


def test_choices_are_those_of_the_encoders() -> None:
    assert tuple(BackendName) == CHOICES


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cuda-fp16", "backend cuda-fp16 (torch-2.11, A GPU), cosine to torch in float32 0.99990 or more"),
        ("torch-fp32", "backend torch-fp32 (torch-2.11), cosine to torch in float32 0.99990 or more"),
    ],
)
def test_gpus_are_named(name: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = SimpleNamespace(backend=Backend(name, "torch-2.11", "A GPU"), cosine=0.9999, notes=("so it is",))
    monkeypatch.setattr(choice, "choose", lambda *_: found)
    lines, healthy = doctor.examine(seconds=0)
    assert healthy
    assert [line.strip() for line in lines if "backend" in line or "so it is" in line] == [said, "so it is"]


@pytest.mark.parametrize(
    ("check", "parts", "said"),
    [
        (WeightsCheck(None, None, ok=False), None, "not installed (optional: make precise)"),
        (WeightsCheck(None, None, ok=False), [Path("part")], "to be unpacked when it is first used"),
        (
            WeightsCheck(Path("there"), "ab", ok=True),
            None,
            "all-mpnet-base-v2\n  there\n  sha256 ab: verified",
        ),
        (WeightsCheck(Path("there"), "ab", ok=False), None, "sha256 ab: NOT the expected file"),
    ],
)
def test_the_precise_encoder_is_told_and_not_needed(
    check: WeightsCheck, parts: list[Path] | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify, installed = weights.verify, shipped_files.installed
    monkeypatch.setattr(weights, "verify", lambda model: check if model is MPNET else verify(model))
    monkeypatch.setattr(
        shipped_files, "installed", lambda model: parts if model is MPNET else installed(model)
    )
    lines, healthy = doctor.examine(seconds=0)
    assert healthy
    assert said in "\n".join(lines)


def test_unpacked_weights_are_told_and_go_with_all() -> None:
    folder = shipped_files.unpacked_folder(MPNET)
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(bytes(1_000_000))
    assert "unpacked weights: 1.0 MB" in doctor.tidy_cache()
    assert folder.is_dir()
    assert not any(line.startswith("unpacked") for line in doctor.tidy_cache(clear=True))
    assert not folder.exists()
