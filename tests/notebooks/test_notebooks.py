"""The notebooks in the repository: stripped, short, and between a question and a finding."""

from __future__ import annotations

import ast
import subprocess
import sys
from itertools import pairwise

import nbformat
import pytest

from needlens.notebooks.shipped import shipped_notebooks

NOTEBOOKS = shipped_notebooks()


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    read: nbformat.NotebookNode = nbformat.read(request.param, as_version=4)
    return read


def test_outputs_are_stripped() -> None:
    command = [sys.executable, "-m", "nbstripout", "--verify", "--extra-keys", "metadata.language_info"]
    done = subprocess.run([*command, *map(str, NOTEBOOKS)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_any_python_3_runs_it(notebook: nbformat.NotebookNode) -> None:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert notebook.metadata == {"kernelspec": kernel}


def test_cell_ids_are_their_places(notebook: nbformat.NotebookNode) -> None:
    assert [cell.id for cell in notebook.cells] == [str(place) for place in range(len(notebook.cells))]


def test_first_cell_asks_and_last_cell_tells_the_finding(notebook: nbformat.NotebookNode) -> None:
    first, *_, heading, last = notebook.cells
    assert first.source.startswith("# ")
    assert "?**" in first.source
    assert heading.source.startswith("## The finding")
    assert "Markdown(" in last.source


def test_code_is_short_and_defines_nothing(notebook: nbformat.NotebookNode) -> None:
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    defined = [
        node
        for source in code
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    assert len(code) <= 15
    assert defined == []


def test_prose_stands_before_every_code_cell_but_the_imports(notebook: nbformat.NotebookNode) -> None:
    kinds = [cell.cell_type for cell in notebook.cells]
    assert kinds[:2] == ["markdown", "code"]
    assert [pair for pair in pairwise(kinds) if pair == ("code", "code")] == []


def test_figures_are_shown_with_their_sentence(notebook: nbformat.NotebookNode) -> None:
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    drawing = [source for source in code[1:] if "_figure(" in source or "px." in source]
    assert len(drawing) >= 2
    assert [source for source in drawing if "show(" not in source] == []
    assert [source for source in drawing if "px." in source and "caption=" not in source] == []
