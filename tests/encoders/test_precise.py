"""Two models side by side: each keeps its own tokens, weights and share of every cosine."""

import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from needlens import Parameters, assign, read_study, run_study, verbatims_from_frame, write_study
from needlens.encoders import encoder as encoders
from needlens.encoders.choice import CHECK_TEXTS, _reference
from needlens.encoders.encoder import load_encoder
from needlens.encoders.precise import SHARE, PreciseEncoder
from needlens.encoders.shipped import MPNET
from needlens.encoders.shipped_files import installed, present_folder
from needlens.encoders.token_weights import TokenWeights
from needlens.encoders.transformer import TransformerEncoder
from needlens.encoders.weights import Weights, find_weights, shipped_weights

TEXTS = ["the boots are warm", "the boots are red", "the boots keep me safe", "light", ""]


@pytest.fixture
def other(linked_model: Path) -> Weights:
    """A second model: the default one with the words' axes in another order, reading eight tokens."""
    from safetensors.numpy import load_file, save

    weights = linked_model / "model.safetensors"
    tensors = load_file(weights)
    weights.unlink()
    name = "embeddings.word_embeddings.weight"
    weights.write_bytes(save({**tensors, name: tensors[name][:, ::-1].copy()}))
    reading = linked_model / "sentence_bert_config.json"
    reading.unlink()
    reading.write_text('{"max_seq_length": 8, "do_lower_case": false}')
    return find_weights(linked_model)


@pytest.fixture
def precise(other: Weights) -> PreciseEncoder:
    return PreciseEncoder(find_weights("default"), other, backend="torch")


def test_a_cosine_is_a_quarter_one_models_and_the_rest_the_others(
    precise: PreciseEncoder, other: Weights
) -> None:
    small = load_encoder(backend="torch").encode(TEXTS)
    large = TransformerEncoder(other, backend="torch").encode(TEXTS)
    assert not np.allclose(small @ small.T, large @ large.T, atol=0.05)
    found = precise.encode(TEXTS)
    assert found.dtype == np.float32
    assert found.shape == (len(TEXTS), precise.dimension)
    np.testing.assert_allclose(
        found @ found.T, SHARE * small @ small.T + (1 - SHARE) * large @ large.T, atol=1e-6
    )


def test_the_vector_of_a_text_does_not_depend_on_the_others(precise: PreciseEncoder) -> None:
    together = precise.encode(TEXTS)
    alone = np.vstack([precise.encode([text], workers=1) for text in TEXTS])
    assert together.tobytes() == alone.tobytes()


def test_tokens_are_weighed_in_each_vocabulary(precise: PreciseEncoder, other: Weights) -> None:
    weights = precise.weigh_tokens(TEXTS)
    assert weights is not None
    own = load_encoder().weigh_tokens(TEXTS)
    assert own is not None
    assert len(weights.halvings) == 2 * len(own.halvings)
    weighed = precise.with_token_weights(weights)
    assert weighed.token_weights == weights
    assert precise.token_weights is None
    small = load_encoder(backend="torch").with_token_weights(own).encode(TEXTS)
    large = TransformerEncoder(other, backend="torch", token_weights=own).encode(TEXTS)
    np.testing.assert_allclose(
        weighed.encode(TEXTS) @ weighed.encode(TEXTS).T,
        SHARE * small @ small.T + (1 - SHARE) * large @ large.T,
        atol=1e-6,
    )
    assert weighed.with_token_weights(None).encode(TEXTS).tobytes() == precise.encode(TEXTS).tobytes()


def test_names_in_the_cache_part_what_either_model_weighs(precise: PreciseEncoder) -> None:
    def named(weights: TokenWeights | None) -> str:
        return precise.with_token_weights(weights).cache_texts(["the boots"])[0]

    the = 1996
    weights = [None, TokenWeights({}), TokenWeights({the: 1}), TokenWeights({(1 << 20) + the: 1})]
    assert len({named(one) for one in weights}) == len(weights)
    assert named(None) == "the boots"


def test_limits_are_those_of_the_model_that_reads_less(precise: PreciseEncoder) -> None:
    assert precise.max_tokens == 8
    assert precise.count_too_long(["light", "word " * 20]) == 1


def test_both_run_on_one_backend(precise: PreciseEncoder) -> None:
    assert precise.backend.name == precise.default.backend.name == "torch-fp32"
    assert precise.at_once == 1


def test_the_digest_is_that_of_both(precise: PreciseEncoder, other: Weights) -> None:
    default = find_weights("default")
    swapped = PreciseEncoder(other, default)
    digests = {precise.digest, swapped.digest, default.digest, other.digest}
    assert len(digests) == 4
    assert PreciseEncoder(default, other).digest == precise.digest


def test_another_process_gets_the_same_encoder(precise: PreciseEncoder) -> None:
    weighed = precise.with_token_weights(precise.weigh_tokens(TEXTS))
    there = pickle.loads(pickle.dumps(weighed))
    assert (there.digest, there.token_weights) == (weighed.digest, weighed.token_weights)
    assert there.encode(TEXTS).tobytes() == weighed.encode(TEXTS).tobytes()


def test_progress_never_falls_and_ends(precise: PreciseEncoder) -> None:
    told: list[tuple[str, int, int]] = []
    precise.encode([f"reason {number}" for number in range(200)], progress=lambda *own: told.append(own))
    done = [at for _, at, _ in told]
    assert {(stage, total) for stage, _, total in told} == {("encoding", 200)}
    assert done == sorted(done)
    assert done[-1] == 200
    assert done.count(200) == 1


def test_a_study_is_made_kept_and_assigned_with_it(
    other: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoders, "shipped_weights", lambda *_, **__: other)
    frame = pd.DataFrame({"text": [f"it is {word} and saves me time" for word in ("light", "small", "red")]})
    study = run_study(verbatims_from_frame(frame), Parameters(encoder="precise"), backend="torch")
    assert study.info["encoder"]["name"] == "precise"
    write_study(study, tmp_path / "study")
    again = read_study(tmp_path / "study")
    assert again.model is not None
    assert again.model.placement.points.shape[1] == 768
    placed = assign(again, verbatims_from_frame(frame))
    assert len(placed.reasons) == len(again.reasons)


def test_the_readme_holds_the_measured_figures() -> None:
    root = Path(__file__).parents[2]
    readme = (root / "README.md").read_text(encoding="utf-8").replace("\n", " ")
    found = json.loads((root / "benchmarks" / "precise.json").read_text(encoding="utf-8"))

    def told(value: float, digits: int) -> str:
        return f"{value:.{digits}f}".removeprefix("0")

    gain, low, high = (told(value, 3) for value in found["themes"]["gain"]["ari"])
    assert f"better by {gain} of adjusted Rand index (95 % interval {low} to {high})" in readme
    own, themes = (found["needs"]["sample"]["precise"][name] for name in ("need themes", "needlens's themes"))
    low, high = (told(value, 2) for value in own["purity_interval"])
    reached = f"they reach {told(own['purity'], 2)} ({low} to {high})"
    assert f"{reached} and plain themes {told(themes['purity'], 2)} " in readme.replace("   ", " ")
    seconds = {name: timed["median"] for name, timed in found["times"]["timed"].items()}
    assert round(seconds["precise"] / seconds["default"]) == 8
    assert "encoding takes eight times as long" in readme


@pytest.mark.skipif(installed(MPNET) is None, reason="its weights are not installed (make precise)")
def test_the_real_models_agree_with_sentence_transformers(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    try:
        encoder = load_encoder("precise")
        folders = [find_weights("default").folder, present_folder(MPNET)]
        small, large = (
            SentenceTransformer(str(folder), device="cpu", local_files_only=True).encode(
                TEXTS, normalize_embeddings=True
            )
            for folder in folders
        )
        found = encoder.encode(TEXTS)
        expected = SHARE * small @ small.T + (1 - SHARE) * large @ large.T
        np.testing.assert_allclose(found @ found.T, expected, atol=0.003)
        assert (encoder.dimension, encoder.max_tokens) == (1152, 256)
        weights = shipped_weights(MPNET, "precise")
        known = _reference(weights)
        theirs = TransformerEncoder(weights, backend="torch").encode(CHECK_TEXTS)
        np.testing.assert_allclose(known, theirs, atol=1e-6)
    finally:
        shutil.rmtree(tmp_path / "cache", ignore_errors=True)
