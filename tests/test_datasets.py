"""The sample study: what it promises to those who try needlens on it, and how it is handed out."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest

from needlens.datasets import copy_sample, sample_files, sample_folder, sample_verbatims
from needlens.errors import NeedlensError

COLUMNS = {
    "verbatims": "verbatim_id respondent_id text category country plan rating nps repurchased date",
    "truth": "verbatim_id start end text level code need",
    "claims": "claim_id channel product text date",
    "spend": "line_id department item amount_eur class note",
    "decisions": "decision_id date decision options customer_effect financial_effect evidence evidence_note "
    "bears_cost reversible framed_as",
    "managers": "manager_id role product answer date",
}
KEYS = {
    "verbatims": ("verbatim_id",),
    "claims": ("claim_id",),
    "spend": ("line_id",),
    "decisions": ("decision_id",),
    "managers": ("manager_id", "product"),
}
LEVELS = {"attribute", "functional", "psychosocial", "value"}
NEEDS = {
    *("autonomy", "beauty", "belonging", "care", "competence", "health"),
    *("meaning", "pleasure", "recognition", "security", "stimulation", "thrift"),
}

SELDOM = 10
"""People of a category who mention a need, at most, for it to be one that is rarely said."""


def rows(name: str) -> list[dict[str, str]]:
    with (sample_folder() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


VERBATIMS = rows("verbatims")
TRUTH = rows("truth")
BY_ID = {row["verbatim_id"]: row for row in VERBATIMS}


@pytest.mark.parametrize("name", COLUMNS)
def test_columns(name: str) -> None:
    assert list(rows(name)[0]) == COLUMNS[name].split()


@pytest.mark.parametrize("name", KEYS)
def test_ids_are_unique(name: str) -> None:
    keys = [tuple(row[column] for column in KEYS[name]) for row in rows(name)]
    assert all(all(key) for key in keys)
    assert len(set(keys)) == len(keys)


def test_enough_verbatims_of_enough_people() -> None:
    assert len(VERBATIMS) >= 600
    assert len({row["respondent_id"] for row in VERBATIMS}) >= 350
    by_category: defaultdict[str, int] = defaultdict(int)
    for row in VERBATIMS:
        by_category[row["category"]] += 1
    assert len(by_category) == 3
    assert min(by_category.values()) >= 200


def test_verbatims_are_of_the_length_people_write() -> None:
    words = [len(row["text"].split()) for row in VERBATIMS]
    assert max(words) <= 120
    assert sum(n >= 2 for n in words) >= 0.95 * len(words)


def test_everybody_lives_in_one_country() -> None:
    assert len({(row["respondent_id"], row["country"]) for row in VERBATIMS}) == len(
        {row["respondent_id"] for row in VERBATIMS}
    )
    assert all(row["country"] for row in VERBATIMS)


def test_ratings_and_dates_can_be_read() -> None:
    assert {row["rating"] for row in VERBATIMS} == {"1", "2", "3", "4", "5", ""}
    assert {row["nps"] for row in VERBATIMS} == {*map(str, range(11)), ""}
    assert {row["repurchased"] for row in VERBATIMS} == {"yes", "no", ""}
    dates = [row["date"] for name in ("verbatims", "claims", "decisions", "managers") for row in rows(name)]
    assert [date for date in dates if not re.fullmatch(r"20\d\d-[01]\d-[0-3]\d", date)] == []


def test_truth_points_exactly_into_the_verbatims() -> None:
    assert len(TRUTH) >= 300
    assert [
        row
        for row in TRUTH
        if not row["text"].strip()
        or BY_ID[row["verbatim_id"]]["text"][int(row["start"]) : int(row["end"])] != row["text"]
    ] == []


def test_levels_and_needs_are_from_the_closed_lists() -> None:
    assert {row["level"] for row in TRUTH} == LEVELS
    assert {row["need"] for row in TRUTH} == NEEDS | {"none"}
    assert all(row["code"].strip() for row in TRUTH)


def test_every_need_is_in_every_category() -> None:
    found = {(BY_ID[row["verbatim_id"]]["category"], row["need"]) for row in TRUTH}
    categories = {row["category"] for row in VERBATIMS}
    assert {(category, need) for category in categories for need in NEEDS} <= found


@pytest.mark.parametrize("category", sorted({row["category"] for row in VERBATIMS}))
def test_two_needs_are_rarely_said_and_decide(category: str) -> None:
    people: defaultdict[str, set[str]] = defaultdict(set)
    ratings: defaultdict[str, set[str]] = defaultdict(set)
    for row in TRUTH:
        verbatim = BY_ID[row["verbatim_id"]]
        if verbatim["category"] == category:
            people[row["need"]].add(verbatim["respondent_id"])
            ratings[row["need"]].add(verbatim["rating"])
    decide = {need for need in NEEDS if ratings[need] <= {"1", "2", "5"}}
    assert len({need for need in decide if len(people[need]) <= SELDOM}) == len(decide) == 2


def test_decisions_spending_and_claims_have_what_the_audits_look_for() -> None:
    decisions = " ".join(row["decision"] for row in rows("decisions"))
    assert len(rows("decisions")) >= 30
    for said in ("social-service team", "CRM", "Price of", "aid search"):
        assert said in decisions
    assert {int(row["customer_effect"]) for row in rows("decisions")} == {-2, -1, 0, 1, 2}
    assert all(int(row["amount_eur"]) > 0 for row in rows("spend"))
    assert {row["product"] for row in rows("claims")} == {"glide", "crema", "ledger", "company"}
    assert {row["product"] for row in rows("managers")} == {"glide", "crema", "ledger"}


@pytest.mark.parametrize("name", COLUMNS)
def test_addresses_are_of_nobody(name: str) -> None:
    text = (sample_folder() / f"{name}.csv").read_text(encoding="utf-8")
    hosts = set(re.findall(r"@([\w-]+(?:\.[\w-]+)+)", text))
    assert hosts <= {"example.com", "example.org", "example.net"}
    assert re.findall(r"https?://|www\.", text) == []


def test_the_untidy_is_there() -> None:
    texts = [row["text"] for row in VERBATIMS]
    assert "" in texts
    assert any("@example." in text for text in texts)
    assert any(text.startswith("=") for text in texts)
    assert any("<b>" in text for text in texts)
    assert any("\n" in text for text in texts)
    assert any(text and not any(map(str.isalnum, text)) for text in texts)
    assert len(set(texts)) < len(texts)


def test_page_counts_the_rows() -> None:
    page = (sample_folder() / "README.md").read_text(encoding="utf-8")
    counted = re.findall(r"^\| `(\w+)\.csv` \| ([\d,]+) \|[^|]*\| (.+) \|$", page, re.MULTILINE)
    assert {name: int(n.replace(",", "")) for name, n, _ in counted} == {
        name: len(rows(name)) for name in COLUMNS
    }
    for name, _, columns in counted:
        assert re.findall(r"`(\w+)`", columns) == COLUMNS[name].split()


def test_sample_verbatims_takes_every_row_and_segment() -> None:
    verbatims = sample_verbatims()
    assert verbatims.frame["text"].tolist() == [BY_ID[id_]["text"] for id_ in sorted(BY_ID)]
    assert verbatims.roles.segments == ("category", "country", "plan")
    assert (verbatims.roles.rating, verbatims.roles.date) == ("rating", "date")


def test_copy_writes_the_very_files(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "sample"
    written = copy_sample(folder)
    assert written == [folder / path.name for path in sample_files()]
    assert sorted(folder.iterdir()) == written
    assert [path.read_bytes() for path in written] == [path.read_bytes() for path in sample_files()]
    assert {path.name for path in written} == {f"{name}.csv" for name in COLUMNS}


def test_copy_twice_is_copy_once(tmp_path: Path) -> None:
    assert copy_sample(tmp_path) == copy_sample(str(tmp_path))


def test_copy_overwrites_nothing_of_the_users(tmp_path: Path) -> None:
    mine = tmp_path / "claims.csv"
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(NeedlensError, match=r"claims\.csv is there already and differs; name another folder"):
        copy_sample(tmp_path)
    assert mine.read_text(encoding="utf-8") == "mine"
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".partial")] == []


def test_copy_into_a_file_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    with pytest.raises(NeedlensError, match=r"cannot write to .*file: "):
        copy_sample(file)
