"""``needlens cluster``: verbatims in, a study folder out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from needlens.cli.console import Console, LogFormat
from needlens.cli.exit_codes import exit_codes
from needlens.cli.options import (
    BackendName,
    BackendOption,
    DateColumn,
    EngineName,
    IdColumn,
    Inputs,
    Log,
    Quiet,
    RatingColumn,
    RespondentColumn,
    SegmentColumn,
    TextColumn,
    Unit,
)
from needlens.cli.themes_found import themes_found
from needlens.errors import UsageError

if TYPE_CHECKING:
    from needlens.scale.engine import Engine


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
        str,
        typer.Option(
            metavar="default|fast|precise|PATH|HUB-ID",
            help="Text encoder: fast is for millions of texts or a first look; precise is better, "
            "slower, and needs its weights first (make precise); a hub id uses the network.",
        ),
    ] = "default",
    backend: BackendOption = BackendName.AUTO,
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
    fit_at_most: Annotated[
        int | None,
        typer.Option(metavar="N", help="Find themes in at most N distinct reasons, and place the others."),
    ] = None,
    engine: Annotated[
        EngineName, typer.Option(help="Where the work is done: here, or by the workers of dask.distributed.")
    ] = EngineName.LOCAL,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDR", help="Scheduler of a dask cluster; without one, it is started here."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace another study in DIR.")] = False,
    log_format: Log = LogFormat.TEXT,
    quiet: Quiet = False,
) -> None:
    """Find the themes in free text; write a study folder."""
    console = Console(log_format, quiet=quiet)
    with exit_codes(console):
        n_themes = _number_of_themes(themes)
        if scheduler is not None and engine is not EngineName.DASK:
            message = "--scheduler is for --engine dask; add that, or leave --scheduler out"
            raise UsageError(message)
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
        from needlens.scale.run import write_clustered
        from needlens.seeds import read_seeds
        from needlens.study.edit import edits_to_replay, keep_edits
        from needlens.study.folder import check_folder, read_study
        from needlens.study.run import FIT_AT_MOST, Parameters, identity

        looked_for = () if seeds is None else tuple(read_seeds(seeds))
        parameters = Parameters(
            unit=unit.value,
            themes=n_themes,
            encoder=encoder,
            seed=seed,
            seeds=looked_for,
            fit_at_most=FIT_AT_MOST if fit_at_most is None else fit_at_most,
        )
        check_folder(out, identity(verbatims, parameters), overwrite=overwrite)
        before = None if previous is None else read_study(previous)
        edits = edits_to_replay(previous, out, same=not overwrite)
        with _engine(engine, scheduler) as workers:
            study = write_clustered(
                out,
                verbatims,
                parameters,
                question=question,
                backend=backend.value,
                previous=before,
                edits=edits,
                engine=workers,
                progress=console.progress,
            )
        keep_edits(edits, out)
        write_report(study, out / "report.html")
        for warning in study.info["warnings"]:
            console.say("note", warning)
        console.say("done", themes_found(study), study=str(out))
        console.say("report", f"report: {out / 'report.html'}", path=str(out / "report.html"))


def _number_of_themes(themes: str) -> int | tuple[int, int] | Literal["auto"]:
    if themes == "auto":
        return "auto"
    bounds = [int(part) for part in themes.split("-") if re.fullmatch("[0-9]{1,9}", part)]
    if len(bounds) == themes.count("-") + 1 <= 2 and 2 <= bounds[0] <= bounds[-1]:
        return bounds[0] if len(bounds) == 1 else (bounds[0], bounds[1])
    message = f"--themes must be 'auto', a whole number from 2, or a range like 5-12, not {themes!r}"
    raise UsageError(message)


@contextmanager
def _engine(name: EngineName, scheduler: str | None) -> Iterator[Engine | None]:
    """The workers of a cluster, or None for this machine."""
    if name is EngineName.LOCAL:
        yield None
        return
    from needlens.scale.dask_engine import DaskEngine

    engine = DaskEngine(scheduler)
    try:
        yield engine
    finally:
        engine.close()
