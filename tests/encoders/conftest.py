"""The default encoder, a small one of another family, texts for them, and a fresh interpreter."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from needlens import errors
from needlens.encoders.encoder import Encoder, load_encoder
from needlens.encoders.shipped import FILES
from needlens.encoders.weights import find_weights

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return load_encoder()


@pytest.fixture(scope="session")
def texts() -> list[str]:
    """Texts of many lengths, some of them the same length."""
    text = "it saves me an hour every day so that I can be home before the children sleep"
    plain = [text[first : first + n] for n in range(1, 49, 6) for first in range(0, 30, 5)]
    return [
        *plain,
        "",
        " ",
        "\0",
        "a\0b",
        "lone \ud800 surrogate",
        "😀👍🏽",
        "한국어 " * 90,
        "long " * 400,
    ]


@pytest.fixture
def run_python() -> Run:
    """Run code in a fresh interpreter that has the test's vector cache."""

    def run(code: str, *options: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        source = Path(errors.__file__).parents[1]
        return subprocess.run(
            [sys.executable, *options, "-c", code],
            env={**os.environ, "PYTHONPATH": str(source), **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture
def linked_model(tmp_path: Path) -> Path:
    """A copy of the default model's folder whose files are links."""
    folder = tmp_path / "model"
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(find_weights("default").folder / name)
    return folder


@pytest.fixture(scope="session")
def mpnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model of the MPNet family whose numbers are random, every one of them."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit
    from tokenizers.processors import TemplateProcessing
    from transformers import MPNetConfig, MPNetModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("mpnet")
    marks = ["<s>", "<pad>", "</s>", "<unk>"]
    words = "it saves me an hour every day so that I can be home before the children sleep long".split()
    vocabulary = {word: at for at, word in enumerate([*marks, *words])}
    tokenizer = Tokenizer(WordLevel(vocabulary, "<unk>"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.post_processor = TemplateProcessing("<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    tokenizer.add_special_tokens(marks)
    names = dict(zip(["bos_token", "pad_token", "eos_token", "unk_token"], marks, strict=True))
    reader: Any = PreTrainedTokenizerFast
    reader(tokenizer_object=tokenizer, model_max_length=300, **names).save_pretrained(folder)

    config = MPNetConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=302,
        layer_norm_eps=1e-5,
    )
    with torch.random.fork_rng(), torch.no_grad():
        model = MPNetModel(config)
        numbers = torch.Generator().manual_seed(0)
        for name, tensor in model.named_parameters():
            # What is near zero would hide which token is attended to.
            scale = 2.0 if "relative" in name else 0.5
            tensor.copy_(scale * torch.randn(tensor.shape, generator=numbers))
    model.save_pretrained(folder)

    kinds = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}
    contents = {
        "modules.json": [
            {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for at, (path, kind) in enumerate(kinds.items())
        ],
        "config_sentence_transformers.json": {},
        "sentence_bert_config.json": {"max_seq_length": 300, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": 32, "pooling_mode_mean_tokens": True},
    }
    for file, content in contents.items():
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(json.dumps(content), encoding="utf-8")
    return folder
