"""The sample that themes are found in: even, fixed, without repetitions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens.errors import UsageError
from needlens.study.sample import check_at_most, draw, fitted_texts, strata_of
from needlens.verbatims import Verbatims, verbatims_from_frame


@given(
    sizes=st.lists(st.integers(1, 60), min_size=1, max_size=6),
    share=st.floats(0.2, 0.9),
    order=st.randoms(use_true_random=False),
)
def test_every_stratum_gives_its_share(sizes: list[int], share: float, order: object) -> None:
    strata = [stratum for stratum, n in enumerate(sizes) for _ in range(n)]
    order.shuffle(strata)  # type: ignore[attr-defined]
    at_most = max(len(sizes), int(share * len(strata)))
    chosen = draw(np.array(strata), at_most, lambda at: [f"text {i}" for i in at])
    assert (np.diff(chosen) > 0).all()
    assert len(chosen) == min(at_most, len(strata))
    for stratum, n in enumerate(sizes):
        own = sum(strata[at] == stratum for at in chosen)
        assert own >= 1
        assert abs(own - n * at_most / len(strata)) <= len(sizes)


def test_more_strata_than_texts_wanted_give_no_more_texts() -> None:
    chosen = draw(np.arange(40), 15, lambda at: [f"text {i}" for i in at])
    assert chosen.tolist() == list(range(15))


def test_texts_that_differ_in_case_and_marks_only_are_there_once() -> None:
    texts = [f"text {i // 2}{'!' * (i % 2)}" for i in range(100)]
    chosen = draw(np.zeros(100, dtype=np.int64), 40, lambda at: [texts[i] for i in at])
    plain = [texts[at].strip("!") for at in chosen]
    assert len(set(plain)) == len(plain)


def _study(n: int) -> tuple[Verbatims, pd.DataFrame, list[str]]:
    frame = pd.DataFrame({"text": [f"reason {i}" for i in range(n)], "id": [f"v{i:04}" for i in range(n)]})
    frame["plan"] = np.where(np.arange(n) % 10 == 0, "rare", "common")
    verbatims = verbatims_from_frame(frame, text="text", id="id", segments=["plan"])
    reasons = pd.DataFrame({"verbatim_id": frame["id"], "text": frame["text"]})
    return verbatims, reasons, sorted(frame["text"])


def test_the_sample_of_a_study() -> None:
    verbatims, reasons, texts = _study(1000)
    chosen = fitted_texts(texts, reasons, verbatims, 200)
    assert chosen == sorted(chosen)
    assert len(chosen) == 200
    rare = {f"reason {i}" for i in range(0, 1000, 10)}
    assert len(rare & set(chosen)) == 20
    assert fitted_texts(texts, reasons, verbatims, 1000) == texts


def test_strata_have_no_order_of_rows() -> None:
    frame = pd.DataFrame({"plan": ["b", "a", None, "a"], "land": ["x", "x", "x", "y"]})
    own = dict(zip(map(str, frame.to_numpy().tolist()), strata_of(frame, ["plan", "land"]), strict=True))
    turned = frame[::-1]
    back = dict(zip(map(str, turned.to_numpy().tolist()), strata_of(turned, ["plan", "land"]), strict=True))
    assert own == back
    assert len(set(own.values())) == 4


def test_a_sample_too_small_is_refused() -> None:
    with pytest.raises(UsageError, match="at least 100"):
        check_at_most(99)
