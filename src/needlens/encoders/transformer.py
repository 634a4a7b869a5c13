"""A sentence-transformers model whose vectors depend on model, backend and text alone, to the last bit."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from needlens.encoders.backend import Backend
from needlens.encoders.bert_files import bert_files
from needlens.encoders.choice import choose
from needlens.encoders.runner import Runner, load_runner
from needlens.encoders.token_weights import TokenWeights, token_weights
from needlens.encoders.tokens import readable, token_ids
from needlens.encoders.torch_runner import TorchRunner
from needlens.encoders.weights import Weights
from needlens.errors import EncoderError
from needlens.progress import Progress, silent

_REMEMBERED: Final = 1_000_000
"""Tokens, all texts cut at once taken together, that are remembered until others are cut: some 45 MB of
numbers, beside the texts, which belong to whoever gave them."""


class TransformerEncoder:
    """An :class:`~needlens.encoders.encoder.Encoder` that runs a sentence-transformers model.

    Parameters
    ----------
    weights : Weights
        The model's files.
    backend : str
        What runs it: one of :data:`needlens.encoders.backend.CHOICES`.
    token_weights : TokenWeights or None
        How much each token counts in a vector; ``None``: all the same, as the model's makers meant it.

    Examples
    --------
    >>> from needlens.encoders.weights import find_weights
    >>> TransformerEncoder(find_weights("default")).name
    'default'
    """

    def __init__(
        self, weights: Weights, *, backend: str = "auto", token_weights: TokenWeights | None = None
    ) -> None:
        self._model = _Model(weights, backend)
        self._token_weights = token_weights

    def __repr__(self) -> str:
        return f"TransformerEncoder({self.name!r}, {self.digest[:8]})"

    @property
    def name(self) -> str:
        """``"default"``, the folder or the hub id."""
        return self._model.weights.name

    @property
    def digest(self) -> str:
        """SHA-256 over the files of the model."""
        return self._model.weights.digest

    @property
    def backend(self) -> Backend:
        """What runs it; the first call on a machine may take some seconds to find out."""
        return choose(self._model.weights, self._model.asked).backend

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of the backend, a sentence each."""
        return choose(self._model.weights, self._model.asked).notes

    @property
    def keeps(self) -> bool:
        """Whether vectors are worth keeping: yes, they take longer to make than to look up."""
        return True

    @property
    def at_once(self) -> int:
        """Texts that it likes to be given at once, at least."""
        return self.backend.at_once

    @property
    def dimension(self) -> int:
        """Length of a vector; the model is loaded only where its files do not say."""
        known = self._model.files
        return known.dimension if known is not None else self._model.runner.dimension

    @property
    def max_tokens(self) -> int | None:
        """How many tokens of a text are read, or ``None`` for all; known like ``dimension``."""
        known = self._model.files
        return known.max_tokens if known is not None else self._model.torch.max_tokens

    @property
    def token_weights(self) -> TokenWeights | None:
        """How much each token counts in a vector; ``None``: all the same."""
        return self._token_weights

    def weigh_tokens(self, texts: Sequence[str]) -> TokenWeights | None:
        """Weigh tokens by how many texts share each; ``None`` unless a vector is the mean of its tokens.

        Examples
        --------
        >>> from needlens.encoders.weights import find_weights
        >>> encoder = TransformerEncoder(find_weights("default"))
        >>> len(encoder.weigh_tokens(["the boots are warm", "the boots are red"]).halvings)
        5
        """
        if self._model.files is None and not self._model.torch.is_mean_of_tokens:
            return None
        return token_weights(self._token_ids(texts))

    def with_token_weights(self, token_weights: TokenWeights | None) -> TransformerEncoder:
        """Make the same encoder with these weights; the model itself is shared."""
        other = copy.copy(self)
        other._token_weights = token_weights
        return other

    def cache_texts(self, texts: Sequence[str]) -> list[str]:
        """For each text all that its vector depends on besides the model: itself, and its tokens' weights."""
        weights = self._token_weights
        if weights is None:
            return list(texts)
        signatures = weights.signatures(self._token_ids(texts))
        return [f"{text}\0{own}" for text, own in zip(texts, signatures, strict=True)]

    def count_too_long(self, texts: Sequence[str]) -> int:
        """Count the texts with more tokens than the model reads.

        Parameters
        ----------
        texts : sequence of str

        Returns
        -------
        int

        Examples
        --------
        >>> from needlens.encoders.weights import find_weights
        >>> TransformerEncoder(find_weights("default")).count_too_long(["short", "long " * 300])
        1
        """
        limit = self.max_tokens
        if limit is None:
            return 0
        # Fewer bytes than half the limit make no more tokens, even of letters that unfold to many.
        candidates = [text for text in texts if 2 * len(text.encode(errors="replace")) > limit]
        return sum(len(ids) > limit for ids in self._token_ids(candidates))

    def encode(
        self, texts: Sequence[str], *, progress: Progress = silent, workers: int | None = None
    ) -> NDArray[np.float32]:
        """Turn texts into vectors.

        Parameters
        ----------
        texts : sequence of str
        progress : Progress
            Called as ``progress("encoding", done, total)`` after each batch.
        workers : int or None
            Threads; ``None`` takes one a core. The vectors do not depend on it.

        Returns
        -------
        numpy.ndarray of float32, shape (len(texts), dimension)
            Rows of unit length; a zero row where a static model knows no word of the text.

        Raises
        ------
        EncoderError
            When the model cannot be loaded, or answers with numbers that are not finite.

        Examples
        --------
        >>> from needlens.encoders.weights import find_weights
        >>> vectors = TransformerEncoder(find_weights("default")).encode(["It saves me an hour."])
        >>> vectors.shape, round(float(np.linalg.norm(vectors)), 6)
        ((1, 384), 1.0)
        """
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        clean = [readable(text) for text in texts]
        vectors = self._model.runner.encode(clean, self._token_weights, progress, workers)
        if not np.isfinite(vectors).all():
            msg = f"the encoder {self.name!r} returned vectors that are not finite numbers"
            raise EncoderError(msg + _IN_HALF.get(self.backend.name, ""))
        return vectors

    def _token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        file, last = self._model.weights.folder / "tokenizer.json", self._model.last_cut
        if all(map(last.__contains__, texts)):
            return [last[text] for text in texts]
        if file.is_file():
            ids = token_ids(file, texts)
        else:
            ids = self._model.torch.token_ids([*map(readable, texts)])
        if sum(map(len, ids)) <= _REMEMBERED:
            self._model.last_cut = dict(zip(texts, ids, strict=True))
        return ids


_IN_HALF: Final = {"cuda-fp16": ": float16 may be too small for some text, use --backend cuda-fp32"}
"""What helps where numbers of half precision overflow."""


class _Model:
    """What encoders that differ in their tokens' weights share; each part is made when it is needed."""

    last_cut: Mapping[str, list[int]] = MappingProxyType({})
    """Tokens of the texts cut last: the same are weighed, looked up and counted."""

    def __init__(self, weights: Weights, asked: str) -> None:
        self.weights, self.asked = weights, asked
        self.files = bert_files(weights.folder)

    def __getstate__(self) -> dict[str, Any]:
        """What another process makes the same encoder of: a loaded model stays where it is."""
        return {name: self.__dict__[name] for name in ("weights", "asked", "files")}

    @cached_property
    def runner(self) -> Runner:
        return load_runner(self.weights, choose(self.weights, self.asked).backend)

    @cached_property
    def torch(self) -> TorchRunner:
        """The model in torch, which knows what the files of an unfamiliar model do not say."""
        if isinstance(self.runner, TorchRunner):
            return self.runner
        return TorchRunner(self.weights.folder)
