"""Texts become the tokens that the model itself would see."""

from pathlib import Path

from needlens.encoders.tokens import readable, token_ids
from needlens.encoders.weights import find_weights

FILE = find_weights("default").folder / "tokenizer.json"


def test_tokens_are_those_the_model_sees(texts: list[str]) -> None:
    from transformers import AutoTokenizer

    own = AutoTokenizer.from_pretrained(str(FILE.parent))
    expected = own([readable(text) for text in texts], truncation=False)["input_ids"]
    assert token_ids(FILE, texts) == expected


def test_no_texts_need_no_file() -> None:
    assert token_ids(Path("nowhere"), []) == []


def test_only_surrogates_are_replaced(texts: list[str]) -> None:
    for text in texts:
        text_read = readable(text)
        text_read.encode()
        assert (text_read == text) == ("\ud800" not in text)
