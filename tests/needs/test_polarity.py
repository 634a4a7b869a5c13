"""Met and unmet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from needlens.encoders.encoder import load_encoder
from needlens.encoders.vectors import encode_texts
from needlens.needs.polarity import polarity

from .conftest import Planted

GOOD = ["I love every minute of it", "it saves me so much work", "works like a charm", "so comfortable"]
BAD = ["it broke after two days", "a waste of money", "I hate the noise", "it never worked and I am angry"]


def test_praise_and_complaints_are_told_apart(planted: Planted) -> None:
    vectors = encode_texts([*GOOD, *BAD], load_encoder(), cache=None).matrix
    found = polarity(vectors, planted.prototypes)
    assert "violated" not in found[: len(GOOD)]
    assert "satisfied" not in found[len(GOOD) :]
    assert (found != "unclear").sum() >= 6


def test_without_violated_sentences_nothing_is_said(planted: Planted) -> None:
    kept = planted.prototypes.kind != "violated"
    own = planted.prototypes
    bare = replace(own, vectors=own.vectors[kept], need=own.need[kept], kind=own.kind[kept])
    assert set(polarity(planted.vectors[:5], bare)) == {"unclear"}
    assert len(polarity(planted.vectors[:0], own)) == 0


def test_each_text_by_itself(planted: Planted) -> None:
    whole = polarity(planted.vectors, planted.prototypes)
    some = polarity(planted.vectors[::7], planted.prototypes)
    assert np.array_equal(whole[::7], some)
