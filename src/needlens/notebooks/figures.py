"""Figures in a notebook: drawn in JupyterLab, and still there when the notebook is exported."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from needlens.errors import MissingExtraError
from needlens.notebooks.execute import EXTRA

if TYPE_CHECKING:
    import plotly.graph_objects as go

RENDERER: Final = "plotly_mimetype+notebook"
"""The first is what JupyterLab draws and the second what Jupyter's own HTML export needs: with the first
alone, plotly's default in JupyterLab, exported notebooks lose their figures and nobody is told."""


def show(figure: go.Figure) -> None:
    """Draw a figure in the notebook, and under it the sentence that says what it shows.

    Parameters
    ----------
    figure
        A plotly figure; the sentence is ``figure.layout.meta["caption"]``, where
        :func:`needlens.plots.style.styled` puts it. Without one, the figure stands alone.

    Raises
    ------
    MissingExtraError
        IPython or nbformat is not installed.
    """
    import plotly.io

    try:
        import nbformat  # noqa: F401 - plotly shows nothing without it
        from IPython.display import display
    except ImportError as error:
        raise MissingExtraError(EXTRA) from error

    # Setting the default, unlike naming a renderer for one figure, also brings plotly.js into the notebook.
    if plotly.io.renderers.default != RENDERER:
        plotly.io.renderers.default = RENDERER
    figure.show()
    caption = (figure.layout.meta or {}).get("caption")
    if caption:
        page = f'<p class="caption">{html.escape(caption)}</p>'
        display({"text/html": page, "text/plain": caption}, raw=True)
