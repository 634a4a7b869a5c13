"""``needlens edit``: an analyst's edits onto a study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from needlens.cli.console import Console, LogFormat
from needlens.cli.exit_codes import exit_codes
from needlens.cli.options import Log, Quiet, StudyFolder
from needlens.cli.themes_found import themes_found


def edit(
    study_folder: StudyFolder,
    edits: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A table of edits, one a row; columns: edit (rename, merge, …), theme, into, text, name, …",
        ),
    ],
    who: Annotated[
        str, typer.Option(metavar="NAME", help="Who made them, where the table does not say.")
    ] = "",
    log_format: Log = LogFormat.TEXT,
    quiet: Quiet = False,
) -> None:
    """Rename, merge, split or correct the themes of a study; kept in its codebook for every later run."""
    console = Console(log_format, quiet=quiet)
    with exit_codes(console):
        from needlens.report.html import write_report
        from needlens.study.edit import edit_folder

        study = edit_folder(study_folder, edits, who=who)
        write_report(study, study_folder / "report.html")
        if study.edits is not None:
            for sentence in study.edits["sentence"]:
                console.say("edit", sentence)
        console.say("done", themes_found(study), study=str(study_folder))
