"""Batches on their way through a model of torch, on the processor's threads or on one GPU."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from needlens.encoders.batches import Batch
from needlens.encoders.threads import single_threads

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

Read = tuple[Batch, Mapping[str, Any]]
"""A batch and what the model reads of it."""

Made = tuple[Sequence[int], NDArray[np.float32]]
"""Positions of texts and their vectors, of unit length."""

_ON_THE_WAY: Final = 8
"""Batches a GPU was asked for before the first of them is waited for."""


def on_threads(model: SentenceTransformer, read: Iterable[Read], workers: int | None) -> Generator[Made]:
    """Run each batch on one of several threads.

    Parameters
    ----------
    model : sentence_transformers.SentenceTransformer
    read : iterable of (Batch, mapping)
        What the model reads of each batch, in the processor's memory.
    workers : int or None
        Threads; ``None`` takes as many as torch would use.

    Yields
    ------
    tuple of (sequence of int, numpy.ndarray of float32)
        Positions of a batch's texts and their vectors, of unit length.

    Examples
    --------
    >>> from needlens.encoders.batches import Batch
    >>> from needlens.encoders.torch_model import load_model
    >>> from needlens.encoders.weights import find_weights
    >>> import torch
    >>> model = load_model(find_weights("default").folder, "cpu", "fp32")
    >>> read = [(Batch([7], [7, 7]), {"input_ids": torch.tensor([[101, 2422, 102]] * 2)})]
    >>> [(rows, vectors.shape) for rows, vectors in on_threads(model, read, 1)]
    [([7], (1, 384))]
    """
    import torch
    from sentence_transformers.util import batch_to_device

    def run(one: Read) -> Made:
        batch, features = one
        with torch.inference_mode():
            output = model(batch_to_device(dict(features), model.device))
            vectors = output["sentence_embedding"][: len(batch.rows)].float().cpu()
            return batch.rows, torch.nn.functional.normalize(vectors, dim=1).numpy()

    with single_threads(workers) as pool:
        yield from pool.map(run, read)


def on_gpu(model: SentenceTransformer, read: Iterable[Read]) -> Generator[Made]:
    """Ask a GPU for one batch after the other, and wait only for those asked for some time ago.

    Parameters
    ----------
    model : sentence_transformers.SentenceTransformer
    read : iterable of (Batch, mapping)
        As :func:`on_threads` has it; the next batch is made while the GPU computes.

    Yields
    ------
    tuple of (sequence of int, numpy.ndarray of float32)
        As :func:`on_threads` does, in the order of the batches.

    Examples
    --------
    >>> from needlens.encoders.torch_model import load_model
    >>> from needlens.encoders.weights import find_weights
    >>> import torch
    >>> model = load_model(find_weights("default").folder, "cpu", "fp32")
    >>> read = [(Batch([row], [row]), {"input_ids": torch.tensor([[101, 2422, 102]])}) for row in (2, 5)]
    >>> [(rows, vectors.shape) for rows, vectors in on_gpu(model, read)]
    [([2], (1, 384)), ([5], (1, 384))]
    """
    import torch

    waiting: deque[tuple[Sequence[int], torch.Tensor, torch.cuda.Event | None]] = deque()
    for batch, features in read:
        if len(waiting) == _ON_THE_WAY:
            yield _arrived(*waiting.popleft())
        with torch.inference_mode():
            output = model({name: _sent(value, model.device) for name, value in features.items()})
            # All rows are made a unit long: the shape may decide how sums are rounded.
            made = torch.nn.functional.normalize(output["sentence_embedding"].float(), dim=1)
            # Into pinned memory, which torch takes by itself where it need not wait.
            vectors = made[: len(batch.rows)].to("cpu", non_blocking=True)
        waiting.append((batch.rows, vectors, _mark(model.device)))
    while waiting:
        yield _arrived(*waiting.popleft())


def _mark(device: torch.device) -> torch.cuda.Event | None:
    """What tells when a GPU has done all it was asked so far."""
    import torch

    if device.type != "cuda":
        return None
    cuda: Any = torch.cuda
    event: torch.cuda.Event = cuda.Event()
    event.record(torch.cuda.current_stream(device))
    return event


def _arrived(rows: Sequence[int], vectors: torch.Tensor, event: torch.cuda.Event | None) -> Made:
    if event is not None:
        event.synchronize()
    return rows, vectors.numpy()


def _sent(value: Any, device: torch.device) -> Any:  # noqa: ANN401 (a tensor, or what the library has beside)
    import torch

    if not isinstance(value, torch.Tensor):
        return value
    # From pinned memory the copy does not wait for the batches before it.
    pinned = value.pin_memory() if device.type == "cuda" else value
    return pinned.to(device, non_blocking=True)
