"""Tokens: what must not be cut is one; the pattern without addresses finds the same where there is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens.splitting.tokens import _TOKEN, _TOKEN_OR_EMAIL, tokens

MARKS = [
    "www.a.b/c,",
    "a.b-c+d",
    "1,000.5x",
    '"so light"',
    "(or not)",
    "[a] ",
    "e.g.",
    "’s",
    " – ",
    "--",
    "/",
    "…",
]
texts = st.lists(st.one_of(st.sampled_from(MARKS), st.text(max_size=4)), max_size=8).map("".join)


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("ask me@shop.example now", ["word", "opaque", "word"]),
        ("see www.shop.example, ok", ["word", "opaque", "mark", "word"]),
        ("light - (very) / quiet", ["word", "dash", "opaque", "slash", "word"]),
    ],
)
def test_each_token_has_its_kind(sentence: str, kinds: list[str]) -> None:
    found = tokens(sentence)
    assert [token.kind for token in found] == kinds
    assert [token.is_word for token in found] == [kind in {"word", "opaque"} for kind in kinds]


@given(texts)
def test_a_text_without_an_at_sign_needs_no_pattern_of_addresses(text: str) -> None:
    plain = text.replace("@", "")
    both = (
        [(m.span(), m.lastgroup) for m in pattern.finditer(plain)] for pattern in (_TOKEN, _TOKEN_OR_EMAIL)
    )
    short, full = both
    assert short == full


@given(texts)
def test_tokens_hold_all_but_white_space(text: str) -> None:
    found = tokens(text)
    inside = {place for token in found for place in range(token.start, token.end)}
    assert all(text[place].isspace() for place in range(len(text)) if place not in inside)
