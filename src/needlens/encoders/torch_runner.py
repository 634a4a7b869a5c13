"""Runs any sentence-transformers model with torch, on the processor, on Apple's GPU or on NVIDIA's."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from needlens.encoders.ahead import ahead
from needlens.encoders.batches import Batch, batches
from needlens.encoders.gpu import batch_tokens, cuda_devices, full_gpu_told
from needlens.encoders.quiet import quiet
from needlens.encoders.threads import single_threads
from needlens.encoders.token_weights import TokenWeights
from needlens.encoders.tokens import token_ids
from needlens.encoders.torch_model import Precision, exact_products, load_model, weighing
from needlens.encoders.torch_passes import Read, on_gpu, on_threads
from needlens.progress import Progress

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH_TOKENS: Final = 512
"""Tokens in a batch on the processor: enough to keep a core busy, few enough to fill the last one cheaply."""

PART: Final = 32_768
"""Texts that are cut into tokens while those before them are encoded."""

_ODD: Final = ("", "It's GREAT: a café in Zürich, ½ price", "字 한국어 <s> [MASK]  \t twice")
"""Texts that show whether a model's tokenizer is used as its file has it."""


class TorchRunner:
    """Turns texts into vectors, each to the last bit the same whatever texts are beside it.

    Parameters
    ----------
    folder : pathlib.Path
        A sentence-transformers model.
    device : str
        ``"cpu"``, ``"mps"`` or ``"cuda"``; the last one is all NVIDIA GPUs there are.
    precision : str
        ``"fp32"``, ``"bf16"`` or ``"fp16"``: of the model's numbers.

    Examples
    --------
    >>> from needlens.encoders.weights import find_weights
    >>> TorchRunner(find_weights("default").folder).max_tokens
    256
    """

    def __init__(self, folder: Path, *, device: str = "cpu", precision: Precision = "fp32") -> None:
        self._folder, self._device, self._precision = folder, device, precision
        self._weighed: tuple[TokenWeights, SentenceTransformer] | None = None
        self._running: tuple[TokenWeights | None, SentenceTransformer, Any] | None = None

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self.model.get_embedding_dimension() or 0)

    @property
    def max_tokens(self) -> int | None:
        """How many tokens of a text are read, or ``None`` for all."""
        limit = self.model.max_seq_length
        return int(limit) if limit is not None and limit < sys.maxsize else None

    @property
    def is_mean_of_tokens(self) -> bool:
        """Whether a vector is the mean of its tokens', so that they can be weighed."""
        if not self._has_tokenizer or len(self.model) < 2:
            return False
        return getattr(self.model[1], "pooling_mode", None) in ("mean", ("mean",), ["mean"])

    @cached_property
    def model(self) -> SentenceTransformer:
        """The model, loaded."""
        return load_model(self._folder, self._devices[0], self._precision)

    def encode(
        self, texts: Sequence[str], weights: TokenWeights | None, progress: Progress, workers: int | None
    ) -> NDArray[np.float32]:
        """Turn texts into vectors; see :meth:`needlens.encoders.openvino_runner.OpenVinoRunner.encode`."""
        with quiet(), exact_products(), full_gpu_told():
            if not self._has_tokenizer:
                vectors = self._encode_whole(texts)
                progress("encoding", len(texts), len(texts))
                return vectors
            if len(self._devices) > 1:
                return self._encode_on_many(texts, weights, progress)
            read = self._preprocessed(texts) if self._tokenizer_file is None else self._cut(texts)
            return self._run(read, len(texts), weights, progress, workers)

    def encode_ids(
        self,
        ids: Sequence[Sequence[int]],
        weights: TokenWeights | None,
        progress: Progress,
        workers: int | None,
    ) -> NDArray[np.float32]:
        """Turn texts that are cut into tokens already into vectors; see :meth:`encode`."""
        with quiet(), exact_products(), full_gpu_told():
            return self._run(self._tensors(ids), len(ids), weights, progress, workers)

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Cut texts into tokens, however long they are."""
        with quiet():
            return [list(ids) for ids in self.model.tokenizer(list(texts))["input_ids"]]

    @cached_property
    def _devices(self) -> list[str]:
        return cuda_devices() if self._device == "cuda" else [self._device]

    @cached_property
    def _batch_tokens(self) -> int:
        if self._device != "cuda":
            return BATCH_TOKENS
        transformer: Any = self.model[0]
        config = transformer.auto_model.config
        return batch_tokens(self._devices, config, half=self._precision == "fp16")

    @property
    def _has_tokenizer(self) -> bool:
        tokenizer = getattr(self.model, "tokenizer", None)
        from transformers import PreTrainedTokenizerBase

        return isinstance(tokenizer, PreTrainedTokenizerBase)

    @cached_property
    def _tokenizer_file(self) -> Path | None:
        """The file that cuts texts as the library does: much faster. ``None`` where the library does more."""
        file = self._folder / "tokenizer.json"
        if self._prompt or not file.is_file():
            return None
        texts = [*_ODD, "long " * min(self.max_tokens or 0, 8192)]
        for text, own in zip(texts, token_ids(file, texts, limit=self.max_tokens), strict=True):
            read = self.model.preprocess([text])
            same = read["input_ids"].tolist() == [own] and bool(read["attention_mask"].all())
            if not same or set(read) - _KNOWN or ("token_type_ids" in read and read["token_type_ids"].any()):
                return None
        return file

    def _cut(self, texts: Sequence[str]) -> Iterator[Read]:
        """Batches of texts, a part of them cut into tokens while the one before is encoded."""
        file = self._tokenizer_file
        assert file is not None, "encode() asks for it"  # noqa: S101
        # Similar lengths are in one part, so that few of its batches have to be filled up.
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        parts = [order[start : start + PART] for start in range(0, len(order), PART)]

        def cut(part: Sequence[int]) -> list[list[int]]:
            return token_ids(file, [texts[row] for row in part], limit=self.max_tokens)

        for part, ids in zip(parts, ahead(cut, parts), strict=True):
            for batch, read in self._tensors(ids):
                rows, filled = ([part[row] for row in own] for own in (batch.rows, batch.filled))
                yield Batch(rows, filled), read

    def _tensors(self, ids: Sequence[Sequence[int]]) -> Iterator[Read]:
        # Without a mask, as no text is padded: to look whether one has zeros is to wait for the GPU.
        import torch

        for batch in batches([len(own) for own in ids], self._batch_tokens):
            tokens = np.array([ids[row] for row in batch.filled], dtype=np.int64)
            yield batch, {"input_ids": torch.from_numpy(tokens)}

    def _preprocessed(self, texts: Sequence[str]) -> Iterator[Read]:
        for batch in batches(self._lengths(texts), self._batch_tokens):
            yield batch, self.model.preprocess([texts[row] for row in batch.filled], prompt=self._prompt)

    def _lengths(self, texts: Sequence[str]) -> list[int]:
        if self._tokenizer_file is not None:
            return [len(ids) for ids in token_ids(self._tokenizer_file, texts, limit=self.max_tokens)]
        prompted = [f"{self._prompt or ''}{text}" for text in texts]
        return [len(ids) for ids in self.model.tokenizer(prompted, truncation=True)["input_ids"]]

    def _run(
        self,
        read: Iterable[Read],
        n: int,
        weights: TokenWeights | None,
        progress: Progress,
        workers: int | None,
    ) -> NDArray[np.float32]:
        model = self._weighing(weights)
        if self._device == "cuda":
            made = on_gpu(model, read)
        else:  # Apple's GPU is one worker; texts are cut into tokens here while it computes.
            made = on_threads(model, read, workers if self._device == "cpu" else 1)
        vectors = np.empty((n, self.dimension), dtype=np.float32)
        done = 0
        with closing(made):  # an interrupted run does not finish what is still queued
            for rows, values in made:
                vectors[rows] = values
                done += len(rows)
                progress("encoding", done, n)
        return vectors

    def _encode_on_many(
        self, texts: Sequence[str], weights: TokenWeights | None, progress: Progress
    ) -> NDArray[np.float32]:
        """Share batches out over GPUs with the library's own pool: a process a GPU, whole batches to each."""
        model, pool = self._pool(weights)
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        done = 0
        for same in _of_one_size(batches(self._lengths(texts), self._batch_tokens)):
            size = len(same[0].filled)
            made = model.encode(
                [texts[row] for batch in same for row in batch.filled],
                prompt=self._prompt,
                batch_size=size,
                chunk_size=size,
                pool=pool,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            values = np.asarray(made, dtype=np.float32).reshape(len(same), size, -1)
            for batch, own in zip(same, values, strict=True):
                vectors[batch.rows] = own[: len(batch.rows)]
                done += len(batch.rows)
            progress("encoding", done, len(texts))
        return vectors

    def _pool(self, weights: TokenWeights | None) -> tuple[SentenceTransformer, Any]:
        """The processes, started when first needed and again when tokens weigh otherwise."""
        if self._running is None or self._running[0] != weights:
            self.close()
            model = self._weighing(weights)
            self._running = (weights, model, model.start_multi_process_pool(self._devices))
        return self._running[1:]

    def close(self) -> None:
        """End the processes that were started, if any."""
        if self._running is not None:
            _, model, pool = self._running
            model.stop_multi_process_pool(pool)
            self._running = None

    @property
    def _prompt(self) -> str | None:
        """What the model's makers want before every text, when they named a default."""
        name = self.model.default_prompt_name
        return self.model.prompts[name] if name is not None else None

    def _weighing(self, weights: TokenWeights | None) -> SentenceTransformer:
        """The model that weighs tokens; the last one is kept."""
        if weights is None:
            return self.model
        if self._weighed is None or self._weighed[0] != weights:
            self._weighed = (weights, weighing(self.model, weights, self._devices[0]))
        return self._weighed[1]

    def _encode_whole(self, texts: Sequence[str]) -> NDArray[np.float32]:
        # Static embeddings and other models without a Hugging Face tokenizer: there is no token
        # count to batch by, so the library batches for itself, always over the sorted unique texts.
        unique = sorted(set(texts))
        with single_threads(1) as pool:
            values = pool.submit(
                self.model.encode, unique, normalize_embeddings=True, show_progress_bar=False
            ).result()
        row = {text: row for row, text in enumerate(unique)}
        return np.asarray(values, dtype=np.float32)[[row[text] for text in texts]]


_KNOWN: Final = {"input_ids", "attention_mask", "token_type_ids", "modality"}
"""What the library has a model read; zeros as types of tokens, and a mask of ones, are what models assume."""


def _of_one_size(found: Iterator[Batch]) -> Iterator[list[Batch]]:
    same: list[Batch] = []
    for batch in found:
        if same and len(batch.filled) != len(same[0].filled):
            yield same
            same = []
        same.append(batch)
    if same:
        yield same
