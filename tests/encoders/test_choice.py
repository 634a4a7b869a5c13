"""A backend is taken only if its vectors are the reference's, near enough; what was found is told."""

from collections.abc import Sequence
from importlib.resources import files

import numpy as np
import pytest
from numpy.typing import NDArray

from needlens.encoders import backend, choice
from needlens.encoders.backend import Backend
from needlens.encoders.cache import cache_folder
from needlens.encoders.choice import CHECK_TEXTS, choose
from needlens.encoders.encoder import load_encoder
from needlens.encoders.runner import Runner, load_runner
from needlens.encoders.vectors import encode_texts
from needlens.encoders.weights import Weights, find_weights
from needlens.errors import EncoderError


class _Crooked:
    """A runner whose vectors are turned by 3.6 degrees: cosine .998."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self.dimension = runner.dimension

    def encode(self, texts: Sequence[str], *rest: object) -> NDArray[np.float32]:
        vectors = self._runner.encode(texts, *rest)  # type: ignore[arg-type]
        turned = 0.998 * vectors + np.sqrt(1 - 0.998**2) * _at_right_angles(vectors)
        return np.asarray(turned, dtype=np.float32)


def _at_right_angles(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    pairs = vectors.reshape(len(vectors), -1, 2)
    return np.stack([-pairs[..., 1], pairs[..., 0]], axis=2).reshape(vectors.shape)


@pytest.fixture
def crooked_bf16(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """bfloat16 that is not good enough; what was run is listed."""
    ran: list[str] = []

    def load(weights: Weights, found: Backend) -> Runner:
        ran.append(found.name)
        runner = load_runner(weights, found)
        return _Crooked(runner) if found.name == "openvino-bf16" else runner

    monkeypatch.setattr(choice, "load_runner", load)
    monkeypatch.setattr(backend, "has_bf16", lambda: True)
    return ran


def test_the_next_best_is_taken_and_told(crooked_bf16: list[str]) -> None:
    found = choose(find_weights("default"))
    assert found.backend.name == "openvino-fp32"
    assert found.cosine > 0.99999
    (note,) = found.notes
    assert note == (
        "the vectors of the backend openvino-bf16 agree with torch-fp32's to cosine 0.9980 only, "
        "so it was not used"
    )
    assert encode_texts(["light"], load_encoder(), cache=None).notes == (note,)
    # What was measured is kept for the next run.
    assert crooked_bf16 == ["openvino-bf16", "openvino-fp32"]
    assert choose(find_weights("default")).notes == (note,)
    assert len(crooked_bf16) == 2


def test_what_was_asked_for_is_taken_and_told(crooked_bf16: list[str]) -> None:
    found = choose(find_weights("default"), "openvino")
    assert found.backend.name == "openvino-bf16" == crooked_bf16[0]
    assert "themes may differ" in found.notes[0]


def test_a_backend_that_cannot_load_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(weights: Weights, found: Backend) -> Runner:
        if found.name.startswith("openvino"):
            message = "damaged"
            raise EncoderError(message)
        return load_runner(weights, found)

    monkeypatch.setattr(choice, "load_runner", load)
    found = choose(find_weights("default"))
    assert found.backend.name == "torch-fp32"
    assert all("was not used: damaged" in note for note in found.notes)
    with pytest.raises(EncoderError, match="damaged"):
        choose(find_weights("default"), "openvino-fp32")


def test_a_damaged_record_is_measured_anew() -> None:
    first = choose(find_weights("default"), "openvino-fp32").cosine
    (file,) = (cache_folder() / "agreement").iterdir()
    file.write_text("{", encoding="utf-8")
    assert choose(find_weights("default"), "openvino-fp32").cosine == first


def test_the_reference_that_comes_along_is_the_librarys() -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(find_weights("default").folder), device="cpu", local_files_only=True)
    theirs = model.encode(list(CHECK_TEXTS), normalize_embeddings=True)
    with (files("needlens.encoders") / "check.npy").open("rb") as stream:
        np.testing.assert_allclose(np.load(stream), theirs, atol=1e-6)


def test_another_model_is_checked_against_torch(linked_model: object) -> None:
    found = choose(find_weights(str(linked_model)))
    assert found.backend.name.startswith("openvino")
    assert found.cosine > 0.999
