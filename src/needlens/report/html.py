"""The report as one HTML page that needs nothing but a browser: no script, no font, no request."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from needlens.plots.style import GROUP_COLOURS, group_colour
from needlens.report.charts import axis_for, theme_map
from needlens.report.summary import Summary, summarise
from needlens.report.themes import MOST_GROUPS
from needlens.study.folder import whole_file
from needlens.study.record import Study
from needlens.wording import FEW_PEOPLE, PRIVATE_PEOPLE, count


def render_report(study: Study, *, verbatims: bool = True) -> str:
    """Write the report on a study as one self-contained HTML page.

    Parameters
    ----------
    study
        The study.
    verbatims
        Quote customers. If not, not one of their sentences is on the page; themes are named by keywords.

    Returns
    -------
    str
        The page; it runs no script and loads nothing.
    """
    return render(summarise(study, verbatims=verbatims), "page")


def write_report(study: Study, path: str | Path, *, verbatims: bool = True) -> Path:
    """Write :func:`render_report` to a file, whole or not at all.

    Raises
    ------
    StudyError
        The file cannot be written.
    """
    page = render_report(study, verbatims=verbatims)
    with whole_file(path) as partial:
        partial.write_text(page, encoding="utf-8", errors="replace", newline="\n")
    return Path(path)


def render(summary: Summary, part: str) -> str:
    """Lay out ``page``, or a part: ``summary``, ``map``, ``themes``, ``table``, ``ladder``, ``caveats`` …."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("needlens.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = count
    environment.globals["group_colour"] = group_colour
    segments = [s for t in summary.themes for b in t.breakdowns for s in b.segments]
    sheets = ("style.css", "ladder.css") if summary.ladders or summary.needs else ("style.css",)
    files = (resources.files("needlens.report").joinpath(name) for name in sheets)
    style = "\n".join(file.read_text("utf-8") for file in files)
    return environment.get_template(f"{part}.html.j2").render(
        summary=summary,
        style=style,
        axis=axis_for(theme.share for theme in summary.themes),
        segment_axis=axis_for(segment.share for segment in segments),
        map=theme_map(summary.groups, summary.places) if summary.found else None,
        n_colours=len(GROUP_COLOURS),
        most_groups=MOST_GROUPS,
        few_people=FEW_PEOPLE,
        private_people=PRIVATE_PEOPLE,
    )
