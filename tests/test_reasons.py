"""Reasons: the laws of spans for any text, the table's contract, what is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens.errors import InputError, UsageError
from needlens.reasons import reason_spans, split_reasons
from needlens.schema import REASON_COLUMNS

CONNECTIVES = frozenset({"and", "but", "also", "plus"})
LIST_MARK = re.compile(r"\(?(?:\d{1,2}|[a-z])\s?[.)]")
PIECES = ["it is light", "great zoom", "quiet", "because it fits", "the kids love it", "works well", "1", "a"]
JOINTS = [
    ", ",
    " and ",
    ", and ",
    " but ",
    "; ",
    " - ",
    ". ",
    "!!! ",
    "\n",
    "\n• ",
    " 2) ",
    " also ",
    "，",
    " (",
    ") ",
]
sayings = st.lists(st.sampled_from(PIECES + JOINTS), max_size=14).map("".join)


def frame(*texts: str) -> pd.DataFrame:
    ids = [f"v{number}" for number in range(len(texts))]
    return pd.DataFrame({"verbatim_id": ids, "respondent_id": ids, "text": list(texts)}, dtype=str)


@given(st.text() | sayings)
@example("1. a 2. b")
@example("ﬁrst, ǅ and ﬀ")
@example("\x1c\u3000a\u2028")
def test_spans_are_in_order_apart_and_stripped(text: str) -> None:
    spans = reason_spans(text)
    assert all(start < end for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    assert bool(spans) == bool(text.strip())


@given(st.text() | sayings)
@example("1. a 2. b")
@example("light, and quiet, but also dear")
def test_only_connectives_and_list_numbers_are_dropped(text: str) -> None:
    spans = reason_spans(text)
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    gaps = [text[end:start] for end, start in zip([0, *ends], [*starts, len(text)], strict=True)]
    dropped = [LIST_MARK.sub(" ", gap.casefold()) for gap in gaps]
    words = {word for gap in dropped for word in re.findall(r"\w+", gap.replace("_", " "))}
    assert words <= CONNECTIVES


def test_the_table() -> None:
    verbatims = frame("Light, quiet and cheap!\n- Thanks", "  ", "It folds, so I take it along")
    reasons = split_reasons(verbatims.iloc[::-1])
    assert tuple(reasons.frame.columns) == REASON_COLUMNS
    assert reasons.frame["reason_id"].tolist() == ["v0.1", "v0.2", "v0.3", "v0.4", "v2.1"]
    assert reasons.frame["text"].tolist() == [
        "Light",
        "quiet",
        "cheap!",
        "Thanks",
        "It folds, so I take it along",
    ]
    assert reasons.frame["informative"].tolist() == [True, True, True, False, True]
    assert reasons.frame.index.tolist() == [0, 1, 2, 3, 4]
    assert reasons.notes == ()
    assert repr(reasons) == "Reasons(5 reasons of 2 verbatims, 4 informative)"
    assert "cheap!" in reasons._repr_html_()


@given(st.lists(st.text() | sayings, max_size=5), st.sampled_from(["reason", "verbatim"]))
def test_every_reason_is_a_substring_whatever_the_order(texts: list[str], unit: str) -> None:
    verbatims = frame(*texts)
    reasons = split_reasons(verbatims, unit=unit)  # type: ignore[arg-type]
    whole = dict(zip(verbatims["verbatim_id"], verbatims["text"], strict=True))
    for row in reasons.to_frame().itertuples():
        assert row.text == whole[str(row.verbatim_id)][row.start : row.end]
    again = split_reasons(verbatims.sample(frac=1, random_state=1), unit=unit)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(reasons.frame, again.frame)


def test_a_verbatim_can_be_one_reason() -> None:
    reasons = split_reasons(frame(" Light. Quiet, cheap \n", ""), unit="verbatim")
    assert reasons.frame[["reason_id", "start", "end", "text"]].to_numpy().tolist() == [
        ["v0.1", 1, 20, "Light. Quiet, cheap"]
    ]


def test_without_verbatims_the_table_keeps_its_types() -> None:
    empty, full = split_reasons(frame()).frame, split_reasons(frame("light")).frame
    assert len(empty) == 0
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()
    assert full.dtypes[["start", "end", "informative"]].tolist() == ["int64", "int64", "bool"]


def test_the_rule_for_informative_can_be_replaced() -> None:
    def is_long(texts: Sequence[str]) -> NDArray[np.bool_]:
        return np.array([len(text) > 5 for text in texts])

    assert split_reasons(frame("light; quiet at night"), informative=is_long).frame[
        "informative"
    ].tolist() == [
        False,
        True,
    ]


def test_other_languages_are_noted() -> None:
    german = ["Das Gerät ist leicht und sehr leise.", "Ich finde den Preis viel zu hoch."]
    (note,) = split_reasons(frame(*german, *["It is light and very quiet."] * 8)).notes
    assert note.startswith("About 20% of the texts are not in English (de; 95 % interval 6% to 51%): ")


def test_progress_ends_with_all_verbatims() -> None:
    calls: list[tuple[str, int, int]] = []
    split_reasons(frame(*["light"] * 1_500), progress=lambda *call: calls.append(call))
    assert calls == [("splitting", 0, 1_500), ("splitting", 1_000, 1_500), ("splitting", 1_500, 1_500)]


def test_what_is_no_verbatim_is_refused() -> None:
    with pytest.raises(InputError, match="column 'respondent_id': the verbatims lack this column"):
        split_reasons(frame("a").drop(columns="respondent_id"))
    broken = frame("a", "b").astype(object)
    broken.loc[1, "text"] = None
    with pytest.raises(InputError, match="row 3, column 'text': None is not a text"):
        split_reasons(broken)
    twice = frame("a", "b").assign(verbatim_id="v")
    with pytest.raises(InputError, match="row 3, column 'verbatim_id': 'v' is there twice"):
        split_reasons(twice)
    with pytest.raises(UsageError, match="unit must be"):
        split_reasons(frame("a"), unit="word")  # type: ignore[arg-type]
