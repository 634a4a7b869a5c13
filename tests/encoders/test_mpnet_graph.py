"""The graph of an MPNet gives what its library gives, however long a text is and whatever it spells."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from needlens.encoders.bert_files import bert_files
from needlens.encoders.encoder import Encoder, load_encoder
from needlens.encoders.mpnet_graph import bert_name, position_bias
from needlens.encoders.token_weights import TokenWeights
from needlens.encoders.tokens import token_ids

WORDS = "it saves me an hour every day so that I can be home before the children sleep"
TEXTS = [
    "",
    "hour",
    WORDS,
    *(" ".join((WORDS.split() * 20)[:n]) for n in (2, 5, 6, 7, 14, 21, 62, 90, 126, 127, 200, 298)),
    "long " * 400,
    "it saves <pad> me <pad> <pad> an hour",
    "<pad>",
]


@pytest.fixture(scope="module")
def encoder(mpnet: Path) -> Encoder:
    return load_encoder(mpnet, backend="openvino-fp32")


@pytest.fixture(scope="module")
def vectors(encoder: Encoder) -> NDArray[np.float32]:
    return encoder.encode(TEXTS)


def test_agrees_with_the_library(mpnet: Path, vectors: NDArray[np.float32]) -> None:
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(mpnet), device="cpu", local_files_only=True)
    np.testing.assert_allclose(vectors, theirs.encode(TEXTS), atol=2e-6)


def test_a_vector_depends_on_its_text_alone(encoder: Encoder, vectors: NDArray[np.float32]) -> None:
    alone = [encoder.encode([text], workers=1) for text in TEXTS]
    assert vectors.tobytes() == np.vstack(alone).tobytes()
    assert encoder.encode(TEXTS[::-1] * 9, workers=2)[: len(TEXTS)].tobytes() == vectors[::-1].tobytes()


def test_tokens_count_as_they_are_weighed(encoder: Encoder, mpnet: Path) -> None:
    import torch
    from transformers import MPNetModel

    model = MPNetModel.from_pretrained(mpnet)
    weights = TokenWeights({0: 3, 1: 2, 4: 1, 6: 5})
    expected = []
    for ids in token_ids(mpnet / "tokenizer.json", TEXTS, limit=300):
        with torch.no_grad():
            read = model(torch.tensor([ids])).last_hidden_state[0].double().numpy()
        expected.append(np.average(read, axis=0, weights=weights.of(ids)))
    expected = np.asarray(expected) / np.linalg.norm(expected, axis=1, keepdims=True)
    weighed = encoder.with_token_weights(weights).encode(TEXTS)
    np.testing.assert_allclose(weighed, expected, atol=2e-6)
    assert np.abs(weighed - encoder.encode(TEXTS)).max() > 0.01


@pytest.mark.parametrize("n_tokens", [1, 2, 9, 130, 512])
def test_the_bias_is_the_librarys(n_tokens: int) -> None:
    import torch
    from transformers import MPNetConfig
    from transformers.models.mpnet.modeling_mpnet import MPNetEncoder

    config = MPNetConfig(hidden_size=12, num_attention_heads=3, num_hidden_layers=0)
    theirs: Any = MPNetEncoder(config)  # type: ignore[no-untyped-call]
    with torch.no_grad():
        rows = theirs.relative_attention_bias.weight.copy_(torch.arange(96.0).reshape(32, 3)).numpy()
        expected = theirs.compute_position_bias(torch.zeros(1, n_tokens, 1)).numpy()
    found = position_bias(rows, n_tokens)
    np.testing.assert_array_equal(found, expected, strict=True)


def test_tensors_of_a_model_with_a_head_are_found(
    mpnet: Path, tmp_path: Path, vectors: NDArray[np.float32]
) -> None:
    from safetensors.numpy import load_file, save_file

    folder = Path(shutil.copytree(mpnet, tmp_path / "prefixed"))
    known = bert_files(folder)
    assert known is not None
    tensors = load_file(known.weights)
    save_file({f"mpnet.{name}": tensor for name, tensor in tensors.items()}, known.weights)
    assert load_encoder(folder, backend="openvino-fp32").encode(TEXTS).tobytes() == vectors.tobytes()


@pytest.mark.parametrize(
    ("own", "of_bert"),
    [
        ("encoder.layer.1.attention.attn.o.bias", "encoder.layer.1.attention.output.dense.bias"),
        ("encoder.layer.1.attention.LayerNorm.bias", "encoder.layer.1.attention.output.LayerNorm.bias"),
        ("encoder.layer.1.output.LayerNorm.bias", "encoder.layer.1.output.LayerNorm.bias"),
        ("encoder.layer.1.intermediate.dense.weight", "encoder.layer.1.intermediate.dense.weight"),
    ],
)
def test_parts_are_called_as_in_a_bert(own: str, of_bert: str) -> None:
    assert bert_name(own) == of_bert
