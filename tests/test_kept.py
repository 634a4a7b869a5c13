"""Answers that are kept: the same to the last bit, never half, never of another program, never too many."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from needlens import kept as kept_module
from needlens.encoders.cache import VectorCache
from needlens.kept import Arrays, Kept, kept_beside

ANSWER = {
    "numbers": np.array([[0.1, np.nan], [-0.0, np.inf]]),
    "ids": np.arange(5, dtype=np.int32),
    "said": np.array("café \U0001f44d"),
    "none": np.zeros((0, 3)),
}


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "kept", 100_000)


class Work:
    """Counts how often it is done."""

    def __init__(self, answer: Arrays = ANSWER) -> None:
        self.answer, self.times = answer, 0

    def __call__(self) -> Arrays:
        self.times += 1
        return self.answer


def test_what_is_kept_is_what_was_worked_out(kept: Kept) -> None:
    work = Work()
    first, again = (kept.answer("task", [b"one", b"two"], work) for _ in range(2))
    assert work.times == 1
    assert first.keys() == again.keys()
    for name, array in first.items():
        assert (again[name].dtype, again[name].shape) == (array.dtype, array.shape)
        assert again[name].tobytes() == array.tobytes()


@pytest.mark.parametrize(
    ("task", "inputs"), [("other", [b"one", b"two"]), ("task", [b"onetwo"]), ("task", [b"onet", b"wo"])]
)
def test_another_question_has_another_answer(kept: Kept, task: str, inputs: list[bytes]) -> None:
    work = Work()
    kept.answer("task", [b"one", b"two"], work)
    kept.answer(task, inputs, work)
    assert work.times == 2


@pytest.mark.parametrize("changed", ["a library", "the arithmetic", "the products", "needlens"])
def test_another_program_works_it_out_anew(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, changed: str
) -> None:
    (tmp_path / "needlens").mkdir()
    source = tmp_path / "needlens" / "kept.py"
    source.write_text("x = 1\n", encoding="utf-8")
    monkeypatch.setattr(kept_module, "__file__", str(source))
    work = Work()
    for _ in range(2):
        kept_module._program.cache_clear()
        kept.answer("task", [], work)
    assert work.times == 1
    if changed == "a library":
        monkeypatch.setattr(kept_module, "version", lambda name: f"{name} of another day")
    elif changed == "the arithmetic":
        monkeypatch.setattr(kept_module, "instruction_sets", lambda: "another processor")
    elif changed == "the products":
        monkeypatch.setattr(kept_module, "_products", lambda: ["another library of linear algebra"])
    else:
        source.write_text("x = 2\n", encoding="utf-8")
    kept_module._program.cache_clear()
    kept.answer("task", [], work)
    kept_module._program.cache_clear()
    assert work.times == 2


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_worked_out_anew(kept: Kept, data: st.DataObject) -> None:
    work = Work()
    kept.clear()  # of the example before
    kept.answer("task", [b"damaged"], work)
    (file,) = kept.files()
    whole = file.read_bytes()
    if data.draw(st.booleans(), label="cut"):
        damaged = whole[: data.draw(st.integers(0, len(whole) - 1), label="length")]
    else:
        at = data.draw(st.integers(0, len(whole) - 1), label="place")
        damaged = (
            whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255), label="bits")]) + whole[at + 1 :]
        )
    file.write_bytes(damaged)
    assert kept.answer("task", [b"damaged"], work)["ids"].tolist() == [0, 1, 2, 3, 4]
    assert work.times == 2
    assert file.read_bytes() == whole


def test_products_for_another_processor_are_told_apart() -> None:
    """OpenBLAS can be told to multiply as another processor does, and then rounds otherwise."""
    code = "from needlens.kept import _products; print(_products())"
    told = {
        kind: subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "OPENBLAS_CORETYPE": kind},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for kind in ("Prescott", "Haswell")
    }
    if "openblas" not in told["Haswell"] or "Haswell" not in told["Haswell"]:
        pytest.skip("no OpenBLAS for processors of this kind")
    assert told["Prescott"] != told["Haswell"]


def test_without_its_source_nothing_is_kept(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "zipped").mkdir()
    monkeypatch.setattr(kept_module, "__file__", str(tmp_path / "zipped" / "kept.pyc"))
    kept_module._program.cache_clear()
    kept.answer("task", [], Work())
    kept_module._program.cache_clear()
    assert kept.files() == []


def test_an_answer_that_may_only_be_read_is_used(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work()
    kept.answer("task", [], work)

    def refuse(_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("needlens.kept.os.utime", refuse)
    kept.answer("task", [], work)
    assert work.times == 1


def test_what_a_kill_left_is_cleared_away(kept: Kept) -> None:
    kept.answer("task", [], Work())
    torn = [kept.folder / f".{name}.answer.x1" for name in ("old", "new")]
    for file in torn:
        file.write_bytes(b"half an ans")
    os.utime(torn[0], (0, 0))
    assert kept.prune() == 0
    assert [file.exists() for file in torn] == [False, True]
    assert kept.clear() == 1
    assert list(kept.folder.iterdir()) == []


def test_objects_are_not_kept(kept: Kept) -> None:
    objects = Work({"objects": np.array([object()], dtype=object)})
    with pytest.raises(TypeError, match="Python objects"):
        kept.answer("task", [], objects)
    assert kept.files() == []


def test_the_longest_unused_goes_first(tmp_path: Path) -> None:
    work = Work({"numbers": np.zeros(1_000)})
    kept = Kept(tmp_path, 28_000)  # three answers
    for name in (b"a", b"b", b"c"):
        kept.answer("task", [name], work)
    for age, file in enumerate(kept.files()):
        os.utime(file, ns=(age, age))
    kept.answer("task", [b"a"], work)  # used again, so b is the oldest
    kept.answer("task", [b"d"], work)
    assert work.times == 4
    assert len(kept.files()) == 3
    assert kept.size() <= kept.bound
    kept.answer("task", [b"a"], work)
    assert work.times == 4
    kept.answer("task", [b"b"], work)
    assert work.times == 5


def test_an_answer_larger_than_the_bound_is_not_kept(tmp_path: Path) -> None:
    kept, work = Kept(tmp_path, 100), Work()
    assert kept.answer("task", [], work) is work.answer
    assert kept.files() == []


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file is in the way", encoding="utf-8")
    work = Work()
    kept = Kept(tmp_path / "kept", 100_000)
    assert [kept.answer("task", [], work) is work.answer for _ in range(2)] == [True, True]
    assert kept.clear() == 0


def test_it_is_cleared(kept: Kept) -> None:
    kept.answer("task", [], Work())
    assert kept.prune() == 0
    assert kept.clear() == 1
    assert kept.size() == 0


def test_it_lies_beside_the_vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = VectorCache(tmp_path / "vectors.sqlite", bound=8_000)
    assert kept_beside(store) == Kept(tmp_path / "kept", 0)  # as the tests' own setting has it
    monkeypatch.setenv("NEEDLENS_KEEP", "yes")
    assert kept_beside(store) == Kept(tmp_path / "kept", 1_000)
    monkeypatch.delenv("NEEDLENS_KEEP")
    assert kept_beside(store) == Kept(tmp_path / "kept", 1_000)
