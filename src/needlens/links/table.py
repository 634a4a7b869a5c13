"""All verbatims of a study read for pieces and links, as tables."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Final

import numpy as np
import pandas as pd

from needlens.links.extract import Read, read_links
from needlens.progress import Progress, silent
from needlens.schema import ELEMENT_ID, REASON_ID, RESPONDENT_ID, TEXT, VERBATIM_ID

ELEMENT_COLUMNS: Final = (
    ELEMENT_ID, REASON_ID, VERBATIM_ID, RESPONDENT_ID, "start", "end", TEXT, "role", "polarity", "apart",
)  # fmt: skip
LINK_COLUMNS: Final = (
    "means", "end", "connective_start", "connective_end", "connective", "kind", "grade", "polarity", "reason",
)  # fmt: skip

_STEP = 500


def elements_and_links(
    verbatims: pd.DataFrame, reasons: pd.DataFrame, *, progress: Progress = silent
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read every verbatim.

    Parameters
    ----------
    verbatims
        ``verbatim_id``, ``text``.
    reasons
        Columns :data:`needlens.schema.REASON_COLUMNS`, by verbatim and position.
    progress
        Called as ``progress("linking", done, total)``, counting verbatims with reasons.

    Returns
    -------
    tuple of DataFrame
        Elements, columns :data:`ELEMENT_COLUMNS`: ``element_id`` is the reason's id, a slash and a number;
        ``[start, end)`` are code points of the verbatim; ``role`` is "rung" for what can be in a ladder;
        ``apart``: a contrast stands before it. Links, columns :data:`LINK_COLUMNS`: ``means`` and ``end`` are
        rows of the elements; ``reason`` is empty, or says why the link does not count.
    """
    texts = dict(zip(verbatims[VERBATIM_ID], verbatims[TEXT], strict=True))
    elements: list[tuple[object, ...]] = []
    links: list[tuple[object, ...]] = []
    columns = [VERBATIM_ID, "start", "end", REASON_ID, RESPONDENT_ID]
    rows = sorted(zip(*(reasons[name].tolist() for name in columns), strict=True))
    grouped = [(verbatim_id, list(own)) for verbatim_id, own in groupby(rows, key=itemgetter(0))]
    for done, (verbatim_id, own) in enumerate(grouped):
        if done % _STEP == 0:
            progress("linking", done, len(grouped))
        text = texts[verbatim_id]
        read = read_links(text, [(start, end) for _, start, end, *_ in own])
        first = len(elements)
        counts: dict[int, int] = {}
        for at, element in enumerate(read.elements):
            *_, reason_id, respondent_id = own[element.reason]
            counts[element.reason] = counts.get(element.reason, 0) + 1
            elements.append(
                (
                    f"{reason_id}/{counts[element.reason]}",
                    reason_id,
                    verbatim_id,
                    respondent_id,
                    element.start,
                    element.end,
                    text[element.start : element.end],
                    element.role,
                    element.polarity,
                    at in read.apart,
                )
            )
        links += _links(read, text, first)
    progress("linking", len(grouped), len(grouped))
    frame = pd.DataFrame(elements, columns=list(ELEMENT_COLUMNS)).astype(
        dict.fromkeys((*ELEMENT_COLUMNS[:4], TEXT, "role", "polarity"), "str")
        | {"start": "int64", "end": "int64", "apart": "bool"}
    )
    found = pd.DataFrame(links, columns=list(LINK_COLUMNS)).astype(
        dict.fromkeys(("connective", "kind", "grade", "polarity", "reason"), "str")
        | dict.fromkeys(("means", "end"), "int64")
        | dict.fromkeys(("connective_start", "connective_end"), "Int64")
    )
    return frame, found


def _links(read: Read, text: str, first: int) -> list[tuple[object, ...]]:
    rows = [(link, "") for link in read.links] + list(read.rejected)
    return [
        (
            link.means + first,
            link.end + first,
            *link.tie,
            text[slice(*link.tie)],
            link.kind,
            link.grade,
            _polarity(read, link.means, link.end),
            why,
        )
        for link, why in sorted(rows, key=lambda row: row[0].tie)
    ]


def _polarity(read: Read, means: int, end: int) -> str:
    return "unmet" if "unmet" in {read.elements[means].polarity, read.elements[end].polarity} else "stated"


def adjacent_links(elements: pd.DataFrame, links: pd.DataFrame, heights: np.ndarray) -> pd.DataFrame:
    """Link neighbours that no connective ties, where the level rises from one to the next.

    Parameters
    ----------
    elements, links
        As :func:`elements_and_links` gives them.
    heights
        Height of each element's level, −1 where it is unsure, int64, shape (n,).

    Returns
    -------
    DataFrame
        Columns :data:`LINK_COLUMNS`, grade "E1", without a connective: rungs of one verbatim that stand
        side by
        side, no contrast between them, both levels known, the second one higher.
    """
    tied = set(zip(links["means"], links["end"], strict=True)) | set(
        zip(links["end"], links["means"], strict=True)
    )
    rung = (elements["role"] == "rung").to_numpy()
    verbatim, apart = elements[VERBATIM_ID].to_numpy(dtype=object), elements["apart"].to_numpy()
    unmet = (elements["polarity"] == "unmet").to_numpy()
    rows = [
        (
            at - 1,
            at,
            pd.NA,
            pd.NA,
            "",
            "adjacent",
            "E1",
            "unmet" if unmet[at] or unmet[at - 1] else "stated",
            "",
        )
        for at in range(1, len(elements))
        if verbatim[at] == verbatim[at - 1]
        and rung[at]
        and rung[at - 1]
        and not apart[at]
        and heights[at] > heights[at - 1] >= 0
        and (at - 1, at) not in tied
    ]
    return pd.DataFrame(rows, columns=list(LINK_COLUMNS)).astype(links.dtypes.to_dict())
