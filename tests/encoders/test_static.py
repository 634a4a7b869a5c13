"""The fast encoder: a vector follows from its text alone, and its table is made once and never half-read."""

import json
import struct
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.encoders import distil
from needlens.encoders.cache import VectorCache, cache_folder
from needlens.encoders.distil import static_table, table_path
from needlens.encoders.encoder import load_encoder
from needlens.encoders.static import NOTE, StaticEncoder
from needlens.encoders.student import Student
from needlens.encoders.token_weights import TokenWeights
from needlens.encoders.vectors import encode_texts
from needlens.encoders.weights import find_weights
from needlens.errors import UsageError

Run = Callable[..., "CompletedProcess[str]"]
N_TOKENS = 30_522


@pytest.fixture(scope="module")
def tokens() -> NDArray[np.float32]:
    """What the table would hold; made up, as the real thing takes a while."""
    made = np.random.default_rng(0).normal(size=(N_TOKENS, 256))
    return made.astype(np.float16).astype(np.float32)


@pytest.fixture
def distilled(tokens: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often the table was made."""
    made: list[int] = []

    def student(*_: object) -> Student:
        made.append(1)
        return Student(tokens)

    monkeypatch.setattr(distil, "_made", student)
    return made


def test_the_table_is_made_once(distilled: list[int]) -> None:
    first = static_table(find_weights("default"))
    assert first.tokens.shape == (N_TOKENS, 256)
    assert _bytes_of_table() == first.tokens.tobytes()
    assert len(distilled) == 1


def _bytes_of_table() -> bytes:
    return static_table(find_weights("default")).tokens.tobytes()


def _bit(content: bytes) -> bytes:
    return content[:-9] + bytes([content[-9] ^ 1]) + content[-8:]


@pytest.mark.parametrize("damage", [lambda _: b"", lambda c: c[:1000], lambda c: c[:-4], _bit])
def test_a_damaged_table_is_made_anew(distilled: list[int], damage: Callable[[bytes], bytes]) -> None:
    first = _bytes_of_table()
    path = table_path(find_weights("default"))
    path.write_bytes(damage(path.read_bytes()))
    assert _bytes_of_table() == first
    assert len(distilled) == 2
    assert _bytes_of_table() == first
    assert len(distilled) == 2


def test_another_recipe_makes_another_table(
    distilled: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither other sentences nor another way to learn from them find the table that is there."""
    before = StaticEncoder(find_weights("default")).digest
    _bytes_of_table()
    monkeypatch.setattr(distil, "VERSION", distil.VERSION + 1)
    _bytes_of_table()
    assert (len(distilled), len({before, StaticEncoder(find_weights("default")).digest})) == (2, 2)
    other = tmp_path / "verbatims.csv"
    other.write_text("text\nAnother sentence\n", encoding="utf-8")
    monkeypatch.setattr(distil, "practice_file", lambda: other)
    _bytes_of_table()
    assert len(distilled) == 3


def test_a_folder_that_cannot_be_written(
    distilled: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NEEDLENS_CACHE_DIR", str(tmp_path / "file"))
    assert static_table(find_weights("default")).tokens.shape == (N_TOKENS, 256)
    assert len(distilled) == 1


def test_the_file_says_what_it_holds(distilled: list[int]) -> None:
    static_table(find_weights("default"))
    (path,) = (cache_folder() / "static").iterdir()
    content = path.read_bytes()
    (size,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + size])
    assert header["tokens"]["dtype"] == "F16"
    assert len(header["__metadata__"]["sha256"]) == 64
    assert distilled


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_vector_depends_on_its_text_alone(
    fast: StaticEncoder, texts: list[str], data: st.DataObject
) -> None:
    rows = data.draw(st.lists(st.integers(0, len(texts) - 1), min_size=1, max_size=60))
    whole = fast.encode(texts)
    assert fast.encode([texts[row] for row in rows]).tobytes() == whole[rows].tobytes()
    np.testing.assert_allclose(np.linalg.norm(whole, axis=1), 1, atol=1e-6)


@pytest.fixture(scope="module")
def fast(tokens: NDArray[np.float32]) -> StaticEncoder:
    encoder = StaticEncoder(find_weights("default"))
    encoder._table.__dict__["student"] = Student(tokens)
    return encoder


def test_a_vector_is_the_weighed_sum_of_its_tokens(fast: StaticEncoder, tokens: NDArray[np.float32]) -> None:
    # "very light" is [CLS] 2200 2422 [SEP] in this vocabulary.
    weighing = fast.with_token_weights(TokenWeights({2200: 2}))
    expected = 0.5 * tokens[2200] + tokens[2422]
    (vector,) = weighing.encode(["very light"])
    np.testing.assert_allclose(vector, expected / np.linalg.norm(expected), atol=1e-6)
    # Two halvings count as one.
    (even,) = fast.encode(["very light"])
    assert abs(float(even @ vector)) < 0.999


def test_its_vectors_are_not_kept(fast: StaticEncoder) -> None:
    cache = VectorCache()
    vectors = encode_texts(["light", "quiet"], fast, cache=cache)
    assert (vectors.n_encoded, vectors.n_cached, cache.info().entries) == (2, 0, 0)
    assert "fast encoder" in vectors.notes[0]


def test_it_takes_no_backend() -> None:
    assert load_encoder("fast").name == "fast"
    with pytest.raises(UsageError, match="leave the backend out"):
        load_encoder("fast", backend="torch")


def test_two_tables_never_share_a_key(fast: StaticEncoder) -> None:
    other = StaticEncoder(find_weights("default"))
    other._table.__dict__["student"] = Student(np.ones((N_TOKENS, 256), dtype=np.float32))
    assert fast.digest == other.digest != load_encoder().digest
    assert fast.backend.key != other.backend.key


def test_distilled_for_real(run_python: Run) -> None:
    """The real table tells words of like meaning from others, and needs no torch to be made."""
    code = """
import sys
from needlens.encoders.encoder import load_encoder
cheap, price, motor = load_encoder("fast").encode(["cheap", "inexpensive price", "quiet motor"])
assert cheap @ price > cheap @ motor + 0.1, (cheap @ price, cheap @ motor)
assert "torch" not in sys.modules
"""
    done = run_python(code)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_note_holds_the_measured_figures() -> None:
    found = json.loads((Path(__file__).parents[2] / "benchmarks" / "speed.json").read_text(encoding="utf-8"))
    for own in found["fast"]["ari"].values():
        share = own["median"]["fast"] / own["median"]["default, torch fp32"]
        assert f"{share:.2f}" in NOTE
