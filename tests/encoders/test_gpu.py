"""What is done with NVIDIA GPUs, on a machine without: only what torch says of devices is made up."""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from needlens.encoders import gpu, torch_runner
from needlens.encoders.gpu import batch_tokens, cuda_devices
from needlens.encoders.token_weights import TokenWeights
from needlens.encoders.torch_runner import TorchRunner
from needlens.encoders.weights import find_weights
from needlens.errors import EncoderError
from needlens.progress import silent

CONFIG = SimpleNamespace(hidden_size=384, num_attention_heads=12, max_position_embeddings=512)
TEXTS = [*(f"it saves me {n} minutes" for n in range(9)), "light", "quiet", "so very quiet at night"]


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Say how much memory each GPU has."""
    import torch

    def say(*sizes: int) -> None:
        monkeypatch.setattr(
            torch.cuda,
            "get_device_properties",
            lambda device: SimpleNamespace(total_memory=sizes[int(str(device).rpartition(":")[2])]),
        )

    return say


def test_torch_is_not_asked_without_a_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(gpu, "_DRIVERS", ())
    monkeypatch.setattr(gpu, "version", lambda _: "2.13.0")
    assert cuda_devices() == []


def test_a_build_for_the_processor_has_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(gpu, "_DRIVERS", ("/",))
    monkeypatch.setattr(gpu, "version", lambda _: "2.13.0+cpu")
    assert cuda_devices() == []


def test_all_gpus_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(gpu, "_DRIVERS", ("/",))
    monkeypatch.setattr(gpu, "version", lambda _: "2.13.0+cu128")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert cuda_devices() == ["cuda:0", "cuda:1"]
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert cuda_devices() == []


def test_a_batch_fits_the_smallest_gpu(memory: Callable[..., None]) -> None:
    memory(80 * 2**30, 8 * 2**30)
    large, both = batch_tokens(["cuda:0"], CONFIG), batch_tokens(["cuda:0", "cuda:1"], CONFIG)
    assert (large, both) == (65_536, 32_768)
    memory(2**30)
    assert batch_tokens(["cuda:0"], CONFIG) == 4_096
    wide = SimpleNamespace(hidden_size=4096, num_attention_heads=64, max_position_embeddings=512)
    memory(8 * 2**30)
    assert batch_tokens(["cuda:0"], wide) == 4_096


def test_several_devices_share_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's own pool, with two processes on the processor in place of two GPUs."""
    import torch

    monkeypatch.setattr(torch_runner, "cuda_devices", lambda: ["cpu", "cpu"])
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: SimpleNamespace(total_memory=2**30))
    monkeypatch.setattr(gpu, "_LEAST", 32)
    monkeypatch.setattr(gpu, "_MOST", 32)
    runner = TorchRunner(find_weights("default").folder, device="cuda")
    told: list[tuple[str, int, int]] = []
    weights = TokenWeights({2009: 3})
    try:
        vectors = runner.encode(TEXTS, weights, lambda *call: told.append(call), None)
        again = runner.encode(TEXTS[::-2], weights, silent, None)
    finally:
        runner.close()
    alone = TorchRunner(find_weights("default").folder).encode(TEXTS, weights, silent, None)
    np.testing.assert_allclose(vectors, alone, atol=1e-6)
    assert again.tobytes() == vectors[::-2].tobytes()
    assert told[-1] == ("encoding", len(TEXTS), len(TEXTS))


def test_a_gpu_that_is_full_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    runner = TorchRunner(find_weights("default").folder)

    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError

    monkeypatch.setattr(runner.model, "forward", full)
    with pytest.raises(EncoderError, match="too little free memory"):
        runner.encode(["light"], None, silent, None)
