"""What the process has set does not reach products of float32; models that read otherwise are let be."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from needlens.encoders.torch_model import exact_products
from needlens.encoders.torch_runner import TorchRunner
from needlens.encoders.weights import find_weights
from needlens.progress import silent


@pytest.fixture
def as_it_was() -> Iterator[None]:
    import torch

    yield
    torch.set_float32_matmul_precision("highest")


@pytest.mark.usefixtures("as_it_was")
def test_products_are_exact_whatever_is_set() -> None:
    import torch

    runner = TorchRunner(find_weights("default").folder)
    expected = runner.encode(["so very light"] * 40, None, silent, None).tobytes()
    torch.set_float32_matmul_precision("medium")
    assert runner.encode(["so very light"] * 40, None, silent, None).tobytes() == expected
    assert torch.get_float32_matmul_precision() == "medium"


@pytest.mark.usefixtures("as_it_was")
def test_newer_names_are_not_mixed_with_older() -> None:
    import torch

    products = torch.backends.cuda.matmul
    if not hasattr(products, "fp32_precision"):
        pytest.skip("this torch has the older names only")
    before = products.fp32_precision
    products.fp32_precision = "tf32"
    try:
        with exact_products():
            assert products.fp32_precision == "ieee"
        assert products.fp32_precision == "tf32"
    finally:
        products.fp32_precision = before


def test_a_model_of_another_length_is_cut_by_its_tokenizer_file(linked_model: Path) -> None:
    assert TorchRunner(linked_model)._tokenizer_file == linked_model / "tokenizer.json"
    file = linked_model / "sentence_bert_config.json"
    config = json.loads(file.read_text())
    file.unlink()
    file.write_text(json.dumps({**config, "max_seq_length": 8}))
    short = TorchRunner(linked_model)
    assert short._tokenizer_file is not None
    assert short._lengths(["long " * 20, "light"]) == [8, 3]


def test_a_tokenizer_unlike_its_file_is_the_librarys(linked_model: Path) -> None:
    runner = TorchRunner(linked_model)
    tokenizer = linked_model / "tokenizer.json"
    said = json.loads(tokenizer.read_text(encoding="utf-8"))
    said["normalizer"]["lowercase"] = False
    runner.model  # noqa: B018 - it is loaded with the file as it was
    tokenizer.unlink()
    tokenizer.write_text(json.dumps(said), encoding="utf-8")
    assert runner._tokenizer_file is None
    texts = ["It is VERY light", "so quiet"]
    expected = TorchRunner(find_weights("default").folder).encode(texts, None, silent, None)
    assert runner.encode(texts, None, silent, None).tobytes() == expected.tobytes()
