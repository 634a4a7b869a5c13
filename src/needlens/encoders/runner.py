"""What runs an encoder, whatever the backend."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from needlens.encoders.backend import Backend
from needlens.encoders.token_weights import TokenWeights
from needlens.encoders.weights import Weights
from needlens.progress import Progress

if TYPE_CHECKING:
    from needlens.encoders.torch_model import Precision


class Runner(Protocol):
    """Turns texts into vectors, each to the last bit the same whatever texts are beside it."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode(
        self, texts: Sequence[str], weights: TokenWeights | None, progress: Progress, workers: int | None
    ) -> NDArray[np.float32]:
        """Vectors of unit length; see :meth:`needlens.encoders.openvino_runner.OpenVinoRunner.encode`."""


def load_runner(weights: Weights, backend: Backend) -> Runner:
    """Get what runs a model; the model is loaded when the first text has to be encoded.

    Whoever asks for the same files and backend again gets the runner that is there: a model is compiled once,
    to be checked and used. The last two are kept, one and the one it is checked against.

    Parameters
    ----------
    weights : Weights
        The model's files.
    backend : Backend
        One of :func:`needlens.encoders.backend.candidates`.

    Returns
    -------
    Runner

    Examples
    --------
    >>> from needlens.encoders.backend import candidates
    >>> from needlens.encoders.weights import find_weights
    >>> weights = find_weights("default")
    >>> load_runner(weights, candidates(weights.folder)[0]).dimension
    384
    """
    return _load(weights.folder, weights.digest, backend)


@lru_cache(maxsize=2)
def _load(folder: Path, digest: str, backend: Backend) -> Runner:  # noqa: ARG001 - other files, other runner
    library, _, precision = backend.name.partition("-")
    if library == "openvino":
        from needlens.encoders.bert_files import bert_files
        from needlens.encoders.openvino_runner import OpenVinoRunner

        files = bert_files(folder)
        assert files is not None, "candidates() names OpenVINO only for models it can run"  # noqa: S101
        return OpenVinoRunner(files, "bf16" if precision == "bf16" else "f32")
    from needlens.encoders.torch_runner import TorchRunner

    device = "cpu" if library == "torch" else library
    return TorchRunner(folder, device=device, precision=cast("Precision", precision))
