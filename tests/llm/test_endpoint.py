"""Asking an endpoint: retries, time-outs, garbage, and where the key goes."""

from __future__ import annotations

import pytest

from needlens.errors import UsageError
from needlens.llm.endpoint import KEY_VARIABLE, Answer, Endpoint, LanguageModelError, ask

from .conftest import Server

GARBAGE = {
    "no JSON": b"<html>busy</html>",
    "no choices": b"{}",
    "empty choices": b'{"choices": []}',
    "a list": b"[1, 2]",
    "no text": b'{"choices": [{"message": {"content": null}}]}',
    "nested deep": b"[" * 100_000,
    "far too long": b'{"x": "' + b"a" * 2_100_000 + b'"}',
}


def test_an_answer_with_its_tokens(server: Server) -> None:
    server.reply = lambda *_: "Hello"
    assert ask(Endpoint(server.url, "small"), "Be brief.", "Hi", most_tokens=7) == Answer("Hello", 10, 5)
    request = server.requests[0]
    assert (request["model"], request["temperature"], request["max_tokens"]) == ("small", 0, 7)
    assert [message["role"] for message in request["messages"]] == ["system", "user"]


def test_what_may_pass_is_tried_again_with_longer_waits(server: Server) -> None:
    server.reply = lambda _, number: ((503, {}), (429, {"Retry-After": "7"}), "ok")[number - 1]
    waits: list[float] = []
    assert ask(Endpoint(server.url, "m"), "", "", most_tokens=1, wait=waits.append).text == "ok"
    assert waits == [1.0, 7.0]


def test_what_will_not_pass_is_not(server: Server) -> None:
    server.reply = lambda *_: (401, {})
    with pytest.raises(LanguageModelError, match="HTTP 401"):
        ask(Endpoint(server.url, "m"), "", "", most_tokens=1, wait=lambda _: None)
    assert len(server.requests) == 1


def test_attempts_end(server: Server) -> None:
    server.reply = lambda *_: (500, {})
    waits: list[float] = []
    with pytest.raises(LanguageModelError, match="HTTP 500"):
        ask(Endpoint(server.url, "m", attempts=3), "", "", most_tokens=1, wait=waits.append)
    assert len(server.requests) == 3
    assert waits == [1.0, 2.0]


def test_a_server_that_sleeps_is_left(server: Server) -> None:
    server.reply = lambda *_: 0.5
    with pytest.raises(LanguageModelError, match=r"nothing within 0.1 s"):
        ask(Endpoint(server.url, "m", timeout=0.1, attempts=2), "", "", most_tokens=1, wait=lambda _: None)


def test_nobody_there() -> None:
    with pytest.raises(LanguageModelError, match="does not answer"):
        ask(Endpoint("http://127.0.0.1:1/v1", "m"), "", "", most_tokens=1, wait=lambda _: None)


@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_is_an_error_and_no_crash(server: Server, kind: str) -> None:
    server.reply = lambda *_: GARBAGE[kind]
    with pytest.raises(LanguageModelError):
        ask(Endpoint(server.url, "m"), "", "", most_tokens=1, wait=lambda _: None)


def test_the_key_comes_from_the_environment_and_is_not_told(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "sesame")
    server.reply = lambda _, number: "ok" if number == 1 else (403, {})
    endpoint = Endpoint(server.url, "m")
    ask(endpoint, "", "", most_tokens=1)
    assert server.headers[0]["Authorization"] == "Bearer sesame"
    with pytest.raises(LanguageModelError) as caught:
        ask(endpoint, "", "", most_tokens=1)
    assert "sesame" not in str(caught.value) + repr(endpoint)


def test_without_a_key_none_is_sent(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    ask(Endpoint(server.url, "m"), "", "", most_tokens=1)
    assert "Authorization" not in server.headers[0]


def test_a_redirect_is_not_followed(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "sesame")
    server.reply = lambda *_: (302, {"Location": "http://127.0.0.1:1/elsewhere"})
    with pytest.raises(LanguageModelError, match="HTTP 302"):
        ask(Endpoint(server.url, "m"), "", "", most_tokens=1, wait=lambda _: None)


@pytest.mark.parametrize(
    ("url", "model"),
    [
        ("localhost:8000", "m"),
        ("file:///etc/passwd", "m"),
        ("http://user:key@host/v1", "m"),
        ("http://host/v1?key=1", "m"),
        ("http://host/v1", ""),
    ],
)
def test_addresses_that_are_refused(url: str, model: str) -> None:
    with pytest.raises(UsageError):
        Endpoint(url, model)
