"""Runs a BERT or an MPNet with OpenVINO."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from needlens.encoders.batches import Batch, batches
from needlens.encoders.bert_files import BertFiles
from needlens.encoders.bert_graph import bert_graph, openvino
from needlens.encoders.processor import n_cores
from needlens.encoders.token_weights import TokenWeights
from needlens.encoders.tokens import token_ids
from needlens.errors import EncoderError
from needlens.progress import Progress

BATCH_TOKENS: Final = 192
"""Tokens in a batch: among the fastest (``benchmarks/speed.py batch``), and cheap to fill up."""


class OpenVinoRunner:
    """Turns texts into vectors, each to the last bit the same whatever texts are beside it.

    Parameters
    ----------
    files : BertFiles
        The model.
    precision : str
        ``"f32"`` or ``"bf16"``: of the numbers that are multiplied; they are always summed up in float32.

    Examples
    --------
    >>> from needlens.encoders.bert_files import bert_files
    >>> from needlens.encoders.weights import find_weights
    >>> OpenVinoRunner(bert_files(find_weights("default").folder), "f32").dimension
    384
    """

    def __init__(self, files: BertFiles, precision: Literal["f32", "bf16"]) -> None:
        self._files, self._precision = files, precision
        self._compiled: dict[int, Any] = {}

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._files.dimension

    def encode(
        self, texts: Sequence[str], weights: TokenWeights | None, progress: Progress, workers: int | None
    ) -> NDArray[np.float32]:
        """Turn texts into vectors.

        Parameters
        ----------
        texts : sequence of str
        weights : TokenWeights or None
            How much each token counts; ``None``: all the same.
        progress : Progress
            Called as ``progress("encoding", done, total)`` after each batch.
        workers : int or None
            Threads; ``None`` takes one a core. The vectors do not depend on it.

        Returns
        -------
        numpy.ndarray of float32, shape (len(texts), dimension)
            Rows of unit length.

        Raises
        ------
        EncoderError
            The model cannot be loaded.
        """
        prompted = [f"{self._files.prompt}{text}" for text in texts] if self._files.prompt else texts
        ids = token_ids(self._files.tokenizer, prompted, limit=self._files.max_tokens)
        return self.encode_ids(ids, weights, progress, workers)

    def encode_ids(
        self,
        ids: Sequence[Sequence[int]],
        weights: TokenWeights | None,
        progress: Progress,
        workers: int | None,
    ) -> NDArray[np.float32]:
        """Turn texts that are cut into tokens already into vectors; see :meth:`encode`."""
        table = np.ones(1, dtype=np.float32) if weights is None else weights.table()
        n_threads = workers or n_cores()
        compiled = self._compile(n_threads)
        vectors = np.empty((len(ids), self.dimension), dtype=np.float32)
        done = 0
        # One thread here asks, waits and reads, the library's threads compute: more batches wait than there
        # are threads, so that none is idle while the next is made.
        idle = deque(compiled.create_infer_request() for _ in range(2 * n_threads))
        busy: deque[tuple[Any, Batch]] = deque()

        def collect() -> None:
            nonlocal done
            request, batch = busy.popleft()
            request.wait()
            vectors[batch.rows] = request.get_output_tensor(0).data[: len(batch.rows)]
            idle.append(request)
            done += len(batch.rows)
            progress("encoding", done, len(ids))

        try:
            for batch in batches([len(own) for own in ids], BATCH_TOKENS):
                if not idle:
                    collect()
                tokens = np.array([ids[row] for row in batch.filled], dtype=np.int32)
                counts = table[np.minimum(tokens, len(table) - 1)]
                request = idle.popleft()
                request.start_async([tokens, counts])
                busy.append((request, batch))
            while busy:
                collect()
        finally:
            for request, _ in busy:  # after an error or an interruption
                request.cancel()
        return vectors

    @cached_property
    def _graph(self) -> Any:  # noqa: ANN401 (an openvino.Model)
        try:
            return bert_graph(self._files)
        except Exception as error:
            # Weights that are missing or damaged can fail in any of the libraries that read them.
            message = f"the encoder in {self._files.folder} cannot be loaded ({type(error).__name__})"
            raise EncoderError(message) from error

    def _compile(self, n_threads: int) -> Any:  # noqa: ANN401 (an openvino.CompiledModel)
        if n_threads not in self._compiled:
            self._compiled[n_threads] = (
                openvino()
                .Core()
                .compile_model(
                    self._graph,
                    "CPU",
                    {
                        "INFERENCE_PRECISION_HINT": self._precision,
                        # One thread a stream: a product that several threads share is rounded otherwise.
                        "NUM_STREAMS": n_threads,
                        "INFERENCE_NUM_THREADS": n_threads,
                        # Two processes that both pin their threads would share the same few cores.
                        "ENABLE_CPU_PINNING": False,
                    },
                )
            )
        return self._compiled[n_threads]
