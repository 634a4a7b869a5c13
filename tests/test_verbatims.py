"""Verbatims: the laws that hold for every file, and what is noted and refused."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlens.errors import InputError, UsageError
from needlens.verbatims import Verbatims, read_verbatims, verbatims_from_frame

TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
    | st.text("\"',;\t\r\n 😀é.", min_size=1),
    min_size=1,
    max_size=8,
).filter(lambda texts: any(text.strip() for text in texts))


def as_csv(texts: list[str], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerows([["id", "text"], *((f"{i:03}", text) for i, text in enumerate(texts))])
    return stream.getvalue().encode(encoding)


def as_jsonl(texts: list[str]) -> bytes:
    return b"".join(
        json.dumps({"id": f"{i:03}", "text": text}, ensure_ascii=i % 2 == 0).encode() + b"\n"
        for i, text in enumerate(texts)
    )


def as_parquet(texts: list[str]) -> bytes:
    stream = io.BytesIO()
    ids = [f"{i:03}" for i in range(len(texts))]
    pd.DataFrame({"id": ids, "text": texts}).to_parquet(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("suffix", "write"),
    [
        ("csv", as_csv),
        ("csv", lambda texts: as_csv(texts, "utf-8-sig", ";")),
        ("csv", lambda texts: as_csv(texts, "utf-16", "\t")),
        ("tsv", lambda texts: as_csv(texts, "utf-32", "\t")),
        ("jsonl", as_jsonl),
        ("parquet", as_parquet),
    ],
)
def test_texts_are_read_code_point_for_code_point(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, write: Callable[[list[str]], bytes]
) -> None:
    path = tmp_path_factory.mktemp("study") / f"a.{suffix}"

    @settings(deadline=None)  # the first example pays for the imports
    @given(TEXTS)
    def check(texts: list[str]) -> None:
        path.write_bytes(write(texts))
        assert list(read_verbatims(path, text="text", id="id").frame["text"]) == texts

    check()


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.sampled_from(["Light", "light", "Quiet, and cheap", ""]),
            "who": st.sampled_from(["Ann", "Bob", ""]),
            "plan": st.sampled_from(["pro", "free", ""]),
            "stars": st.sampled_from(["1", "4.5", ""]),
            "day": st.sampled_from(["2025-03-31", "2025-04-01", ""]),
        }
    ),
    max_size=12,
).map(lambda rows: [*rows, {"text": "!", "who": "", "plan": "", "stars": "", "day": ""}])


def with_every_role(rows: list[dict[str, str]]) -> Verbatims:
    return verbatims_from_frame(
        pd.DataFrame(rows),
        text="text",
        respondent="who",
        segments=["plan"],
        rating="stars",
        date="day",
    )


@settings(deadline=None)  # building frames takes its time on a busy machine
@given(ROWS, st.randoms())
def test_the_order_of_rows_plays_no_part(rows: list[dict[str, str]], order: random.Random) -> None:
    first = with_every_role(rows)
    order.shuffle(rows)
    second = with_every_role(rows)
    pd.testing.assert_frame_equal(first.frame, second.frame)
    assert first.sources == second.sources
    assert first.notes == second.notes
    ids = list(first.frame["verbatim_id"])
    assert ids == sorted(set(ids))


def test_the_frame_has_the_promised_columns_and_types() -> None:
    row = {"text": "Light", "who": "Ann", "plan": "", "stars": "4.5", "day": "2025-03-31T10:00Z"}
    frame = with_every_role([row, row | {"text": "", "who": "", "stars": "", "day": ""}]).frame
    assert list(frame.columns) == ["verbatim_id", "respondent_id", "text", "plan", "stars", "day"]
    for column in ("verbatim_id", "respondent_id", "text"):
        assert all(isinstance(value, str) for value in frame[column])
    assert frame["plan"].isna().all()
    assert frame["plan"].dtype == frame["text"].dtype
    assert frame["stars"].dtype == "float64"
    assert frame["day"].dtype == "datetime64[us]"
    answered = frame["stars"].notna()
    assert frame.loc[answered, "stars"].tolist() == [4.5]
    assert frame.loc[answered, "day"].tolist() == [pd.Timestamp("2025-03-31 10:00")]
    assert frame.loc[~answered, ["stars", "day"]].isna().all(axis=None)


def test_several_files_are_one_study(tmp_path: Path) -> None:
    (tmp_path / "may").mkdir()
    (tmp_path / "may/shop.csv").write_bytes(b"id,why,plan\nB,Quiet,pro\n")
    (tmp_path / "shop.csv").write_bytes("why;id;extra\nLéger;A;1\n".encode("cp1252"))
    (tmp_path / "app.jsonl").write_bytes(b'{"id": 3.0, "why": null}\n')
    paths = [tmp_path / "may/shop.csv", tmp_path / "shop.csv", tmp_path / "app.jsonl"]
    verbatims = read_verbatims(*paths, text="why")
    assert verbatims.frame["verbatim_id"].tolist() == ["3", "A", "B"]
    assert verbatims.frame["text"].tolist() == ["", "Léger", "Quiet"]
    assert verbatims.notes == (
        f"{paths[1]}: read as cp1252 (not UTF-8)",
        "id column guessed: 'id'",
        "verbatims without a text: 1",
        "no respondent column: each verbatim counts as one person",
    )
    assert [(source.name, source.n_rows) for source in verbatims.sources] == [
        (str(paths[0]), 1),
        (str(paths[1]), 1),
        ("app.jsonl", 1),
    ]
    assert repr(verbatims).startswith("Verbatims(3 verbatims of 3 respondents, from ")


def test_a_file_given_twice_is_noted(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(b"why\nLight\n")
    again = str(tmp_path / "a.csv")
    assert read_verbatims(again, again).notes[-1].startswith(f"{again}: the same as {again}, ")
    verbatims = read_verbatims(tmp_path / "a.csv", tmp_path / "b.csv")
    assert verbatims.notes[-1] == "b.csv: the same as a.csv, so that its verbatims count twice"
    first, second = verbatims.frame["verbatim_id"]
    assert second == f"{first}-2"


def test_who_names_no_respondent_counts_as_one_person() -> None:
    frame = pd.DataFrame({"id": ["a", "b", "c"], "text": "Light", "who": ["Ann", None, ""]})
    verbatims = verbatims_from_frame(frame, text="text", respondent="who")
    assert verbatims.frame["respondent_id"].tolist() == ["Ann", "anon:b", "anon:c"]
    assert verbatims.notes[-1] == "verbatims without a respondent, each counted as one person: 2"


def test_half_a_character_is_noted() -> None:
    verbatims = verbatims_from_frame(
        pd.DataFrame({"text": pd.Series(["cut \ud83d", "whole"], dtype=object)}), text="text"
    )
    assert "cut \ufffd" in verbatims.frame["text"].tolist()
    assert verbatims.notes[0] == "texts with half a character (a lone surrogate), now U+FFFD: 1"


def test_markup_in_a_text_is_escaped_in_notebooks() -> None:
    verbatims = verbatims_from_frame(pd.DataFrame({"text": ["<script>x</script>"]}))
    assert "<script>" not in verbatims._repr_html_()


def test_to_frame_is_a_copy() -> None:
    verbatims = verbatims_from_frame(pd.DataFrame({"text": ["Light"]}))
    copy = verbatims.to_frame()
    copy.loc[0, "text"] = "changed"
    assert verbatims.frame.loc[0, "text"] == "Light"


@pytest.mark.parametrize(
    ("data", "roles", "message"),
    [
        (
            b"id,txt\nA,one\n",
            {"text": "text"},
            "standard input: no column 'text'; did you mean 'txt'? The columns are: 'id', 'txt'",
        ),
        (
            b"id,text\nA,\nB,  \n",
            {"text": "text"},
            "standard input: no row has a text in column 'text'",
        ),
        (
            b"text,stars\none,4\ntwo,five\n",
            {"text": "text", "rating": "stars"},
            (
                "standard input, row 3, column 'stars': 'five' is not a number; write it as 4.5, or "
                "leave the cell empty"
            ),
        ),
        (
            b"text,day\none,soon\n",
            {"text": "text", "date": "day"},
            "standard input, row 2, column 'day': 'soon' is not a date; write dates as 2025-03-31",
        ),
    ],
)
def test_what_is_refused(data: bytes, roles: dict[str, str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_verbatims(
            "-",
            text=roles.get("text"),
            rating=roles.get("rating"),
            date=roles.get("date"),
            stdin=io.BytesIO(data),
        )
    assert str(caught.value) == message


def test_no_input_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match=r"^no input named; give at least one file$"):
        read_verbatims()
