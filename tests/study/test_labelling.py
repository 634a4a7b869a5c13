"""The labelling loop on a study folder."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from needlens.errors import InputError, StudyError, UsageError
from needlens.labelling.batch import Batch
from needlens.labelling.log import LABELS_NAME, read_labels
from needlens.llm.propose import Proposed
from needlens.needs.frameworks import load_framework
from needlens.schema import NEED_TABLES
from needlens.study.folder import read_study, write_study
from needlens.study.labelling import BATCH_COLUMNS, label_batch, take_labels, write_label_batch, write_needs
from needlens.study.needs import StudyNeeds
from needlens.study.record import Study
from needlens.study.spreadsheet import write_csv


@pytest.fixture
def folder(sample: Study, tmp_path: Path) -> Path:
    write_study(sample, tmp_path / "study")
    return tmp_path / "study"


def fill(path: Path, to: Path) -> pd.DataFrame:
    """Fill a batch in as a person would, thrift where money is spoken of."""
    table = pd.read_csv(path, encoding="utf-8-sig", dtype="str", keep_default_na=False)
    money = table["text"].str.contains("mone|sav|cost|pay|cheap", case=False)
    table["needs"] = money.map({True: "Thrift and fairness", False: "none"})
    table.to_csv(to, index=False)
    return table


def test_rounds_go_on_until_everything_is_labelled(folder: Path, tmp_path: Path, sample: Study) -> None:
    n_texts = sample.reasons.loc[sample.reasons["informative"], "text"].nunique()
    seen: set[str] = set()
    for at in range(4):
        out, filled = tmp_path / f"out{at}.csv", tmp_path / f"in{at}.csv"
        n, _ = write_label_batch(folder, out, n=30 if at < 3 else 10_000)
        table = fill(out, filled)
        assert tuple(table.columns) == BATCH_COLUMNS
        assert len(table) == n
        assert not set(table["text"]) & seen
        seen |= set(table["text"])
        needs, said = take_labels(folder, filled, who="Ana")
        assert said == f"{n} labels taken"
    assert len(seen) == n_texts
    assert write_label_batch(folder, tmp_path / "more.csv")[0] == 0
    assert not (tmp_path / "more.csv").exists()
    labels, _ = read_labels(folder / LABELS_NAME)
    assert {label.who for label in labels} == {"Ana"}
    share = needs["need_prevalence"].set_index("need_id").loc["thrift"]
    assert share["refused"] == ""
    for name in NEED_TABLES:
        plain = [column for column in needs[name] if pd.api.types.is_numeric_dtype(needs[name][column])]
        assert_frame_equal(pd.read_parquet(folder / f"{name}.parquet")[plain], needs[name][plain])
        assert (folder / f"{name}.csv").is_file()
    info = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    assert info["needs"]["learned"] == ["thrift"]
    assert read_study(folder).info["needs"]["framework"] == "needlens12"


def test_labels_that_are_wrong_leave_everything_as_it_was(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "batch.csv"
    write_label_batch(folder, out)
    before = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    first, second = pd.read_csv(out, encoding="utf-8-sig")["reason_id"].tolist()[:2]
    bad = tmp_path / "bad.csv"
    bad.write_text(f"reason_id,needs\n{first},care\n{second},love\n", encoding="utf-8")
    with pytest.raises(InputError, match="is no need"):
        take_labels(folder, bad)
    assert {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_nothing_is_proposed_for_words_of_somebody_drawn_by_lot(
    sample: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = sample.reasons[sample.reasons["informative"]].sort_values("reason_id")["text"].tolist()
    other = next(at for at, text in enumerate(texts) if text != texts[0])
    # The one drawn by lot says what an uncertain one says as well.
    twice = sample.reasons["text"].where(sample.reasons["text"] != texts[1], texts[0])
    study = replace(sample, reasons=sample.reasons.assign(text=twice))
    batch = Batch(random=(0,), uncertain=(1, other if other != 1 else 2))
    monkeypatch.setattr("needlens.study.labelling.choose_batch", lambda *_args, **_kwargs: batch)
    asked: list[str] = []

    def propose(reasons: dict[str, str]) -> Proposed:
        asked.extend(reasons.values())
        return Proposed((), (), 0, 0, 0)

    table = label_batch(study, load_framework(), propose=propose)
    assert texts[0] in set(table["text"])
    assert asked
    assert texts[0] not in asked


@pytest.mark.parametrize("full", range(10))
def test_a_full_disk_leaves_the_needs_that_are_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch, full: int
) -> None:
    tables = {name: pd.DataFrame({"need_id": [name]}) for name in NEED_TABLES}
    earlier = StudyNeeds(tables, {"framework": "needlens12"}, ())
    write_needs(earlier, folder)
    before = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    later = StudyNeeds({name: own + "!" for name, own in tables.items()}, {"framework": "lov9"}, ())
    written = iter(range(10))

    def fails(write: Callable[..., None]) -> Callable[..., None]:
        def limited(*args: Any, **kwargs: Any) -> None:
            if next(written) == full:
                raise OSError(errno.ENOSPC, "No space left on device")
            write(*args, **kwargs)

        return limited

    monkeypatch.setattr(pd.DataFrame, "to_parquet", fails(pd.DataFrame.to_parquet))
    monkeypatch.setattr("needlens.study.labelling.write_csv", fails(write_csv))
    with pytest.raises(StudyError, match="No space left"):
        write_needs(later, folder)
    assert {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    monkeypatch.undo()
    write_needs(later, folder)
    assert json.loads((folder / "study.json").read_text("utf-8"))["needs"]["framework"] == "lov9"
    assert pd.read_parquet(folder / "needs.parquet")["need_id"].tolist() == ["needs!"]


def test_the_same_batch_until_labels_come(folder: Path, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        write_label_batch(folder, tmp_path / name)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_a_file_somebody_may_have_filled_in_is_kept(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "batch.csv"
    out.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is there already"):
        write_label_batch(folder, out)
    with pytest.raises(UsageError, match=r"ends in \.csv"):
        write_label_batch(folder, tmp_path / "batch.xlsx")
    assert out.read_text(encoding="utf-8") == "mine"


def test_no_study_no_labels(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="not a study folder"):
        write_label_batch(tmp_path, tmp_path / "batch.csv")


def test_a_text_that_is_a_formula_is_shown_as_text(tmp_path: Path, sample: Study) -> None:
    verbatims = sample.verbatims.assign(text="=" + sample.verbatims["text"])
    write_study(replace(sample, verbatims=verbatims), tmp_path / "study")
    write_label_batch(tmp_path / "study", tmp_path / "all.csv", n=10_000)
    table = pd.read_csv(tmp_path / "all.csv", encoding="utf-8-sig", dtype="str", keep_default_na=False)
    assert table["answer"].str.startswith("'=").all()
    assert len(table) == sample.reasons.loc[sample.reasons["informative"], "text"].nunique()


def test_an_own_framework_is_named_again(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    own.write_text("- {id: calm, satisfied: [I am calm.]}\n- {id: money, satisfied: [It saves money.]}\n")
    out = tmp_path / "batch.csv"
    _, framework = write_label_batch(folder, out, framework=own)
    assert framework.ids == ("calm", "money")
    first = pd.read_csv(out, encoding="utf-8-sig")["reason_id"][0]
    filled = tmp_path / "filled.csv"
    filled.write_text(f"reason_id,needs\n{first},calm\n", encoding="utf-8")
    take_labels(folder, filled, framework=own)
    with pytest.raises(UsageError, match=r"name its file with --framework"):
        write_label_batch(folder, tmp_path / "more.csv")
    assert write_label_batch(folder, tmp_path / "more.csv", framework=own)[0] > 0
