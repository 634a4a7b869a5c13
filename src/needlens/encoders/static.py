"""The fast encoder: a text's vector is the weighed sum of one vector a token, looked up in a table."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from needlens.encoders.backend import Backend
from needlens.encoders.distil import DIMENSION, VERSION, recipe, static_table
from needlens.encoders.student import Student
from needlens.encoders.token_weights import TokenWeights, token_weights
from needlens.encoders.tokens import token_ids
from needlens.encoders.weights import Weights
from needlens.progress import Progress, silent

NOTE: Final = (
    "the fast encoder was used: it reads words without what stands beside them, so 'not loud' and 'loud' are "
    "nearly alike; in two labelled sets its themes agreed with people's 0.77 and 0.76 times as well as the "
    "default encoder's"
)
"""What is told with every study; the figures are those of ``benchmarks/speed.md``."""

_CHUNK: Final = 4096


class StaticEncoder:
    """An :class:`~needlens.encoders.encoder.Encoder` without a model to run, for millions of texts.

    Parameters
    ----------
    weights : Weights
        What its table is made from, the default encoder's.
    token_weights : TokenWeights or None
        How much each token counts in a vector besides what the table holds; ``None``: all the same.

    Examples
    --------
    >>> from needlens.encoders.weights import find_weights
    >>> StaticEncoder(find_weights("default")).name
    'fast'
    """

    def __init__(self, weights: Weights, *, token_weights: TokenWeights | None = None) -> None:
        self._table = _Table(weights)
        self._token_weights = token_weights

    def __repr__(self) -> str:
        return f"StaticEncoder({self.digest[:8]})"

    @property
    def name(self) -> str:
        """``"fast"``."""
        return "fast"

    @property
    def digest(self) -> str:
        """SHA-256 of the weights and of how the table is made from them."""
        return recipe(self._table.weights)

    @property
    def backend(self) -> Backend:
        """The table, by its hash: machines that round differently may make tables that differ a little."""
        return Backend("static", f"table-{VERSION}", self._table.sha256[:16])

    @property
    def notes(self) -> tuple[str, ...]:
        """What it costs to be fast."""
        return (NOTE,)

    @property
    def keeps(self) -> bool:
        """Whether vectors are worth keeping: no, it makes them faster than a cache finds them."""
        return False

    @property
    def at_once(self) -> int:
        """Texts that it likes to be given at once, at least."""
        return 1

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return DIMENSION

    @property
    def max_tokens(self) -> int | None:
        """``None``: it reads texts to their end."""
        return None

    @property
    def token_weights(self) -> TokenWeights | None:
        """How much each token counts in a vector besides what the table holds; ``None``: all the same."""
        return self._token_weights

    def weigh_tokens(self, texts: Sequence[str]) -> TokenWeights | None:
        """Weigh tokens by how many texts share each."""
        return token_weights(token_ids(self._table.tokenizer, texts))

    def with_token_weights(self, token_weights: TokenWeights | None) -> StaticEncoder:
        """Make the same encoder with these weights; the table is shared."""
        other = copy.copy(self)
        other._token_weights = token_weights
        return other

    def cache_texts(self, texts: Sequence[str]) -> list[str]:
        """The texts: its vectors are not kept, see :attr:`keeps`."""
        return list(texts)

    def count_too_long(self, texts: Sequence[str]) -> int:  # noqa: ARG002 (as every encoder has it)
        """None: it reads texts to their end."""
        return 0

    def encode(
        self,
        texts: Sequence[str],
        *,
        progress: Progress = silent,
        workers: int | None = None,  # noqa: ARG002 (as every encoder has it)
    ) -> NDArray[np.float32]:
        """Turn texts into vectors.

        Parameters
        ----------
        texts : sequence of str
        progress : Progress
            Called as ``progress("encoding", done, total)``.
        workers : int or None
            Of no account.

        Returns
        -------
        numpy.ndarray of float32, shape (len(texts), 256)
            Rows of unit length; a text without any token counts as an unknown word.

        Raises
        ------
        EncoderError
            The table has to be made and the model cannot be loaded.

        Examples
        --------
        >>> from needlens.encoders.weights import find_weights
        >>> vectors = StaticEncoder(find_weights("default")).encode(["It saves me an hour.", ""])
        >>> vectors.shape, np.linalg.norm(vectors, axis=1).round(5).tolist()
        ((2, 256), [1.0, 1.0])
        """
        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        for start in range(0, len(texts), _CHUNK):
            part = texts[start : start + _CHUNK]
            vectors[start : start + len(part)] = self._encode(part)
            progress("encoding", start + len(part), len(texts))
        return vectors

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        # Without the marks at both ends.
        ids = [own[1:-1] or [self._table.unknown] for own in token_ids(self._table.tokenizer, texts)]
        weights = np.ones(1, dtype=np.float32) if self._token_weights is None else self._token_weights.table()
        # Half as many halvings as elsewhere: the table has learned to weigh what all texts share down.
        return self._table.student.vectors(ids, np.sqrt(weights))


class _Table:
    """What encoders that differ in their tokens' weights share, loaded when it is needed."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.tokenizer = weights.folder / "tokenizer.json"

    def __getstate__(self) -> dict[str, Any]:
        """What another process makes the same encoder of: the table stays where it is."""
        return {name: self.__dict__[name] for name in ("weights", "tokenizer")}

    @cached_property
    def student(self) -> Student:
        return static_table(self.weights)

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.student.tokens.tobytes()).hexdigest()

    @cached_property
    def unknown(self) -> int:
        ((_, unknown, _),) = token_ids(self.tokenizer, ["\u2fff"])
        return unknown
