"""What is done with NVIDIA GPUs, on a machine without: only what torch says of devices is made up."""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from needlens.encoders import gpu, speed, torch_passes, torch_runner, transformer
from needlens.encoders.backend import Backend
from needlens.encoders.encoder import load_encoder
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
    assert (large, both) == (16_384, 16_384)
    memory(80 * 2**30, 3 * 2**30)
    assert batch_tokens(["cuda:0", "cuda:1"], CONFIG) == 8_192
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


@pytest.fixture
def one_gpu(monkeypatch: pytest.MonkeyPatch) -> TorchRunner:
    """The processor in place of one GPU, with batches of 32 tokens."""
    import torch

    monkeypatch.setattr(torch_runner, "cuda_devices", lambda: ["cpu"])
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: SimpleNamespace(total_memory=2**30))
    monkeypatch.setattr(gpu, "_LEAST", 32)
    monkeypatch.setattr(gpu, "_MOST", 32)
    return TorchRunner(find_weights("default").folder, device="cuda")


@pytest.mark.parametrize("weights", [None, TokenWeights({2009: 3})])
def test_vectors_are_the_processors(
    one_gpu: TorchRunner, weights: TokenWeights | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch_passes, "_ON_THE_WAY", 2)
    monkeypatch.setattr(torch_runner, "PART", 5)
    told: list[tuple[str, int, int]] = []
    vectors = one_gpu.encode(TEXTS, weights, lambda *call: told.append(call), None)
    alone = TorchRunner(find_weights("default").folder).encode(TEXTS, weights, silent, None)
    np.testing.assert_allclose(vectors, alone, atol=1e-6)
    assert told[-1] == ("encoding", len(TEXTS), len(TEXTS))
    assert len(told) > 2
    assert one_gpu.encode(TEXTS[::-2], weights, silent, None).shape == (6, 384)


def test_a_prompt_is_put_before_texts_on_a_gpu(one_gpu: TorchRunner) -> None:
    expected = one_gpu.encode([f"query: {text}" for text in TEXTS], None, silent, None)
    prompted = TorchRunner(find_weights("default").folder, device="cuda")
    prompted.model.prompts["q"] = "query: "
    prompted.model.default_prompt_name = "q"
    assert prompted._tokenizer_file is None
    np.testing.assert_allclose(prompted.encode(TEXTS, None, silent, None), expected, atol=1e-6)


def test_half_precision_is_for_the_transformer_alone(one_gpu: TorchRunner) -> None:
    """Means, weights and norms in float16 would cost what float16 products do not."""
    half = TorchRunner(find_weights("default").folder, device="cuda", precision="fp16")
    weights = TokenWeights({2009: 3})
    for own in (None, weights):
        vectors = half.encode(TEXTS, own, silent, None)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
        cosine = np.sum(vectors * one_gpu.encode(TEXTS, own, silent, None), axis=1)
        assert cosine.min() > 0.99999
        assert not np.array_equal(vectors, vectors.astype(np.float16))


def test_half_precision_that_overflows_names_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def overflowing(*_: object) -> object:
        return SimpleNamespace(encode=lambda texts, *_: np.full((len(texts), 384), np.inf, np.float32))

    half = Backend("cuda-fp16", "torch-2.11", "A GPU")
    monkeypatch.setattr(transformer, "choose", lambda *_: SimpleNamespace(backend=half, notes=()))
    monkeypatch.setattr(transformer, "load_runner", overflowing)
    with pytest.raises(EncoderError, match=r"not finite numbers: .* use --backend cuda-fp32"):
        load_encoder(backend="cuda").encode(["light"])


def test_a_gpu_that_is_full_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    runner = TorchRunner(find_weights("default").folder)

    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError

    monkeypatch.setattr(runner.model, "forward", full)
    with pytest.raises(EncoderError, match="too little free memory"):
        runner.encode(["light"], None, silent, None)


def test_a_gpu_that_is_full_before_the_model_is_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError

    monkeypatch.setattr(torch.nn.Module, "to", full)
    with pytest.raises(EncoderError, match="too little free memory"):
        TorchRunner(find_weights("default").folder).encode(["light"], None, silent, None)


def test_a_gpu_gets_many_texts_to_be_measured_with(monkeypatch: pytest.MonkeyPatch) -> None:
    n: list[int] = []
    runner = SimpleNamespace(encode=lambda texts, *_: n.append(len(texts)))
    monkeypatch.setattr(speed, "load_runner", lambda *_: runner)
    speed.texts_a_second(find_weights("default"), Backend("cuda-fp16", "", ""), 0.0)
    speed.texts_a_second(find_weights("default"), Backend("torch-fp32", "", ""), 0.0)
    assert n == [131_072] * 2 + [256] * 2
