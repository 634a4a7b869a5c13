"""Tiny notebooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a notebook of the given code cells, under a heading; ``outputs`` go to its last cell."""

    def _write(*code: str, outputs: tuple[nbformat.NotebookNode, ...] = ()) -> Path:
        cells = [v4.new_markdown_cell("# Why?\n\n## The *bars* & lines"), *map(v4.new_code_cell, code)]
        if outputs:
            cells[-1].outputs = list(outputs)
        path = tmp_path / "tiny.ipynb"
        nbformat.write(v4.new_notebook(cells=cells), path)
        return path

    return _write
