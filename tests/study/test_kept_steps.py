"""Steps whose answers are kept: what is remembered is what would be worked out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from numpy.typing import NDArray

from needlens.duplicates import representatives
from needlens.encoders.cache import VectorCache
from needlens.graph.partition import nested_partitions
from needlens.kept import Kept
from needlens.reasons import split_reasons
from needlens.study import kept_steps
from needlens.study.folder import write_study
from needlens.study.kept_steps import kept_partitions, kept_reasons, kept_representatives
from needlens.study.run import Parameters, run_study
from needlens.themes import ThemeSearch
from needlens.verbatims import Verbatims


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "kept", 10_000_000)


@pytest.fixture
def never(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Once asked for, nothing is worked out any more."""

    def refuse(*_: object, **__: object) -> None:
        message = "worked out again"
        raise AssertionError(message)

    for name in ("split_reasons", "representatives", "nested_partitions"):
        monkeypatch.setattr(kept_steps, name, refuse)
    return monkeypatch


def grouped(n_groups: int, seed: int = 0) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    rows = np.repeat(np.eye(16)[:n_groups], 240 // n_groups, axis=0) + 0.1 * rng.standard_normal((240, 16))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


TEXTS = pd.DataFrame(
    {
        "verbatim_id": ["v3", "v1", "v2", "v4"],
        "respondent_id": ["ann", "bob", "ann", "eve"],
        "text": ["Light, quiet. Thanks!", "", "It saves money, and the kids love it \U0001f44d", "so quiet"],
    }
)


@pytest.mark.parametrize("unit", ["reason", "verbatim"])
def test_reasons_are_the_same(kept: Kept, request: pytest.FixtureRequest, unit: str) -> None:
    wanted = split_reasons(TEXTS, unit=unit)  # type: ignore[arg-type]
    first = kept_reasons(TEXTS, kept, unit=unit)  # type: ignore[arg-type]
    request.getfixturevalue("never")
    again = kept_reasons(TEXTS.iloc[::-1], kept, unit=unit)  # type: ignore[arg-type]
    for made in (first, again):
        pd.testing.assert_frame_equal(made.frame, wanted.frame)
        assert made.notes == wanted.notes


def test_notes_are_remembered(kept: Kept, request: pytest.FixtureRequest) -> None:
    german = [
        "Der Akku hält den ganzen Tag und das Rad ist leise.",
        "Ich kann damit sicher zur Arbeit fahren.",
    ]
    verbatims = pd.DataFrame({"verbatim_id": ["1", "2"], "respondent_id": ["a", "b"], "text": german})
    notes = kept_reasons(verbatims, kept).notes
    assert notes
    request.getfixturevalue("never")
    assert kept_reasons(verbatims, kept).notes == notes


def test_people_and_ids_are_not_remembered(kept: Kept) -> None:
    """Only texts decide where texts are cut: who said them is read anew."""
    kept_reasons(TEXTS, kept)
    others = TEXTS.assign(respondent_id="zoe", verbatim_id=["c", "a", "b", "d"])
    pd.testing.assert_frame_equal(kept_reasons(others, kept).frame, split_reasons(others).frame)
    assert len(kept.files()) == 1


def test_no_text_is_written(kept: Kept) -> None:
    kept_reasons(TEXTS, kept)
    kept_representatives(TEXTS["text"].tolist(), kept)
    assert len(kept.files()) == 2
    assert not any(
        word in file.read_bytes() for file in kept.files() for word in (b"money", b"m\0\0\0o\0\0\0n")
    )


def test_representatives_are_the_same(kept: Kept, request: pytest.FixtureRequest) -> None:
    texts = ["Easy to use!", "easy to use", "not easy to use", "", chr(0xD800)]
    wanted = representatives(texts)
    kept_representatives(texts, kept)
    request.getfixturevalue("never")
    again = kept_representatives(texts, kept)
    assert_array_equal(again, wanted)
    assert again.dtype == wanted.dtype


@pytest.mark.parametrize("n_groups", [None, 5, (2, 9)])
@pytest.mark.parametrize("structured", [True, False])
def test_partitions_are_the_same(
    kept: Kept, request: pytest.FixtureRequest, n_groups: int | tuple[int, int] | None, *, structured: bool
) -> None:
    points = grouped(8) if structured else grouped(1)
    wanted = nested_partitions(points, n_groups=n_groups, seed=1)
    partition = kept_partitions(kept)
    partition(points, n_groups=n_groups, seed=1)
    request.getfixturevalue("never")
    again = partition(points, n_groups=n_groups, seed=1)
    assert (again.found, again.reason) == (wanted.found, wanted.reason)
    assert repr(again.evidence) == repr(wanted.evidence)
    assert len(again.partitions) == len(wanted.partitions)
    for own, other in zip(again.partitions, wanted.partitions, strict=True):
        assert_array_equal(own.labels, other.labels)
        assert_array_equal(own.stability, other.stability)
        assert (own.main, repr(own.evidence)) == (other.main, repr(other.evidence))
        assert own.labels.dtype == other.labels.dtype
    assert_array_equal(again.neighbours.index, wanted.neighbours.index)
    assert_array_equal(again.neighbours.similarity, wanted.neighbours.similarity)


@pytest.mark.parametrize("structured", [True, False])
def test_a_search_from_memory_is_the_search(
    kept: Kept, request: pytest.FixtureRequest, *, structured: bool
) -> None:
    points, new = grouped(8) if structured else grouped(1), grouped(8, seed=5)
    wanted = ThemeSearch().fit(points)
    ThemeSearch().fit(points, partition=kept_partitions(kept))
    request.getfixturevalue("never")
    again = ThemeSearch().fit(points, partition=kept_partitions(kept))
    assert again.structure_.reason == wanted.structure_.reason
    pd.testing.assert_frame_equal(again.themes_, wanted.themes_)
    pd.testing.assert_frame_equal(again.evidence_, wanted.evidence_)
    assert_array_equal(again.placement_.strengths, wanted.placement_.strengths)
    for own, other in zip(again.placement_.place(new), wanted.placement_.place(new), strict=True):
        assert_array_equal(own, other)


@pytest.mark.parametrize("asked", [{"seed": 2}, {"seed": 1, "k": 9}, {"seed": 1, "n_groups": 3}])
def test_other_parameters_are_another_question(kept: Kept, asked: dict[str, int]) -> None:
    partition, points = kept_partitions(kept), grouped(8)
    partition(points, seed=1)
    partition(points, **asked)
    partition(points, keys=np.arange(240, dtype=np.uint64), seed=1)
    partition(points[::-1], seed=1)
    assert len(kept.files()) == 4


def test_a_study_from_memory_is_the_study(
    tmp_path: Path,
    planted_verbatims: Verbatims,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    store = VectorCache(tmp_path / "cache" / "vectors.sqlite")
    asked = Parameters(unit="verbatim")
    anew = run_study(planted_verbatims, asked, cache=store)
    monkeypatch.setenv("NEEDLENS_KEEP", "yes")
    run_study(planted_verbatims, asked, cache=store)
    request.getfixturevalue("never")
    again = run_study(planted_verbatims, asked, cache=store)
    for study, name in ((anew, "anew"), (again, "again")):
        study.info["timings"] = {}
        study.info["counts"]["encoded"] = study.info["counts"]["cached"] = 0
        write_study(study, tmp_path / name)
    files = sorted(p.relative_to(tmp_path / "anew") for p in (tmp_path / "anew").rglob("*") if p.is_file())
    assert files
    for file in files:
        assert (tmp_path / "anew" / file).read_bytes() == (tmp_path / "again" / file).read_bytes(), file
