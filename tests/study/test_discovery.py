"""The search for themes is told whose vectors it looks at."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
import pytest

from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import load_encoder
from needlens.encoders.precise import PreciseEncoder
from needlens.encoders.vectors import encode_texts
from needlens.encoders.weights import find_weights
from needlens.graph.draws import keys_of_texts
from needlens.progress import silent
from needlens.study.discovery import _compared, discover
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


def test_whether_words_were_dealt_is_asked_of_the_default_model_of_two(
    sample_frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = sample_frame["text"].dropna().drop_duplicates().tolist()[:100]
    default, store = load_encoder(), VectorCache()
    weighed = default.with_token_weights(default.weigh_tokens(texts))
    matrix = encode_texts(texts, weighed, cache=store).matrix
    expected = _compared(texts, matrix, weighed, store, seed=0, progress=silent)
    assert expected is not None

    precise = PreciseEncoder(find_weights("default"), find_weights("default"))
    both = precise.with_token_weights(precise.weigh_tokens(texts))
    monkeypatch.delattr(both._large.__class__, "encode")  # all that is needed is in the cache
    nobody_looks = np.full((len(texts), both.dimension), np.nan, dtype=np.float32)
    assert _compared(texts, nobody_looks, both, store, seed=0, progress=silent) == expected
