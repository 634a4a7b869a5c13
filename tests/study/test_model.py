"""The model of a study: saved and loaded bit for bit, damage told in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens.errors import StudyError
from needlens.study.model import StudyModel, load_model, text_key
from needlens.study.record import Study


@pytest.fixture(scope="module")
def model(planted: Study) -> StudyModel:
    assert planted.model is not None
    return planted.model


def test_what_is_saved_is_loaded(model: StudyModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    back = load_model(tmp_path)
    for name in ("text_keys", "text_ids", "text_strengths"):
        np.testing.assert_array_equal(getattr(back, name), getattr(model, name))
        assert getattr(back, name).dtype == getattr(model, name).dtype
    for name in ("points", "ids", "strengths"):
        np.testing.assert_array_equal(getattr(back.placement, name), getattr(model.placement, name))
        assert getattr(back.placement, name).dtype == getattr(model.placement, name).dtype
    assert (back.placement.far, back.placement.k) == (model.placement.far, model.placement.k)
    assert (back.encoder, back.digest, back.unit) == (model.encoder, model.digest, model.unit)
    assert model.token_weights
    assert back.token_weights == model.token_weights


def test_saving_twice_gives_the_same_bytes(model: StudyModel, tmp_path: Path) -> None:
    for name in ("one", "two"):
        model.save(tmp_path / name)
    one, two = ([path.read_bytes() for path in sorted((tmp_path / n).iterdir())] for n in ("one", "two"))
    assert one == two


def test_texts_of_the_study_are_known_and_no_others(model: StudyModel, planted: Study) -> None:
    texts = planted.reasons["text"].tolist()
    known, ids, strengths = model.of_texts([*texts, "never said", ""])
    assert known.tolist() == [True] * len(texts) + [False, False]
    main = planted.assignments[planted.assignments["scale"] == 0]
    assert ids[0, : len(texts)].tolist() == main["theme_id"].tolist()
    assert strengths[0, : len(texts)].tolist() == main["strength"].tolist()
    assert not ids[:, len(texts) :].any()
    assert model.of_texts([])[1].shape == (len(ids), 0)


@pytest.mark.parametrize("name", ["placement.safetensors", "model.json"])
@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "noise"])
def test_damage_is_told(model: StudyModel, tmp_path: Path, name: str, damage: str) -> None:
    model.save(tmp_path)
    file = tmp_path / name
    content = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(
            {"empty": b"", "cut": content[: len(content) // 2], "noise": b"\xff\x00" * 99}[damage]
        )
    with pytest.raises(StudyError, match="run needlens cluster again"):
        load_model(tmp_path)


@pytest.mark.parametrize("settings", ["{}", "[]", "null", '"text"'])
def test_settings_that_are_none_are_told(model: StudyModel, tmp_path: Path, settings: str) -> None:
    model.save(tmp_path)
    (tmp_path / "model.json").write_text(settings)
    with pytest.raises(StudyError, match="run needlens cluster again"):
        load_model(tmp_path)


def test_settings_are_plain_json(model: StudyModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    settings = json.loads((tmp_path / "model.json").read_text())
    assert settings["unit"] == "verbatim"
    assert sorted(settings) == ["digest", "encoder", "far", "found", "k", "names", "token_weights", "unit"]


@given(st.lists(st.text(st.characters(codec=None)), unique=True, max_size=20))
def test_keys_of_different_texts_differ(texts: list[str]) -> None:
    assert len({text_key(text) for text in texts}) == len(texts)
    assert all(len(text_key(text)) == 16 for text in texts)


def test_texts_are_found_by_their_place_and_others_are_not(model: StudyModel, planted: Study) -> None:
    texts = planted.reasons.loc[planted.reasons["informative"], "text"].tolist()
    at = model.positions([*texts, "nobody said this", texts[0]])
    assert [model.text_keys[place].tobytes() for place in at[:-2]] == [text_key(text) for text in texts]
    assert (at[-2], at[-1]) == (-1, at[0])
    with pytest.raises(KeyError, match="nobody said this"):
        model.points_of(["nobody said this"])
