"""The tokens of texts, without loading the model that reads them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from needlens.encoders.quiet import quiet


def token_ids(file: Path, texts: Sequence[str]) -> list[list[int]]:
    """Cut texts into tokens, however long they are.

    Parameters
    ----------
    file
        The ``tokenizer.json`` of a model.
    texts
        Any number of them.

    Returns
    -------
    list of list of int
        Ids in the model's vocabulary, those of its own marks included.

    Examples
    --------
    >>> from needlens.encoders.weights import find_weights
    >>> [len(ids) for ids in token_ids(find_weights("default").folder / "tokenizer.json", ["light", ""])]
    [3, 2]
    """
    if not texts:
        return []
    # torch is not needed where all vectors come from the cache, so neither is transformers.
    from tokenizers import Tokenizer

    with quiet():
        tokenizer = Tokenizer.from_file(str(file))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return [encoding.ids for encoding in tokenizer.encode_batch([readable(text) for text in texts])]


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
