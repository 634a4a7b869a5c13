"""A model is taken for a plain BERT only where all its files say so."""

import json
from pathlib import Path
from typing import Any

import pytest

from needlens.encoders.bert_files import bert_files
from needlens.encoders.weights import find_weights


def _change(folder: Path, name: str, change: dict[str, Any]) -> None:
    file = folder / name
    content = json.loads(file.read_text(encoding="utf-8"))
    file.unlink()  # it is a link
    file.write_text(json.dumps({**content, **change}), encoding="utf-8")


def test_the_default_model_is_known(linked_model: Path) -> None:
    known = bert_files(linked_model)
    assert known is not None
    assert (known.dimension, known.n_layers, known.n_heads, known.max_tokens) == (384, 6, 12, 256)
    assert known.tokenizer.is_file()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("config.json", {"model_type": "mpnet"}),
        ("config.json", {"hidden_act": "relu"}),
        ("config.json", {"position_embedding_type": "relative_key"}),
        ("config.json", {"num_attention_heads": None}),
        ("sentence_bert_config.json", {"do_lower_case": True}),
        ("sentence_bert_config.json", {"max_seq_length": 5_000}),
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True}),
        ("1_Pooling/config.json", {"pooling_mode": "cls"}),
        ("1_Pooling/config.json", {"include_prompt": False}),
    ],
)
def test_another_kind_of_model_is_left_to_its_library(
    linked_model: Path, name: str, change: dict[str, Any]
) -> None:
    _change(linked_model, name, change)
    assert bert_files(linked_model) is None


def test_modules_behind_the_mean_are_not_left_out(linked_model: Path) -> None:
    modules = json.loads((find_weights("default").folder / "modules.json").read_text(encoding="utf-8"))
    dense = {"idx": 3, "name": "3", "path": "3_Dense", "type": "sentence_transformers.models.Dense"}
    (linked_model / "modules.json").unlink()
    (linked_model / "modules.json").write_text(json.dumps([*modules, dense]), encoding="utf-8")
    assert bert_files(linked_model) is None


def test_no_model_at_all(tmp_path: Path) -> None:
    assert bert_files(tmp_path) is None
    (tmp_path / "config.json").write_text("[", encoding="utf-8")
    assert bert_files(tmp_path) is None
