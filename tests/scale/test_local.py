"""Processes of this machine: all answers in order, or one sentence when a process is lost."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import pytest

from needlens.errors import StudyError
from needlens.scale.local import LocalEngine


@pytest.mark.parametrize("workers", [1, 2])
def test_results_have_the_order_of_the_items(workers: int) -> None:
    done: list[int] = []
    items = ["a" * n for n in (3, 1, 2, 5, 4)]
    found = LocalEngine(workers).map(len, items, with_model=False, done=done.append)
    assert (found, done) == ([3, 1, 2, 5, 4], [1, 2, 3, 4, 5])


def test_a_process_that_is_killed_is_told_in_a_sentence() -> None:
    with pytest.raises(StudyError, match=r"was killed, .* the same command goes on"):
        LocalEngine(2).map(os._exit, [9, 9, 9], with_model=False, done=lambda _n: None)


def test_one_that_is_killed_before_all_work_is_given_out_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        raise BrokenProcessPool

    monkeypatch.setattr(ProcessPoolExecutor, "submit", broken)
    with pytest.raises(StudyError, match="was killed"):
        LocalEngine(2).map(len, ["a", "b"], with_model=False, done=lambda _n: None)
