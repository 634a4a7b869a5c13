"""Sentences: cases, hostile texts, and what holds for any text."""

from __future__ import annotations

import pytest

from needlens.splitting.sentences import sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is light. It is quiet.", ["It is light.", "It is quiet."]),
        ("Easy to use!!! I love it 😀 And it works.", ["Easy to use!!!", "I love it 😀", "And it works."]),
        ("I ❤ it. So light 👍🏽 It fits", ["I ❤ it.", "So light 👍🏽", "It fits"]),
        ("Great :) And cheap", ["Great :)", "And cheap"]),
        ("Light, e.g. for the U.S. market. Cheap.", ["Light, e.g. for the U.S. market.", "Cheap."]),
        ("Ask Mr. Smith. Or me.", ["Ask Mr. Smith.", "Or me."]),
        ("I paid $3.50 for 1.5 l. Cheap!", ["I paid $3.50 for 1.5 l.", "Cheap!"]),
        ("Size 9. 5 fits. It is wide.", ["Size 9. 5 fits.", "It is wide."]),
        ("Mail a.b@c.com now. Done", ["Mail a.b@c.com now.", "Done"]),
        ("See https://a.b.com/x.html?q=1. Done", ["See https://a.b.com/x.html?q=1.", "Done"]),
        ("good... but slow", ["good... but slow"]),
        ("Solid phone.Works well", ["Solid phone.", "Works well"]),
        ("too noisy.the lamp is bad", ["too noisy.the lamp is bad"]),
        ("WOW! Big difference!", ["WOW!", "Big difference!"]),
        ("Really? Yes.", ["Really?", "Yes."]),
        ('He said "it works." Then it broke.', ['He said "it works."', "Then it broke."]),
        ("很轻。很安静！", ["很轻。", "很安静！"]),
        ("first line\nsecond line. Third", ["first line", "second line.", "Third"]),
        ("Same. Same. Same.", ["Same.", "Same.", "Same."]),
        # Characters pysbd uses as place holders: it would hand back another text.
        ("text ȸ with ∯ signs ♭. Good. End∯", ["text ȸ with ∯ signs ♭.", "Good.", "End∯"]),
        ("Light. !!!", ["Light."]),
        ("!!!", ["!!!"]),
        (" \n\t ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


def test_a_long_line_is_cut_like_a_short_one() -> None:
    text = "It fits Mr. Smith. It is light. " * 300
    found = [text[start:end] for start, end in sentences(text)]
    assert found == ["It fits Mr. Smith.", "It is light."] * 300


@pytest.mark.parametrize(
    "unit", ["a", "a ", "(", "a!", "a. ", ".'", '."', "😀", "• ", "*a ", "e.g. ", "\n", "a?! "]
)
def test_no_cell_takes_long(unit: str) -> None:
    text = "x " + unit * (20_000 // len(unit)) + " y"
    spans = sentences(text)
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text)
