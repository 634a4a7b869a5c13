"""A sentence-transformers model as needlens runs it: loaded offline, and summed up in float32."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from needlens.encoders.gpu import full_gpu_told
from needlens.encoders.quiet import quiet
from needlens.encoders.token_weights import TokenWeights
from needlens.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Precision = Literal["fp32", "bf16", "fp16"]
"""Of the numbers that the transformer multiplies; means over tokens are always taken in float32."""


def load_model(folder: Path, device: str, precision: Precision) -> SentenceTransformer:
    """Load a model from its files alone.

    Parameters
    ----------
    folder : pathlib.Path
        A sentence-transformers model.
    device : str
        Where torch keeps it, such as ``"cpu"`` or ``"cuda:0"``.
    precision : str
        One of :data:`Precision`.

    Returns
    -------
    sentence_transformers.SentenceTransformer
        It also takes ``{"input_ids": tokens}`` alone, of texts of one length, all of whose tokens count.

    Raises
    ------
    EncoderError
        It cannot be loaded, or the GPU has too little free memory.

    Examples
    --------
    >>> from needlens.encoders.weights import find_weights
    >>> load_model(find_weights("default").folder, "cpu", "bf16").get_embedding_dimension()
    384
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
        from sentence_transformers import SentenceTransformer
    dtype = {"fp32": None, "bf16": torch.bfloat16, "fp16": torch.float16}[precision]
    options: dict[str, Any] = {} if dtype is None else {"dtype": dtype}
    try:
        with quiet(), full_gpu_told():
            model = SentenceTransformer(
                str(folder), device=device, local_files_only=True, model_kwargs=options
            )
    except EncoderError:
        raise
    except Exception as error:
        # A broken model can fail in any of the libraries that take part in loading it.
        message = f"the encoder in {folder} cannot be loaded ({type(error).__name__})"
        raise EncoderError(message) from error
    model[0].register_forward_hook(_for_pooling)
    return _summing_in_float32(model)


def weighing(model: SentenceTransformer, weights: TokenWeights, device: str) -> SentenceTransformer:
    """Put the library's own ``WordWeights`` before the mean of the tokens is taken.

    Parameters
    ----------
    model : sentence_transformers.SentenceTransformer
        As :func:`load_model` returns it; the transformer in it is shared.
    weights : TokenWeights
    device : str
        Where torch keeps it.

    Returns
    -------
    sentence_transformers.SentenceTransformer

    Examples
    --------
    >>> from needlens.encoders.weights import find_weights
    >>> model = load_model(find_weights("default").folder, "cpu", "fp32")
    >>> [type(module).__name__ for module in weighing(model, TokenWeights({2009: 3}), "cpu")][:3]
    ['Transformer', 'WordWeights', 'Pooling']
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import WordWeights

    transformer, *rest = model
    prompts: Any = model.prompts
    names = [str(token) for token in range(len(model.tokenizer))]
    with quiet():
        of_tokens = WordWeights(names, {str(t): 0.5**times for t, times in weights.halvings.items()})
        made = SentenceTransformer(modules=[transformer, of_tokens, *rest], device=device, prompts=prompts)
    return _summing_in_float32(made)


@contextmanager
def exact_products() -> Iterator[None]:
    """Multiply float32 as float32 in a ``with`` block, not as TF32 or bfloat16, whatever the process has set.

    Examples
    --------
    >>> import torch
    >>> with exact_products():
    ...     torch.get_float32_matmul_precision()
    'highest'
    """
    import torch

    with ExitStack() as undo:
        try:
            undo.callback(torch.set_float32_matmul_precision, torch.get_float32_matmul_precision())
            torch.set_float32_matmul_precision("highest")
        except RuntimeError:  # it was set by torch's newer names, which must not be mixed with the older
            backends: Any = torch.backends
            for products in (backends.cuda.matmul, backends.mkldnn.matmul):
                undo.callback(setattr, products, "fp32_precision", products.fp32_precision)
                products.fp32_precision = "ieee"
        yield


def _summing_in_float32(model: SentenceTransformer) -> SentenceTransformer:
    """Weights of tokens and whatever else follows the transformer: the library casts it to half precision."""
    _, *rest = model
    for module in rest:
        module.float()
    return model.eval()


def _for_pooling(_module: object, _given: object, made: dict[str, Any]) -> dict[str, Any]:
    """What follows the transformer gets float32 and a mask; it is a function so that it can be pickled."""
    if "token_embeddings" in made:
        made["token_embeddings"] = made["token_embeddings"].float()
        if "attention_mask" not in made:
            import torch

            made["attention_mask"] = torch.ones_like(made["input_ids"])
    return made
