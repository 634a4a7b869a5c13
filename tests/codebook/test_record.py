import pytest

from needlens.codebook.edit import forbid, move, rename
from needlens.codebook.record import Codebook
from needlens.errors import UsageError

WHEN = "2025-03-31T12:00:00+00:00"


def test_adding_gives_a_new_codebook_and_all_or_nothing() -> None:
    empty = Codebook(next_id=4)
    one = empty.add(move("Light", 1, when=WHEN))
    assert (len(empty.edits), len(one.edits)) == (0, 1)
    with pytest.raises(UsageError):
        one.add(rename(2, "Quiet", when=WHEN), forbid("Light", 1, when=WHEN))
    assert len(one.edits) == 1


def test_the_table_shows_which_edits_hold() -> None:
    book = (
        Codebook(next_id=4).add(rename(1, "Light", who="Ana", when=WHEN, note="too long")).undo(1, when=WHEN)
    )
    frame = book.to_frame()
    assert frame.iloc[0].to_dict() == {
        "number": 1,
        "kind": "rename",
        "edit": "call theme 1 'Light'",
        "in_force": False,
        "who": "Ana",
        "when": WHEN,
        "note": "too long",
    }
    assert frame["in_force"].tolist() == [False, False]
    assert repr(book) == "Codebook(2 edits, 0 of them in force)"
    assert Codebook(next_id=1).to_frame().empty


def test_what_customers_and_analysts_wrote_is_escaped() -> None:
    book = Codebook(next_id=4).add(rename(1, "<script>alert(1)</script>", who="<b>", when=WHEN))
    page = book._repr_html_()
    assert "<script>" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;" in page
