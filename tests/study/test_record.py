"""What a study says of itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from needlens.errors import StudyError
from needlens.study.record import Study


def test_main_themes_are_those_of_the_main_scale_most_widely_mentioned_first(sample: Study) -> None:
    main = sample.main_themes()
    assert len(main) == 8
    assert (main["scale"] == sample.main_scale).all()
    assert main["prevalence"].is_monotonic_decreasing
    assert sample.found


def test_one_row_a_reason_with_label_and_segments(sample: Study) -> None:
    frame = sample.to_frame()
    assert frame["reason_id"].tolist() == sample.reasons["reason_id"].tolist()
    labels = sample.themes.set_index("theme_id")["label"]
    named = frame.dropna(subset=["theme_id"])
    assert named["theme"].tolist() == labels[named["theme_id"]].tolist()
    assert frame.loc[frame["theme_id"].isna(), "theme"].isna().all()
    verbatims = sample.verbatims.set_index("verbatim_id")
    for column in ("category", "country", "plan", "rating", "date"):
        assert frame[column].equals(verbatims.loc[frame["verbatim_id"], column].reset_index(drop=True))


def test_a_segment_column_may_be_called_as_one_of_ours(sample: Study) -> None:
    renamed = sample.verbatims.rename(columns={"country": "theme", "plan": "start"})
    frame = replace(sample, verbatims=renamed).to_frame()
    assert frame["theme"].equals(sample.to_frame()["theme"])
    assert frame["start"].equals(sample.reasons["start"])
    assert frame.columns.is_unique


def test_quotes_are_in_customers_own_words(sample: Study) -> None:
    texts = set(sample.reasons["text"])
    for theme in sample.themes["theme_id"]:
        assert sample.quotes(theme)
        assert set(sample.quotes(theme)) <= texts


def test_a_study_in_one_line(sample: Study) -> None:
    counts = sample.info["counts"]
    assert repr(sample) == (
        f"Study({counts['respondents']:,} respondents, {counts['reasons']:,} reasons, 8 themes)"
    )


@pytest.mark.parametrize("label", ["<script>alert(1)</script>", "a & b"])
def test_a_label_is_no_html(sample: Study, label: str) -> None:
    shown = replace(sample, themes=sample.themes.assign(label=label))._repr_html_()
    assert label not in shown
    assert "<table" in shown


def test_bertopic_needs_the_model(sample: Study) -> None:
    with pytest.raises(StudyError, match="no model"):
        replace(sample, model=None).to_bertopic()
