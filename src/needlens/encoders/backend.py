"""The ways to run an encoder on this machine, best first."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from needlens.encoders.bert_files import bert_files
from needlens.encoders.gpu import cuda_devices, device_names, has_fp16
from needlens.encoders.processor import has_bf16, instruction_sets
from needlens.errors import EncoderError, UsageError

CHOICES: Final = ("auto", "openvino", "openvino-fp32", "torch", "torch-bf16", "cuda", "cuda-fp32", "mps")
"""What a user may ask for. ``openvino`` multiplies in bfloat16 where the processor does, ``cuda`` in float16
where the GPU is faster at it."""

_GPU_TEXTS: Final = 131_072
"""Texts that keep GPUs busy, some of them cut into tokens while others are encoded."""

REFERENCE: Final = "torch-fp32"
"""The backend all others are compared with: sentence-transformers as its makers run it."""


@dataclass(frozen=True, slots=True)
class Backend:
    """A library, a device and a precision to run an encoder with.

    Attributes
    ----------
    name : str
        ``"openvino-bf16"``, ``"openvino-fp32"``, ``"torch-fp32"``, ``"torch-bf16"``, ``"cuda-fp16"``,
        ``"cuda-fp32"``, ``"mps-fp32"`` or, of the fast encoder, ``"static"``.
    library : str
        The library and its version.
    machine : str
        What else the last bits of a vector depend on: instruction sets, kind of GPU.
    """

    name: str
    library: str
    machine: str

    @property
    def key(self) -> str:
        """Two vectors of one text by backends of one key are equal to the last bit."""
        return f"{self.name} {self.library} {self.machine}"

    @property
    def at_once(self) -> int:
        """Texts that it likes to be given at once, at least."""
        return _GPU_TEXTS if self.name.startswith("cuda") else 1


def asked_for(name: str | None) -> str:
    """Turn the name of a backend into the choice that asks for it; ``"auto"`` for any other name.

    Examples
    --------
    >>> asked_for("openvino-bf16"), asked_for("cuda-fp32"), asked_for(None)
    ('openvino', 'cuda-fp32', 'auto')
    """
    known = {"openvino-bf16": "openvino", "torch-fp32": "torch", "cuda-fp16": "cuda", "mps-fp32": "mps"}
    return known.get(name or "", name if name in CHOICES else "auto")


def candidates(folder: Path, asked: str = "auto") -> list[Backend]:
    """List the backends that can run a model here.

    Parameters
    ----------
    folder : pathlib.Path
        A sentence-transformers model.
    asked : str
        One of :data:`CHOICES`.

    Returns
    -------
    list of Backend
        The one asked for; or for ``"auto"`` all whose vectors may be close enough, best first.

    Raises
    ------
    UsageError
        There is no such choice.
    EncoderError
        This machine does not have what was asked for, or it cannot run this model.

    Examples
    --------
    >>> from needlens.encoders.weights import find_weights
    >>> candidates(find_weights("default").folder, "torch")[0].name
    'torch-fp32'
    """
    if asked not in CHOICES:
        message = f"there is no backend {asked!r}: choose one of {', '.join(CHOICES)}"
        raise UsageError(message)
    if asked == "auto":
        return list(_best_first(folder))
    found = {
        "openvino": _openvino(folder),
        "openvino-fp32": [backend for backend in _openvino(folder) if backend.name == "openvino-fp32"],
        "torch": [_torch("torch-fp32")],
        "torch-bf16": [_torch("torch-bf16")],
        "cuda": _cuda() if asked == "cuda" else [],
        "cuda-fp32": _cuda()[-1:] if asked == "cuda-fp32" else [],
        "mps": _mps() if asked == "mps" else [],
    }[asked]
    if not found:
        raise EncoderError(_MISSING[asked])
    return found[:1]


def _best_first(folder: Path) -> Iterator[Backend]:
    yield from _cuda()
    own = _openvino(folder)
    yield from own
    if not own:
        yield from _mps()
        if has_bf16():
            yield _torch("torch-bf16")
    yield _torch(REFERENCE)


def _openvino(folder: Path) -> list[Backend]:
    found = _version("openvino")
    if found is None or bert_files(folder) is None:
        return []
    precisions = ("bf16", "fp32") if has_bf16() else ("fp32",)
    library = f"openvino-{found}"
    return [Backend(f"openvino-{precision}", library, instruction_sets()) for precision in precisions]


def _torch(name: str) -> Backend:
    return Backend(name, f"torch-{version('torch')}", instruction_sets())


def _cuda() -> list[Backend]:
    devices = cuda_devices()
    if not devices:
        return []
    precisions = ("fp16", "fp32") if has_fp16(devices) else ("fp32",)
    library, machine = f"torch-{version('torch')}", device_names(devices)
    return [Backend(f"cuda-{precision}", library, machine) for precision in precisions]


def _mps() -> list[Backend]:
    if sys.platform != "darwin":
        return []
    import torch

    if not torch.backends.mps.is_available():
        return []
    return [Backend("mps-fp32", f"torch-{version('torch')}", instruction_sets())]


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


_NO_OPENVINO: Final = (
    "OpenVINO cannot run this encoder: it is not installed, or the model is no BERT or MPNet whose vector is "
    "the mean of its tokens'; leave --backend out, or use --backend torch"
)
_NO_CUDA: Final = "torch finds no NVIDIA GPU: it needs one, its driver and a build of torch for CUDA"
_MISSING: Final = {
    "openvino": _NO_OPENVINO,
    "openvino-fp32": _NO_OPENVINO,
    "cuda": _NO_CUDA,
    "cuda-fp32": _NO_CUDA,
    "mps": "torch finds no Apple GPU",
}
