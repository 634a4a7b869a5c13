"""Answers kept between runs: the same question is paid for once."""

from __future__ import annotations

import json
import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import Final

from needlens.errors import StudyError
from needlens.llm.endpoint import Answer, Endpoint

ANSWERS_NAME: Final = "answers.sqlite"
"""Its file in a study folder, if a language model was asked."""


class AnswerCache:
    """Answers by the hash of endpoint, model and question, in one SQLite file.

    Parameters
    ----------
    path
        The file; made when the first answer is kept.

    Examples
    --------
    >>> import tempfile
    >>> endpoint = Endpoint("http://localhost/v1", "small")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cache = AnswerCache(Path(folder) / "answers.sqlite")
    ...     cache.put(endpoint, "Be brief.", "Hi", Answer("Hello", 3, 1))
    ...     cache.get(endpoint, "Be brief.", "Hi"), cache.get(endpoint, "Be brief.", "Ho")
    (Answer(text='Hello', tokens_in=3, tokens_out=1), None)
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def get(self, endpoint: Endpoint, instructions: str, content: str) -> Answer | None:
        """The answer kept for this question, if there is one."""
        if not self.path.is_file():
            return None
        try:
            connection = sqlite3.connect(self.path)
            try:
                row = connection.execute(
                    "SELECT text, tokens_in, tokens_out FROM answers WHERE key = ?",
                    (_key(endpoint, instructions, content),),
                ).fetchone()
            finally:
                connection.close()
        except sqlite3.DatabaseError:
            return None
        return None if row is None else Answer(*row)

    def put(self, endpoint: Endpoint, instructions: str, content: str, answer: Answer) -> None:
        """Keep an answer.

        Raises
        ------
        StudyError
            The file cannot be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path)
            try:
                with connection:
                    connection.execute(
                        "CREATE TABLE IF NOT EXISTS answers "
                        "(key TEXT PRIMARY KEY, text TEXT, tokens_in INTEGER, tokens_out INTEGER)"
                    )
                    connection.execute(
                        "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)",
                        (
                            _key(endpoint, instructions, content),
                            answer.text,
                            answer.tokens_in,
                            answer.tokens_out,
                        ),
                    )
            finally:
                connection.close()
        except (OSError, sqlite3.DatabaseError) as problem:
            message = f"{self.path} cannot be written ({problem}); move it away to begin anew"
            raise StudyError(message) from problem


def _key(endpoint: Endpoint, instructions: str, content: str) -> str:
    question = json.dumps([endpoint.url, endpoint.model, instructions, content], ensure_ascii=True)
    return sha256(question.encode()).hexdigest()
