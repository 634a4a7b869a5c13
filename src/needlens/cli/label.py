"""What ``needlens label`` does: reasons out to a table, or labels in from one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from needlens.cli.console import Console, LogFormat
from needlens.cli.exit_codes import exit_codes
from needlens.cli.options import Log, Quiet, StudyFolder
from needlens.errors import UsageError


def label(
    study_folder: StudyFolder,
    labels: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="A table of labels to take in, as --out wrote it, filled in."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Write the reasons whose labels help most.")
    ] = None,
    n: Annotated[int, typer.Option("--n", min=1, help="About how many reasons to write.")] = 20,
    framework: Annotated[
        str | None,
        typer.Option(
            metavar="needlens12|schwartz10|lov9|FILE",
            help="Needs to label with; by default those the study was last read by.",
        ),
    ] = None,
    who: Annotated[
        str, typer.Option(metavar="NAME", help="Who labelled, where the table does not say.")
    ] = "",
    llm: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Endpoint of a language model that may propose; it sees the texts."),
    ] = None,
    llm_model: Annotated[str, typer.Option(metavar="NAME", help="The model there.")] = "",
    llm_prices: Annotated[
        str | None, typer.Option(metavar="IN,OUT", help="Prices of a million tokens, to tell the cost.")
    ] = None,
    log_format: Log = LogFormat.TEXT,
    quiet: Quiet = False,
) -> None:
    """Label reasons with needs, some at a time: --out writes them to a table, FILE takes it in filled in."""
    console = Console(log_format, quiet=quiet)
    with exit_codes(console):
        if llm is None and (llm_model or llm_prices):
            message = "--llm-model and --llm-prices need --llm URL"
            raise UsageError(message)
        if (labels is None) == (out is None) or (llm and not out):
            message = (
                "give either --out FILE.csv, to get reasons to label (with proposals by --llm, if wanted), "
                "or a FILE of labels to take in"
            )
            raise UsageError(message)
        if labels is not None:
            take_in(console, study_folder, labels, framework=framework, who=who)
        elif out is not None:
            write_batch(
                console,
                study_folder,
                out,
                framework=framework,
                n=n,
                llm=llm,
                llm_model=llm_model,
                llm_prices=llm_prices,
            )


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
    """Take labels in, write the report anew, and say what is known of each need now.

    Raises
    ------
    InputError
        The table names reasons or needs that are not there.
    """
    from needlens.report.html import write_report
    from needlens.study.folder import read_study
    from needlens.study.labelling import take_labels

    found, said = take_labels(folder, labels, who=who, framework=framework)
    write_report(read_study(folder, model=False), folder / "report.html")
    for note in found.notes:
        console.say("note", note)
    for row in found["need_prevalence"].to_dict("records"):
        console.say("need", _line(row, one_by_one=bool(found.info["learned"])), need=row["need_id"])
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


def _line(row: dict[Any, Any], *, one_by_one: bool) -> str:
    """What is known of a need; why it has no share only where that differs from need to need."""
    if row["refused"]:
        return f"{row['name']}: rank {row['rank']}" + (f"; {row['refused']}" if one_by_one else "")
    return f"{row['name']}: {row['prevalence']:.0%} of people ({row['low']:.0%} to {row['high']:.0%})"
