"""What an encoder is, and how to get one by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from needlens.encoders.backend import Backend
from needlens.encoders.precise import PreciseEncoder
from needlens.encoders.shipped import MPNET
from needlens.encoders.static import StaticEncoder
from needlens.encoders.token_weights import TokenWeights
from needlens.encoders.transformer import TransformerEncoder
from needlens.encoders.weights import find_weights, shipped_weights
from needlens.errors import UsageError
from needlens.progress import Progress, silent


class Encoder(Protocol):
    """Turns each text into one vector, the same vector whatever texts are beside it."""

    @property
    def name(self) -> str:
        """What the user calls it."""

    @property
    def digest(self) -> str:
        """Changes whenever its vectors change by more than rounding."""

    @property
    def backend(self) -> Backend:
        """What runs it here; vectors by two backends differ by rounding, and the vector cache parts them."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of the backend, a sentence each."""

    @property
    def keeps(self) -> bool:
        """Whether its vectors take longer to make than to look up, and so are worth keeping."""

    @property
    def at_once(self) -> int:
        """Texts that it likes to be given at once, at least."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def max_tokens(self) -> int | None:
        """How many tokens of a text it reads, or ``None`` for all of them."""

    @property
    def token_weights(self) -> TokenWeights | None:
        """How much each token counts in a vector; ``None`` where all count the same."""

    def count_too_long(self, texts: Sequence[str]) -> int:
        """How many texts have more tokens than it reads."""

    def weigh_tokens(self, texts: Sequence[str]) -> TokenWeights | None:
        """Weights of the tokens of these texts; ``None`` where it makes vectors in a way that has none."""

    def with_token_weights(self, token_weights: TokenWeights | None) -> Self:
        """The same encoder with these weights."""

    def cache_texts(self, texts: Sequence[str]) -> list[str]:
        """For each text a string that says all its vector depends on besides the model."""

    def encode(
        self, texts: Sequence[str], *, progress: Progress = silent, workers: int | None = None
    ) -> NDArray[np.float32]:
        """Vectors of shape ``(len(texts), dimension)``, rows of unit length."""


def load_encoder(
    name: str | Path = "default", *, allow_download: bool = False, backend: str = "auto"
) -> Encoder:
    """Get an encoder; its model is loaded only when the first text has to be encoded.

    Parameters
    ----------
    name : str or pathlib.Path
        ``"default"`` (all-MiniLM-L6-v2 [1]_, from an installed distribution and checked against its
        SHA-256), ``"fast"`` (a table of word vectors made from it), ``"precise"`` (it and all-mpnet-base-v2,
        which ``make precise`` brings), the folder of a sentence-transformers model, or a Hugging Face
        hub id (``"org/name"``). Only a hub id uses the network: naming one is asking for it.
    allow_download : bool
        Whether the weights of the first three may be fetched from the hub when they are not installed.
    backend : str
        What runs the model: one of :data:`needlens.encoders.backend.CHOICES`. ``"auto"`` takes the
        first of CUDA (float16, then float32), OpenVINO (bfloat16, then float32) and torch that is there and
        whose vectors agree with torch's in float32 to a cosine of .999; a model that OpenVINO cannot run has
        Apple's GPU and torch in bfloat16 in its place.

    Returns
    -------
    Encoder

    Raises
    ------
    EncoderError
        When the encoder's files are missing, cannot be fetched, or are not the expected ones, or this machine
        does not have the backend.
    UsageError
        When there is no such backend, or one is asked for with ``"fast"``, which needs none.

    References
    ----------
    .. [1] Reimers, N., & Gurevych, I. (2019). Sentence-BERT: Sentence Embeddings using Siamese
       BERT-Networks. EMNLP-IJCNLP 2019.

    Examples
    --------
    >>> encoder = load_encoder()
    >>> encoder.dimension, encoder.max_tokens
    (384, 256)
    """
    if name == "fast":
        if backend != "auto":
            message = "the fast encoder looks words up in a table: leave the backend out"
            raise UsageError(message)
        return StaticEncoder(find_weights("default", allow_download=allow_download))
    if name == "precise":
        large = shipped_weights(MPNET, "precise", allow_download=allow_download)
        return PreciseEncoder(find_weights("default", allow_download=allow_download), large, backend=backend)
    return TransformerEncoder(find_weights(name, allow_download=allow_download), backend=backend)
