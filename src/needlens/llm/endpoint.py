"""One call to a chat endpoint of the OpenAI protocol: time-outs, retries, a limit on what comes back."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from needlens.errors import NeedlensError, UsageError

KEY_VARIABLE: Final = "NEEDLENS_LLM_KEY"
"""Environment variable of the key; it is never read from anywhere else, shown or written down."""

MOST_BYTES: Final = 2_000_000
"""Longest answer that is read."""

RETRIED: Final = (408, 409, 425, 429, 500, 502, 503, 504)


class LanguageModelError(NeedlensError):
    """The endpoint cannot be reached, refuses, or answers with what is no answer."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a language model answers.

    Attributes
    ----------
    url
        Base of the protocol's paths, such as ``http://localhost:8000/v1``.
    model
        Name of the model there.
    timeout
        Seconds to wait for an answer.
    attempts
        Calls tried at most for one answer.
    """

    url: str
    model: str
    timeout: float = 60.0
    attempts: int = 4

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            message = f"--llm must be an address such as http://localhost:8000/v1, not {self.url!r}"
            raise UsageError(message)
        if parts.username or parts.password or parts.query:
            message = f"--llm must hold no key; put it into the environment variable {KEY_VARIABLE}"
            raise UsageError(message)
        if not self.model:
            message = "name the model with --llm-model"
            raise UsageError(message)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes
    ----------
    text
        The message.
    tokens_in, tokens_out
        As the endpoint counted them; 0 where it did not.
    """

    text: str
    tokens_in: int
    tokens_out: int


def ask(
    endpoint: Endpoint,
    instructions: str,
    content: str,
    *,
    most_tokens: int,
    wait: Callable[[float], None] = time.sleep,
) -> Answer:
    """Ask once, at temperature 0.

    Failures that may pass (no connection, time-out, 429, 5xx) are tried again after 1, 2, 4 … seconds, or as
    long as the endpoint asks, up to a minute. Redirects are not followed: the key goes nowhere else.

    Parameters
    ----------
    endpoint
        Where.
    instructions, content
        The system's and the user's message.
    most_tokens
        Length of the answer at most.
    wait
        Sleeps.

    Raises
    ------
    LanguageModelError
        All attempts failed, or the answer is no chat completion. The message holds neither key nor content.
    """
    body = {
        "model": endpoint.model,
        "temperature": 0,
        "max_tokens": most_tokens,
        "messages": [{"role": "system", "content": instructions}, {"role": "user", "content": content}],
    }
    request = Request(  # noqa: S310 (the scheme was checked)
        f"{endpoint.url.rstrip('/')}/chat/completions",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "User-Agent": "needlens"},
        method="POST",
    )
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if key:
        request.add_unredirected_header("Authorization", f"Bearer {key}")
    problem = ""
    for attempt in range(endpoint.attempts):
        data, problem, pause = _once(request, endpoint.timeout, attempt)
        if data is not None:
            return _answer(data)
        if pause is None:
            break
        if attempt + 1 < endpoint.attempts:
            wait(pause)
    message = f"the language model at {urlsplit(endpoint.url).hostname} does not answer: {problem}"
    raise LanguageModelError(message)


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:  # noqa: ANN401 (as urllib has it)
        return None


def _once(request: Request, timeout: float, attempt: int) -> tuple[bytes | None, str, float | None]:
    """The answer's bytes; or what went wrong and how long to wait, None for not to try again."""
    pause = float(2**attempt)
    try:
        with build_opener(_NoRedirect).open(request, timeout=timeout) as response:
            data = response.read(MOST_BYTES + 1)
    except HTTPError as error:
        with error:
            asked = error.headers.get("Retry-After", "")
        if error.code not in RETRIED:
            return None, f"HTTP {error.code}", None
        if asked.isdecimal():
            pause = min(float(asked), 60.0)
        return None, f"HTTP {error.code}", pause
    except TimeoutError:
        return None, f"nothing within {timeout:g} s", pause
    except (URLError, HTTPException, OSError) as error:
        reason = getattr(error, "reason", None)
        said = f"nothing within {timeout:g} s" if isinstance(reason, TimeoutError) else type(error).__name__
        return None, said, pause
    except ValueError:
        return None, f"its address or the key in {KEY_VARIABLE} holds characters that HTTP cannot carry", None
    if len(data) > MOST_BYTES:
        return None, f"more than {MOST_BYTES:,} bytes", None
    return data, "", None


def _answer(data: bytes) -> Answer:
    try:
        record = json.loads(data)
        text = record["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        message = "the language model's endpoint does not speak the chat completion protocol"
        raise LanguageModelError(message) from None
    if not isinstance(text, str):
        message = "the language model answered without a text"
        raise LanguageModelError(message)
    text = text.encode("utf-8", "replace").decode()  # half characters can be kept nowhere
    usage = record.get("usage")
    return Answer(text, _count(usage, "prompt_tokens"), _count(usage, "completion_tokens"))


def _count(usage: object, name: str) -> int:
    value = usage.get(name) if isinstance(usage, dict) else None
    return value if type(value) is int and 0 <= value < 10**9 else 0
