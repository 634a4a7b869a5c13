"""The search for themes is told whose vectors it looks at."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import load_encoder
from needlens.graph.draws import keys_of_texts
from needlens.study.discovery import discover
from needlens.themes import ThemeSearch


def test_lots_are_drawn_by_the_texts_whose_vectors_stand_for_others() -> None:
    given = []

    class Noted(ThemeSearch):
        def fit(self, X: Any, y: object = None, *, keys: Any = None, **told: Any) -> Self:
            given.append(keys.tolist())
            return super().fit(X, y, keys=keys, **told)

    texts = ["It is light", "It is light!", "It is quiet", "It saves money"]
    matrix = np.eye(384, dtype=np.float32)[:3]
    stands_for = np.array([0, 0, 2, 3])
    discover(texts, stands_for, matrix, load_encoder(), Noted(2), unit="reason", store=VectorCache())
    assert given == [keys_of_texts(["It is light", "It is quiet", "It saves money"]).tolist()]
