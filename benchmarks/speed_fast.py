"""The fast encoder beside the default one: how much faster, and what it costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from in_turns import in_turns
from labelled_sets import LabelledSet, read_set
from numpy.typing import NDArray
from peers import bertopic
from sklearn.metrics import adjusted_rand_score
from speed_encoding import PLAIN, plain_model

from needlens.encoders.encoder import Encoder, load_encoder
from needlens.theme_model import ThemeModel

SETS = ("banking77", "clinc150")
N_TIMED = 300
"""Texts that the plain library encodes in one timing."""

N_SEEDS = 3
REPEATED = 20
"""The fast encoder is given that many times as many."""


def fast(data: Path, rounds: int) -> dict[str, Any]:
    """Texts a second, and agreement with people's labels beside the default encoder and BERTopic."""
    texts = read_set(data, "banking77")["text"].tolist()
    few, many = texts[:N_TIMED], [f"{text} {n}" for n in range(REPEATED) for text in texts[:N_TIMED]]
    plain, encoder = plain_model(), load_encoder("fast")
    times = in_turns({PLAIN: lambda: plain(few), "fast": lambda: encoder.encode(many)}, rounds)
    return {
        "n_texts": {PLAIN: len(few), "fast": len(many)},
        "times": times,
        "ari": {name: _ari(data, name) for name in SETS},
    }


def _ari(data: Path, name: str) -> dict[str, Any]:
    """Adjusted Rand index with the labels, one a seed."""
    table = read_set(data, name)
    texts, truth = table["text"].tolist(), table["label"].to_numpy(dtype=object)
    full = plain_model()(texts)
    given = LabelledSet(name, texts, truth, full, full)
    found: dict[str, list[float]] = {"default, torch fp32": [], "fast": [], "BERTopic, defaults": []}
    vectors = {
        "default, torch fp32": _vectors(load_encoder(backend="torch"), texts),
        "fast": _vectors(load_encoder("fast"), texts),
    }
    for seed in range(N_SEEDS):
        for encoder, matrix in vectors.items():
            ids = pd.Series(ThemeModel(seed=seed).fit(matrix).labels_).to_numpy(np.int64, na_value=-1)
            found[encoder].append(float(adjusted_rand_score(truth, ids)))
        found["BERTopic, defaults"].append(float(adjusted_rand_score(truth, bertopic(given, seed)[0])))
    return {
        "n_texts": len(texts),
        "seeds": found,
        "median": {k: float(np.median(v)) for k, v in found.items()},
    }


def _vectors(encoder: Encoder, texts: list[str]) -> NDArray[np.float32]:
    return encoder.with_token_weights(encoder.weigh_tokens(texts)).encode(texts)
