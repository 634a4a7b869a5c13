"""Each text is encoded once, and the cache changes nothing but the time it takes."""

import signal
from collections.abc import Callable
from subprocess import CompletedProcess

import numpy as np
import pytest

from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import Encoder
from needlens.encoders.vectors import encode_texts

Run = Callable[..., "CompletedProcess[str]"]


def test_the_cache_returns_the_same_bytes(encoder: Encoder, texts: list[str]) -> None:
    bare = encode_texts(texts, encoder, cache=None)
    cold = encode_texts(texts, encoder, cache=VectorCache())
    warm = encode_texts(texts, encoder, cache=VectorCache())
    n = len(set(texts))
    assert (cold.n_encoded, cold.n_cached) == (n, 0)
    assert (warm.n_encoded, warm.n_cached) == (0, n)
    assert bare.matrix.tobytes() == cold.matrix.tobytes() == warm.matrix.tobytes()
    assert bare.notes == cold.notes == warm.notes


def test_only_new_texts_are_encoded_and_duplicates_once(encoder: Encoder) -> None:
    cache = VectorCache()
    encode_texts(["b", "a"], encoder, cache=cache)
    vectors = encode_texts(["a", "c", "b", "c", "a"], encoder, cache=cache)
    assert (vectors.n_encoded, vectors.n_cached) == (1, 2)
    assert vectors.matrix.tobytes() == encoder.encode(["a", "c", "b", "c", "a"]).tobytes()


def test_no_texts(encoder: Encoder) -> None:
    vectors = encode_texts([], encoder, cache=VectorCache())
    assert vectors.matrix.shape == (0, 384)
    assert (vectors.n_encoded, vectors.n_cached, vectors.notes) == (0, 0, ())


@pytest.mark.parametrize(
    ("n", "beginning", "end"),
    [
        (1, "1 text is longer", "only its beginning counts"),
        (2, "2 texts are", "only their beginning counts"),
    ],
)
def test_long_texts_are_told(encoder: Encoder, n: int, beginning: str, end: str) -> None:
    texts = ["short", *(f"{i} {'long ' * 300}" for i in range(n))]
    (note,) = encode_texts(texts, encoder, cache=VectorCache()).notes
    assert note.startswith(beginning)
    assert note.endswith(end)


def test_an_unusable_cache_is_told(encoder: Encoder) -> None:
    cache = VectorCache()
    cache.path.mkdir(parents=True)
    vectors = encode_texts(["a text"], encoder, cache=cache)
    assert vectors.n_encoded == 1
    assert vectors.notes == cache.notes
    assert "cannot be used" in vectors.notes[0]


def test_progress_counts_what_has_to_be_encoded(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("needlens.encoders.vectors.CHUNK", 2)
    cache = VectorCache()
    encode_texts(["a"], encoder, cache=cache)
    calls: list[tuple[str, int, int]] = []
    encode_texts(list("abcdef"), encoder, cache=cache, progress=lambda *call: calls.append(call))
    assert [done for _, done, _ in calls] == [2, 4, 5]
    assert {(stage, total) for stage, _, total in calls} == {("encoding", 5)}


def test_a_killed_run_resumes(encoder: Encoder, run_python: Run) -> None:
    texts = [f"text number {i}" for i in range(40)]
    code = f"""
import os, signal
from needlens.encoders import vectors
from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import load_encoder
vectors.CHUNK = 16
def kill(stage, done, total):
    if done > 16:
        os.kill(os.getpid(), signal.SIGKILL)
vectors.encode_texts({texts!r}, load_encoder(), cache=VectorCache(), progress=kill)
"""
    assert run_python(code).returncode == -signal.SIGKILL
    vectors = encode_texts(texts, encoder, cache=VectorCache())
    assert (vectors.n_encoded, vectors.n_cached) == (24, 16)
    assert vectors.matrix.tobytes() == encoder.encode(texts).tobytes()


def test_a_warm_cache_loads_nothing_heavy(encoder: Encoder, run_python: Run) -> None:
    texts = ["saves time", "is safe", "long " * 300]
    cold = encode_texts(texts, encoder, cache=VectorCache())
    code = f"""
import sys
from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import load_encoder
from needlens.encoders.vectors import encode_texts
vectors = encode_texts({texts!r}, load_encoder(), cache=VectorCache())
assert vectors.n_encoded == 0
heavy = {{"torch", "transformers", "sentence_transformers", "sklearn", "pandas"}}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
print(vectors.matrix.tobytes().hex(), *vectors.notes, sep="|")
"""
    done = run_python(code)
    assert done.stderr == ""
    matrix, note = done.stdout.strip().split("|")
    assert bytes.fromhex(matrix) == cold.matrix.tobytes()
    assert (note,) == cold.notes


def test_similar_texts_are_near(encoder: Encoder) -> None:
    texts = ["It saves me a lot of time.", "I get done much faster.", "The box arrived broken."]
    matrix = encode_texts(texts, encoder, cache=None).matrix
    similarity = matrix @ matrix.T
    assert similarity[0, 1] > similarity[0, 2] + np.float32(0.1)
