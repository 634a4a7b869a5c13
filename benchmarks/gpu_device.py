"""The GPU that is measured, or the processor in its place."""

from __future__ import annotations

import platform
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

from needlens.encoders import backend as backend_file
from needlens.encoders import gpu as gpu_file
from needlens.encoders import torch_runner
from needlens.encoders.processor import n_cores


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    import torch

    devices = gpu_file.cuda_devices()
    libraries = ("torch", "transformers", "sentence-transformers", "tokenizers", "numpy")
    return {
        "gpu": gpu_file.device_names(devices),
        "cuda": str(torch.version.cuda),
        "cores": str(n_cores()),
        "python": platform.python_version(),
        **{name: version(name) for name in libraries},
    }


def device() -> str:
    """Where sentence-transformers runs: the first GPU."""
    return gpu_file.cuda_devices()[0]


def wait() -> None:
    """Wait until the GPU has done all it was asked."""
    import torch

    if device() != "cpu":
        torch.cuda.synchronize()


def fresh_memory() -> None:
    """Start to watch the most memory that torch has allocated on the GPU."""
    import torch

    if device() != "cpu":
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()


def most_memory() -> float:
    """Bytes of it since then."""
    import torch

    return float(torch.cuda.max_memory_allocated()) if device() != "cpu" else 0.0


def make_up_a_gpu() -> None:
    """Let the processor stand in for a GPU."""
    import torch

    for file in (gpu_file, backend_file, torch_runner):
        file.cuda_devices = lambda: ["cpu"]  # type: ignore[attr-defined]
    for file in (gpu_file, backend_file):
        file.device_names = lambda _: "no GPU, but the processor"  # type: ignore[attr-defined]
        file.has_fp16 = lambda _: True  # type: ignore[attr-defined]
    gpu_file._LEAST = gpu_file._MOST = 512
    gpus: Any = torch.cuda
    gpus.get_device_properties = lambda _: SimpleNamespace(total_memory=2**30)
