"""The commands and the exit codes: 0 done, 1 failed, 2 wrong usage, 3 input rejected, 130 interrupted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib.metadata import version
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from needlens.cli.console import Console, LogFormat
from needlens.errors import InputError, NeedlensError, UsageError

if TYPE_CHECKING:
    from needlens.study.record import Study

app = typer.Typer(
    name="needlens",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Unit(StrEnum):
    """What a theme is made of."""

    REASON = "reason"
    VERBATIM = "verbatim"


class EngineName(StrEnum):
    """Where the work is done."""

    LOCAL = "local"


class CountedBy(StrEnum):
    """What the implication matrix counts."""

    RESPONDENT = "respondent"
    LADDER = "ladder"
    MENTION = "mention"


Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...",
        help="CSV, TSV, JSON Lines, Parquet or Excel files; - for CSV on standard input. "
        "Several files are one study.",
    ),
]
StudyFolder = Annotated[Path, typer.Argument(metavar="DIR", help="A study folder.")]
TextColumn = Annotated[str | None, typer.Option(help="Column of the free text.")]
IdColumn = Annotated[str | None, typer.Option(help="Column of the verbatims' own ids.")]
RespondentColumn = Annotated[str | None, typer.Option(help="Column that says who wrote it.")]
SegmentColumn = Annotated[
    list[str] | None, typer.Option(help="Column that groups respondents; may be repeated.")
]
RatingColumn = Annotated[str | None, typer.Option(help="Column of a number that rates.")]
DateColumn = Annotated[str | None, typer.Option(help="Column of dates.")]
Log = Annotated[LogFormat, typer.Option("--log-format", help="How progress is told.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"needlens {version('needlens')}")
        raise typer.Exit


@app.callback()
def _root(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Find the reasons customers give in their own words, and the needs under them."""


@app.command()
def cluster(
    inputs: Inputs,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Study folder to write.")],
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    respondent_column: RespondentColumn = None,
    segment_column: SegmentColumn = None,
    rating_column: RatingColumn = None,
    date_column: DateColumn = None,
    question: Annotated[
        str, typer.Option(metavar="TEXT", help="The question people answered, for the report.")
    ] = "",
    unit: Annotated[Unit, typer.Option(help="Cut verbatims into reasons, or take each whole.")] = Unit.REASON,
    themes: Annotated[
        str, typer.Option(metavar="auto|N|LOW-HIGH", help="Number of themes, or a range for it.")
    ] = "auto",
    encoder: Annotated[
        str, typer.Option(metavar="default|PATH|HUB-ID", help="Text encoder; a hub id uses the network.")
    ] = "default",
    seeds: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Themes to look for: a table with the columns name and example."),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="An earlier study of the same matter: its themes keep their ids, its edits are made again.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of everything random.")] = 0,
    engine: Annotated[EngineName, typer.Option(help="Where the work is done.")] = EngineName.LOCAL,  # noqa: ARG001
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace another study in DIR.")] = False,
    log_format: Log = LogFormat.TEXT,
    quiet: Quiet = False,
) -> None:
    """Find the themes in free text; write a study folder."""
    console = Console(log_format, quiet=quiet)
    with _exit_codes(console):
        n_themes = _number_of_themes(themes)
        from needlens.verbatims import read_verbatims

        verbatims = read_verbatims(
            *inputs,
            text=text_column,
            id=id_column,
            respondent=respondent_column,
            segments=segment_column or (),
            rating=rating_column,
            date=date_column,
        )
        # What is slow to import comes after what may reject the input.
        from needlens.report.html import write_report
        from needlens.seeds import read_seeds
        from needlens.study.edit import edits_to_replay, keep_edits
        from needlens.study.folder import check_folder, read_study, write_study
        from needlens.study.run import Parameters, identity, run_study

        looked_for = () if seeds is None else tuple(read_seeds(seeds))
        parameters = Parameters(
            unit=unit.value, themes=n_themes, encoder=encoder, seed=seed, seeds=looked_for
        )
        check_folder(out, identity(verbatims, parameters), overwrite=overwrite)
        before = None if previous is None else read_study(previous)
        edits = edits_to_replay(previous, out, same=not overwrite)
        study = run_study(
            verbatims,
            parameters,
            question=question,
            previous=before,
            edits=edits,
            progress=console.progress,
        )
        write_study(study, out)
        keep_edits(edits, out)
        write_report(study, out / "report.html")
        for warning in study.info["warnings"]:
            console.say("note", warning)
        console.say("done", _summary(study), study=str(out))
        console.say("report", f"report: {out / 'report.html'}", path=str(out / "report.html"))


@app.command()
def assign(
    study_folder: StudyFolder,
    new: Annotated[list[str], typer.Argument(metavar="NEW...", help="Files of new verbatims, or -.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="CSV or Parquet file to write.")],
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    respondent_column: RespondentColumn = None,
    log_format: Log = LogFormat.TEXT,
    quiet: Quiet = False,
) -> None:
    """Place new verbatims on the themes of a study."""
    console = Console(log_format, quiet=quiet)
    with _exit_codes(console):
        from needlens.study.assign import assign as assign_verbatims
        from needlens.study.assign import check_suffix, write_assigned
        from needlens.study.folder import read_study
        from needlens.verbatims import read_verbatims

        check_suffix(out)
        _spare(out, [Path(name) for name in new], study_folder)
        study = read_study(study_folder)
        verbatims = read_verbatims(
            *new, text=text_column, id=id_column, respondent=respondent_column, like=study.roles
        )
        assigned = assign_verbatims(study, verbatims, progress=console.progress)
        write_assigned(assigned, study, out)
        for note in assigned.notes:
            console.say("note", note)
        found = assigned.drift
        # JSON knows no NaN.
        p_value = None if isnan(found.p_value) else found.p_value
        counts = {"n": found.n, "n_unexplained": found.n_unexplained, "p_value": p_value}
        console.say("drift", found.sentence, **counts, alarm=found.alarm)
        message = f"{len(verbatims):,} verbatims hold {found.n:,} informative reasons"
        console.say("done", message, path=str(out))


@app.command()
def edit(
    study_folder: StudyFolder,
    edits: Annotated[Path, typer.Argument(metavar="FILE", help="A table of edits, one a row.")],
    who: Annotated[
        str, typer.Option(metavar="NAME", help="Who made them, where the table does not say.")
    ] = "",
    log_format: Log = LogFormat.TEXT,
    quiet: Quiet = False,
) -> None:
    """Rename, merge, split or correct the themes of a study; kept in its codebook for every later run."""
    console = Console(log_format, quiet=quiet)
    with _exit_codes(console):
        from needlens.report.html import write_report
        from needlens.study.edit import edit_folder

        study = edit_folder(study_folder, edits, who=who)
        write_report(study, study_folder / "report.html")
        if study.edits is not None:
            for sentence in study.edits["sentence"]:
                console.say("edit", sentence)
        console.say("done", _summary(study), study=str(study_folder))


@app.command()
def ladder(
    study_folder: StudyFolder,
    counted_by: Annotated[
        CountedBy, typer.Option(help="What the implication matrix counts.")
    ] = CountedBy.RESPONDENT,
    cutoff: Annotated[
        int | None, typer.Option(min=1, help="Least number for a link on the map; chosen if not given.")
    ] = None,
    explicit: Annotated[
        bool, typer.Option("--explicit", help="Count only links that a word ties, not neighbours that rise.")
    ] = False,
    codes: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Codes as you want them: an edited codes.csv.")
    ] = None,
    levels: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Levels you corrected: a table with the columns text and level."),
    ] = None,
    log_format: Log = LogFormat.TEXT,
    quiet: Quiet = False,
) -> None:
    """Climb from features to what they bring and on to what matters: links, ladders, value map."""
    console = Console(log_format, quiet=quiet)
    with _exit_codes(console):
        from needlens.study.folder import read_study, write_study

        study = read_study(study_folder)
        # What is slow to import comes after what may reject the input.
        from needlens.codes.book import read_codes
        from needlens.levels.corrections import read_corrections
        from needlens.report.html import write_report
        from needlens.study.ladder import LadderOptions, ladder_study
        from needlens.wording import ladder_sentence

        grades = ("E3", "E2") if explicit else ("E3", "E2", "E1")
        study = ladder_study(
            study,
            LadderOptions(counted_by=counted_by.value, cutoff=cutoff, grades=grades),
            codes=None if codes is None else read_codes(codes),
            corrections=None if levels is None else read_corrections(levels),
            progress=console.progress,
        )
        write_study(study, study_folder)
        write_report(study, study_folder / "report.html")
        console.say("done", ladder_sentence(study.info["ladder"]), study=str(study_folder))
        path = study_folder / "report.html"
        console.say("report", f"report: {path}", path=str(path))


@app.command()
def report(
    study_folder: StudyFolder,
    out: Annotated[Path | None, typer.Option(metavar="FILE.html", help="File to write.")] = None,
    no_verbatims: Annotated[bool, typer.Option("--no-verbatims", help="Show no customer's text.")] = False,
) -> None:
    """Write the report of a study: one self-contained page."""
    console = Console()
    with _exit_codes(console):
        from needlens.report.html import write_report
        from needlens.study.folder import read_study

        path = out or study_folder / "report.html"
        if path.suffix.lower() not in (".html", ".htm"):
            message = f"name a file that ends in .html with --out, not {path.name!r}"
            raise UsageError(message)
        write_report(read_study(study_folder, model=False), path, verbatims=not no_verbatims)
        console.say("report", f"report: {path}")


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write the files into.")],
) -> None:
    """Write the sample study's inputs, to try everything at once."""
    console = Console()
    with _exit_codes(console):
        from needlens.datasets import copy_sample

        for path in copy_sample(folder):
            console.say("file", str(path))


@app.command()
def doctor() -> None:
    """Tell what is installed and what will be used."""
    console = Console()
    with _exit_codes(console):
        from needlens.cli.doctor import examine

        lines, healthy = examine()
        typer.echo("\n".join(lines))
        if not healthy:
            raise typer.Exit(1)


def main() -> None:
    """Run the command line."""
    app()


def _number_of_themes(themes: str) -> int | tuple[int, int] | Literal["auto"]:
    if themes == "auto":
        return "auto"
    bounds = [int(part) for part in themes.split("-") if re.fullmatch("[0-9]{1,9}", part)]
    if len(bounds) == themes.count("-") + 1 <= 2 and 2 <= bounds[0] <= bounds[-1]:
        return bounds[0] if len(bounds) == 1 else (bounds[0], bounds[1])
    message = f"--themes must be 'auto', a whole number from 2, or a range like 5-12, not {themes!r}"
    raise UsageError(message)


def _spare(out: Path, inputs: list[Path], study_folder: Path) -> None:
    """Refuse to write over an input or into a study."""
    target = out.resolve()
    if target in [path.resolve() for path in inputs]:
        message = f"--out {out} is one of the inputs; name another file"
        raise UsageError(message)
    if target.parent == study_folder.resolve() and target.exists():
        message = f"--out {out} is a file of the study; name another file"
        raise UsageError(message)


@contextmanager
def _exit_codes(console: Console) -> Iterator[None]:
    """Turn what can go wrong into one sentence and the promised exit code."""
    try:
        yield
    except InputError as error:
        console.error(str(error), 3)
        raise typer.Exit(3) from None
    except UsageError as error:
        console.error(str(error), 2)
        raise typer.Exit(2) from None
    except NeedlensError as error:
        console.error(str(error), 1)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        console.error("interrupted; finished work is kept, the same command resumes", 130)
        raise typer.Exit(130) from None
    except MemoryError:
        console.error("out of memory; try fewer verbatims, or a machine with more memory", 1)
        raise typer.Exit(1) from None


def _summary(study: Study) -> str:
    counts = study.info["counts"]
    people, reasons = counts["respondents"], counts["reasons"]
    said = f"{reasons:,} reason{'s' * (reasons != 1)} of {people:,} {'person' if people == 1 else 'people'}"
    if not study.found:
        return f"{said}: {study.info['structure']['reason']}"
    scales = study.themes.groupby("scale").size()
    other = [str(n) for scale, n in scales.items() if scale != study.main_scale]
    return f"{said}: {len(study.main_themes())} themes (other scales: {', '.join(other) or 'none'})"
