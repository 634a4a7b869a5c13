"""A server on this machine that speaks the chat completion protocol, as badly as it is told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

Reply = Callable[[dict[str, Any], int], Any]
"""Takes the request and its number from 1; gives a text, bytes, a status with headers, or seconds."""


@dataclass
class Server:
    """Where it is, what it was asked, and what it answers."""

    url: str = ""
    reply: Reply = lambda *_: "[]"
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.requests.append(body)
            state.headers.append(dict(self.headers))
            said = state.reply(body, len(state.requests))
            if isinstance(said, float):
                time.sleep(said)
                said = "[]"
            status, extra = 200, {}
            if isinstance(said, tuple):
                status, extra = said
                said = b""
            if isinstance(said, str):
                usage = {"prompt_tokens": 10, "completion_tokens": 5}
                said = json.dumps({"choices": [{"message": {"content": said}}], "usage": usage}).encode()
            try:
                self.send_response(status)
                for name, value in extra.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said)
            except OSError:
                pass  # whoever asked has gone: that is what the test is about

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    running = HTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{running.server_port}/v1"
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield state
    running.shutdown()
    thread.join()
    running.server_close()
