"""An executed notebook as one HTML page for readers: prose, tables and figures, no code, no request."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from copy import deepcopy
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from needlens.errors import MissingExtraError
from needlens.notebooks.execute import EXTRA, NotebookError

if TYPE_CHECKING:
    from nbformat import NotebookNode

PLOTLY: Final = "application/vnd.plotly.v1+json"
_IMAGES: Final = ("image/svg+xml", "image/png", "image/jpeg")
_SHOWN: Final = (PLOTLY, "text/html", "text/markdown", *_IMAGES, "text/plain")
"""What the page can show, best first."""

_SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
_FIGURE = re.compile(r"Figure(?:Widget)?\(\{|<Figure size ")
_LOADED = re.compile(
    r"""<(?:img|script|iframe|video|audio|source|embed|object)\b[^>]*?\s(?:src|data)\s*=\s*["']?"""
    r"""(?!data:)([^"'\s>]+)""",
    re.IGNORECASE,
)
_HEADING = re.compile(r'<h([12])\b[^>]*\bid="([^"]*)"[^>]*>(.*?)</h\1>', re.DOTALL)
_EMPTY_LINK = re.compile(r"<a\b[^>]*></a>")
_TAG = re.compile(r"<[^>]*>")


def page(notebook: NotebookNode, path: Path) -> str:
    """Lay out an executed notebook as a self-contained page.

    Figures are drawn from their data by one plotly.js in the page. A content security policy lets the
    browser run two scripts only, that and the one that calls it, by their digests, and load nothing.

    Parameters
    ----------
    notebook
        With outputs; it stays as it is.
    path
        Where it came from: pictures beside it are embedded, and its name is for messages.

    Returns
    -------
    str
        The page, the same for the same outputs.

    Raises
    ------
    NotebookError
        Something cannot be shown: a widget, a figure drawn by a script of its own, a picture from the
        network.
    MissingExtraError
        nbconvert is not installed.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    article = _article(_shown(notebook, path.name), path.resolve().parent)
    loaded = _LOADED.search(article)
    if loaded:
        message = f"{path.name}: the page cannot load {loaded[1]!r}; save it beside the notebook"
        raise NotebookError(message)
    scripts = [_plotly_js(), _own("draw.js")] if 'class="figure"' in article else []
    headings = _headings(article)
    environment = Environment(
        loader=PackageLoader("needlens.notebooks"), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("page.html.j2").render(
        title=next((text for level, _, text in headings if level == 1), path.stem),
        contents=[(anchor, text) for level, anchor, text in headings if level == 2],
        style=_own("style.css"),
        article=article,
        scripts=scripts,
        digests=[_digest(script) for script in scripts],
    )


def _shown(notebook: NotebookNode, name: str) -> NotebookNode:
    """Copy the notebook, without outputs that draw nothing, and make sure that all others can be shown."""
    shown = deepcopy(notebook)
    for number, cell in enumerate(shown.cells, start=1):
        if cell.cell_type != "code":
            continue
        cell.outputs = [output for output in cell.outputs if not _is_silent(output)]
        for output in cell.outputs:
            reason = _not_shown(output.get("data", {}))
            if reason:
                message = f"{name}, cell {number}: {reason}"
                raise NotebookError(message)
    return shown


def _is_silent(output: NotebookNode) -> bool:
    """Tell whether an output is meant for nobody to see: a log, or scripts alone such as plotly.js itself."""
    if output.output_type == "stream":
        return output.name == "stderr" or not output.text.strip()
    kinds = set(output.get("data", {}))
    return kinds == {"text/html"} and not _SCRIPT.sub("", output.data["text/html"]).strip()


def _not_shown(data: dict[str, Any]) -> str | None:
    """Say why an output cannot be shown, or None if it can."""
    rich = [kind for kind in data if kind != "text/plain"]
    best = next((kind for kind in _SHOWN if kind in rich), None)
    if rich and best is None:
        return f"the page cannot draw {rich[0]}; show a plotly figure, an image or a table"
    undrawn = best == "text/html" and _SCRIPT.search(data["text/html"])
    if undrawn or (not rich and _FIGURE.match(data.get("text/plain", ""))):
        return "this figure is not drawn on the page; show it with needlens.notebooks.figures.show"
    return None


def _article(notebook: NotebookNode, folder: Path) -> str:
    """The cells as HTML; ``folder`` is where pictures are looked for."""
    try:
        from nbconvert import HTMLExporter
        from traitlets.config import Config
    except ImportError as error:
        raise MissingExtraError(EXTRA) from error

    config = Config({"NbConvertBase": {"display_data_priority": list(_SHOWN)}})
    with resources.as_file(resources.files("needlens.notebooks") / "templates") as templates:
        exporter = HTMLExporter(
            config=config,
            template_name="reader",
            extra_template_basedirs=[str(templates)],
            exclude_input=True,
            exclude_input_prompt=True,
            exclude_output_prompt=True,
            anchor_link_text="",
            embed_images=True,
            filters={"figure_json": figure_json, "figure_label": figure_label},
        )
        body, _ = exporter.from_notebook_node(notebook, {"metadata": {"path": str(folder)}})
    return _EMPTY_LINK.sub("", body).strip()


def figure_json(figure: dict[str, Any]) -> str:
    r"""Data of a figure as JSON that no HTML parser can take for a tag.

    Examples
    --------
    >>> figure_json({"title": "</script>"})
    '{"title": "\\u003c/script>"}'
    """
    return json.dumps(figure, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")


def figure_label(figure: dict[str, Any]) -> str:
    """What a figure shows, for those who do not see it: its title and its caption.

    Examples
    --------
    >>> figure_label({"layout": {"title": {"text": "<b>Q&amp;A</b>"}, "meta": {"caption": "Two bars."}}})
    'Q&A. Two bars.'
    """
    layout = figure.get("layout", {})
    title = html.unescape(_TAG.sub(" ", layout.get("title", {}).get("text", ""))).strip()
    caption = (layout.get("meta") or {}).get("caption", "")
    return ". ".join(part for part in (title, caption) if part) or "Figure"


def _headings(article: str) -> list[tuple[int, str, str]]:
    """Level, anchor and text of each heading."""
    return [
        (int(level), html.unescape(anchor), html.unescape(_TAG.sub("", text)).strip())
        for level, anchor, text in _HEADING.findall(article)
    ]


def _plotly_js() -> str:
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())


def _own(name: str) -> str:
    return resources.files("needlens.notebooks").joinpath("templates", name).read_text("utf-8")


def _digest(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
