"""The coded reviews are what the guide beside them says."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    with (HERE / "reviews.csv").open(encoding="utf-8", newline="") as file:
        return {row["review_id"]: row["text"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module", params=["coder_a", "coder_b"])
def coded(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    lines = (HERE / f"{request.param}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_both_coded_every_review_once(texts: dict[str, str], coded: list[dict[str, Any]]) -> None:
    assert len(texts) == 150
    assert [row["review_id"] for row in coded] == list(texts)


def test_every_piece_is_in_its_review_and_has_a_level(
    texts: dict[str, str], coded: list[dict[str, Any]]
) -> None:
    for row in coded:
        for element in row["elements"]:
            assert element["quote"] in texts[row["review_id"]]
            assert element["level"] in "AFPV"


def test_links_lead_from_one_piece_to_another(coded: list[dict[str, Any]]) -> None:
    for row in coded:
        ids = [element["id"] for element in row["elements"]]
        assert len(ids) == len(set(ids))
        for link in row["links"]:
            assert link["kind"] in ("explicit", "implicit")
            assert link["means"] != link["end"]
            assert {link["means"], link["end"]} <= set(ids)
