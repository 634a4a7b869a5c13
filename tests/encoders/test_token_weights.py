"""Tokens count less the more texts share them, whatever the order of the texts."""

from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import Encoder, load_encoder
from needlens.encoders.token_weights import TokenWeights, token_weights
from needlens.encoders.vectors import encode_texts

texts_of_ids = st.lists(st.lists(st.integers(0, 8), max_size=6), max_size=30)

BOOTS = [
    "the boots are warm in the snow",
    "the boots are red like cherries",
    "the boots are cheap to buy",
    "the boots are wide at the toes",
    "the boots are quick to put on",
]


@given(texts_of_ids)
def test_what_more_texts_share_never_counts_more(texts: list[list[int]]) -> None:
    weights = token_weights(texts)
    holders = {token: sum(token in ids for ids in texts) for token in range(9)}
    for one, n_one in holders.items():
        for other, n_other in holders.items():
            if n_one <= n_other:
                assert weights.of([one])[0] >= weights.of([other])[0]


@given(texts_of_ids, st.randoms())
def test_neither_order_nor_repetition_within_a_text_counts(texts: list[list[int]], random: Random) -> None:
    shuffled = [ids * 2 for ids in texts]
    random.shuffle(shuffled)
    assert token_weights(shuffled) == token_weights(texts)


@pytest.mark.parametrize(
    ("holders", "others", "weight"),
    [(1, 100, 1), (5, 100, 1), (6, 100, 0.5), (19, 100, 0.5), (20, 100, 0.25), (101, 100, 0.125)],
)
def test_weights_are_the_powers_of_one_half_nearest_to_the_formula(
    holders: int, others: int, weight: float
) -> None:
    texts = [[7] if at < holders else [8] for at in range(others + 1)]
    assert token_weights(texts).of([7]).tolist() == [weight]


def test_a_token_of_a_single_text_counts_fully_however_few_there_are() -> None:
    assert token_weights([]).halvings == token_weights([[1, 2]]).halvings == {}
    assert token_weights([[1], [2]]).halvings == {}


def test_shared_words_no_longer_draw_vectors_together(encoder: Encoder) -> None:
    def likeness(one: Encoder) -> float:
        vectors = one.encode(BOOTS)
        return float((vectors @ vectors.T)[np.triu_indices(len(BOOTS), 1)].mean())

    weighing = encoder.with_token_weights(encoder.weigh_tokens(BOOTS))
    assert likeness(weighing) < likeness(encoder) - 0.1
    assert encoder.token_weights is None


def test_weights_of_one_change_nothing_but_rounding(encoder: Encoder) -> None:
    even = encoder.with_token_weights(TokenWeights({}))
    np.testing.assert_allclose(even.encode(BOOTS), encoder.encode(BOOTS), atol=1e-6)


def test_a_weighed_vector_depends_on_its_text_and_weights_alone(encoder: Encoder) -> None:
    weighing = encoder.with_token_weights(encoder.weigh_tokens(BOOTS))
    whole = weighing.encode([*BOOTS, "something else altogether"])
    alone = np.vstack([weighing.encode([text], workers=1) for text in reversed(BOOTS)])[::-1]
    assert whole[:-1].tobytes() == alone.tobytes()


def test_the_cache_keeps_vectors_while_their_tokens_weigh_the_same(encoder: Encoder) -> None:
    def encode(texts: list[str], one: Encoder) -> tuple[int, bytes]:
        vectors = encode_texts(texts, one, cache=VectorCache())
        return vectors.n_encoded, vectors.matrix.tobytes()

    weighing = encoder.with_token_weights(encoder.weigh_tokens(BOOTS))
    n, cold = encode(BOOTS, weighing)
    assert n == len(BOOTS)
    assert encode(BOOTS, weighing) == (0, cold)
    assert encode(BOOTS, encoder)[0] == len(BOOTS)
    assert weighing.token_weights
    cherries = encoder.weigh_tokens(["cherries"] * 2)
    assert cherries
    token = max(cherries.halvings)
    other = encoder.with_token_weights(TokenWeights({**weighing.token_weights.halvings, token: 1}))
    assert encode(BOOTS, other)[0] == 1  # only the text on cherries is read anew


def test_a_model_that_is_no_mean_of_tokens_has_no_weights(linked_model: Path) -> None:
    pooling = linked_model / "1_Pooling" / "config.json"
    text = pooling.read_text(encoding="utf-8")
    pooling.unlink()
    pooling.write_text(
        text.replace('"pooling_mode_mean_tokens": true', '"pooling_mode_mean_tokens": false').replace(
            '"pooling_mode_cls_token": false', '"pooling_mode_cls_token": true'
        ),
        encoding="utf-8",
    )
    assert load_encoder(pooling.parents[1]).weigh_tokens(BOOTS) is None


def test_a_model_by_path_weighs_its_tokens_like_the_default(encoder: Encoder, linked_model: Path) -> None:
    assert load_encoder(linked_model).weigh_tokens(BOOTS) == encoder.weigh_tokens(BOOTS)


@given(texts_of_ids)
def test_signatures_tell_every_halving(texts: list[list[int]]) -> None:
    weights = token_weights(texts)
    told = weights.signatures(texts)
    assert told == ["".join(str(weights.halvings.get(token, 0)) for token in ids) for ids in texts]
