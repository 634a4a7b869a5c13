"""Where a model of the MPNet family [1]_ differs from a BERT: its positions, and what its tensors are called.

References
----------
.. [1] Song, K., Tan, X., Qin, T., Lu, J., & Liu, T.-Y. (2020). MPNet: Masked and Permuted Pre-training for
   Language Understanding. NeurIPS 2020.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from needlens.encoders.bert_graph import Node

_PADDING: Final = 1
"""The token that fills texts up; the family's models have no other."""

_NAMES: Final = {
    "attention.attn.q.": "attention.self.query.",
    "attention.attn.k.": "attention.self.key.",
    "attention.attn.v.": "attention.self.value.",
    "attention.attn.o.": "attention.output.dense.",
    "attention.LayerNorm.": "attention.output.LayerNorm.",
}
"""What BERT calls the parts of a layer that MPNet calls otherwise."""

_NEAR: Final = 8
"""Distances from 0 that have a number each of their own."""
_FIRST_SQUARED: Final = _NEAR**2 * 2 ** np.arange(8)
"""Squares of the distances, half an octave from one to the next, at which the farther numbers begin."""


def bert_name(name: str) -> str:
    """Turn the name of a tensor into BERT's for the same.

    Examples
    --------
    >>> bert_name("encoder.layer.0.attention.attn.q.weight"), bert_name("embeddings.LayerNorm.bias")
    ('encoder.layer.0.attention.self.query.weight', 'embeddings.LayerNorm.bias')
    """
    for own, of_bert in _NAMES.items():
        name = name.replace(own, of_bert)
    return name


def mpnet_embeddings(op: ModuleType, ids: Node, known: Mapping[str, NDArray[Any]]) -> Node:
    """Add what each token and its position bring along.

    Positions are counted from the one after the padding's. A token of padding that a text spells out has the
    padding's own position and is not counted.

    Parameters
    ----------
    op : module
        OpenVINO's operations.
    ids : node of int32, shape (n_texts, n_tokens)
    known : mapping of str to numpy.ndarray
        The model's tensors by name.

    Returns
    -------
    node of float32, shape (n_texts, n_tokens, dimension)
    """
    counted = op.convert(op.not_equal(ids, np.int32(_PADDING)), "i32")
    positions = op.add(op.multiply(op.cum_sum(counted, np.int64(1)), counted), np.int32(_PADDING))
    words = op.gather(known["embeddings.word_embeddings.weight"], ids, np.int64(0))
    return op.add(words, op.gather(known["embeddings.position_embeddings.weight"], positions, np.int64(0)))


def attention_bias(op: ModuleType, n_tokens: Node, known: Mapping[str, NDArray[Any]], most: int) -> Node:
    """Say what every layer adds to the attention that a token pays to another.

    Parameters
    ----------
    op : module
        OpenVINO's operations.
    n_tokens : node of int64, shape (1,)
        Tokens of each text of the batch.
    known : mapping of str to numpy.ndarray
        The model's tensors by name.
    most : int
        Tokens of a text that are read, at most.

    Returns
    -------
    node of float32, shape (1, n_heads, n_tokens, n_tokens)
    """
    whole = position_bias(known["encoder.relative_attention_bias.weight"], most)
    starts, steps, axes = np.array([[0, 0], [1, 1], [2, 3]], dtype=np.int64)
    return op.slice(whole, starts, op.concat([n_tokens, n_tokens], 0), steps, axes)


def position_bias(table: NDArray[np.float32], n_tokens: int) -> NDArray[np.float32]:
    """Look up what is added to the attention between tokens, by how far apart they are.

    Near distances have a row of the table each, farther ones share one by half octaves up to the last row;
    the second half of the rows is for tokens that come after the one that attends.

    Parameters
    ----------
    table : numpy.ndarray of float32, shape (32, n_heads)
    n_tokens : int

    Returns
    -------
    numpy.ndarray of float32, shape (1, n_heads, n_tokens, n_tokens)
        The last axis is the token attended to.

    Examples
    --------
    >>> rows = np.arange(32, dtype=np.float32)[:, None]
    >>> position_bias(rows, 200)[0, 0, 100, [0, 9, 90, 99, 100, 101, 110, 199]].astype(int).tolist()
    [15, 15, 8, 1, 0, 17, 24, 31]
    """
    place = np.arange(n_tokens)
    after = place[None, :] - place[:, None]
    # Compared as whole numbers: a logarithm would be rounded just where the octaves meet.
    far = _NEAR - 1 + np.searchsorted(_FIRST_SQUARED, after**2, side="right")
    row = np.where(abs(after) < _NEAR, abs(after), far) + len(table) // 2 * (after > 0)
    return np.ascontiguousarray(table[row].transpose(2, 0, 1)[None])
