"""What ``needlens label`` does: reasons out to a table, or labels in from one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from needlens.cli.console import Console
from needlens.errors import UsageError


def write_batch(
    console: Console,
    folder: Path,
    out: Path,
    *,
    framework: str | None,
    n: int,
    llm: str | None,
    llm_model: str,
    llm_prices: str | None,
) -> None:
    """Write the reasons whose labels help most, with proposals if a language model is named.

    Raises
    ------
    UsageError
        The options do not go together, or the file is there already.
    """
    from needlens.llm.endpoint import Endpoint
    from needlens.study.labelling import write_label_batch

    written, asked = write_label_batch(
        folder,
        out,
        framework=framework,
        n=n,
        endpoint=None if llm is None else Endpoint(llm, llm_model),
        prices=None if llm_prices is None else prices_of(llm_prices),
        say=lambda sentence: console.say("llm", sentence),
    )
    if not written:
        console.say("done", "every reason is labelled")
        return
    how = "write ids into the column needs, several with ; between them, or none"
    console.say("note", f"{how}; the ids: {', '.join(asked.ids)}")
    console.say("file", f"{written} reasons to label: {out}", path=str(out))


def take_in(console: Console, folder: Path, labels: Path, *, framework: str | None, who: str) -> None:
    """Take labels in, and say what is known of each need now.

    Raises
    ------
    InputError
        The table names reasons or needs that are not there.
    """
    from needlens.study.labelling import take_labels

    found, said = take_labels(folder, labels, who=who, framework=framework)
    for note in found.notes:
        console.say("note", note)
    for row in found["need_prevalence"].to_dict("records"):
        console.say("need", _line(row), need=row["need_id"])
    console.say("done", said, study=str(folder))


def prices_of(written: str) -> tuple[float, float]:
    """Prices of a million tokens in and out.

    Raises
    ------
    UsageError
        They are not two numbers.

    Examples
    --------
    >>> prices_of("0.15, 0.60")
    (0.15, 0.6)
    """
    parts = [part.strip() for part in written.split(",")]
    if len(parts) == 2 and all(re.fullmatch(r"\d+(\.\d+)?", part) for part in parts):
        return float(parts[0]), float(parts[1])
    message = f"--llm-prices must be two numbers, such as 0.15,0.60, not {written!r}"
    raise UsageError(message)


def _line(row: dict[Any, Any]) -> str:
    if row["refused"]:
        return f"{row['name']}: rank {row['rank']}; {row['refused']}"
    return f"{row['name']}: {row['prevalence']:.0%} of people ({row['low']:.0%} to {row['high']:.0%})"
