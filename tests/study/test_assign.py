"""Assigning: own verbatims unchanged, like ones to their theme, unlike ones to none, the study untouched."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from needlens.errors import EncoderError, StudyError, UsageError
from needlens.study.assign import Assigned, assign, write_assigned
from needlens.study.folder import read_study, write_study
from needlens.study.record import Study
from needlens.verbatims import Verbatims, verbatims_from_frame

LIKE = {
    "battery": "the battery lasts for weeks on one charge",
    "noise": "a motor without any noise at all",
    "support": "customer service answered my phone call at once",
}
UNLIKE = [
    "mitochondria oxidise pyruvate in eukaryotic cells",
    "qzx vvkj wpfh",
    "the treaty of Utrecht of 1713",
]


@pytest.fixture(scope="module")
def assigned(planted: Study, cache: Path) -> Assigned:
    frame = pd.DataFrame({"why": [*LIKE.values(), *UNLIKE, "👍"], "id": list("abcdefg")})
    return assign(planted, verbatims_from_frame(frame, text="why", id="id"), cache=cache)


def test_own_verbatims_keep_theme_and_strength_on_every_scale(
    sample: Study,
    sample_frame: pd.DataFrame,
    read: Callable[[pd.DataFrame], Verbatims],
    cache: Path,
    tmp_path: Path,
) -> None:
    write_study(sample, tmp_path)
    for study in (sample, read_study(tmp_path)):
        again = assign(study, read(sample_frame), cache=cache)
        pd.testing.assert_frame_equal(again.reasons, sample.reasons, check_exact=True)
        pd.testing.assert_frame_equal(again.assignments, sample.assignments, check_exact=True)
        assert again.drift.n_unexplained == 0


def test_company_does_not_matter(
    sample: Study, sample_frame: pd.DataFrame, read: Callable[[pd.DataFrame], Verbatims], cache: Path
) -> None:
    some = sample_frame.iloc[::7].sample(frac=1, random_state=2)
    again = assign(sample, read(some), cache=cache).assignments
    theirs = sample.assignments[sample.assignments["verbatim_id"].isin(some["verbatim_id"])]
    pd.testing.assert_frame_equal(again, theirs.reset_index(drop=True), check_exact=True)


def test_like_texts_get_the_theme_of_their_topic(
    assigned: Assigned, planted: Study, planted_frame: pd.DataFrame
) -> None:
    topic = planted.to_frame().merge(planted_frame[["id", "topic"]], left_on="verbatim_id", right_on="id")
    theme_of = topic.groupby("topic")["theme_id"].agg(lambda ids: ids.mode()[0])
    main = assigned.assignments[assigned.assignments["scale"] == planted.main_scale]
    expected = [theme_of[topic] for topic in LIKE]
    assert main["theme_id"].tolist()[: len(LIKE)] == expected
    assert (main["strength"].iloc[: len(LIKE)] > 0.5).all()


def test_unlike_texts_get_none_and_are_counted(assigned: Assigned) -> None:
    unlike = assigned.assignments[assigned.assignments["verbatim_id"].isin(list("defg"))]
    assert unlike["theme_id"].isna().all()
    assert (unlike["strength"] == 0).all()
    assert (assigned.drift.n, assigned.drift.n_unexplained) == (len(LIKE) + len(UNLIKE), len(UNLIKE))
    assert assigned.drift.alarm


def test_reasons_of_one_respondent_are_one_person(planted: Study, cache: Path) -> None:
    frame = pd.DataFrame({"why": UNLIKE, "who": "ann"})
    alone = assign(planted, verbatims_from_frame(frame, text="why", respondent="who"), cache=cache).drift
    each = assign(planted, verbatims_from_frame(frame[["why"]], text="why"), cache=cache).drift
    assert alone.n_unexplained == each.n_unexplained == len(UNLIKE)
    assert alone.p_value > each.p_value


def test_reasons_near_points_without_a_theme_are_explained(planted: Study, cache: Path) -> None:
    model = planted.model
    assert model is not None
    bare = replace(model, placement=model.placement.with_ids(model.placement.ids * 0))
    new = verbatims_from_frame(pd.DataFrame({"why": list(LIKE.values())}))
    assigned = assign(replace(planted, model=bare), new, cache=cache)
    assert assigned.assignments["theme_id"].isna().all()
    assert (assigned.drift.n, assigned.drift.n_unexplained) == (len(LIKE), 0)


def test_the_study_stays_as_it_is(planted: Study, cache: Path) -> None:
    before = planted.assignments.copy()
    model = planted.model
    assert model is not None
    ids = model.text_ids.copy()
    assign(planted, verbatims_from_frame(pd.DataFrame({"why": ["quiet as a mouse"]})), cache=cache)
    pd.testing.assert_frame_equal(planted.assignments, before)
    assert (model.text_ids == ids).all()


def test_another_encoder_is_refused(planted: Study, planted_verbatims: Verbatims) -> None:
    assert planted.model is not None
    changed = replace(planted, model=replace(planted.model, digest="0" * 64))
    with pytest.raises(EncoderError, match="not the one this study was made with"):
        assign(changed, planted_verbatims)


def test_a_study_without_its_model_is_refused(planted: Study, planted_verbatims: Verbatims) -> None:
    with pytest.raises(StudyError, match="no model"):
        assign(replace(planted, model=None), planted_verbatims)


def test_written_as_parquet_with_every_scale(assigned: Assigned, planted: Study, tmp_path: Path) -> None:
    write_assigned(assigned, planted, tmp_path / "new" / "out.parquet")
    back = pd.read_parquet(tmp_path / "new" / "out.parquet")
    pd.testing.assert_frame_equal(back, assigned.assignments)


def test_written_as_csv_with_texts_and_labels(assigned: Assigned, planted: Study, tmp_path: Path) -> None:
    write_assigned(assigned, planted, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == assigned.reasons["text"].tolist()
    labels = set(planted.themes["label"])
    assert all((row["theme"] in labels) == (row["theme_id"] != "") for row in rows)
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_other_endings_and_places_are_refused(assigned: Assigned, planted: Study, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.csv or \.parquet"):
        write_assigned(assigned, planted, tmp_path / "out.xlsx")
    (tmp_path / "file").write_text("")
    with pytest.raises(StudyError, match="cannot write"):
        write_assigned(assigned, planted, tmp_path / "file" / "out.csv")
