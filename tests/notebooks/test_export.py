"""Notebooks run and written as pages."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs

from needlens.errors import MissingExtraError
from needlens.notebooks.execute import NotebookError
from needlens.notebooks.export import export_notebooks

Write = Callable[..., Path]

FIGURE_AND_KERNEL = """
import os, sys
import plotly.graph_objects as go
from needlens.notebooks.figures import show
show(go.Figure(go.Bar(y=[1, 2]), layout={"meta": {"caption": "Two <bars>."}, "title": {"text": "Bars"}}))
print(sys.executable, os.getcwd(), sep=os.linesep)
"""


def test_figure_is_run_drawn_and_captioned(write: Write, tmp_path: Path) -> None:
    notebook = write(FIGURE_AND_KERNEL)
    before, told = notebook.read_bytes(), list[tuple[str, int, int]]()
    pages = export_notebooks(tmp_path / "new" / "out", [notebook], progress=lambda *at: told.append(at))
    assert pages == [tmp_path / "new" / "out" / "tiny.html"]
    made = pages[0].read_text("utf-8")
    assert made.count(get_plotlyjs()) == 1
    rest = made.replace(get_plotlyjs(), "")
    assert rest.count('class="figure"') == 1
    assert 'aria-label="Bars. Two &lt;bars&gt;."' in rest
    assert '<p class="caption">Two &lt;bars&gt;.</p>' in rest
    assert "go.Figure" not in rest
    assert re.findall(r"""(?:src|href)=["']?http""", rest) == []
    assert re.search(rf"<pre[^>]*>{re.escape(sys.executable)}\n{re.escape(str(tmp_path))}\n</pre>", rest)
    assert notebook.read_bytes() == before
    assert told == [("notebooks", 0, 1), ("notebooks", 1, 1)]


def test_failing_cell_is_named_and_leaves_no_page(write: Write, tmp_path: Path) -> None:
    notebook = write("1", "raise ValueError('no answers')")
    with pytest.raises(NotebookError, match=r"^tiny\.ipynb, cell 3: ValueError: no answers$"):
        export_notebooks(tmp_path / "out", [notebook])
    assert not (tmp_path / "out").exists()


def test_file_that_is_no_notebook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "not.ipynb"
    path.write_text("no json", encoding="utf-8")
    with pytest.raises(NotebookError, match=r"not\.ipynb cannot be read as a notebook"):
        export_notebooks(tmp_path / "out", [path])
    with pytest.raises(NotebookError, match=r"none\.ipynb cannot be read as a notebook"):
        export_notebooks(tmp_path / "out", [tmp_path / "none.ipynb"])


@pytest.mark.parametrize("library", ["nbclient", "nbconvert"])
def test_without_jupyter_the_extra_is_named(
    library: str, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtraError, match=r"needlens\[notebook\]"):
        export_notebooks(tmp_path / "out", [write("1")])
