"""``needlens assign``: new verbatims onto the themes of a study."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import Annotated

import typer

from needlens.cli.console import Console, LogFormat
from needlens.cli.exit_codes import exit_codes
from needlens.cli.options import (
    BackendName,
    BackendOption,
    IdColumn,
    Log,
    Quiet,
    RespondentColumn,
    StudyFolder,
    TextColumn,
)
from needlens.errors import UsageError


def assign(
    study_folder: StudyFolder,
    new: Annotated[list[str], typer.Argument(metavar="NEW...", help="Files of new verbatims, or -.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="CSV or Parquet file to write.")],
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    respondent_column: RespondentColumn = None,
    backend: BackendOption = BackendName.AUTO,
    log_format: Log = LogFormat.TEXT,
    quiet: Quiet = False,
) -> None:
    """Place new verbatims on the themes of a study."""
    console = Console(log_format, quiet=quiet)
    with exit_codes(console):
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
        assigned = assign_verbatims(study, verbatims, backend=backend.value, progress=console.progress)
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


def _spare(out: Path, inputs: list[Path], study_folder: Path) -> None:
    """Refuse to write over an input or into a study."""
    target = out.resolve()
    if target in [path.resolve() for path in inputs]:
        message = f"--out {out} is one of the inputs; name another file"
        raise UsageError(message)
    if target.parent == study_folder.resolve() and target.exists():
        message = f"--out {out} is a file of the study; name another file"
        raise UsageError(message)
