"""``python -m needlens.notebooks OUT``: run the notebooks that come with needlens, write a page of each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from needlens.errors import NeedlensError
from needlens.notebooks.export import export_notebooks


def main(out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder for the pages.")]) -> None:
    """Run the notebooks that come with needlens and write each as one HTML page."""
    try:
        for path in export_notebooks(out):
            typer.echo(path)
    except NeedlensError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    typer.run(main)
