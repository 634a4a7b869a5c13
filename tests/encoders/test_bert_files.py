"""A model is taken for a plain BERT or MPNet only where all its files say so."""

import json
import shutil
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
    assert known.family == "bert"
    assert (known.dimension, known.n_layers, known.n_heads, known.max_tokens) == (384, 6, 12, 256)
    assert known.tokenizer.is_file()


@pytest.fixture
def own_mpnet(mpnet: Path, tmp_path: Path) -> Path:
    """A copy of the small MPNet, to be changed."""
    return Path(shutil.copytree(mpnet, tmp_path / "mpnet"))


def test_an_mpnet_is_known(own_mpnet: Path) -> None:
    known = bert_files(own_mpnet)
    assert known is not None
    assert known.family == "mpnet"
    assert (known.dimension, known.n_layers, known.n_heads, known.intermediate) == (32, 2, 4, 64)
    assert (known.epsilon, known.max_tokens) == (1e-5, 300)
    # Older configurations leave out what is as usual.
    config = json.loads((own_mpnet / "config.json").read_text(encoding="utf-8"))
    del config["relative_attention_num_buckets"]
    (own_mpnet / "config.json").write_text(json.dumps(config), encoding="utf-8")
    assert bert_files(own_mpnet) == known


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("config.json", {"model_type": "roberta"}),
        ("config.json", {"model_type": ["mpnet"]}),
        ("config.json", {"hidden_act": "gelu_new"}),
        ("config.json", {"relative_attention_num_buckets": 64}),
        ("config.json", {"relative_attention_num_buckets": None}),
        ("config.json", {"layer_norm_eps": "small"}),
        ("config.json", {"max_position_embeddings": 301}),  # a text's first position is the third
        ("sentence_bert_config.json", {"max_seq_length": 301}),
        ("sentence_bert_config.json", {"max_seq_length": None}),
        ("1_Pooling/config.json", {"pooling_mode_max_tokens": True}),
    ],
)
def test_an_odd_mpnet_is_left_to_its_library(own_mpnet: Path, name: str, change: dict[str, Any]) -> None:
    _change(own_mpnet, name, change)
    assert bert_files(own_mpnet) is None


def test_an_mpnet_without_weights_to_read(own_mpnet: Path) -> None:
    (own_mpnet / "model.safetensors").unlink()
    assert bert_files(own_mpnet) is None


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("config.json", {"model_type": "roberta"}),
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
