"""Lines and list items."""

from __future__ import annotations

import pytest

from needlens.splitting.items import items


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("light\nquiet\r\ncheap", ["light", "quiet", "cheap"]),
        ("a b\u2028c d", ["a b", "c d"]),
        ("- light\n* quiet\n• cheap\n– sturdy", ["light", "quiet", "cheap", "sturdy"]),
        ("1) light 2) quiet 3) cheap", ["light", "quiet", "cheap"]),
        ("1.Low resolution. 2.slow", ["Low resolution.", "slow"]),
        ("a) light\nb) quiet", ["light", "quiet"]),
        ("4 . the shape", ["the shape"]),
        ("• light  • quiet", ["light", "quiet"]),
        ("*Fast *Cheap *Works well", ["Fast", "Cheap", "Works well"]),
        ("-cheap, -small", ["cheap,", "small"]),
        ("-5 degrees", ["-5 degrees"]),
        ("2.1 megapixel, 1.8 inch", ["2.1 megapixel, 1.8 inch"]),
        ("not * that * good", ["not * that * good"]),
        ("it has 2) nothing", ["it has 2) nothing"]),
        ("A nice one", ["A nice one"]),
        ("•\n---\n", []),
        ("", []),
    ],
)
def test_items(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in items(text)] == expected
