"""What a command says while it works: progress and notes on standard error, for people or as JSON lines."""

from __future__ import annotations

import json
import sys
import time
from enum import StrEnum

import typer

from needlens.progress import Bars

_LEAST_SECONDS = 0.5
"""Seconds between two JSON lines about one stage, but for its first and its last."""


class LogFormat(StrEnum):
    """How a command tells what it does."""

    TEXT = "text"
    JSON = "json"


class Console:
    """Says things on standard error; standard output is left to results.

    Parameters
    ----------
    log_format
        For people, or one JSON object a line.
    quiet
        Say nothing but errors.
    """

    def __init__(self, log_format: LogFormat = LogFormat.TEXT, *, quiet: bool = False) -> None:
        self._json = log_format is LogFormat.JSON
        self._quiet = quiet
        self._stage = ""
        self._started = self._told = 0.0
        self._bars = Bars(sys.stderr)

    def say(self, event: str, message: str, **fields: object) -> None:
        """Say one sentence; ``fields`` go into the JSON object only."""
        if self._quiet:
            return
        self._close()
        if self._json:
            self._write_json({"event": event, "message": message, **fields})
        else:
            typer.echo(f"note: {message}" if event == "note" else message, err=True)

    def error(self, message: str, code: int) -> None:
        """Say what went wrong, even when quiet."""
        self._close()
        if self._json:
            self._write_json({"event": "error", "message": message, "exit_code": code})
        else:
            typer.echo(f"needlens: {message}", err=True)

    def progress(self, stage: str, done: int, total: int) -> None:
        """Take a report of :data:`needlens.progress.Progress`."""
        if self._quiet:
            return
        if not self._json:
            self._bars(stage, done, total)
            return
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._started = stage, now
        elif done < total and now - self._told < _LEAST_SECONDS:
            return
        self._told = now
        spent = now - self._started
        left = round(spent / done * (total - done), 1) if done else None
        self._write_json({"event": "progress", "stage": stage, "done": done, "total": total, "eta_s": left})

    def _close(self) -> None:
        self._bars.close()
        self._stage = ""

    def _write_json(self, record: dict[str, object]) -> None:
        sys.stderr.write(json.dumps(record, ensure_ascii=False) + "\n")
        sys.stderr.flush()
