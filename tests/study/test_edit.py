"""Edits, seeds and an earlier study, in a study."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from needlens.codebook.add import add
from needlens.codebook.edit import merge, move, rename, split, undo
from needlens.codebook.log import LOG_NAME, read_log
from needlens.errors import InputError, UsageError
from needlens.study.edit import edit_folder, edit_study, edits_to_replay, keep_edits
from needlens.study.folder import read_study, write_study
from needlens.study.memberships import roll_up
from needlens.study.record import Study


def _edits_file(folder: Path, text: str) -> Path:
    path = folder / "edits.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_edits_changes_the_study_and_stays_in_its_codebook(planted: Study, tmp_path: Path) -> None:
    write_study(planted, tmp_path / "study")
    first, second = planted.main_themes()["theme_id"].tolist()[:2]
    file = _edits_file(tmp_path, f"edit,theme,into,name\nmerge,{second},{first},\nrename,{first},,=Price\n")
    done = edit_folder(tmp_path / "study", file, who="Ann")
    assert done.themes.set_index("theme_id")["label"][first] == "=Price"
    assert second not in set(done.assignments["theme_id"].dropna())
    assert done.edits is not None
    assert done.edits["outcome"].tolist() == ["applied", "applied"]
    log, _ = read_log(tmp_path / "study" / LOG_NAME)
    assert [edit.who for edit in log] == ["Ann", "Ann"]
    again = read_study(tmp_path / "study")
    assert_frame_equal(again.themes, done.themes)
    assert "'=Price" in (tmp_path / "study" / "themes.csv").read_text(encoding="utf-8-sig")


def test_undone_edits_leave_the_study_as_it_was(planted: Study) -> None:
    first, second = planted.main_themes()["theme_id"].tolist()[:2]
    next_id = int(planted.info["next_theme_id"])
    edits = add((), merge([second], first), next_id=next_id)
    changed = edit_study(planted, edits)
    assert len(changed.main_themes()) == len(planted.main_themes()) - 1
    back = edit_study(changed, add(edits, undo(1), next_id=next_id))
    assert_frame_equal(back.themes, planted.themes)
    assert_frame_equal(back.assignments, planted.assignments)


def test_a_theme_of_texts_that_others_stand_for_has_words_and_a_place(planted: Study) -> None:
    """People may leave a theme one of two texts that differ in marks alone: whichever, it is quoted."""
    main = planted.assignments[planted.assignments["scale"] == planted.main_scale]
    of_text = dict(zip(planted.reasons["text"], main["theme_id"].fillna(0).tolist(), strict=True))
    next_id = int(planted.info["next_theme_id"])
    for text in ("The motor makes no noise!", "the motor makes no noise"):
        own = of_text[text]
        edits = add((), split(own, [text]), next_id=next_id)
        for other in sorted(said for said, theme in of_text.items() if theme == own and said != text):
            edits = add(edits, move(other, own), next_id=next_id)
        done = edit_study(planted, edits)
        alone = done.themes.set_index("theme_id").loc[next_id]
        quoted = done.reasons.set_index("reason_id").loc[alone["exemplar_reason_ids"], "text"]
        assert set(quoted) == {text}
        assert alone["n_reasons"] == (planted.reasons["text"] == text).sum()
        assert done.layout[["x", "y"]].notna().all(axis=None)


def test_a_wrong_edit_changes_nothing(planted: Study, tmp_path: Path) -> None:
    write_study(planted, tmp_path / "study")
    before = (tmp_path / "study" / "themes.parquet").read_bytes()
    file = _edits_file(tmp_path, "edit,theme,name\nrename,999,Nobody\n")
    with pytest.raises(InputError, match="row 2"):
        edit_folder(tmp_path / "study", file)
    assert (tmp_path / "study" / "themes.parquet").read_bytes() == before
    assert not (tmp_path / "study" / LOG_NAME).exists()


def test_edits_go_along_with_an_earlier_study(planted: Study, tmp_path: Path) -> None:
    theme = int(planted.main_themes()["theme_id"].iloc[0])
    edits = add((), rename(theme, "Warm"), next_id=int(planted.info["next_theme_id"]))
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    keep_edits(edits, tmp_path / "old")
    assert edits_to_replay(tmp_path / "old", tmp_path / "new", same=True) == list(edits)
    assert edits_to_replay(None, tmp_path / "old", same=True) == list(edits)
    with pytest.raises(UsageError, match="add --previous"):
        edits_to_replay(None, tmp_path / "old", same=False)


def test_memberships_hold_every_theme_of_its_own_and_more(sample: Study) -> None:
    table = sample.memberships
    assert table is not None
    own = table[table["own"]].drop(columns="own")
    counted = sample.assignments.dropna(subset=["theme_id"]).astype({"theme_id": "int64"})
    keys = ["scale", "reason_id"]
    assert_frame_equal(
        own.sort_values(keys, ignore_index=True),
        counted.sort_values(keys, ignore_index=True)[list(own.columns)],
    )
    others = table[~table["own"]]
    assert len(others) > 0
    assert others["strength"].between(0.2, 1).all()
    assert not table.duplicated(["reason_id", "scale", "theme_id"]).any()
    sums = table.groupby(["reason_id", "scale"])["strength"].sum()
    assert (sums <= 1 + 1e-5).all()
    people = roll_up(table)
    shares = people[people["own"]].groupby("theme_id").size()
    counts = sample.themes.set_index("theme_id")["n_respondents"]
    assert shares.to_dict() == counts.loc[shares.index].to_dict()
    with pytest.raises(ValueError, match="roll up by"):
        roll_up(pd.DataFrame(), by="country")
