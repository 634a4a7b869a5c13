"""Which NVIDIA GPUs torch can use, what they can do, and how many tokens they can take at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from needlens.errors import EncoderError

_DRIVERS: Final = ("/dev/nvidiactl", "/dev/dxg", "C:/Windows/System32/nvcuda.dll")
_SHARE: Final = 0.25
"""Of a GPU's memory that a batch may fill, by an estimate that leaves out what the library keeps."""

_LEAST, _MOST = 4_096, 16_384
"""Tokens in a batch: in float16 as many as fit up to the most, in float32 the least. Every length of text has
its last batch filled up, so that a larger one costs small studies more than it gives large ones
(``benchmarks/gpu.md``)."""

_HALF: Final = (7, 0)
"""Compute capability from which float16 is multiplied faster than float32."""

_FULL: Final = (
    "the GPU has too little free memory: end what else uses it, or encode on the processor, "
    "with --backend torch"
)


def cuda_devices() -> list[str]:
    """Name the NVIDIA GPUs that torch can use.

    torch, which takes seconds to import, is asked only where there is a driver and a build for CUDA.

    Returns
    -------
    list of str
        Such as ``["cuda:0", "cuda:1"]``; empty where there are none.
    """
    if not _may_have_cuda():
        return []
    import torch

    if not torch.cuda.is_available():
        return []
    return [f"cuda:{number}" for number in range(torch.cuda.device_count())]


def device_names(devices: Sequence[str]) -> str:
    """Name the kinds of GPUs, as vectors of two kinds differ in their last bits."""
    import torch

    return "+".join(sorted({torch.cuda.get_device_name(device) for device in devices}))


def has_fp16(devices: Sequence[str]) -> bool:
    """Whether all of these GPUs multiply float16 faster than float32."""
    import torch

    return all(torch.cuda.get_device_capability(device) >= _HALF for device in devices)


def batch_tokens(devices: Sequence[str], config: Any, *, half: bool = True) -> int:  # noqa: ANN401 (of transformers)
    """How many tokens a batch may hold.

    It follows from the smallest GPU's whole memory, not from what is free just now, since a vector's last
    bits depend on the shape of its batch.

    Parameters
    ----------
    devices : sequence of str
    config : transformers.PretrainedConfig
        Of the model: its hidden size, number of heads and longest text.
    half : bool
        Whether it multiplies float16.

    Returns
    -------
    int
        A power of two from 4,096 to 16,384; 4,096 in float32.
    """
    import torch

    memory = min(int(torch.cuda.get_device_properties(device).total_memory) for device in devices)
    hidden, heads = int(config.hidden_size), int(config.num_attention_heads)
    longest = min(int(getattr(config, "max_position_embeddings", 512)), 512)
    # float32 of a layer's inputs and products, and of the scores of each head.
    a_token = 4 * (20 * hidden + heads * longest)
    fit = max(1, int(_SHARE * memory) // a_token)
    return min(_MOST if half else _LEAST, max(_LEAST, 1 << (fit.bit_length() - 1)))


@contextmanager
def full_gpu_told() -> Iterator[None]:
    """Turn what torch raises in a ``with`` block when a GPU is full into a sentence that says what to do.

    Raises
    ------
    EncoderError
        The GPU is full.

    Examples
    --------
    >>> with full_gpu_told():
    ...     raise RuntimeError("CUDA error: out of memory")
    Traceback (most recent call last):
    ...
    needlens.errors.EncoderError: the GPU has too little free memory: ...
    """
    try:
        yield
    except RuntimeError as error:
        # torch.OutOfMemoryError is one; libraries that have no room for their workspace only say so.
        if "out of memory" in str(error).lower() or "ALLOC_FAILED" in str(error) or _is_full(error):
            raise EncoderError(_FULL) from error
        raise


def _is_full(error: RuntimeError) -> bool:
    import torch

    return isinstance(error, torch.OutOfMemoryError)


def _may_have_cuda() -> bool:
    try:
        build = version("torch").partition("+")[2]
    except PackageNotFoundError:
        return False
    return sys.platform != "darwin" and build != "cpu" and any(Path(file).exists() for file in _DRIVERS)
