"""Asking in batches: what it will take is told before, and nothing is asked twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from needlens.llm.cache import AnswerCache
from needlens.llm.endpoint import Endpoint, LanguageModelError
from needlens.llm.propose import estimate, propose
from needlens.needs.frameworks import load_framework

from .conftest import Server

FRAMEWORK = load_framework()
REASONS = {f"r{at:02}": f"I feel safe {at}" for at in range(45)}


def honest(request: dict[str, Any], _: int) -> str:
    """Quote each reason and call it security."""
    shown = [json.loads(line) for line in request["messages"][1]["content"].split("\n")]
    return json.dumps([{"id": one["id"], "quote": "feel safe", "value": "security"} for one in shown])


@pytest.fixture
def cache(tmp_path: Path) -> AnswerCache:
    return AnswerCache(tmp_path / "answers.sqlite")


def test_the_estimate_asks_nobody_and_is_right_about_calls(server: Server, cache: AnswerCache) -> None:
    server.reply = honest
    endpoint = Endpoint(server.url, "m")
    before = estimate(endpoint, "needs", REASONS, FRAMEWORK, cache=cache, prices=(1.0, 2.0))
    assert server.requests == []
    assert (before.calls, before.cached) == (3, 0)
    assert before.cost is not None
    assert before.cost > 0
    found = propose(endpoint, "needs", REASONS, FRAMEWORK, cache=cache)
    assert found.calls == len(server.requests) == 3
    assert len(found.proposals) == 45
    assert (found.tokens_in, found.tokens_out) == (30, 15)
    after = estimate(endpoint, "needs", REASONS, FRAMEWORK, cache=cache)
    assert (after.calls, after.cached, after.cost) == (0, 3, None)


def test_nothing_is_asked_twice_unless_something_changed(server: Server, cache: AnswerCache) -> None:
    server.reply = honest
    endpoint = Endpoint(server.url, "m")
    first = propose(endpoint, "needs", REASONS, FRAMEWORK, cache=cache)
    again = propose(endpoint, "needs", dict(reversed(REASONS.items())), FRAMEWORK, cache=cache)
    assert again.calls == 0
    assert again.proposals == first.proposals
    assert propose(Endpoint(server.url, "other"), "needs", REASONS, FRAMEWORK, cache=cache).calls == 3


def test_what_was_answered_before_a_failure_is_kept(server: Server, cache: AnswerCache) -> None:
    server.reply = lambda request, number: honest(request, number) if number == 1 else (400, {})
    endpoint = Endpoint(server.url, "m")
    with pytest.raises(LanguageModelError):
        propose(endpoint, "needs", REASONS, FRAMEWORK, cache=cache, wait=lambda _: None)
    server.reply = honest
    assert propose(endpoint, "needs", REASONS, FRAMEWORK, cache=cache).calls == 2


def test_a_liar_gets_nothing_through(server: Server, cache: AnswerCache) -> None:
    server.reply = lambda *_: json.dumps(
        [{"id": one, "quote": "I love the brand", "value": "recognition"} for one in REASONS]
    )
    found = propose(Endpoint(server.url, "m"), "needs", REASONS, FRAMEWORK, cache=cache)
    assert found.proposals == ()
    assert found.to_frame().empty


def test_only_the_reasons_are_sent(server: Server, cache: AnswerCache) -> None:
    server.reply = honest
    propose(Endpoint(server.url, "m"), "needs", {"r1": "I feel safe"}, FRAMEWORK, cache=cache)
    assert server.requests[0]["messages"][1]["content"] == '{"id": "r1", "text": "I feel safe"}'


def test_a_broken_cache_is_told(tmp_path: Path, server: Server) -> None:
    from needlens.errors import StudyError

    path = tmp_path / "answers.sqlite"
    path.write_bytes(b"no database" * 100)
    server.reply = honest
    with pytest.raises(StudyError, match="move it away"):
        propose(Endpoint(server.url, "m"), "needs", {"r1": "I feel safe"}, FRAMEWORK, cache=AnswerCache(path))
