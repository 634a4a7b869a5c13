"""The command line: every command, and those that fit in a few lines."""

from __future__ import annotations

import gc
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Final

import typer

from needlens.cli.assign import assign
from needlens.cli.cluster import cluster
from needlens.cli.console import Console
from needlens.cli.edit import edit
from needlens.cli.exit_codes import exit_codes
from needlens.cli.label import label
from needlens.cli.ladder import ladder
from needlens.cli.options import BackendName, BackendOption, StudyFolder
from needlens.errors import UsageError

_NEW_OBJECTS: Final = 200_000
"""Objects made since the last search for circles after which the next begins; Python has 700 or 2,000."""

app = typer.Typer(
    name="needlens",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


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


for command in (cluster, assign, edit, ladder, label):
    app.command()(command)


@app.command()
def report(
    study_folder: StudyFolder,
    out: Annotated[Path | None, typer.Option(metavar="FILE.html", help="File to write.")] = None,
    no_verbatims: Annotated[bool, typer.Option("--no-verbatims", help="Show no customer's text.")] = False,
) -> None:
    """Write the report of a study: one self-contained page."""
    console = Console()
    with exit_codes(console):
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
    with exit_codes(console):
        from needlens.datasets import copy_sample

        for path in copy_sample(folder):
            console.say("file", str(path))


@app.command()
def doctor(
    backend: BackendOption = BackendName.AUTO,
    cache: Annotated[
        bool,
        typer.Option(
            "--cache", help="Tell of what is kept for later runs alone, and take it back to its bound."
        ),
    ] = False,
    clear: Annotated[bool, typer.Option("--clear", help="With --cache: empty it.")] = False,
) -> None:
    """Tell what is installed and what will be used; measure the encoder for ten seconds."""
    console = Console()
    with exit_codes(console):
        from needlens.cli.doctor import examine, tidy_cache

        if clear and not cache:
            message = "--clear lets all go that is kept for later runs: give it together with --cache"
            raise UsageError(message)
        lines, healthy = (tidy_cache(clear=clear), True) if cache else examine(backend.value)
        typer.echo("\n".join(lines))
        if not healthy:
            raise typer.Exit(1)


def main() -> None:
    """Run the command line."""
    # Records by the million live to the end, hardly any in circles: to look for those is a tenth of a run.
    gc.set_threshold(_NEW_OBJECTS)
    app()
