"""A sentence-transformers model whose vectors depend on model and text alone, to the last bit.

A matrix product's rounding depends on its shape and on how its work is shared out. So every batch
holds texts of exactly the same number of tokens, always in the same number of rows, on one thread;
the work is parallel over batches. A text's vector is then the same for any order, subset, chunking
and number of workers.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from needlens.encoders.quiet import quiet
from needlens.encoders.threads import single_threads
from needlens.encoders.token_weights import TokenWeights, token_weights, weigh_embeddings
from needlens.encoders.tokens import readable, token_ids
from needlens.encoders.weights import Weights
from needlens.errors import EncoderError
from needlens.progress import Progress, silent

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_DIMENSION: Final = 384
DEFAULT_MAX_TOKENS: Final = 256

BATCH_TOKENS: Final = 512
"""Tokens in a batch: enough to keep a core busy, few enough to fill the last batch cheaply."""


@dataclass(frozen=True, eq=False, slots=True)
class _Batch:
    """Texts of one length: the rows they belong to, and what the model reads."""

    rows: Sequence[int]
    features: dict[str, Any]


class TransformerEncoder:
    """An :class:`~needlens.encoders.encoder.Encoder` that runs a sentence-transformers model.

    Parameters
    ----------
    weights : Weights
        The model's files.
    device : str
        Where torch runs it.
    token_weights : TokenWeights or None
        How much each token counts in a vector; ``None``: all the same, as the model's makers meant it.

    Examples
    --------
    >>> from needlens.encoders.weights import find_weights
    >>> TransformerEncoder(find_weights("default")).name
    'default'
    """

    def __init__(
        self, weights: Weights, *, device: str = "cpu", token_weights: TokenWeights | None = None
    ) -> None:
        self._weights, self._device, self._token_weights = weights, device, token_weights

    def __repr__(self) -> str:
        return f"TransformerEncoder({self.name!r}, {self.digest[:8]})"

    @property
    def name(self) -> str:
        """``"default"``, the folder or the hub id."""
        return self._weights.name

    @property
    def digest(self) -> str:
        """SHA-256 over the files of the model."""
        return self._weights.digest

    @property
    def dimension(self) -> int:
        """Length of a vector; only the default encoder knows it without loading the model."""
        if self.name == "default":
            return DEFAULT_DIMENSION
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def max_tokens(self) -> int | None:
        """How many tokens of a text are read, or ``None`` for all; known like ``dimension``."""
        if self.name == "default":
            return DEFAULT_MAX_TOKENS
        limit = self._model.max_seq_length
        return int(limit) if limit is not None and limit < sys.maxsize else None

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
        if not self._is_mean_of_tokens:
            return None
        return token_weights(self._token_ids(texts))

    def with_token_weights(self, token_weights: TokenWeights | None) -> TransformerEncoder:
        """Make the same encoder with these weights; the model itself is shared."""
        other = TransformerEncoder(self._weights, device=self._device, token_weights=token_weights)
        if "_model" in self.__dict__:
            other.__dict__["_model"] = self._model
        return other

    def cache_texts(self, texts: Sequence[str]) -> list[str]:
        """For each text all that its vector depends on besides the model: itself, and its tokens' weights."""
        weights = self._token_weights
        if weights is None:
            return list(texts)
        ids = self._token_ids(texts)
        return [f"{text}\0{weights.signature(own)}" for text, own in zip(texts, ids, strict=True)]

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
            Threads; ``None`` takes as many as torch would. The vectors do not depend on it.

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
        if self._has_tokenizer:
            vectors = self._encode_batches(clean, progress, workers)
        else:
            vectors = self._encode_whole(clean)
            progress("encoding", len(texts), len(texts))
        if not np.isfinite(vectors).all():
            msg = f"the encoder {self.name!r} returned vectors that are not finite numbers"
            raise EncoderError(msg)
        return vectors

    @cached_property
    def _model(self) -> SentenceTransformer:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from sentence_transformers import SentenceTransformer
        try:
            with quiet():
                model = SentenceTransformer(
                    str(self._weights.folder), device=self._device, local_files_only=True
                )
        except Exception as error:
            # A broken model can fail in any of the libraries that take part in loading it.
            msg = f"the encoder in {self._weights.folder} cannot be loaded ({type(error).__name__})"
            raise EncoderError(msg) from error
        return model.eval()

    @property
    def _prompt(self) -> str | None:
        """What the model's makers want before every text, when they named a default."""
        name = self._model.default_prompt_name
        return self._model.prompts[name] if name is not None else None

    @property
    def _has_tokenizer(self) -> bool:
        tokenizer = getattr(self._model, "tokenizer", None)
        from transformers import PreTrainedTokenizerBase

        return isinstance(tokenizer, PreTrainedTokenizerBase)

    @property
    def _is_mean_of_tokens(self) -> bool:
        if self.name == "default":
            return True
        if not self._has_tokenizer or len(self._model) < 2:
            return False
        return getattr(self._model[1], "pooling_mode", None) in ("mean", ("mean",), ["mean"])

    def _token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        file = self._weights.folder / "tokenizer.json"
        if file.is_file() or not texts:
            return token_ids(file, texts)
        with quiet():
            return [list(ids) for ids in self._model.tokenizer([*map(readable, texts)])["input_ids"]]

    def _encode_batches(
        self, texts: Sequence[str], progress: Progress, workers: int | None
    ) -> NDArray[np.float32]:
        import torch
        from sentence_transformers.util import batch_to_device

        def run(batch: _Batch) -> tuple[Sequence[int], NDArray[np.float32]]:
            with torch.inference_mode():
                output = self._forward(batch_to_device(batch.features, self._model.device))
                vectors = output["sentence_embedding"][: len(batch.rows)].float().cpu()
                return batch.rows, torch.nn.functional.normalize(vectors, dim=1).numpy()

        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        done = 0
        with quiet(), single_threads(workers) as pool:
            for rows, values in pool.map(run, self._batches(texts)):
                vectors[rows] = values
                done += len(rows)
                progress("encoding", done, len(texts))
        return vectors

    def _forward(self, features: dict[str, Any]) -> dict[str, Any]:
        """Run the model; the tokens are weighed before their mean is taken, as its own WordWeights would."""
        if self._token_weights is None:
            output: dict[str, Any] = self._model(features)
            return output
        transformer, *rest = self._model
        output = transformer(features)
        weigh_embeddings(output, features["input_ids"], self._token_weights)
        for module in rest:
            output = module(output)
        return output

    def _batches(self, texts: Sequence[str]) -> Iterator[_Batch]:
        model, prompt = self._model, self._prompt
        tokens = model.tokenizer([f"{prompt or ''}{text}" for text in texts], truncation=True)
        lengths = [len(ids) for ids in tokens["input_ids"]]
        longest_first = sorted(range(len(texts)), key=lambda row: -lengths[row])
        for length, same in groupby(longest_first, key=lengths.__getitem__):
            rows, size = list(same), max(1, BATCH_TOKENS // max(1, length))
            for start in range(0, len(rows), size):
                batch = rows[start : start + size]
                filled = batch + batch[:1] * (size - len(batch))
                yield _Batch(batch, model.preprocess([texts[row] for row in filled], prompt=prompt))

    def _encode_whole(self, texts: Sequence[str]) -> NDArray[np.float32]:
        # Static embeddings and other models without a Hugging Face tokenizer: there is no token
        # count to batch by, so the library batches for itself, always over the sorted unique texts.
        unique = sorted(set(texts))
        with quiet(), single_threads(1) as pool:
            values = pool.submit(
                self._model.encode, unique, normalize_embeddings=True, show_progress_bar=False
            ).result()
        row = {text: row for row, text in enumerate(unique)}
        return np.asarray(values, dtype=np.float32)[[row[text] for text in texts]]
