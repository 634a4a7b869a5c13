"""A table of one vector a token, made once from the default encoder and kept in the cache's folder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from needlens.encoders.backend import candidates
from needlens.encoders.bert_files import bert_files
from needlens.encoders.cache import cache_folder
from needlens.encoders.openvino_runner import OpenVinoRunner
from needlens.encoders.token_weights import TokenWeights
from needlens.encoders.tokens import token_ids
from needlens.encoders.torch_runner import TorchRunner
from needlens.encoders.weights import Weights
from needlens.encoders.whole import write_whole
from needlens.progress import Progress, silent

VERSION: Final = 1
"""Goes up whenever the tables change."""

DIMENSION: Final = 256
ZIPF: Final = 3e-5
"""The a of the weight a / (a + p), p being a token's frequency by Zipf's law."""

_CHUNK: Final = 4096


def static_table(weights: Weights, progress: Progress = silent) -> NDArray[np.float32]:
    """Get the table, from the cache's folder or made anew.

    Each token is read alone by the model; the last layer's vector of the token itself is kept, centred,
    turned onto its first 256 principal axes and weighed by how common tokens of its rank are, all as in
    Model2Vec [1]_ except that the marks before and after the token do not count.

    Parameters
    ----------
    weights : Weights
        Of a BERT model whose ids are ordered by how common tokens are.
    progress : Progress
        Called as ``progress("distilling", done, total)`` when the table has to be made.

    Returns
    -------
    numpy.ndarray of float32, shape (n_tokens, 256)
        Rounded to float16, so that machines that round differently hardly ever differ.

    Raises
    ------
    EncoderError
        The model cannot be loaded.

    References
    ----------
    .. [1] Tulkens, S., & van Dongen, T. (2024). Model2Vec: Fast State-of-the-Art Static Embeddings.
       https://github.com/MinishLab/model2vec
    """
    file = table_path(weights)
    known = _read(file)
    if known is None:
        known = _reduced(_token_vectors(weights, progress)).astype(np.float16)
        _write(file, known)
    return known.astype(np.float32)


def table_path(weights: Weights) -> Path:
    """File in the cache's folder that holds the table of these weights."""
    return cache_folder() / "static" / f"{weights.digest[:32]}-{VERSION}.safetensors"


def _token_vectors(weights: Weights, progress: Progress) -> NDArray[np.float32]:
    """The last layer's vector of each token between the model's marks, unit length, shape (n_tokens, d)."""
    from tokenizers import Tokenizer

    file = weights.folder / "tokenizer.json"
    ((first, last),) = token_ids(file, [""])
    n_tokens = Tokenizer.from_file(str(file)).get_vocab_size()
    files = bert_files(weights.folder)
    exact = [backend for backend in candidates(weights.folder) if backend.name == "openvino-fp32"]
    runner = OpenVinoRunner(files, "f32") if exact and files is not None else TorchRunner(weights.folder)
    # 2^-40 of a weight is none at all beside one, and a weight of nothing would divide by nothing for "".
    unmarked = TokenWeights({first: 40, last: 40})
    made = np.empty((n_tokens, runner.dimension), dtype=np.float32)
    for start in range(0, n_tokens, _CHUNK):
        ids: Sequence[list[int]] = [
            [first, token, last] for token in range(start, min(start + _CHUNK, n_tokens))
        ]
        made[start : start + len(ids)] = runner.encode_ids(ids, unmarked, silent, None)
        progress("distilling", start + len(ids), n_tokens)
    return made


def _reduced(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # sums that several threads share are rounded otherwise
        centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
        _, axes = np.linalg.eigh(centred.T @ centred)
        axes = axes[:, ::-1][:, :DIMENSION]
        axes *= np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
        rotated = centred @ axes
    n = len(vectors)
    frequency = 1 / (np.arange(1, n + 1) * np.log(n))
    return np.asarray(rotated * (ZIPF / (ZIPF + frequency))[:, None] * _SCALE)


_SCALE: Final = 64.0
"""Keeps the least of the weighed numbers away from where float16 loses digits; only directions count."""


def _read(file: Path) -> NDArray[np.float16] | None:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="np") as opened:
            table = np.asarray(opened.get_tensor("embeddings"))
            said = (opened.metadata() or {}).get("sha256")
    except (OSError, SafetensorError):
        return None
    return table if said == _sha256(table) and table.dtype == np.float16 else None


def _write(file: Path, table: NDArray[np.float16]) -> None:
    from safetensors.numpy import save

    write_whole(file, save({"embeddings": table}, metadata={"sha256": _sha256(table)}))


def _sha256(table: NDArray[np.float16]) -> str:
    return hashlib.sha256(np.ascontiguousarray(table).tobytes()).hexdigest()
