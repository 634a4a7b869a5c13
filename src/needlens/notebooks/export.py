"""Notebooks run and turned into pages for people who read and do not code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from needlens.notebooks.execute import execute
from needlens.notebooks.page import page
from needlens.notebooks.shipped import shipped_notebooks
from needlens.progress import Progress, silent
from needlens.study.folder import whole_file


def export_notebooks(
    out: str | Path, notebooks: Sequence[str | Path] | None = None, *, progress: Progress = silent
) -> list[Path]:
    """Run each notebook and write it as one self-contained HTML file.

    Parameters
    ----------
    out
        Folder for the pages, made if it is not there; each page bears the name of its notebook.
    notebooks
        Which; those that come with needlens if None.
    progress
        Called as ``progress("notebooks", done, total)``.

    Returns
    -------
    list of Path
        The pages, in the order of the notebooks. A page is written whole or not at all.

    Raises
    ------
    NotebookError
        A cell fails, or shows what a page cannot.
    MissingExtraError
        Jupyter is not installed.
    StudyError
        The page cannot be written.
    """
    paths = shipped_notebooks() if notebooks is None else [Path(path) for path in notebooks]
    written = []
    for done, path in enumerate(paths):
        progress("notebooks", done, len(paths))
        text = page(execute(path), path)
        target = Path(out) / f"{path.stem}.html"
        with whole_file(target) as partial:
            partial.write_bytes(text.encode("utf-8", errors="replace"))
        written.append(target)
    progress("notebooks", len(paths), len(paths))
    return written
