"""Speed and precision of the backends on short texts: the test part of banking77."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from in_turns import in_turns
from labelled_sets import read_set
from numpy.typing import NDArray
from operations import operations
from sklearn.metrics import adjusted_rand_score

from needlens.encoders import openvino_runner
from needlens.encoders.backend import candidates
from needlens.encoders.encoder import load_encoder
from needlens.encoders.processor import n_cores
from needlens.encoders.runner import load_runner
from needlens.encoders.tokens import token_ids
from needlens.encoders.weights import find_weights
from needlens.graph.draws import keys_of_texts
from needlens.progress import silent

N_TIMED = 500
"""Texts encoded in one timing."""

PLAIN = "sentence-transformers, torch fp32, batches of 64"
ARI_SETS = ("banking77", "clinc150")
BATCHES = (64, 128, 192, 256, 512, 1024)
_GEMM = 2048


def batch(data: Path, rounds: int) -> dict[str, Any]:
    """Texts a second by the number of tokens in a batch."""
    texts = _texts(data)
    runner = load_runner(find_weights("default"), candidates(find_weights("default").folder, "openvino")[0])

    def with_tokens(n_tokens: int) -> Callable[[], object]:
        def run() -> None:
            before = openvino_runner.BATCH_TOKENS
            openvino_runner.BATCH_TOKENS = n_tokens  # type: ignore[misc]
            runner.encode(texts, None, silent, None)
            openvino_runner.BATCH_TOKENS = before  # type: ignore[misc]

        return run

    return {"n_texts": len(texts), "times": in_turns({str(n): with_tokens(n) for n in BATCHES}, rounds)}


def encoding(data: Path, rounds: int) -> dict[str, Any]:
    """Texts a second, cosine similarity to the plain use of the library, themes that come of it."""
    import torch

    texts = _texts(data)
    plain = plain_model()
    weights = find_weights("default")
    asked = [
        *(["openvino", "openvino-fp32"] if candidates(weights.folder, "auto") else []),
        "torch",
        "torch-bf16",
    ]
    runners = {
        made.name: load_runner(weights, made)
        for name in asked
        for made in [candidates(weights.folder, name)[0]]
    }
    square = {
        name: torch.ones((_GEMM, _GEMM), dtype=kind)
        for name, kind in (("fp32", torch.float32), ("bf16", torch.bfloat16))
    }
    ways: dict[str, Callable[[], object]] = {
        PLAIN: lambda: plain(texts),
        **{
            name: (lambda own=runner: own.encode(texts, None, silent, None))  # type: ignore[misc]
            for name, runner in runners.items()
        },
        **{f"product {name}": (lambda own=own: own @ own) for name, own in square.items()},  # type: ignore[misc]
    }
    times = in_turns(ways, rounds)
    reference = plain(texts)
    cosines = {
        name: np.sum(runner.encode(texts, None, silent, None) * reference, axis=1)
        for name, runner in runners.items()
    }
    chosen = load_encoder().backend.name
    work = sum(operations(len(own)) for own in token_ids(weights.folder / "tokenizer.json", texts))
    return {
        "n_texts": len(texts),
        "n_cores": n_cores(),
        "chosen": chosen,
        "times": times,
        "cosine": {
            name: {"least": float(own.min()), "mean": float(own.mean())} for name, own in cosines.items()
        },
        "operations": {
            "texts": work,
            "product": 2 * _GEMM**3,
        },
        "ari_with_fp32": {name: _themes_agree(data, name) for name in ARI_SETS},
    }


def plain_model() -> Callable[[Sequence[str]], NDArray[np.float32]]:
    """The library as its page shows it."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(find_weights("default").folder), device="cpu", local_files_only=True)

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        made = model.encode(list(texts), batch_size=64, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(made, dtype=np.float32)

    return encode


def _texts(data: Path) -> list[str]:
    texts = read_set(data, "banking77")["text"].tolist()
    return texts[:N_TIMED]


def _themes_agree(data: Path, name: str) -> dict[str, float]:
    """Adjusted Rand index of the main scale by the chosen backend and by torch in float32, seed by seed."""
    from needlens.encoders.cache import VectorCache
    from needlens.encoders.vectors import encode_texts
    from needlens.theme_model import ThemeModel

    texts = read_set(data, name)["text"].tolist()
    with tempfile.TemporaryDirectory() as folder:
        cache = VectorCache(Path(folder) / "vectors.sqlite")
        made = []
        for backend in ("auto", "torch"):
            encoder = load_encoder(backend=backend)
            encoder = encoder.with_token_weights(encoder.weigh_tokens(texts))
            made.append(encode_texts(texts, encoder, cache=cache).matrix)
    found: dict[str, float] = {}
    for seed in range(3):
        own, other = (ThemeModel(seed=seed).fit(matrix, keys=keys_of_texts(texts)) for matrix in made)
        of_texts = [np.asarray(m.placement_.ids)[:, np.asarray(m.position_)] for m in (own, other)]
        main = (of_texts[0][own.main_scale_], of_texts[1][other.main_scale_])
        found[f"seed {seed}"] = float(adjusted_rand_score(*main))
        # One machine may find a scale more than another: each is compared with the one most like it.
        same = [max(adjusted_rand_score(a, b) for b in of_texts[1]) for a in of_texts[0]]
        found[f"seed {seed}, scale by scale"] = float(np.mean(same))
    return found
