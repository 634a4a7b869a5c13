"""Runs any sentence-transformers model with torch, on the processor, on Apple's GPU or on NVIDIA's."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from needlens.encoders.batches import Batch, batches
from needlens.encoders.gpu import batch_tokens, cuda_devices
from needlens.encoders.quiet import quiet
from needlens.encoders.threads import single_threads
from needlens.encoders.token_weights import TokenWeights
from needlens.errors import EncoderError
from needlens.progress import Progress

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH_TOKENS: Final = 512
"""Tokens in a batch on the processor: enough to keep a core busy, few enough to fill the last one cheaply."""


class TorchRunner:
    """Turns texts into vectors, each to the last bit the same whatever texts are beside it.

    Parameters
    ----------
    folder : pathlib.Path
        A sentence-transformers model.
    device : str
        ``"cpu"``, ``"mps"`` or ``"cuda"``; the last one is all NVIDIA GPUs there are.
    precision : str
        ``"fp32"`` or ``"bf16"``: of the model's numbers.

    Examples
    --------
    >>> from needlens.encoders.weights import find_weights
    >>> TorchRunner(find_weights("default").folder).max_tokens
    256
    """

    def __init__(
        self, folder: Path, *, device: str = "cpu", precision: Literal["fp32", "bf16"] = "fp32"
    ) -> None:
        self._folder, self._device, self._precision = folder, device, precision
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
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import torch
            from sentence_transformers import SentenceTransformer
        options: dict[str, Any] = {"dtype": torch.bfloat16} if self._precision == "bf16" else {}
        try:
            with quiet():
                model = SentenceTransformer(
                    str(self._folder),
                    device=self._devices[0],
                    local_files_only=True,
                    model_kwargs=options,
                )
        except Exception as error:
            # A broken model can fail in any of the libraries that take part in loading it.
            message = f"the encoder in {self._folder} cannot be loaded ({type(error).__name__})"
            raise EncoderError(message) from error
        return model.eval()

    def encode(
        self, texts: Sequence[str], weights: TokenWeights | None, progress: Progress, workers: int | None
    ) -> NDArray[np.float32]:
        """Turn texts into vectors; see :meth:`needlens.encoders.openvino_runner.OpenVinoRunner.encode`."""
        if not self._has_tokenizer:
            vectors = self._encode_whole(texts)
            progress("encoding", len(texts), len(texts))
            return vectors
        with quiet():
            if len(self._devices) > 1:
                return self._encode_on_many(texts, weights, progress)
            return self._encode_batches(texts, weights, progress, workers)

    def encode_ids(
        self,
        ids: Sequence[Sequence[int]],
        weights: TokenWeights | None,
        progress: Progress,
        workers: int | None,  # noqa: ARG002 (as every runner has it)
    ) -> NDArray[np.float32]:
        """Turn texts of one length that are cut into tokens already into vectors; see :meth:`encode`."""
        import torch

        model = self._weighing(weights)
        vectors = np.empty((len(ids), self.dimension), dtype=np.float32)
        with quiet(), torch.inference_mode():
            for batch in batches([len(own) for own in ids], BATCH_TOKENS):
                tokens = torch.tensor([ids[row] for row in batch.filled], device=model.device)
                read = {"input_ids": tokens, "attention_mask": torch.ones_like(tokens)}
                made = model(read)["sentence_embedding"][: len(batch.rows)].float()
                vectors[batch.rows] = torch.nn.functional.normalize(made, dim=1).cpu().numpy()
                progress("encoding", min(len(ids), max(batch.rows) + 1), len(ids))
        return vectors

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
        return batch_tokens(self._devices, transformer.auto_model.config)

    @property
    def _has_tokenizer(self) -> bool:
        tokenizer = getattr(self.model, "tokenizer", None)
        from transformers import PreTrainedTokenizerBase

        return isinstance(tokenizer, PreTrainedTokenizerBase)

    def _encode_batches(
        self, texts: Sequence[str], weights: TokenWeights | None, progress: Progress, workers: int | None
    ) -> NDArray[np.float32]:
        import torch
        from sentence_transformers.util import batch_to_device

        model, prompt = self._weighing(weights), self._prompt

        def features() -> Iterator[tuple[Batch, Any]]:
            for batch in self._batches(texts):
                yield batch, model.preprocess([texts[row] for row in batch.filled], prompt=prompt)

        def run(made: tuple[Batch, Any]) -> tuple[Sequence[int], NDArray[np.float32]]:
            batch, read = made
            with torch.inference_mode():
                output = model(batch_to_device(read, model.device))
                vectors = output["sentence_embedding"][: len(batch.rows)].float().cpu()
                return batch.rows, torch.nn.functional.normalize(vectors, dim=1).numpy()

        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        done = 0
        # A GPU is one worker; texts are cut into tokens here while it computes.
        with single_threads(workers if self._device == "cpu" else 1) as pool:
            try:
                for rows, values in pool.map(run, features()):
                    vectors[rows] = values
                    done += len(rows)
                    progress("encoding", done, len(texts))
            except torch.OutOfMemoryError as error:
                raise EncoderError(_OUT_OF_MEMORY) from error
        return vectors

    def _encode_on_many(
        self, texts: Sequence[str], weights: TokenWeights | None, progress: Progress
    ) -> NDArray[np.float32]:
        """Share batches out over GPUs with the library's own pool: a process a GPU, whole batches to each."""
        model, pool = self._pool(weights)
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        done = 0
        for same in _of_one_size(self._batches(texts)):
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
        """The model with the library's own ``WordWeights`` before the mean of the tokens is taken."""
        if weights is None:
            return self.model
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import WordWeights

        transformer, *rest = self.model
        prompts: Any = self.model.prompts
        names = [str(token) for token in range(len(self.model.tokenizer))]
        with quiet():
            weighing = WordWeights(names, {str(t): 0.5**times for t, times in weights.halvings.items()})
            made = SentenceTransformer(
                modules=[transformer, weighing, *rest], device=self._devices[0], prompts=prompts
            )
        return made.eval()

    def _batches(self, texts: Sequence[str]) -> Iterator[Batch]:
        prompted = [f"{self._prompt or ''}{text}" for text in texts]
        tokens = self.model.tokenizer(prompted, truncation=True)
        return batches([len(ids) for ids in tokens["input_ids"]], self._batch_tokens)

    def _encode_whole(self, texts: Sequence[str]) -> NDArray[np.float32]:
        # Static embeddings and other models without a Hugging Face tokenizer: there is no token
        # count to batch by, so the library batches for itself, always over the sorted unique texts.
        unique = sorted(set(texts))
        with quiet(), single_threads(1) as pool:
            values = pool.submit(
                self.model.encode, unique, normalize_embeddings=True, show_progress_bar=False
            ).result()
        row = {text: row for row, text in enumerate(unique)}
        return np.asarray(values, dtype=np.float32)[[row[text] for text in texts]]


_OUT_OF_MEMORY: Final = (
    "the GPU has too little free memory: end what else uses it, or encode on the processor, "
    "with --backend torch"
)


def _of_one_size(found: Iterator[Batch]) -> Iterator[list[Batch]]:
    same: list[Batch] = []
    for batch in found:
        if same and len(batch.filled) != len(same[0].filled):
            yield same
            same = []
        same.append(batch)
    if same:
        yield same
