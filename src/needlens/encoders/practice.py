"""Texts that a small model is taught on: the sample study's, and the same with other words in the gaps."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Final

from needlens.datasets import sample_folder

VARIANTS: Final = 3
"""How often each of the sample's texts stands there with other words."""

_COMMON: Final = 150
"""The most common words stay where they are: they are what sentences are built of."""

_WORD: Final = re.compile("[A-Za-z]{2,}")
"""A word, or what of it is plain letters: of "café" the "caf" is changed and the "é" stays. Other patterns
would make other texts, and so another table (:data:`needlens.encoders.distil.VERSION`)."""


def practice_file() -> Path:
    """File that the texts are made from."""
    return sample_folder() / "verbatims.csv"


def practice_texts(words: Sequence[str]) -> list[str]:
    """Get sentences as customers build them, about anything.

    Parameters
    ----------
    words
        Lower-case words, the commonest first. Those after the 150th take the places of one another, evenly on
        the log scale of their rank, as often as Zipf's law has it.

    Returns
    -------
    list of str
        The texts of the sample study, each whole, then their variants; the same for the same words.

    Examples
    --------
    >>> texts = practice_texts(["the", "it"] * 75 + ["quiet"])
    >>> texts[2], texts[2 + len(texts) // 4]
    ('The coffee tastes better than at the café', 'The quiet quiet quiet quiet quiet the quieté')
    """
    with practice_file().open(encoding="utf-8", newline="") as file:
        said = [row["text"] for row in csv.DictReader(file) if row["text"].strip()]
    common = set(words[:_COMMON])
    random = Random(0)  # noqa: S311 (its random() gives the same numbers in every version of Python)

    def other(found: re.Match[str]) -> str:
        if found[0].lower() in common:
            return found[0]
        return words[int(_COMMON * (len(words) / _COMMON) ** random.random())]

    return said + [_WORD.sub(other, text) for _ in range(VARIANTS) for text in said]
