"""``needlens ladder``: a study climbs from features to needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from needlens.cli.console import Console, LogFormat
from needlens.cli.exit_codes import exit_codes
from needlens.cli.options import CountedBy, Log, Quiet, StudyFolder


def ladder(
    study_folder: StudyFolder,
    framework: Annotated[
        str,
        typer.Option(
            metavar="needlens12|schwartz10|lov9|FILE", help="Needs to look for; a file is YAML or CSV."
        ),
    ] = "needlens12",
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
    with exit_codes(console):
        from needlens.study.folder import read_study, write_study

        study = read_study(study_folder)
        # What is slow to import comes after what may reject the input.
        from needlens.codes.book import read_codes
        from needlens.labelling.log import LABELS_NAME, read_labels
        from needlens.levels.corrections import read_corrections
        from needlens.report.html import write_report
        from needlens.study.ladder import LadderOptions, ladder_study
        from needlens.wording import ladder_sentence

        labels, notes = read_labels(study_folder / LABELS_NAME)
        grades = ("E3", "E2") if explicit else ("E3", "E2", "E1")
        study = ladder_study(
            study,
            LadderOptions(counted_by=counted_by.value, cutoff=cutoff, grades=grades),
            codes=None if codes is None else read_codes(codes),
            corrections=None if levels is None else read_corrections(levels),
            framework=framework,
            labels=labels,
            progress=console.progress,
        )
        write_study(study, study_folder)
        write_report(study, study_folder / "report.html")
        for note in (*notes, *study.info["needs"]["notes"]):
            console.say("note", note)
        console.say("done", ladder_sentence(study.info["ladder"]), study=str(study_folder))
        path = study_folder / "report.html"
        console.say("report", f"report: {path}", path=str(path))
