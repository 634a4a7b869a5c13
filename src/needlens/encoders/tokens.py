"""The tokens of texts, without loading the model that reads them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from needlens.encoders.processor import n_cores
from needlens.encoders.quiet import tokenizer_without_threads

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_PART: Final = 500
"""Texts that a thread cuts into tokens at a time."""


def token_ids(file: Path, texts: Sequence[str], *, limit: int | None = None) -> list[list[int]]:
    """Cut texts into tokens.

    Parameters
    ----------
    file
        The ``tokenizer.json`` of a model.
    texts
        Any number of them.
    limit
        Tokens kept of a text, the model's own marks included; ``None``: all, however many they are.

    Returns
    -------
    list of list of int
        Ids in the model's vocabulary, those of its own marks included.

    Examples
    --------
    >>> from needlens.encoders.weights import find_weights
    >>> file = find_weights("default").folder / "tokenizer.json"
    >>> [len(ids) for ids in token_ids(file, ["light", "", "very light and warm"])]
    [3, 2, 6]
    >>> token_ids(file, ["very light and warm"], limit=4)
    [[101, 2200, 2422, 102]]
    """
    if not texts:
        return []
    tokenizer = _tokenizer(file, file.stat().st_mtime_ns, limit)

    def cut(part: Sequence[str]) -> list[list[int]]:
        return [encoding.ids for encoding in tokenizer.encode_batch_fast([readable(text) for text in part])]

    parts = [texts[start : start + _PART] for start in range(0, len(texts), _PART)]
    with tokenizer_without_threads():
        if len(parts) == 1 or n_cores() == 1:
            return [ids for part in parts for ids in cut(part)]
        with ThreadPoolExecutor(n_cores()) as pool:
            return [ids for made in pool.map(cut, parts) for ids in made]


def readable(text: str) -> str:
    """Replace lone surrogates, which no tokenizer accepts; other texts are returned as they are.

    Examples
    --------
    >>> readable("café"), readable("half " + chr(0xD800)).isprintable()
    ('café', True)
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


@lru_cache(maxsize=8)
def _tokenizer(file: Path, changed: int, limit: int | None) -> Tokenizer:  # noqa: ARG001 (a changed file is read anew)
    # torch is not needed where all vectors come from the cache, so neither is transformers.
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    if limit is None:
        tokenizer.no_truncation()
    else:
        tokenizer.enable_truncation(limit)
    return tokenizer
