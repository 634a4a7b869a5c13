"""Labelled texts to measure on, and their vectors.

A folder of them holds banking77.csv, clinc150.csv, space_aspects.csv and oposum_dev.csv: columns ``text`` and
``label``, the first two ``split``, the last one ``domain``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.graph.draws import keys_of_texts

SETS = {
    "banking77": ("banking77.csv", "split == 'test'"),
    "clinc150": ("clinc150.csv", "split == 'test'"),
    "space": ("space_aspects.csv", "label != 'general'"),
    "oposum bags_and_cases": ("oposum_dev.csv", "domain == 'bags_and_cases'"),
    "oposum boots": ("oposum_dev.csv", "domain == 'boots'"),
    "oposum keyboards": ("oposum_dev.csv", "domain == 'keyboards'"),
    "clinc150, all": ("clinc150.csv", "label != 'oos'"),
}
"""The file of each set and which of its rows count."""

CONTAINS = {"clinc150, all": "clinc150"}
"""Sets that contain another: they stand apart in means, whose sets should share no text."""


@dataclass(frozen=True, eq=False, slots=True)
class LabelledSet:
    """Distinct texts with one label each.

    Attributes
    ----------
    name
        Key of :data:`SETS`.
    texts
        The texts, n of them.
    truth
        Label of each, str, shape (n,).
    vectors
        Their vectors by the default encoder, all tokens alike, as any user of the encoder has them: float32,
        rows of unit length, shape (n, d).
    weighed
        The same as needlens makes them: tokens that many of the texts share count less.
    """

    name: str
    texts: list[str]
    truth: NDArray[Any]
    vectors: NDArray[np.float32]
    weighed: NDArray[np.float32]

    @property
    def keys(self) -> NDArray[np.uint64]:
        """What tells the texts apart, as in a study: uint64, shape (n,)."""
        return keys_of_texts(self.texts)

    @property
    def n_labels(self) -> int:
        """Number of distinct labels."""
        return len(set(self.truth))


def read_set(folder: Path, name: str) -> pd.DataFrame:
    """Distinct texts of a set with their labels: columns ``text`` and ``label``."""
    file, rows = SETS[name]
    table = pd.read_csv(folder / file).query(rows)[["text", "label"]]
    return table.dropna().drop_duplicates("text", ignore_index=True)


def load_set(folder: Path, name: str) -> LabelledSet:
    """Read a set and its vectors, which the cache keeps from one run to the next."""
    from needlens.encoders.text_vectors import TextVectors

    table = read_set(folder, name)
    texts = table.text.tolist()
    vectors = TextVectors(weigh_tokens=False).fit_transform(texts)
    weighed = TextVectors().fit_transform(texts)
    return LabelledSet(name, texts, table.label.to_numpy(dtype=object), vectors, weighed)
