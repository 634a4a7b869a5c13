"""Verbatims with their reasons marked."""

from __future__ import annotations

import html
import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlens.notebooks.marked import marked
from needlens.reasons import split_reasons


@settings(deadline=None)  # the first call loads the language model
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_every_character_stays_and_every_mark_is_a_reason(text: str) -> None:
    verbatims = pd.DataFrame({"verbatim_id": ["1"], "respondent_id": ["a"], "text": [text]}, dtype="str")
    reasons = split_reasons(verbatims).frame
    page = marked(verbatims, reasons, ["1"])._repr_html_()
    body = page.removeprefix('<p style="line-height:1.9">').removesuffix("</p>")
    assert html.unescape(re.sub(r"</?mark[^>]*>", "", body)) == text
    inside = re.findall(r"<mark[^>]*>(.*?)</mark>", body, re.DOTALL)
    assert [html.unescape(said) for said in inside] == reasons["text"].tolist()


def test_unknown_verbatim_is_an_error() -> None:
    frame = pd.DataFrame({"verbatim_id": ["1"], "text": ["Quiet"]})
    reasons = pd.DataFrame({"verbatim_id": ["1"], "start": [0], "end": [5], "informative": [True]})
    with pytest.raises(KeyError):
        marked(frame, reasons, ["2"])
