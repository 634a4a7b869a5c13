"""JSON Lines."""

from __future__ import annotations

import time

import pytest

from needlens.errors import InputError
from needlens.reading.jsonlines import read_jsonlines


def test_keys_are_columns_and_lines_are_rows() -> None:
    data = b'\n{"a": "x"}\r\n\n{"b": 1, "a": null}\n{}\n{"a": "\\u2028 y"}'
    table = read_jsonlines(data, file="a.jsonl", encoding="utf-8")
    assert table.columns == {"a": ["x", None, "\u2028 y"], "b": [None, 1, None]}
    assert list(table.rows) == [2, 4, 6]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("\n", "a.jsonl: is empty: it has no JSON object"),
        ('{"a": 1}\n{"a": }', "a.jsonl, row 2: is not valid JSON (Expecting value at character 7)"),
        ("[1, 2]", "a.jsonl, row 1: [1, 2] is not an object; JSON Lines hold one {…} a line"),
        (
            "[" * 100_000,
            "a.jsonl, row 1: is not valid JSON (a number is too long or the nesting too deep)",
        ),
        (
            f'{{"a": {"1" * 5000}}}',
            "a.jsonl, row 1: is not valid JSON (a number is too long or the nesting too deep)",
        ),
    ],
)
def test_what_is_refused(data: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_jsonlines(data.encode(), file="a.jsonl", encoding="utf-8")
    assert str(caught.value) == message


def test_time_grows_with_the_lines_not_with_their_square() -> None:
    def seconds(n: int) -> float:
        data = b'{"a": 1, "b": "x", "c": null, "text": "Light"}\n' * n
        start = time.process_time()
        assert len(read_jsonlines(data, file="a.jsonl", encoding="utf-8")) == n
        return time.process_time() - start

    assert seconds(80_000) < 20 * max(seconds(10_000), 0.02)
