"""Small tables for reading."""

from __future__ import annotations

import re

import pandas as pd

from needlens.notebooks.table import table

FRAME = pd.DataFrame({"a <tag>": ["<script>x</script>", "y & z"], "n": [1, 2]}, index=[7, 7])


def test_customers_words_are_no_markup() -> None:
    page = table(FRAME).to_html()
    assert "<script" not in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "y &amp; z" in page


def test_headings_are_no_markup() -> None:
    assert "<tag>" not in table(FRAME).to_html()


def test_same_table_same_page_and_another_id_for_another_table() -> None:
    assert table(FRAME).to_html() == table(FRAME.copy()).to_html()
    ids = [re.findall(r'<table id="(\w+)"', table(frame).to_html()) for frame in (FRAME, FRAME.head(1))]
    assert ids[0] != ids[1]


def test_missing_cells_and_empty_tables_are_shown() -> None:
    assert "nan" in table(pd.DataFrame({"a": [None, 1.0]})).to_html()
    assert "<th" in table(FRAME.head(0)).to_html()
