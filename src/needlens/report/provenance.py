"""How a study was made, as names and values a reader can check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from needlens.plots.wording import count

_ENGINES = {
    "graph": "communities of a nearest-neighbour graph",
    "bertopic": "UMAP and HDBSCAN, as in BERTopic",
}
_UNITS = {"reason": "one idea inside an answer", "verbatim": "a whole answer"}


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
    themes = "found by the tool" if asked["themes"] == "auto" else f"asked for: {asked['themes']}"
    rows = [
        ("needlens", info["needlens_version"]),
        ("Text encoder", f"{encoder['name']}, sha256 {encoder['sha256']}"),
        ("What is grouped", _UNITS[asked["unit"]]),
        ("Grouping", _ENGINES[asked["engine"]]),
        ("Number of themes", themes),
        ("Structure beyond chance", structure["reason"]),
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
