"""What a command says while it works: progress and notes on standard error, for people or as JSON lines."""

from __future__ import annotations

import json
import sys
import time
from enum import StrEnum
from typing import Any

import typer


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
        self._started = 0.0
        self._bar: Any = None

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
        if stage != self._stage:
            self._close()
            self._stage, self._started = stage, time.monotonic()
        if self._json:
            self._progress_json(done, total)
        else:
            self._progress_bar(done, total)

    def _progress_json(self, done: int, total: int) -> None:
        spent = time.monotonic() - self._started
        left = spent / done * (total - done) if done else None
        eta = None if left is None else round(left, 1)
        self._write_json(
            {"event": "progress", "stage": self._stage, "done": done, "total": total, "eta_s": eta}
        )

    def _progress_bar(self, done: int, total: int) -> None:
        from tqdm.auto import tqdm

        if self._bar is None:
            # Quiet when standard error is not a terminal (disable=None), and gone when done.
            self._bar = tqdm(total=total, desc=self._stage, disable=None, leave=False, file=sys.stderr)
        self._bar.update(done - self._bar.n)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
        self._stage = ""

    def _write_json(self, record: dict[str, object]) -> None:
        sys.stderr.write(json.dumps(record, ensure_ascii=False) + "\n")
        sys.stderr.flush()
