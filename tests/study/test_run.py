"""The whole run: the same bytes whatever the order or the process, planted topics, and hardly any input."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from needlens import errors
from needlens.encoders.transformer import TransformerEncoder
from needlens.errors import EncoderError, UsageError
from needlens.study.assign import assign
from needlens.study.folder import read_study, write_study
from needlens.study.record import Study
from needlens.study.run import Parameters, identity, run_study
from needlens.verbatims import Verbatims, read_verbatims, verbatims_from_frame

TABLES = ("verbatims", "reasons", "assignments", "themes", "prevalence", "layout")


def _parquet(frame: pd.DataFrame) -> bytes:
    file = BytesIO()
    frame.to_parquet(file, index=False)
    return file.getvalue()


def test_the_order_of_the_rows_does_not_matter(
    sample: Study, sample_frame: pd.DataFrame, read: Callable[[pd.DataFrame], Verbatims], cache: Path
) -> None:
    shuffled = read(sample_frame.sample(frac=1, random_state=1))
    again = run_study(shuffled, Parameters(themes=8), cache=cache)
    for name in TABLES:
        assert _parquet(getattr(again, name)) == _parquet(getattr(sample, name)), name
    assert again.info["structure"] == sample.info["structure"]


def test_planted_topics_are_found_again(planted: Study, planted_frame: pd.DataFrame) -> None:
    assert planted.found
    assert planted.info["structure"]["p_value"] <= 0.05
    topics = planted_frame.set_index("id")["topic"]
    main = planted.to_frame()
    assert not main["theme_id"].isna().any()
    assert abs(len(planted.main_themes()) - topics.nunique()) <= 1
    assert adjusted_rand_score(topics[main["verbatim_id"]], main["theme_id"].astype("int64")) >= 0.95


def test_every_reason_that_says_something_has_a_theme_on_every_scale(sample: Study, planted: Study) -> None:
    for study in (sample, planted):
        informative = study.reasons.set_index("reason_id")["informative"]
        assert not study.assignments.duplicated(["reason_id", "scale"]).any()
        for _, rows in study.assignments.groupby("scale"):
            assert rows["reason_id"].tolist() == study.reasons["reason_id"].tolist()
            assert (rows["theme_id"].notna() == informative[rows["reason_id"]].to_numpy()).all()
            assert rows["strength"].between(0, 1).all()
            assert (rows.loc[rows["theme_id"].isna(), "strength"] == 0).all()
    assert not sample.reasons["informative"].all()


def test_every_copy_of_a_reason_counts(planted: Study) -> None:
    """Eleven people said it, five of them with an exclamation mark: one theme, eleven people."""
    frame = planted.to_frame()
    copies = frame[frame["text"].str.lower().str.strip("!") == "the motor makes no noise"]
    assert len(copies) == 11
    assert copies["theme_id"].nunique() == 1
    assert copies["strength"].nunique() == 1
    assert planted.info["counts"]["distinct"] < planted.info["counts"]["informative"]
    theme = planted.themes.set_index("theme_id").loc[copies["theme_id"].iloc[0]]
    assert theme["n_reasons"] == theme["n_respondents"] == 36 + 10


def test_what_the_run_counts(sample: Study, sample_frame: pd.DataFrame) -> None:
    counts = sample.info["counts"]
    assert counts["verbatims"] == len(sample_frame)
    assert counts["blank"] == (sample_frame["text"].str.strip() == "").sum() > 0
    assert counts["reasons"] == len(sample.reasons)
    assert counts["informative"] == sample.reasons["informative"].sum()
    assert counts["compared"] == counts["encoded"] + counts["cached"] <= counts["distinct"]
    spoke = sample_frame[sample_frame["text"].str.strip() != ""]
    assert counts["respondents"] == spoke["respondent_id"].nunique()


@pytest.mark.usefixtures("planted")
def test_a_second_run_encodes_nothing(planted_verbatims: Verbatims, cache: Path) -> None:
    again = run_study(planted_verbatims, Parameters(unit="verbatim", themes=3), cache=cache)
    assert again.info["counts"]["encoded"] == 0
    assert len(again.main_themes()) == 3


@pytest.mark.parametrize("texts", [["👍🏽", "!!!", "..."], ["ok"], ["👍", ""]])
def test_verbatims_that_say_nothing(texts: list[str], tmp_path: Path) -> None:
    verbatims = verbatims_from_frame(
        pd.DataFrame({"why": texts, "plan": "free"}), text="why", segments=["plan"]
    )
    study = run_study(verbatims, cache=tmp_path / "vectors.sqlite")
    assert not study.found
    assert "nothing to find themes in" in study.info["structure"]["reason"]
    _assert_empty(study, tmp_path)


@pytest.mark.parametrize("n", [1, 2, 3, 19, 20])
def test_few_verbatims(n: int, cache: Path, planted_frame: pd.DataFrame, tmp_path: Path) -> None:
    verbatims = verbatims_from_frame(planted_frame[["text"]].iloc[: 6 * n : 6], text="text")
    study = run_study(verbatims, Parameters(unit="verbatim"), cache=cache)
    assert study.info["counts"]["distinct"] == n
    _assert_empty(study, tmp_path)


def test_verbatims_that_are_all_the_same(cache: Path, tmp_path: Path) -> None:
    study = run_study(
        verbatims_from_frame(pd.DataFrame({"why": ["the motor makes no noise"] * 40})), cache=cache
    )
    assert study.info["counts"]["distinct"] == 1
    assert "too few" in study.info["structure"]["reason"]
    _assert_empty(study, tmp_path)


def _assert_empty(study: Study, folder: Path) -> None:
    """No theme anywhere, and still a study that can be written, read and assigned to."""
    assert not study.found
    assert len(study.themes) == len(study.layout) == len(study.prevalence) == len(study.main_themes()) == 0
    assert study.assignments["theme_id"].isna().all()
    assert len(study.assignments) == len(study.reasons) == len(study.to_frame())
    write_study(study, folder / "study")
    back = read_study(folder / "study")
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(back, name), getattr(study, name))
    new = assign(
        back, verbatims_from_frame(pd.DataFrame({"why": ["light to carry"]})), cache=folder / "v.sqlite"
    )
    # Without a theme because there is none: that alone is no drift.
    assert new.assignments["theme_id"].isna().all()
    assert new.drift.n == 1


@pytest.mark.parametrize("themes", [0, 1, 1000, "many"])
def test_a_number_of_themes_out_of_range_is_refused(
    themes: int, planted_verbatims: Verbatims, cache: Path
) -> None:
    with pytest.raises(UsageError, match="number of themes"):
        run_study(planted_verbatims, Parameters(unit="verbatim", themes=themes), cache=cache)


def test_unknown_units_engines_and_encoders_are_refused(
    planted_verbatims: Verbatims, cache: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="'word'"):
        run_study(planted_verbatims, Parameters(unit="word"), cache=cache)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="'kmeans'"):
        run_study(planted_verbatims, Parameters("verbatim", engine="kmeans"), cache=cache)  # type: ignore[arg-type]
    with pytest.raises(EncoderError):
        run_study(planted_verbatims, Parameters(encoder=str(tmp_path / "none")), cache=cache)


def test_the_order_of_the_inputs_is_no_other_study(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.csv", "b.csv", "twin_of_b.csv")]
    for path, text in zip(paths, ("light", "quiet", "quiet"), strict=True):
        path.write_text(f"text\n{text}\n", encoding="utf-8")
    one = identity(read_verbatims(*paths), Parameters())
    assert one == identity(read_verbatims(*reversed(paths)), Parameters())
    assert one != identity(read_verbatims(*paths), Parameters(seed=1))
    assert one != identity(read_verbatims(*paths[:2]), Parameters())


def test_the_same_bytes_in_every_process(planted: Study, planted_frame: pd.DataFrame, tmp_path: Path) -> None:
    """Encoded anew with one thread and with two, under other hash seeds and in another order."""
    code = """
import sys
from pathlib import Path
import pandas as pd
from needlens.study.folder import write_study
from needlens.study.run import Parameters, run_study
from needlens.verbatims import verbatims_from_frame
rows, out, seed = sys.argv[1:]
frame = pd.read_json(rows, dtype=False).sample(frac=1, random_state=int(seed))
verbatims = verbatims_from_frame(frame, text="text", id="id", segments=["plan"])
write_study(run_study(verbatims, Parameters(unit="verbatim"), cache=Path(out + ".sqlite")), out)
"""
    planted_frame.to_json(tmp_path / "rows.json")
    write_study(planted, tmp_path / "0")
    for threads in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "rows.json"), str(tmp_path / threads), threads],
            env={
                **os.environ,
                "PYTHONPATH": str(Path(errors.__file__).parents[1]),
                "OMP_NUM_THREADS": threads,
                "OPENBLAS_NUM_THREADS": threads,
                "PYTHONHASHSEED": threads,
            },
            check=True,
            timeout=300,
        )
    digests = [_digests(tmp_path / name) for name in "012"]
    assert digests[0] == digests[1] == digests[2]
    assert len(digests[0]) == len(TABLES) + 1 + 4 + 2


def _digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file but ``study.json``, which holds timings."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "study.json"
    }


def test_a_second_run_encodes_nothing_not_even_for_its_tests(
    sample_frame: pd.DataFrame,
    read: Callable[[pd.DataFrame], Verbatims],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Texts whose words are dealt at random, for the null test, come from the cache as well."""
    verbatims = read(sample_frame)
    first = run_study(verbatims, cache=tmp_path / "vectors.sqlite")

    def encode(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(TransformerEncoder, "encode", encode)
    again = run_study(verbatims, cache=tmp_path / "vectors.sqlite")
    assert again.info["counts"]["encoded"] == 0
    pd.testing.assert_frame_equal(again.themes, first.themes)


def test_the_fast_encoder_is_told(
    sample_frame: pd.DataFrame, read: Callable[[pd.DataFrame], Verbatims], tmp_path: Path
) -> None:
    study = run_study(read(sample_frame), Parameters(encoder="fast"), cache=tmp_path / "vectors.sqlite")
    assert study.info["encoder"]["name"] == "fast"
    assert study.info["encoder"]["backend"]["name"] == "static"
    assert any("the fast encoder was used" in note for note in study.info["warnings"])


def test_the_model_is_loaded_ahead_where_no_vector_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = []
    encode = TransformerEncoder.encode

    def noted(self: TransformerEncoder, texts: list[str], **options: object) -> object:
        ahead.append(threading.current_thread() is not threading.main_thread())
        return encode(self, texts, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(TransformerEncoder, "encode", noted)
    verbatims = verbatims_from_frame(pd.DataFrame({"text": ["light and quiet", "cheap to run"]}))
    run_study(verbatims, cache=tmp_path / "vectors.sqlite")
    assert ahead == [True, False]
    run_study(verbatims, cache=tmp_path / "vectors.sqlite")
    assert ahead == [True, False]
