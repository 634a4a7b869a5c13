"""A BERT or an MPNet as an OpenVINO graph, built from its weights without torch."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from needlens.encoders.bert_files import BertFiles
from needlens.encoders.mpnet_graph import attention_bias, bert_name, mpnet_embeddings

_TELEMETRY: Final = "openvino_telemetry"

Node = Any
"""A node of a graph; the library does not say more of its type."""


def openvino() -> ModuleType:
    """Import OpenVINO without its telemetry, which would write to a server at every import.

    Returns
    -------
    types.ModuleType

    Examples
    --------
    >>> openvino().__name__
    'openvino'
    """
    with _absent(_TELEMETRY):
        return import_module("openvino")


def bert_graph(files: BertFiles) -> Any:  # noqa: ANN401 (an openvino.Model)
    """Build the graph that turns tokens into one vector a text.

    The encoder of [1]_, or MPNet's as :mod:`needlens.encoders.mpnet_graph` has it, then the weighted mean of
    its tokens' vectors, then unit length.

    Parameters
    ----------
    files : BertFiles
        The model.

    Returns
    -------
    openvino.Model
        Takes token ids, int32, and their weights, float32, both of shape (n_texts, n_tokens) without padding;
        gives float32, shape (n_texts, dimension).

    Raises
    ------
    KeyError
        A weight is missing.

    References
    ----------
    .. [1] Devlin, J., Chang, M.-W., Lee, K., & Toutanova, K. (2019). BERT: Pre-training of Deep Bidirectional
       Transformers for Language Understanding. NAACL 2019.

    Examples
    --------
    >>> from needlens.encoders.bert_files import bert_files
    >>> from needlens.encoders.weights import find_weights
    >>> [str(o.partial_shape) for o in bert_graph(bert_files(find_weights("default").folder)).outputs]
    ['[?,384]']
    """
    library = openvino()
    from openvino import opset13 as op

    known = _weights(files)
    ids = op.parameter([-1, -1], np.int32, name="ids")
    weights = op.parameter([-1, -1], np.float32, name="weights")
    n_tokens = op.gather(op.shape_of(ids), _whole([1]), _whole(0))
    if files.family == "mpnet":
        x = mpnet_embeddings(op, ids, known)
        bias = attention_bias(op, n_tokens, known, files.max_tokens)
    else:
        x, bias = _embeddings(op, ids, n_tokens, known), None
    x = _normal(op, x, known, "embeddings.LayerNorm", files)
    for layer in range(files.n_layers):
        x = _layer(op, x, bias, known, f"encoder.layer.{layer}", files)
    weighed = op.multiply(x, op.unsqueeze(weights, _whole(2)))
    mean = op.divide(op.reduce_sum(weighed, _whole([1])), op.reduce_sum(weights, _whole([1]), keep_dims=True))
    unit = op.normalize_l2(mean, _whole([1]), 1e-24, "max")
    return library.Model([unit], [ids, weights], files.family)


def _embeddings(op: ModuleType, ids: Node, n_tokens: Node, known: Mapping[str, NDArray[Any]]) -> Node:
    words = op.gather(known["embeddings.word_embeddings.weight"], ids, _whole(0))
    table = known["embeddings.position_embeddings.weight"]
    positions = op.slice(table, _whole([0]), n_tokens, _whole([1]), _whole([0]))
    kind = known["embeddings.token_type_embeddings.weight"][0]
    return op.add(op.add(words, kind), positions)


def _layer(
    op: ModuleType, x: Node, bias: Node | None, known: Mapping[str, NDArray[Any]], name: str, files: BertFiles
) -> Node:
    def heads(of: str) -> Node:
        shape = _whole([0, 0, files.n_heads, files.dimension // files.n_heads])
        rows = op.reshape(_linear(op, x, known, f"{name}.attention.self.{of}"), shape, special_zero=True)
        return op.transpose(rows, _whole([0, 2, 1, 3]))

    seen = op.scaled_dot_product_attention(heads("query"), heads("key"), heads("value"), bias)
    joined = op.reshape(
        op.transpose(seen, _whole([0, 2, 1, 3])), _whole([0, 0, files.dimension]), special_zero=True
    )
    told = _linear(op, joined, known, f"{name}.attention.output.dense")
    x = _normal(op, op.add(x, told), known, f"{name}.attention.output.LayerNorm", files)
    inner = op.gelu(_linear(op, x, known, f"{name}.intermediate.dense"), "erf")
    outer = _linear(op, inner, known, f"{name}.output.dense")
    return _normal(op, op.add(x, outer), known, f"{name}.output.LayerNorm", files)


def _linear(op: ModuleType, x: Node, known: Mapping[str, NDArray[Any]], name: str) -> Node:
    product = op.matmul(x, known[f"{name}.weight"], transpose_a=False, transpose_b=True)
    return op.add(product, known[f"{name}.bias"])


def _normal(op: ModuleType, x: Node, known: Mapping[str, NDArray[Any]], name: str, files: BertFiles) -> Node:
    unit = op.mvn(x, _whole([-1]), normalize_variance=True, eps=files.epsilon, eps_mode="inside_sqrt")
    return op.add(op.multiply(unit, known[f"{name}.weight"]), known[f"{name}.bias"])


def _whole(values: int | list[int]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


def _weights(files: BertFiles) -> dict[str, NDArray[Any]]:
    from safetensors.numpy import load_file

    loaded = load_file(files.weights)
    named = bert_name if files.family == "mpnet" else str
    return {
        named(name.removeprefix(f"{files.family}.")): tensor.astype(np.float32, copy=False)
        for name, tensor in loaded.items()
        if np.issubdtype(tensor.dtype, np.floating)
    }


@contextmanager
def _absent(name: str) -> Iterator[None]:
    """Let a package look as if it were not installed while others are imported."""
    if name in sys.modules:  # somebody else imported it before
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]
