"""Executed notebooks as pages: what is on them, and what is refused."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4
from plotly.offline import get_plotlyjs

from needlens.notebooks.execute import NotebookError
from needlens.notebooks.page import PLOTLY, page

Write = Callable[..., Path]

FIGURE = {
    "data": [{"type": "bar", "y": [1, 2]}],
    "layout": {"title": {"text": "Two bars"}, "meta": {"caption": "One is </script><b>taller</b>."}},
}


def display(data: dict[str, Any]) -> nbformat.NotebookNode:
    output: nbformat.NotebookNode = v4.new_output("display_data", data=data)
    return output


def laid_out(write: Write, *outputs: nbformat.NotebookNode) -> str:
    path = write("secret_code = 1", outputs=outputs)
    return page(nbformat.read(path, as_version=4), path)


def test_page_holds_prose_and_contents_but_no_code(write: Write) -> None:
    made = laid_out(write, display({"text/html": "<p>shown</p>", "text/plain": "not shown"}))
    assert "<title>Why?</title>" in made
    anchor = re.search(r'<li><a href="#([^"]+)">The bars &amp; lines</a></li>', made)
    assert anchor
    assert f'<h2 id="{anchor[1]}">' in made
    assert "<p>shown</p>" in made
    assert "secret_code" not in made
    assert "not shown" not in made


def test_page_without_a_figure_runs_no_script(write: Write) -> None:
    made = laid_out(write, display({"text/plain": "42"}))
    assert "<script" not in made
    assert "script-src 'none'" in made
    assert ">42</pre>" in made


def test_figures_share_one_plotly_js(write: Write) -> None:
    made = laid_out(write, display({PLOTLY: FIGURE, "text/html": "twin"}), display({PLOTLY: FIGURE}))
    assert made.count(get_plotlyjs()) == 1
    assert made.count('class="figure"') == 2
    assert "twin" not in made
    data = re.findall(r'<script type="application/json">(.*?)</script>', made, re.DOTALL)
    assert [json.loads(text) for text in data] == [FIGURE, FIGURE]


def test_figure_is_described_for_those_who_do_not_see_it(write: Write) -> None:
    made = laid_out(write, display({PLOTLY: FIGURE}))
    assert 'aria-label="Two bars. One is &lt;/script&gt;&lt;b&gt;taller&lt;/b&gt;."' in made


def test_page_asks_the_network_for_nothing(write: Write) -> None:
    made = laid_out(write, display({PLOTLY: FIGURE})).replace(get_plotlyjs(), "")
    assert re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", made) == []
    assert "default-src 'none'" in made
    assert "mathjax" not in made.lower()
    assert "require" not in made.lower()


def test_browser_runs_only_the_scripts_named_by_digest(write: Write) -> None:
    made = laid_out(write, display({PLOTLY: FIGURE}))
    scripts = re.findall(r"<script>(.*?)</script>", made, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts]
    policy = re.search(r"script-src ([^;]*);", made)
    assert policy
    assert policy[1].split() == [*(f"'sha256-{digest}'" for digest in digests), "'unsafe-eval'"]
    assert len(scripts) == 2


def test_logs_and_plotlys_own_start_are_left_out(write: Write) -> None:
    start = display({"text/html": "\n<script>window.PlotlyConfig = {};</script>\n<script>lots</script>\n"})
    made = laid_out(write, start, v4.new_output("stream", name="stderr", text="a log line"))
    assert "<script" not in made
    assert "a log line" not in made


@pytest.mark.parametrize(
    "data",
    [
        {"application/vnd.vegalite.v5+json": {}, "text/plain": "a chart"},
        {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "a widget"},
        {"application/javascript": "draw()"},
        {"text/html": "<div id=a></div><script>draw('a')</script>", "text/plain": "a chart"},
        {"text/plain": "Figure({'data': []})"},
    ],
    ids=["vega", "widget", "javascript", "html with a script", "words only"],
)
def test_figure_that_cannot_be_drawn_is_refused(write: Write, data: dict[str, Any]) -> None:
    with pytest.raises(NotebookError, match=r"^tiny\.ipynb, cell 2: .+show"):
        laid_out(write, display(data))


@pytest.mark.parametrize("address", ["https://example.com/a.png", "//example.com/a.png", "missing.png"])
def test_picture_that_cannot_be_embedded_is_refused(write: Write, address: str) -> None:
    with pytest.raises(NotebookError, match=rf"^tiny\.ipynb: the page cannot load '{address}'"):
        laid_out(write, display({"text/html": f'<img alt="" src="{address}">'}))


def test_picture_beside_the_notebook_is_embedded(write: Write, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    made = laid_out(write, display({"text/markdown": "![A cat](a.png)"}))
    assert re.search(r'<img alt="A cat" src="data:image/png;base64,iVBORw0KGgo="', made)


def test_same_outputs_same_page(write: Write) -> None:
    assert laid_out(write, display({PLOTLY: FIGURE})) == laid_out(write, display({PLOTLY: FIGURE}))


def test_picture_has_its_description(write: Write) -> None:
    picture = v4.new_output("display_data", data={"image/png": "iVBORw0KGgo="}, metadata={"alt": "A cat"})
    assert re.search(
        r'<img alt="A cat" class="output" src="data:image/png;base64,iVBORw0KGgo="/>',
        laid_out(write, picture),
    )
