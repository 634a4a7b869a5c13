"""A study laddered from end to end: tables, exact quotes, equal bytes, and nothing to climb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from needlens.codes.book import read_codes
from needlens.errors import StudyError
from needlens.implications import implications
from needlens.schema import LADDER_TABLES, LEVELS, UNSURE
from needlens.study.edit import edit_study
from needlens.study.folder import read_study, write_study
from needlens.study.ladder import LadderOptions, ladder_study
from needlens.study.laddering import Laddering
from needlens.study.record import Study
from needlens.study.run import Parameters, run_study
from needlens.verbatims import Verbatims, verbatims_from_frame


@pytest.fixture(scope="module")
def laddered(sample: Study, cache: Path) -> Study:
    return ladder_study(sample, cache=cache)


def small(texts: list[str], cache: Path, people: list[str] | None = None) -> Study:
    frame = pd.DataFrame({"text": texts, "who": people or [f"p{at}" for at in range(len(texts))]})
    verbatims = verbatims_from_frame(frame, text="text", respondent="who")
    return ladder_study(run_study(verbatims, Parameters(), cache=cache), cache=cache)


def tables(study: Study) -> Laddering:
    assert study.ladder is not None
    return study.ladder


def test_all_tables_are_there(laddered: Study) -> None:
    assert set(tables(laddered).tables) == set(LADDER_TABLES)
    informative = laddered.reasons.loc[laddered.reasons["informative"], "reason_id"]
    levels = tables(laddered)["levels"]
    assert levels["reason_id"].tolist() == informative.tolist()
    assert set(levels["level"]) <= {*LEVELS, UNSURE}
    assert ((levels["probability"] >= 0.5) == (levels["level"] != UNSURE)).all()


def test_every_quote_is_an_exact_piece_of_its_verbatim(laddered: Study) -> None:
    texts = laddered.verbatims.set_index("verbatim_id")["text"]
    reasons = laddered.reasons.set_index("reason_id")
    for row in tables(laddered)["elements"].to_dict("records"):
        assert texts[row["verbatim_id"]][row["start"] : row["end"]] == row["text"]
        assert reasons["start"][row["reason_id"]] <= row["start"] < row["end"]
        assert row["end"] <= reasons["end"][row["reason_id"]]
    links = pd.concat([tables(laddered)["links"], tables(laddered)["rejected_links"]])
    assert len(links) > 10
    for row in links.to_dict("records"):
        text = texts[row["verbatim_id"]]
        assert text[row["means_start"] : row["means_end"]] == row["means_text"]
        assert text[row["end_start"] : row["end_end"]] == row["end_text"]
        if row["grade"] != "E1":
            assert text[row["connective_start"] : row["connective_end"]] == row["connective"] != ""


def test_codes_stay_on_their_level_and_links_lead_up(laddered: Study) -> None:
    ladder = tables(laddered)
    level = ladder["codes"].set_index("code")["level"]
    coded = ladder["elements"].dropna(subset=["code"])
    assert (coded["code"].map(level) == coded["level"]).all()
    heights = {name: at for at, name in enumerate(LEVELS)}
    links = ladder["links"]
    assert (links["means_level"].map(heights) <= links["end_level"].map(heights)).all()
    assert set(ladder["rejected_links"]["reason"]) <= {"level not sure", "leads down", "no code", "hearsay"}


def test_the_matrix_is_that_of_the_ladders(laddered: Study) -> None:
    ladder = tables(laddered)
    coded = ladder["ladders"].dropna(subset=["code"])
    said = [(str(own["respondent_id"].iloc[0]), tuple(own["code"])) for _, own in coded.groupby("ladder_id")]
    levels = dict(zip(ladder["codes"]["code"], ladder["codes"]["level"], strict=True))
    pd.testing.assert_frame_equal(implications(said, levels), ladder["implications"])
    assert ladder["ladder_depths"]["n_ladders"].sum() == len(said)


def test_equal_bytes_twice_and_through_the_folder(
    laddered: Study, sample: Study, cache: Path, tmp_path: Path
) -> None:
    write_study(laddered, tmp_path / "one")
    again = ladder_study(read_study(tmp_path / "one"), cache=cache)
    write_study(again, tmp_path / "two")
    for name in LADDER_TABLES:
        for ending in ("parquet", "csv"):
            one, two = (tmp_path / folder / f"{name}.{ending}" for folder in ("one", "two"))
            assert one.read_bytes() == two.read_bytes(), name
    assert read_study(tmp_path / "one").info["ladder"] == again.info["ladder"]
    write_study(sample, tmp_path / "one")
    assert read_study(tmp_path / "one").ladder is None
    assert not (tmp_path / "one" / "links.csv").exists()


def test_order_of_verbatims_changes_nothing(
    laddered: Study, sample_frame: pd.DataFrame, read: Callable[[pd.DataFrame], Verbatims], cache: Path
) -> None:
    turned = ladder_study(run_study(read(sample_frame[::-1]), Parameters(themes=8), cache=cache), cache=cache)
    for name in LADDER_TABLES:
        pd.testing.assert_frame_equal(tables(turned)[name], tables(laddered)[name])


def test_edits_of_themes_leave_ladders(laddered: Study) -> None:
    done = edit_study(laddered, [])
    assert done.ladder is laddered.ladder
    assert done.info["ladder"] == laddered.info["ladder"]


def test_codes_as_the_analyst_wants_them(laddered: Study, sample: Study, cache: Path, tmp_path: Path) -> None:
    write_study(laddered, tmp_path / "study")
    book = read_codes(tmp_path / "study" / "codes.csv")
    same = ladder_study(sample, codes=book, cache=cache)
    pd.testing.assert_frame_equal(tables(same)["implications"], tables(laddered)["implications"])
    book.loc[0, "label"] = "A name of my own"
    named = ladder_study(sample, codes=book, cache=cache)
    assert "A name of my own" in set(tables(named)["codes"]["label"])


def test_a_corrected_level_is_kept(laddered: Study, sample: Study, cache: Path) -> None:
    elements = tables(laddered)["elements"]
    lone = elements[(elements["level"] == "attribute")]["text"].iloc[0]
    done = ladder_study(sample, corrections={lone: "value"}, cache=cache)
    after = tables(done)["elements"].set_index("text").loc[[lone], "level"]
    assert set(after) == {"value"}


def test_links_are_found_where_people_say_them(cache: Path) -> None:
    texts = [f"The frame is light so I can carry it up the stairs{'.' * (at % 3)}" for at in range(12)]
    study = small([*texts, "It is red", "no lift here"], cache)
    edges = tables(study)["value_map_edges"]
    assert edges[["means_level", "end_level", "n_respondents"]].to_numpy().tolist() == [
        ["attribute", "functional", 12]
    ]
    assert study.info["ladder"]["links"]["E3"] == 12


def test_one_person_counts_once(cache: Path) -> None:
    study = small(["The frame is light so I can carry it up the stairs"] * 5, cache, ["ann"] * 5)
    assert tables(study)["implications"]["direct"].tolist() == [1]
    mentions = ladder_study(study, LadderOptions(counted_by="mention"), cache=cache)
    assert tables(mentions)["implications"]["direct"].tolist() == [5]


@pytest.mark.parametrize(
    "texts",
    [
        ["n/a", "Thanks!"],
        ["It is red"],
        ["The frame is light", "The lamp is made of steel", "It has a bell"],
    ],
)
def test_nothing_to_climb(texts: list[str], cache: Path) -> None:
    study = small(texts, cache)
    assert tables(study)["links"].empty
    assert tables(study)["value_map_edges"].empty
    assert study.info["ladder"]["cutoff_reason"] == "there are no links"


def test_wishes_are_links_and_no_ladders(cache: Path) -> None:
    study = small(["I wish the frame was lighter so I could carry it up the stairs"], cache)
    assert set(tables(study)["links"]["polarity"]) <= {"unmet"}
    assert tables(study)["implications"].empty


def test_a_study_without_its_model_is_refused(sample: Study) -> None:
    with pytest.raises(StudyError, match="no model"):
        ladder_study(replace(sample, model=None))


def test_a_study_without_ladders_says_so() -> None:
    with pytest.raises(StudyError, match="needlens ladder"):
        Laddering({})["links"]
