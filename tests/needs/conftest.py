"""Sentences whose needs and products are known, and their vectors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from needlens.encoders.encoder import load_encoder
from needlens.encoders.vectors import encode_texts
from needlens.needs.frameworks import load_framework
from needlens.needs.prototypes import Prototypes, prototypes_of


@dataclass(frozen=True, eq=False, slots=True)
class Planted:
    """260 sentences about four products, sixty of each; twenty say nothing of a need."""

    texts: list[str]
    categories: list[str]
    needs: NDArray[np.object_]
    vectors: NDArray[np.float32]
    prototypes: Prototypes

    @property
    def truth(self) -> NDArray[np.bool_]:
        """Whether each sentence was written for each need, shape (260, 12)."""
        return np.stack([self.needs == need for need in self.prototypes.framework.ids], axis=1)


@pytest.fixture(scope="session")
def planted() -> Planted:
    table = pd.read_csv(Path(__file__).with_name("planted_needs.csv")).sort_values("text", ignore_index=True)
    encoder = load_encoder()
    weighed = encoder.with_token_weights(encoder.weigh_tokens(table["text"].tolist()))
    return Planted(
        table["text"].tolist(),
        table["category"].tolist(),
        table["need"].to_numpy(dtype=object),
        encode_texts(table["text"].tolist(), weighed, cache=None).matrix,
        prototypes_of(load_framework(), encoder, cache=None),
    )
