"""Vectors are a function of model and text alone, and nothing but them leaves the encoder."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.encoders.backend import asked_for, candidates
from needlens.encoders.encoder import Encoder, load_encoder
from needlens.encoders.runner import load_runner
from needlens.encoders.transformer import TransformerEncoder
from needlens.encoders.weights import Weights, find_weights
from needlens.errors import EncoderError

Run = Callable[..., "CompletedProcess[str]"]


BACKENDS = ["openvino", "openvino-fp32", "torch", "torch-bf16"]


@pytest.fixture(scope="module", params=BACKENDS)
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return load_encoder(backend=request.param)


@pytest.fixture(scope="module")
def matrix(encoder: Encoder, texts: list[str]) -> NDArray[np.float32]:
    return encoder.encode(texts, workers=1)


@pytest.fixture(scope="module")
def theirs(texts: list[str]) -> NDArray[np.float32]:
    """What the library makes of the texts, its own way."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(find_weights("default").folder), device="cpu", local_files_only=True)
    readable = [text.replace("\ud800", "\ufffd") for text in texts]
    return np.asarray(model.encode(readable, normalize_embeddings=True))


@settings(max_examples=12, deadline=None)
@given(data=st.data(), workers=st.sampled_from([1, 2, 3, None]))
def test_a_vector_depends_on_its_text_alone(
    encoder: Encoder,
    texts: list[str],
    matrix: NDArray[np.float32],
    data: st.DataObject,
    workers: int | None,
) -> None:
    rows = data.draw(st.lists(st.integers(0, len(texts) - 1), min_size=1, max_size=80))
    vectors = encoder.encode([texts[row] for row in rows], workers=workers)
    assert vectors.tobytes() == matrix[rows].tobytes()


def test_rows_have_unit_norm(encoder: Encoder, matrix: NDArray[np.float32]) -> None:
    assert matrix.dtype == np.float32
    assert matrix.shape[1] == encoder.dimension
    np.testing.assert_allclose(np.linalg.norm(matrix, axis=1), 1, atol=1e-6)


def test_agrees_with_the_library(
    encoder: Encoder, matrix: NDArray[np.float32], theirs: NDArray[np.float32]
) -> None:
    if encoder.backend.name.endswith("fp32"):
        np.testing.assert_allclose(matrix, theirs, atol=1e-5)
    cosine = np.sum(matrix.astype(np.float64) * theirs, axis=1)
    assert cosine.min() > (0.9998 if encoder.backend.name.startswith("openvino") else 0.998)


def test_a_fast_start_needs_no_torch(run_python: Run) -> None:
    code = """
import sys
from needlens.encoders.encoder import load_encoder
assert load_encoder(backend="openvino").encode(["saves time"]).shape == (1, 384)
heavy = {"torch", "transformers", "sentence_transformers", "pandas", "sklearn", "openvino_telemetry"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    done = run_python(code)
    assert (done.returncode, done.stderr) == (0, "")


def test_openvino_reports_to_nobody(run_python: Run, tmp_path: Path) -> None:
    code = "from needlens.encoders.encoder import load_encoder as l; l(backend='openvino').encode(['light'])"
    assert run_python(code, HOME=str(tmp_path)).returncode == 0
    assert not (tmp_path / "intel").exists()


def test_no_texts_make_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_progress_ends_at_the_total(encoder: Encoder, texts: list[str]) -> None:
    calls: list[tuple[str, int, int]] = []
    encoder.encode(texts, progress=lambda *call: calls.append(call))
    assert calls[-1] == ("encoding", len(texts), len(texts))
    assert [done for _, done, _ in calls] == sorted(done for _, done, _ in calls)


@pytest.mark.parametrize(
    ("word", "n", "too_long"),
    [
        ("word ", 254, 0),
        ("word ", 255, 1),
        ("한 ", 84, 0),
        ("한 ", 85, 1),
        ("字", 254, 0),
        ("字", 255, 1),
    ],
)
def test_count_too_long(encoder: Encoder, word: str, n: int, too_long: int) -> None:
    text = word * n
    assert encoder.count_too_long(["", "short", text]) == too_long
    if too_long:  # its end does not count
        vectors = encoder.encode([text, f"{text} changed"])
        assert vectors[0].tobytes() == vectors[1].tobytes()


def test_neither_network_nor_chatter(run_python: Run) -> None:
    code = """
import os, sys
forbidden = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}
sys.addaudithook(lambda event, _: os._exit(99) if event in forbidden else None)
from needlens.encoders.encoder import load_encoder
vectors = load_encoder().encode([f"text number {i}" for i in range(10)])
assert vectors.shape == (10, 384)
"""
    done = run_python(code)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def _save_static(folder: Path, weights: NDArray[np.float32]) -> Path:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "saves": 1, "time": 2, "safe": 3}, "[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    module = StaticEmbedding(tokenizer, embedding_weights=weights)
    SentenceTransformer(modules=[module], device="cpu").save(str(folder), create_model_card=False)
    return folder


def test_a_static_model(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    folder = _save_static(tmp_path / "static", random.normal(size=(4, 8)).astype(np.float32))
    encoder = load_encoder(folder)
    assert (encoder.name, encoder.dimension, encoder.max_tokens) == (str(folder), 8, None)
    assert encoder.count_too_long(["time " * 10_000]) == 0
    vectors = encoder.encode(["safe", "saves time", "safe", "time", ""])
    np.testing.assert_allclose(np.linalg.norm(vectors[:4], axis=1), 1, atol=1e-6)
    assert not vectors[4].any()
    assert encoder.encode(["time", "safe"]).tobytes() == vectors[[3, 0]].tobytes()


def test_vectors_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    folder = _save_static(tmp_path / "broken", np.full((4, 8), np.nan, dtype=np.float32))
    with pytest.raises(EncoderError, match="not finite"):
        load_encoder(folder).encode(["saves time"])


def test_a_default_prompt_is_put_before_each_text(linked_model: Path, encoder: Encoder) -> None:
    file = linked_model / "config_sentence_transformers.json"
    config = json.loads(file.read_text())
    file.unlink()
    file.write_text(json.dumps({**config, "prompts": {"q": "query: "}, "default_prompt_name": "q"}))
    prompted = load_encoder(linked_model, backend=asked_for(encoder.backend.name))
    assert prompted.digest != encoder.digest
    vectors = prompted.encode(["is safe", "saves me time"])
    expected = encoder.encode(["query: is safe", "query: saves me time"])
    assert vectors.tobytes() == expected.tobytes()


def test_a_folder_that_cannot_be_loaded(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("[]")
    (tmp_path / "config.json").write_text("not json")
    broken = load_encoder(tmp_path)
    assert isinstance(broken, TransformerEncoder)
    with pytest.raises(EncoderError, match="cannot be loaded"):
        broken.encode(["a text"])


def test_the_same_texts_are_cut_into_tokens_once(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = TransformerEncoder(find_weights("default"))
    weighed = encoder.with_token_weights(encoder.weigh_tokens(["very light", "very warm", "light"]))
    names = TransformerEncoder(find_weights("default"), token_weights=weighed.token_weights).cache_texts(
        ["light", "very warm"]
    )
    monkeypatch.setattr("needlens.encoders.transformer.token_ids", None)
    assert weighed.cache_texts(["light", "very warm"]) == names


def test_tokens_of_few_texts_are_remembered_and_those_of_many_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cut: list[int] = []

    def split(_: Path, texts: list[str]) -> list[list[str]]:
        cut.append(len(texts))
        return [text.split() for text in texts]

    monkeypatch.setattr("needlens.encoders.transformer._REMEMBERED", 10)
    monkeypatch.setattr("needlens.encoders.transformer.token_ids", split)
    few, many = ["a b c", "d e"], ["a b c d e f", "g h i j k", "l"]
    encoder = TransformerEncoder(find_weights("default"))
    for texts in (few, few, many, many, few):
        encoder.weigh_tokens(texts)
    assert cut == [2, 3, 3]


def test_tokens_cut_by_torch_are_remembered_too(monkeypatch: pytest.MonkeyPatch, linked_model: Path) -> None:
    (linked_model / "tokenizer.json").unlink()
    encoder = TransformerEncoder(find_weights(linked_model))
    expected = encoder.weigh_tokens(["very light", "very warm"])
    monkeypatch.setattr("needlens.encoders.torch_runner.TorchRunner.token_ids", None)
    assert encoder.weigh_tokens(["very light", "very warm"]) == expected


def test_what_is_checked_and_used_is_loaded_once() -> None:
    weights, found_again = find_weights("default"), find_weights("default")
    first, again = candidates(weights.folder)[0], candidates(found_again.folder)[0]
    runner = load_runner(weights, first)
    assert load_runner(found_again, again) is runner
    assert load_runner(weights, replace(first, machine="another")) is not runner
    assert load_runner(found_again, again) is runner
    changed = Weights(weights.name, weights.folder, digest="of other files")
    assert load_runner(changed, first) is not runner
