"""How fast the default encoder is on an NVIDIA GPU, beside the plain use of sentence-transformers.

    python benchmarks/gpu.py --texts FILE.csv --column NAME --rounds 5 --out benchmarks

Writes ``gpu.json`` and, for people, ``gpu.md``, after each of its parts; ``--parts`` names those to run. All
is run on one machine by one process; what is compared runs in turns, round after round. ``--quick`` shows on
a machine without a GPU that the script runs, with the processor in its place; its figures mean nothing.
"""

from __future__ import annotations

import argparse
import csv
import gc
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from gpu_device import device, fresh_memory, machine, make_up_a_gpu, most_memory, wait
from gpu_page import PLAIN, page
from in_turns import in_turns
from numpy.typing import NDArray
from operations import operations

from needlens.encoders.backend import candidates
from needlens.encoders.encoder import load_encoder
from needlens.encoders.tokens import token_ids
from needlens.encoders.torch_model import exact_products
from needlens.encoders.torch_runner import TorchRunner
from needlens.encoders.vectors import encode_texts
from needlens.encoders.weights import find_weights
from needlens.progress import silent

ON_PROCESSOR: Final = "needlens torch-fp32, on the processor"
TOKENS: Final = "cutting into tokens alone"
PARTS: Final = ("peak", "encoding", "batch", "sizes")
CHOICES: Final = {"fp16": "cuda", "fp32": "cuda-fp32"}
FOLDER: Final = find_weights("default").folder


def main() -> None:
    """Run all parts, and write what was found after each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=Path, required=True, help="CSV file of short texts")
    parser.add_argument("--column", required=True, help="its column of texts")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=PARTS, help="others stay")
    parser.add_argument("--quick", action="store_true", help="on the processor, in half a minute")
    asked = parser.parse_args()
    if asked.quick:
        make_up_a_gpu()
    size = _Quick() if asked.quick else _Size()
    texts = _read(asked.texts, asked.column)
    file = asked.out / "gpu.json"
    before = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    found: dict[str, Any] = {
        **before,
        "command": f"python benchmarks/gpu.py --texts {asked.texts.name} --column {asked.column} "
        f"--rounds {asked.rounds}",
        "machine": machine(),
    }
    asked.out.mkdir(parents=True, exist_ok=True)
    parts: Mapping[str, Callable[[], dict[str, Any]]] = {
        "peak": lambda: _peak(size.square, size.products),
        "encoding": lambda: _encoding(texts[: size.n], size.n_on_processor, asked.rounds),
        "batch": lambda: _batch(_recombined(texts, size.swept), size.batches),
        "sizes": lambda: _sizes(_recombined(texts, max(size.sizes)), size.sizes),
    }
    for name in asked.parts:
        start = time.perf_counter()
        _tell(f"== {name}")
        found[name] = parts[name]()
        _tell(f"== {name}: {time.perf_counter() - start:.1f} s")
        file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        (asked.out / "gpu.md").write_text(page(found), encoding="utf-8")


class _Size:
    """How much is measured."""

    n, n_on_processor, swept = 10_000, 2_000, 100_000
    sizes: Sequence[int] = (10_000, 100_000, 1_000_000)
    batches: Sequence[int] = (4_096, 8_192, 16_384, 32_768, 65_536)
    square, products = 8_192, 20


class _Quick(_Size):
    n, n_on_processor, swept = 40, 10, 40
    sizes = (20, 40)
    batches = (512, 1_024)
    square, products = 256, 2


def _peak(square: int, products: int) -> dict[str, Any]:
    """Most FLOP/s of a product of two square matrices of random numbers."""
    import torch

    made: dict[str, float] = {}
    with exact_products():
        for name, kind in (("fp32", torch.float32), ("fp16", torch.float16)):
            one, other = (torch.randn(square, square, device=device()).to(kind) for _ in range(2))
            best = float("inf")
            for _ in range(4):  # the first of them only warms up
                wait()
                start = time.perf_counter()
                for _ in range(products):
                    torch.matmul(one, other)
                wait()
                best = min(best, time.perf_counter() - start)
            made[name] = 2 * square**3 * products / best
            _tell(f"{name}: {made[name] / 1e12:.1f} TFLOP/s")
    return {"square": square, "products": products, "flops": made}


def _encoding(texts: list[str], n_on_processor: int, rounds: int) -> dict[str, Any]:
    """Texts a second, cosine similarity to the plain use of the library, share of the peak, memory."""
    tokenizer = FOLDER / "tokenizer.json"
    runners = {name: _runner(choice) for name, choice in CHOICES.items()}
    on_processor = TorchRunner(FOLDER)
    ways: dict[str, Callable[[], NDArray[np.float32]]] = {
        f"sentence-transformers {kind}, batches of {size}": _plain(model, texts, size)
        for kind, model in _plain_models().items()
        for size in (64, 1024)
    }
    for kind, runner in runners.items():
        ways[f"needlens cuda-{kind}"] = lambda own=runner: own.encode(texts, None, silent, None)  # type: ignore[misc]
    few = texts[:n_on_processor]
    ways[ON_PROCESSOR] = lambda: on_processor.encode(few, None, silent, None)
    reference = ways[PLAIN]()
    cosine: dict[str, dict[str, float]] = {}
    memory: dict[str, float] = {}
    for name, way in ways.items():
        fresh_memory()
        made = way()
        own = _cosines(made, reference[: len(made)])
        cosine[name] = {"least": float(own.min()), "mean": float(own.mean())}
        memory[name] = most_memory()
        _tell(f"{name}: least cosine {cosine[name]['least']:.6f}, {memory[name] / 2**20:,.0f} MiB")
    ids = token_ids(tokenizer, texts)
    timed: dict[str, Callable[[], object]] = {
        **{name: _told(name, way) for name, way in ways.items()},
        TOKENS: _told(TOKENS, lambda: token_ids(tokenizer, texts, limit=256)),
    }
    return {
        "n_texts": {name: len(few) if name == ON_PROCESSOR else len(texts) for name in timed},
        "tokens": float(np.mean([len(own) for own in ids])),
        "operations": sum(operations(len(own)) for own in ids),
        "times": in_turns(timed, rounds),
        "cosine": cosine,
        "memory": memory,
    }


def _cosines(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float64]:
    exact = (own.astype(np.float64) for own in (one, other))
    a, b = (own / np.linalg.norm(own, axis=1, keepdims=True) for own in exact)  # float16 is no unit long
    return np.asarray(np.sum(a * b, axis=1))


def _batch(texts: list[str], batches: Sequence[int]) -> dict[str, Any]:
    """Texts a second by the number of tokens in a batch, of a tenth of the texts and of all."""
    found: dict[str, Any] = {}
    for kind, choice in CHOICES.items():
        runner = _runner(choice)
        before = runner._batch_tokens
        for n_tokens in batches:
            runner.__dict__["_batch_tokens"] = n_tokens
            for own in (texts[: len(texts) // 10], texts):
                runner.encode(own[: len(own) // 10], None, silent, None)
                fresh_memory()
                start = time.perf_counter()
                runner.encode(own, None, silent, None)
                rate = len(own) / (time.perf_counter() - start)
                found.setdefault(kind, {}).setdefault(str(n_tokens), {})[str(len(own))] = rate
                _tell(f"{kind}, batches of {n_tokens:,} tokens, {len(own):,} texts: {rate:,.0f} a second")
        runner.__dict__["_batch_tokens"] = before
        found[kind]["chosen"] = before
    return found


def _sizes(texts: list[str], sizes: Sequence[int]) -> dict[str, Any]:
    """Seconds of what a study does: tokens weighed, distinct texts encoded; without the cache on disk."""
    found: dict[str, Any] = {"tokens": {}, "rows": []}
    for kind, choice in CHOICES.items():
        encoder = load_encoder(backend=choice)
        encode_texts(texts[: min(sizes)], encoder, cache=None)
        for n in sizes:
            own = texts[:n]
            start = time.perf_counter()
            weighing = encoder.with_token_weights(encoder.weigh_tokens(own))
            weighed = time.perf_counter()
            fresh_memory()
            encode_texts(own, weighing, cache=None)
            encoded = time.perf_counter()
            row = {"weighing": weighed - start, "encoding": encoded - weighed, "memory": most_memory()}
            found["rows"].append({"kind": kind, "n": n, **row})
            _tell(f"{kind}, {n:,} texts: {n / row['encoding']:,.0f} a second, {row['weighing']:.2f} s before")
            gc.collect()
    tokenizer = FOLDER / "tokenizer.json"
    for n in sizes[:-1]:
        start = time.perf_counter()
        ids = token_ids(tokenizer, texts[:n])
        found["tokens"][str(n)] = n / (time.perf_counter() - start)
        found["tokens_a_text"] = float(np.mean([len(own) for own in ids]))
    return found


def _recombined(texts: Sequence[str], n: int) -> list[str]:
    """Distinct texts: the first half of the words of one, the second half of another's."""
    words = [text.split() for text in texts]
    heads = [" ".join(own[: (len(own) + 1) // 2]) for own in words]
    tails = [" ".join(own[(len(own) + 1) // 2 :]) for own in words]
    made: dict[str, None] = {}
    for shift in range(1, len(texts)):
        for at, head in enumerate(heads):
            made[f"{head} {tails[(at + shift * 101) % len(tails)]}"] = None
            if len(made) == n:
                return list(made)
    return list(made)


def _plain_models() -> dict[str, Any]:
    """The library as its page shows it, in float32 and in float16."""
    import torch
    from sentence_transformers import SentenceTransformer

    options: dict[str, dict[str, Any]] = {"fp32": {}, "fp16": {"dtype": torch.float16}}
    return {
        kind: SentenceTransformer(str(FOLDER), device=device(), local_files_only=True, model_kwargs=own)
        for kind, own in options.items()
    }


def _plain(model: Any, texts: list[str], size: int) -> Callable[[], NDArray[np.float32]]:  # noqa: ANN401
    def encode() -> NDArray[np.float32]:
        made = model.encode(texts, batch_size=size, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(made, dtype=np.float32)

    return encode


def _runner(choice: str) -> TorchRunner:
    (found,) = candidates(FOLDER, choice)
    precision = "fp16" if found.name.endswith("fp16") else "fp32"
    return TorchRunner(FOLDER, device="cuda", precision=precision)  # type: ignore[arg-type]


def _told(name: str, way: Callable[[], object]) -> Callable[[], object]:
    def run() -> object:
        start = time.perf_counter()
        made = way()
        _tell(f"{name}: {time.perf_counter() - start:.3f} s")
        return made

    return run


def _read(file: Path, column: str) -> list[str]:
    with file.open(encoding="utf-8", newline="") as stream:
        texts = [row[column] for row in csv.DictReader(stream) if row[column]]
    return list(dict.fromkeys(texts))


def _tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
