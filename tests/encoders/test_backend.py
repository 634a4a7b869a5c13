"""What runs an encoder follows from what is there and from what was asked for."""

from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from needlens.encoders import backend
from needlens.encoders.backend import CHOICES, asked_for, candidates
from needlens.encoders.weights import find_weights
from needlens.errors import EncoderError, UsageError

FOLDER = find_weights("default").folder


def _names(asked: str = "auto") -> list[str]:
    return [found.name for found in candidates(FOLDER, asked)]


def _without_openvino(name: str) -> str:
    if name == "openvino":
        raise PackageNotFoundError(name)
    return "1.0+cpu"


def test_the_best_comes_first_and_the_reference_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "has_bf16", lambda: True)
    assert _names() == ["openvino-bf16", "openvino-fp32", "torch-fp32"]
    monkeypatch.setattr(backend, "has_bf16", lambda: False)
    assert _names() == ["openvino-fp32", "torch-fp32"]
    assert _names("openvino") == ["openvino-fp32"]


def test_without_openvino_torch_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "version", _without_openvino)
    monkeypatch.setattr(backend, "has_bf16", lambda: False)
    assert _names() == ["torch-fp32"]
    with pytest.raises(EncoderError, match="OpenVINO cannot run this encoder"):
        candidates(FOLDER, "openvino")


def test_an_unfamiliar_model_is_run_by_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "has_bf16", lambda: True)
    assert [found.name for found in candidates(tmp_path)] == ["torch-bf16", "torch-fp32"]


def test_openvino_runs_an_mpnet(mpnet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "has_bf16", lambda: False)
    assert [found.name for found in candidates(mpnet)] == ["openvino-fp32", "torch-fp32"]


def test_gpus_come_before_all_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "cuda_devices", lambda: ["cuda:0"])
    monkeypatch.setattr(backend, "device_names", lambda _: "A GPU")
    monkeypatch.setattr(backend, "has_fp16", lambda _: True)
    half, full = candidates(FOLDER)[:2]
    assert (half.name, full.name, full.machine) == ("cuda-fp16", "cuda-fp32", "A GPU")
    assert (_names("cuda"), _names("cuda-fp32")) == (["cuda-fp16"], ["cuda-fp32"])
    assert [asked_for(found.name) for found in (half, full)] == ["cuda", "cuda-fp32"]
    monkeypatch.setattr(backend, "has_fp16", lambda _: False)
    assert _names()[0] == "cuda-fp32"
    assert _names("cuda") == _names("cuda-fp32") == ["cuda-fp32"]


def test_what_is_not_there_cannot_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "cuda_devices", list)
    for asked in ("cuda", "cuda-fp32"):
        with pytest.raises(EncoderError, match="no NVIDIA GPU"):
            candidates(FOLDER, asked)
    with pytest.raises(UsageError, match="choose one of auto"):
        candidates(FOLDER, "tpu")


def test_names_lead_back_to_choices() -> None:
    for choice in ("openvino-fp32", "torch", "torch-bf16"):
        (found,) = candidates(FOLDER, choice)
        assert asked_for(found.name) == choice
    assert {asked_for(name) for name in (None, "static", "another")} == {"auto"}
    assert asked_for("mps-fp32") in CHOICES


def test_two_backends_never_share_a_key() -> None:
    keys = [found.key for choice in CHOICES[1:5] for found in candidates(FOLDER, choice)]
    assert len(set(keys)) == len({*_names("openvino"), "openvino-fp32", "torch-fp32", "torch-bf16"})
