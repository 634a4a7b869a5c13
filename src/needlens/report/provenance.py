"""How a study was made, as names and values a reader can check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from needlens.study.record import Study
from needlens.wording import chance, count

_ENGINES = {
    "graph": "communities of a nearest-neighbour graph",
    "bertopic": "UMAP and HDBSCAN, as in BERTopic",
    "model": "topics of a BERTopic model",
}
_UNITS = {"reason": "one idea inside an answer", "verbatim": "a whole answer"}


def asked(study: Study) -> str:
    """Say what people were asked; where that is not known, where and from when their answers are."""
    info = study.info
    columns = info["parameters"]["columns"]
    question = info.get("question")
    column = f"Answers in the column “{columns['text']}”"
    said = f"“{question}”" if question else column
    date = columns["date"]
    if date is None or study.verbatims[date].isna().all():
        return f"{said}."
    days = study.verbatims[date].dropna()
    return f"{said}, answered from {days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}."


def steps(info: Mapping[str, Any]) -> str:
    """Say in a few sentences what was done.

    Parameters
    ----------
    info
        ``study.info``.

    Examples
    --------
    >>> steps({"parameters": {"unit": "verbatim", "themes": 5, "engine": "graph"}})[:50]
    'Each answer was taken whole. Answers of similar me'
    """
    asked = info["parameters"]
    whole = asked["unit"] == "verbatim"
    cut = "Each answer was taken whole." if whole else "Each answer was cut into reasons, one idea each."
    if "vectors" in info.get("encoder", ()):
        level = "into the topics of a BERTopic model, which leaves some in none"
    elif asked["engine"] == "bertopic":
        level = "by UMAP and HDBSCAN, which leave some in no group"
    elif isinstance(asked["themes"], int):
        level = f"into the {asked['themes']} groups that were asked for"
    else:
        level = "at the level of detail whose groups come back best when parts of the answers are left out"
        if asked["themes"] != "auto":
            level += f", within the {_number(asked['themes'])} groups that were asked for"
    what = "Answers" if whole else "Reasons"
    structure = info.get("structure", {})
    if not structure.get("found", True):
        if structure.get("p_value") is None:
            return f"{cut} No groups of {what.lower()} came out."
        return f"{cut} {what} of similar meaning were looked for, and no groups of them hold."
    alike = f"{what} of similar meaning were put together {level}."
    return f"{cut} {alike} Then people were counted: someone who gives a reason five times counts once."


def provenance(info: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """List what a study was made from and with.

    Parameters
    ----------
    info
        ``study.info``.

    Returns
    -------
    tuple of (str, str)
        Names and values, in the order to show them.
    """
    asked, encoder, structure = info["parameters"], info["encoder"], info["structure"]
    themes = "found by the tool" if asked["themes"] == "auto" else f"asked for: {_number(asked['themes'])}"
    rows = [
        ("needlens", info["needlens_version"]),
        ("Text encoder", f"{encoder['name']}, sha256 of its files {encoder['sha256']}"),
        ("What is grouped", _UNITS[asked["unit"]]),
        ("Grouping", _ENGINES["model" if "vectors" in encoder else asked["engine"]]),
        ("Number of themes", themes),
        ("Structure beyond chance", structure["reason"]),
        *((f"Scale of {own['n_themes']} themes", _tested(own)) for own in info.get("scales", ())),
        ("Seed", str(info["seed"])),
    ]
    columns = asked["columns"]
    rows.append(("Text column", str(columns["text"])))
    if columns["respondent"] is None:
        rows.append(("People told apart by", "nothing: each answer counts as one person"))
    else:
        rows.append(("People told apart by", str(columns["respondent"])))
    for source in info["inputs"]:
        rows.append((f"Input {source['name']}", f"{count(source['n_rows'])} rows, sha256 {source['sha256']}"))
    return tuple(rows)


def _number(asked: int | Sequence[int]) -> str:
    return str(asked) if isinstance(asked, int) else f"{asked[0]} to {asked[1]}"


def _tested(scale: Mapping[str, Any]) -> str:
    """Say how a scale compares with chance."""
    if scale["p_value"] is None:
        return "not tested"
    figures = f"agreement of resamples {scale['stability']:.2f}, {scale['excess']:+.2f} against chance"
    verdict = "" if scale["beyond_chance"] else ": no better than chance, not shown as a finding"
    return f"{figures} ({chance(scale['p_value'])}){verdict}"
