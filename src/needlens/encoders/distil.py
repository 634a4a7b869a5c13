"""A table of one vector a token, made once from the default encoder and kept in the cache's folder."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from needlens.encoders.backend import candidates
from needlens.encoders.bert_files import bert_files
from needlens.encoders.cache import cache_folder
from needlens.encoders.openvino_runner import OpenVinoRunner
from needlens.encoders.practice import practice_file, practice_texts
from needlens.encoders.student import Student, taught
from needlens.encoders.token_weights import TokenWeights
from needlens.encoders.tokens import token_ids
from needlens.encoders.torch_runner import TorchRunner
from needlens.encoders.weights import Weights
from needlens.encoders.whole import write_whole
from needlens.progress import Progress, silent

VERSION: Final = 2
"""Goes up whenever the tables change."""

DIMENSION: Final = 256
ZIPF: Final = 1e-4
"""The a of the weight a / (a + p), p being a token's frequency by Zipf's law."""

EMBEDDING: Final = 0.15
"""Length of a token's word embedding (root mean square over tokens), where the rarest token's vector, which
stands beside it, is about of length 1."""

_CHUNK: Final = 4096
"""Tokens that are read alone at a time."""

_WORD: Final = re.compile("[a-z]{2,}")
"""Tokens that take the places of words in texts to practise on: whole, of plain letters."""

_EMBEDDINGS: Final = "embeddings.word_embeddings.weight"
_TOKENS: Final = "tokens"


def static_table(weights: Weights, progress: Progress = silent) -> Student:
    """Get the table, from the cache's folder or made anew, which takes half a minute on two free cores.

    Each token is read alone by the model, as in Model2Vec [1]_, and its last layer's vector is weighed by how
    common tokens of its rank are; beside it stands the token's word embedding. The model then reads the
    sample study's sentences and 3,900 made of them (:mod:`needlens.encoders.practice`), and a map is learned
    under which the sum of a sentence's tokens is like the vector that the model gives the sentence
    (:func:`needlens.encoders.student.taught`).

    Parameters
    ----------
    weights : Weights
        Of a BERT model whose ids are ordered by how common tokens are.
    progress : Progress
        Called as ``progress("distilling", done, total)`` when the table has to be made.

    Returns
    -------
    Student
        Of 256 numbers a vector, rounded to float16, so that machines that round differently hardly differ.

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
        known = _made(weights, progress)
        _write(file, known)
    return known


def table_path(weights: Weights) -> Path:
    """File in the cache's folder that holds the table of these weights, made as this version makes it."""
    return cache_folder() / "static" / f"{recipe(weights)[:32]}.safetensors"


def recipe(weights: Weights) -> str:
    """SHA-256 of all that a table is made from: the weights, the sentences, and how it is done."""
    sentences = hashlib.sha256(practice_file().read_bytes()).hexdigest()
    return hashlib.sha256(f"static {VERSION} {weights.digest} {sentences}".encode()).hexdigest()


def _made(weights: Weights, progress: Progress) -> Student:
    tokenizer = weights.folder / "tokenizer.json"
    vocabulary = json.loads(tokenizer.read_text("utf-8"))["model"]["vocab"]
    ranked = sorted(vocabulary, key=lambda token: int(vocabulary[token]))
    texts = practice_texts([token for token in ranked if _WORD.fullmatch(token)])
    alone, read = _teacher(weights, texts, progress)
    return taught(
        _features(alone, _embeddings(weights)),
        [own[1:-1] for own in token_ids(tokenizer, texts)],
        read,
        dimension=DIMENSION,
    )


def _teacher(
    weights: Weights, texts: Sequence[str], progress: Progress
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The last layer's vector of each token between the model's marks, and the vectors of texts."""
    from tokenizers import Tokenizer

    file = weights.folder / "tokenizer.json"
    ((first, last),) = token_ids(file, [""])
    n_tokens = Tokenizer.from_file(str(file)).get_vocab_size()
    files = bert_files(weights.folder)
    exact = [backend for backend in candidates(weights.folder) if backend.name == "openvino-fp32"]
    runner = OpenVinoRunner(files, "f32") if exact and files is not None else TorchRunner(weights.folder)
    # 2^-40 of a weight is none at all beside one, and a weight of nothing would divide by nothing for "".
    unmarked = TokenWeights({first: 40, last: 40})
    total = n_tokens + len(texts)
    alone = np.empty((n_tokens, runner.dimension), dtype=np.float32)
    for start in range(0, n_tokens, _CHUNK):
        ids: Sequence[list[int]] = [
            [first, token, last] for token in range(start, min(start + _CHUNK, n_tokens))
        ]
        alone[start : start + len(ids)] = runner.encode_ids(ids, unmarked, silent, None)
        progress("distilling", start + len(ids), total)
    read = runner.encode(texts, None, lambda _, n, __: progress("distilling", n_tokens + n, total), None)
    return alone, read


def _embeddings(weights: Weights) -> NDArray[np.float32]:
    """The table that the model itself looks tokens up in, float32, shape (n_tokens, d)."""
    from safetensors import safe_open

    with safe_open(weights.folder / "model.safetensors", framework="np") as opened:
        (name,) = (name for name in opened.keys() if name.endswith(_EMBEDDINGS))  # noqa: SIM118 (not a dict)
        return np.asarray(opened.get_tensor(name), dtype=np.float32)


def _features(alone: NDArray[np.float32], embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """What is known of each token, float32, shape (n_tokens, 2 d)."""
    n = len(alone)
    frequency = 1 / (np.arange(1, n + 1) * np.log(n))
    in_depth = (alone - alone.mean(axis=0, dtype=np.float64)) * (ZIPF / (ZIPF + frequency))[:, None]
    plain = embeddings - embeddings.mean(axis=0, dtype=np.float64)
    plain *= EMBEDDING / np.sqrt(np.mean(np.sum(plain**2, axis=1)))
    return np.hstack([in_depth, plain]).astype(np.float32)


def _read(file: Path) -> Student | None:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="np") as opened:
            table = np.asarray(opened.get_tensor(_TOKENS))
            said = (opened.metadata() or {}).get("sha256")
    except (OSError, SafetensorError):
        return None
    if said != _sha256(table) or table.dtype != np.float16:
        return None
    return Student(table.astype(np.float32))


def _write(file: Path, student: Student) -> None:
    from safetensors.numpy import save

    table = student.tokens.astype(np.float16)
    write_whole(file, save({_TOKENS: table}, metadata={"sha256": _sha256(table)}))


def _sha256(table: NDArray[np.float16]) -> str:
    return hashlib.sha256(np.ascontiguousarray(table).tobytes()).hexdigest()
