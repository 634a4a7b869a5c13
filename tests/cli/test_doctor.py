"""What doctor says of the backend."""

from types import SimpleNamespace

import pytest

from needlens.cli import doctor
from needlens.cli.options import BackendName
from needlens.encoders import choice
from needlens.encoders.backend import CHOICES, Backend


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
