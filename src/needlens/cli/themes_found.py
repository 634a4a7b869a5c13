"""What a command says of the themes of a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from needlens.study.record import Study


def themes_found(study: Study) -> str:
    """Say in a sentence how many themes there are, or why there are none."""
    counts = study.info["counts"]
    people, reasons = counts["respondents"], counts["reasons"]
    said = f"{reasons:,} reason{'s' * (reasons != 1)} of {people:,} {'person' if people == 1 else 'people'}"
    if not study.found:
        return f"{said}: {study.info['structure']['reason']}"
    scales = study.themes.groupby("scale").size()
    other = [str(n) for scale, n in scales.items() if scale != study.main_scale]
    return f"{said}: {len(study.main_themes())} themes (other scales: {', '.join(other) or 'none'})"
