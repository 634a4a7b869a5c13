"""Codes: within a level, by what is said; and as an analyst wants them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from needlens.codes.book import codes_by_book, read_codes
from needlens.codes.find import MOST_CODES, SEPARATOR, Codes, find_codes
from needlens.errors import InputError

TOPICS = ("battery", "colour", "weight")


def planted(n: int = 12) -> tuple[dict[str, list[str]], dict[str, np.ndarray]]:
    """Texts of three topics on two levels, with vectors near three axes."""
    rng = np.random.default_rng(0)
    texts: dict[str, list[str]] = {}
    vectors: dict[str, np.ndarray] = {}
    for level in ("attribute", "functional"):
        for at, topic in enumerate(TOPICS):
            for k in range(n):
                text = f"{topic} {level} number {k}"
                row = np.eye(8)[at] + 0.05 * rng.standard_normal(8)
                vectors[text] = (row / np.linalg.norm(row)).astype(np.float32)
                texts.setdefault(level, []).append(text)
    return texts, vectors


@pytest.fixture
def found() -> Codes:
    return find_codes(*planted())


def test_topics_are_found_within_levels_and_never_across(found: Codes) -> None:
    groups: dict[str, set[tuple[str, str]]] = {}
    for (level, text), code in found.of_text.items():
        groups.setdefault(code, set()).add((level, text.split()[0]))
    assert sorted(map(len, groups.values())) == [1] * 6
    levels = found.table.set_index("code")["level"]
    assert all(levels[code] == level for (level, _), code in found.of_text.items())
    assert found.table["label"].is_unique


def test_order_changes_nothing(found: Codes) -> None:
    texts, vectors = planted()
    again = find_codes({level: own[::-1] for level, own in reversed(texts.items())}, vectors)
    assert again.of_text == found.of_text
    pd.testing.assert_frame_equal(again.table, found.table)


def test_never_more_codes_than_a_map_can_show() -> None:
    rng = np.random.default_rng(1)
    texts = [f"text {k}" for k in range(400)]
    rows = rng.standard_normal((400, 30))
    vectors = dict(zip(texts, (rows / np.linalg.norm(rows, axis=1)[:, None]).astype(np.float32), strict=True))
    assert len(find_codes({"value": texts}, vectors).table) <= MOST_CODES


def test_examples_come_back_as_they_are_where_any_text_can() -> None:
    texts = [f"light | weight {k}" for k in range(20)] + ["it weighs nothing"]
    rows = np.tile(np.eye(4, dtype=np.float32)[0], (21, 1))
    rows[-1] = np.array([0.8, 0.6, 0, 0])  # the least typical of all
    table = find_codes({"attribute": texts}, dict(zip(texts, rows, strict=True))).table
    assert table["include"].tolist() == ["it weighs nothing"]
    parted = find_codes({"attribute": texts[:-1]}, dict(zip(texts, rows, strict=True))).table
    assert parted["include"].item().startswith("light | weight")
    assert parted["include"].item().count(SEPARATOR) == 1


def test_nothing_to_code() -> None:
    assert find_codes({}, {}).table.empty


def test_an_unchanged_book_changes_nothing(found: Codes) -> None:
    again = codes_by_book(found, found.table.assign(exclude=""), planted()[1])
    assert again.of_text == found.of_text
    assert again.table["label"].tolist() == found.table["label"].tolist()


def test_codes_are_renamed_merged_moved_and_dropped(found: Codes) -> None:
    _, vectors = planted()
    book = found.table[["code", "level", "label", "include", "exclude"]].copy()
    first, second, third, *_ = book["code"]
    book.loc[0, ["label", "level"]] = ["Anything heavy or not", "psychosocial"]
    book.loc[1, "code"] = first
    dropped = book[book["code"] != third]
    done = codes_by_book(found, dropped, vectors)
    merged = {text for (_, text), code in done.of_text.items() if code == first}
    assert merged == {text for (_, text), code in found.of_text.items() if code in (first, second)}
    assert third not in done.of_text.values()
    assert done.table.set_index("code").loc[first, ["label", "level"]].tolist() == [
        "Anything heavy or not",
        "psychosocial",
    ]


def test_an_excluded_text_goes_elsewhere(found: Codes) -> None:
    _, vectors = planted()
    (level, text), code = next(
        (key, code)
        for key, code in found.of_text.items()
        if key[1] not in SEPARATOR.join(found.table["include"])
    )
    book = found.table.assign(exclude=[text if own == code else "" for own in found.table["code"]])
    assert codes_by_book(found, book, vectors).of_text[level, text] != code


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("c1,attribut,Weight,light,", "no level"),
        ("c1,attribute,,light,", "no label"),
        ("c1,attribute,Weight,,", "no include"),
        ("c1,attribute,Weight,red,\nc2,attribute,Colour,red,", "example of 'c1' too"),
    ],
)
def test_bad_books_are_refused(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "codes.csv"
    path.write_text(f"code,level,label,include,exclude\n{row}\n", encoding="utf-8")
    with pytest.raises(InputError, match=message) as error:
        read_codes(path)
    assert error.value.file == "codes.csv"
    assert error.value.row is not None


def test_sentences_of_ones_own_draw_what_is_like_them(found: Codes) -> None:
    _, vectors = planted()
    rows = [text for level, text in found.of_text if level == "attribute" and text.startswith("weight")]
    heavy = np.mean([vectors[text] for text in rows], axis=0)
    own = {
        "code": "mine",
        "level": "attribute",
        "label": "Weight",
        "include": "nobody said it",
        "exclude": "",
    }
    book = pd.concat([found.table[["code", "level", "label", "include", "exclude"]], pd.DataFrame([own])])
    examples = {text for cell in found.table["include"] for text in cell.split(SEPARATOR)}
    known = {**vectors, "nobody said it": (heavy / np.linalg.norm(heavy)).astype(np.float32)}
    done = codes_by_book(found, book.reset_index(drop=True), known)
    others = {key: code for key, code in done.of_text.items() if key[1] not in rows}
    assert others == {key: code for key, code in found.of_text.items() if key[1] not in rows}
    free = [text for text in rows if text not in examples]
    assert free
    drawn = [text for text in free if done.of_text["attribute", text] == "mine"]
    assert drawn
    assert len({done.of_text["attribute", text] for text in free} - {"mine"}) <= 1
    alone = codes_by_book(found, pd.DataFrame([own]), known)
    assert {level for level, _ in alone.of_text} == {"attribute"}
    assert codes_by_book(found, pd.DataFrame([own]), vectors).of_text == {}
