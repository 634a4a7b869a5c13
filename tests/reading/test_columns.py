"""Guessing roles, and not guessing."""

from __future__ import annotations

import pytest

from needlens.errors import InputError, UsageError
from needlens.reading.columns import choose_roles
from needlens.reading.roles import Roles
from needlens.reading.table import Table

PROSE = "I like how light it is on the stairs"
SHORT = "very light indeed"
TITLE = "light and good to carry"


def table(**columns: object) -> Table:
    cells = {name: value if isinstance(value, list) else [value] * 2 for name, value in columns.items()}
    return Table(cells, [2, 3], ("a.csv",))


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        ({"anything": "ok"}, "anything"),
        ({" Review": SHORT, "plan": "pro"}, " Review"),
        ({"Review Text": SHORT, "plan": "pro"}, "Review Text"),
        ({"why": PROSE, "plan": "pro", "n": 3}, "why"),
        ({"why": "とても良い商品です。また買いたいと思います。", "plan": "pro"}, "why"),
        ({"text": PROSE, "title": TITLE}, "text"),
        ({"review": PROSE, "answer": "yes"}, "review"),
        ({"answer": "3", "why": PROSE}, "why"),
    ],
)
def test_the_text_is_guessed_where_one_column_can_hold_it(columns: dict[str, object], text: str) -> None:
    roles, notes = choose_roles(table(**columns), Roles())
    assert roles.text == text
    assert notes == (f"text column guessed: {text!r}",)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"pros": PROSE, "cons": PROSE, "n": "1"},
            "a.csv: two columns could hold the text: 'pros', 'cons'; name one with --text-column",
        ),
        (
            {"reason": "price", "explanation": PROSE},
            "a.csv: two columns could hold the text: 'reason', 'explanation'; name one with --text-column",
        ),
        (
            {"text": SHORT, "review": SHORT, "comment": SHORT},
            "a.csv: 3 columns could hold the text: 'text', 'review', 'comment'; name one with --text-column",
        ),
        (
            {"plan": "pro", "n": 3},
            "a.csv: no column looks like text; there are: 'plan', 'n'; name one with --text-column",
        ),
        ({}, "a.csv: no column looks like text; there are: ; name one with --text-column"),
    ],
)
def test_the_text_is_asked_for_where_it_is_not_clear(columns: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        choose_roles(table(**columns), Roles())
    assert str(caught.value) == message


def test_other_roles_are_guessed_if_their_columns_read() -> None:
    roles, notes = choose_roles(
        table(
            text=PROSE,
            ID=["1", "2"],
            user_id="u",
            stars=["4", None],
            date=["2025-03-31", "2025-04-01"],
            plan="pro",
        ),
        Roles(),
    )
    assert roles == Roles("text", "ID", "user_id", (), "stars", "date")
    assert notes == (
        "text column guessed: 'text'",
        "id column guessed: 'ID'",
        "respondent column guessed: 'user_id'",
        "rating column guessed: 'stars'",
        "date column guessed: 'date'",
    )


@pytest.mark.parametrize(
    "columns",
    [
        {"stars": ["4", "good"]},
        {"stars": [None, None]},
        {"stars": "4", "score": "5"},
        {"date": ["2025-03-31", "soon"]},
        {"date": "1/4/2025"},
        {"author": [["nested"], None]},
        {"author": "a", "user_id": "u"},
        {"review_id": ["1", "2"], "id": ["1", "2"]},
        {"plan": "pro", "country": "de"},
    ],
)
def test_a_guess_that_fails_its_check_is_none(columns: dict[str, object]) -> None:
    roles, notes = choose_roles(table(text=PROSE, **columns), Roles(text="text"))
    assert (roles, notes) == (Roles(text="text"), ())


def test_ids_that_repeat_are_left_alone_with_a_note() -> None:
    roles, notes = choose_roles(table(text=PROSE, id="1"), Roles(text="text"))
    assert roles.id is None
    assert notes == ("column 'id' is not taken for the id: values repeat or are missing",)


def test_named_columns_are_not_guessed_for_something_else() -> None:
    named = Roles(text="why", segments=("stars", "text"))
    roles, notes = choose_roles(table(why=PROSE, stars="4", text=PROSE), named)
    assert (roles, notes) == (named, ())


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        (
            Roles(text="a", segments=("b", "b")),
            "column 'b' is named for two roles; name it for one",
        ),
        (
            Roles(text="a", rating="text"),
            (
                "a segment, rating or date column cannot be called 'text', which is needlens's own name; "
                "rename it in the file"
            ),
        ),
    ],
)
def test_roles_that_exclude_each_other(roles: Roles, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        roles.check()
    assert str(caught.value) == message
