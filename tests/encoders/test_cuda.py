"""What holds on a real NVIDIA GPU; skipped where there is none."""

import gc
import hashlib
from collections.abc import Callable, Iterator
from subprocess import CompletedProcess
from typing import Any

import numpy as np
import pytest

from needlens.encoders import torch_runner
from needlens.encoders.backend import Backend, candidates
from needlens.encoders.choice import CHECK_TEXTS, LEAST_COSINE, agreement, choose
from needlens.encoders.encoder import load_encoder
from needlens.encoders.gpu import batch_tokens, cuda_devices
from needlens.encoders.runner import load_runner
from needlens.encoders.token_weights import TokenWeights
from needlens.encoders.torch_model import Precision
from needlens.encoders.torch_runner import TorchRunner
from needlens.encoders.weights import find_weights
from needlens.errors import EncoderError
from needlens.progress import silent

Run = Callable[..., "CompletedProcess[str]"]

pytestmark = pytest.mark.skipif(not cuda_devices(), reason="torch finds no NVIDIA GPU")

WEIGHTS = TokenWeights({2009: 3, 1996: 2})
PRECISIONS: list[Precision] = ["fp16", "fp32"]


def _texts() -> list[str]:
    """Some 700 texts of 3 to more than 256 tokens."""
    words = "it saves me an hour every day so that the children can sleep while I am quietly at home".split()
    made = [
        " ".join(words[(n * step) % len(words)] for n in range(length))
        for step in (1, 5, 7)
        for length in range(235)
    ]
    return [*made, "", "\0", "😀👍🏽", "한국어 " * 90, "long " * 400, *CHECK_TEXTS]


def _runner(precision: Precision) -> TorchRunner:
    runner = load_runner(find_weights("default"), _backend(precision))
    assert isinstance(runner, TorchRunner)
    return runner


def _backend(precision: Precision) -> Backend:
    (found,) = candidates(find_weights("default").folder, "cuda" if precision == "fp16" else "cuda-fp32")
    if found.name != f"cuda-{precision}":
        pytest.skip("this GPU is no faster in float16")
    return found


@pytest.fixture
def _one_device(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One GPU, with nothing on it from the tests before."""
    import torch

    monkeypatch.setattr(torch_runner, "cuda_devices", lambda: ["cuda:0"])
    gc.collect()
    torch.cuda.empty_cache()
    yield
    gc.collect()
    torch.cuda.empty_cache()


@pytest.mark.parametrize("precision", PRECISIONS)
def test_agrees_with_the_reference(precision: Precision) -> None:
    assert agreement(find_weights("default"), _backend(precision)) >= LEAST_COSINE
    reference = TorchRunner(find_weights("default").folder)
    for weights in (None, WEIGHTS):
        made = _runner(precision).encode(CHECK_TEXTS, weights, silent, None)
        theirs = reference.encode(CHECK_TEXTS, weights, silent, None)
        assert np.sum(made.astype(np.float64) * theirs, axis=1).min() >= LEAST_COSINE
        if precision == "fp32":
            np.testing.assert_allclose(made, theirs, atol=1e-5)


def test_the_gpu_is_chosen() -> None:
    found = choose(find_weights("default"))
    assert found.backend.name.startswith("cuda")
    assert found.notes == ()


@pytest.mark.parametrize("weights", [None, WEIGHTS])
@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_vector_depends_on_its_text_alone(precision: Precision, weights: TokenWeights | None) -> None:
    texts, runner = _texts(), _runner(precision)
    matrix = runner.encode(texts, weights, silent, None)
    random = np.random.default_rng(0)
    for n in (1, 2, 7, 100, len(texts), 3 * len(texts)):
        rows = random.integers(0, len(texts), n)
        made = runner.encode([texts[row] for row in rows], weights, silent, None)
        differ = [
            texts[row] for row, own in zip(rows, made, strict=True) if not np.array_equal(own, matrix[row])
        ]
        assert not differ, f"{len(set(differ))} texts of {n}, such as {min(differ, key=len)!r}"


@pytest.mark.parametrize("precision", PRECISIONS)
def test_another_process_gives_the_same_bytes(precision: Precision, run_python: Run) -> None:
    choice = "cuda" if precision == "fp16" else "cuda-fp32"
    code = f"""
import hashlib
from needlens.encoders.encoder import load_encoder
texts = [f"it saves me {{n}} minutes " + "every day " * (n % 60) for n in range(500)]
encoder = load_encoder(backend={choice!r})
print(encoder.backend.name, hashlib.sha256(encoder.encode(texts).tobytes()).hexdigest())
"""
    first, second = run_python(code), run_python(code)
    assert first.stdout.startswith(f"cuda-{precision}"), first.stderr
    assert first.stdout == second.stdout
    texts = [f"it saves me {n} minutes " + "every day " * (n % 60) for n in range(500)]
    own = hashlib.sha256(load_encoder(backend=choice).encode(texts).tobytes()).hexdigest()
    assert first.stdout.split()[1] == own


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_pool_gives_the_bytes_of_one_device(precision: Precision, monkeypatch: pytest.MonkeyPatch) -> None:
    _backend(precision)
    texts = _texts()[::3]
    folder = find_weights("default").folder
    monkeypatch.setattr(torch_runner, "cuda_devices", lambda: ["cuda:0"])
    alone = TorchRunner(folder, device="cuda", precision=precision).encode(texts, WEIGHTS, silent, None)
    monkeypatch.setattr(torch_runner, "cuda_devices", lambda: ["cuda:0", "cuda:0"])
    pooled = TorchRunner(folder, device="cuda", precision=precision)
    try:
        made = pooled.encode(texts, WEIGHTS, silent, None)
    finally:
        pooled.close()
    assert made.tobytes() == alone.tobytes()


@pytest.mark.usefixtures("_one_device")
@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_longest_batch_stays_in_its_share(precision: Precision) -> None:
    import torch

    runner = TorchRunner(find_weights("default").folder, device="cuda", precision=precision)
    transformer: Any = runner.model[0]
    n_tokens = batch_tokens(["cuda:0"], transformer.auto_model.config, half=precision == "fp16")
    runner.encode(["light"], None, silent, None)
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    runner.encode(["long " * 400] * (n_tokens // 256), WEIGHTS, silent, None)
    used = torch.cuda.max_memory_allocated() - before
    assert used < torch.cuda.get_device_properties(0).total_memory / 4
    # The estimate of what a token needs, which the size of a batch follows from on smaller GPUs.
    assert used < n_tokens * 4 * (20 * 384 + 12 * 512)


@pytest.mark.usefixtures("_one_device")
def test_a_gpu_that_is_really_full_is_told() -> None:
    import torch

    runner = TorchRunner(find_weights("default").folder, device="cuda")
    runner.encode(["light"], None, silent, None)
    torch.cuda.empty_cache()
    taken = []
    size = torch.cuda.mem_get_info(0)[0]
    while size >= 2**20:  # as much as there is, in smaller and smaller pieces
        try:
            taken.append(torch.empty(size, dtype=torch.uint8, device="cuda:0"))
        except torch.OutOfMemoryError:
            size //= 2
    try:
        with pytest.raises(EncoderError, match="too little free memory"):
            runner.encode(["long " * 400] * 64, None, silent, None)
        with pytest.raises(EncoderError, match="too little free memory"):
            TorchRunner(find_weights("default").folder, device="cuda").encode(["light"], None, silent, None)
    finally:
        taken.clear()
        gc.collect()
        torch.cuda.empty_cache()
    assert runner.encode(["light"], None, silent, None).shape == (1, 384)


@pytest.mark.usefixtures("_one_device")
def test_tf32_stays_off() -> None:
    import torch

    texts = _texts()[::5]
    runner = TorchRunner(find_weights("default").folder, device="cuda")
    expected = runner.encode(texts, None, silent, None)
    torch.set_float32_matmul_precision("high")
    try:
        assert runner.encode(texts, None, silent, None).tobytes() == expected.tobytes()
    finally:
        torch.set_float32_matmul_precision("highest")
