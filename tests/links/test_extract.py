"""Links inside, between and across reasons; what looks like one and is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlens.links.extract import Read, read_links
from needlens.reasons import reason_spans


def linked(text: str) -> list[tuple[str, str, str, str]]:
    """Means, connective, end and grade of every link of a text."""
    read = read_links(text, reason_spans(text))
    pieces = [text[own.start : own.end] for own in read.elements]
    return [
        (pieces[own.means], text[slice(*own.tie)].lower(), pieces[own.end], own.grade) for own in read.links
    ]


@pytest.mark.parametrize(
    ("text", "means", "connective", "end", "grade"),
    [
        ("light so I can carry it anywhere", "light", "so", "I can carry it anywhere", "E3"),
        ("Because it is light, I can carry it.", "it is light", "because", "I can carry it.", "E3"),
        ("I can carry it because it is light", "it is light", "because", "I can carry it", "E3"),
        ("It folds. That way I can take the train.", "It folds.", "that way", "I can take the train.", "E2"),
        ("It folds. This means I take the train.", "It folds.", "this means", "I take the train.", "E2"),
        ("The timer lets me sleep longer", "The timer", "lets", "lets me sleep longer", "E3"),
        ("It is so light that I forget it", "It is so light", "that", "I forget it", "E3"),
        ("small enough to fit in my bag", "small", "enough to", "fit in my bag", "E3"),
        ("I sleep better knowing it is locked", "it is locked", "knowing", "I sleep better", "E3"),
        ("I use the rack to carry my tools", "I use the rack", "to", "carry my tools", "E2"),
        ("The weight matters because I carry it", "The weight matters", "because", "I carry it", "E3"),
        ("Quiet thanks to the new belt", "the new belt", "thanks to", "Quiet", "E3"),
    ],
)
def test_ways_to_tie(text: str, means: str, connective: str, end: str, grade: str) -> None:
    assert linked(text) == [(means, connective, end, grade)]


@pytest.mark.parametrize(
    "text",
    [
        "I have had it since 2019",
        "It has been quiet since I bought it",
        "it is so good and so far it works",
        "I love it because it is light",
        "I bought it because the range is great",
        "The seat is hard but I can ride far",
        "I did not buy it, not because it is light",
        "Milk tube is a pain to clean",
        "My husband makes us breakfast",
        "Light. Quiet. Cheap.",
    ],
)
def test_what_is_no_link(text: str) -> None:
    assert linked(text) == []


def test_links_make_chains() -> None:
    text = "It is light so I can carry it, which means I feel free"
    assert [(m, e) for m, _, e, _ in linked(text)] == [
        ("It is light", "I can carry it"),
        ("I can carry it", "I feel free"),
    ]


def test_a_contrast_stands_between() -> None:
    text = "The battery is big. But the seat is hard. That way I stop often."
    assert [(m, e) for m, _, e, _ in linked(text)] == [("But the seat is hard.", "I stop often.")]


def test_hearsay_is_kept_apart() -> None:
    text = "My friend says it is light so you can carry it"
    read = read_links(text, reason_spans(text))
    assert not read.links
    assert [why for _, why in read.rejected] == ["hearsay"]


def test_wishes_are_unmet() -> None:
    text = "I wish it was lighter so I could carry it"
    assert {own.polarity for own in read_links(text, reason_spans(text)).elements} == {"unmet"}


_words = st.lists(
    st.sampled_from(
        "it light so I can carry because which means that way but , . ; lets me the battery since 2019 as a "
        "result ☕ ß\u0301 to save for making enough no more \n".split(" ")
    ),
    max_size=25,
)


@settings(deadline=None)
@given(_words)
def test_pieces_are_exact_in_order_and_inside_their_reason(words: list[str]) -> None:
    text = " ".join(words)
    reasons = reason_spans(text)
    read: Read = read_links(text, reasons)
    last = 0
    for own in read.elements:
        first, end = reasons[own.reason]
        assert max(first, last) <= own.start < own.end <= end
        assert text[own.start : own.end].strip()
        last = own.end
    for link in read.links:
        assert link.means != link.end
        assert text[slice(*link.tie)].strip()
        assert {read.elements[link.means].role, read.elements[link.end].role} == {"rung"}
    assert {own.reason for own in read.elements} == set(range(len(reasons)))
