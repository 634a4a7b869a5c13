"""needlens: the reasons customers give in their own words, and the needs under them.

Importing this package is cheap: each name below is imported from the file that defines it on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from needlens.datasets import sample_verbatims
    from needlens.encoders.text_vectors import TextVectors
    from needlens.errors import InputError, NeedlensError
    from needlens.reasons import Reasons, split_reasons
    from needlens.report.html import render_report, write_report
    from needlens.study.assign import Assigned, assign
    from needlens.study.folder import read_study, write_study
    from needlens.study.record import Study
    from needlens.study.run import Parameters, run_study
    from needlens.theme_model import ThemeModel
    from needlens.verbatims import Verbatims, read_verbatims, verbatims_from_frame

__version__ = "0.1.0"

_DEFINED_IN: Final = {
    "Assigned": "study.assign",
    "InputError": "errors",
    "NeedlensError": "errors",
    "Parameters": "study.run",
    "Reasons": "reasons",
    "Study": "study.record",
    "TextVectors": "encoders.text_vectors",
    "ThemeModel": "theme_model",
    "Verbatims": "verbatims",
    "assign": "study.assign",
    "read_study": "study.folder",
    "read_verbatims": "verbatims",
    "render_report": "report.html",
    "run_study": "study.run",
    "sample_verbatims": "datasets",
    "split_reasons": "reasons",
    "verbatims_from_frame": "verbatims",
    "write_report": "report.html",
    "write_study": "study.folder",
}

__all__ = [
    "Assigned",
    "InputError",
    "NeedlensError",
    "Parameters",
    "Reasons",
    "Study",
    "TextVectors",
    "ThemeModel",
    "Verbatims",
    "assign",
    "read_study",
    "read_verbatims",
    "render_report",
    "run_study",
    "sample_verbatims",
    "split_reasons",
    "verbatims_from_frame",
    "write_report",
    "write_study",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Import a public name from where it is defined."""
    if name not in _DEFINED_IN:
        message = f"module 'needlens' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"needlens.{_DEFINED_IN[name]}"), name)


def __dir__() -> list[str]:
    """Public names."""
    return [*__all__, "__version__"]
