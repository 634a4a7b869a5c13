"""Steps of a run whose answers are kept: where texts are cut, which stand for others, how points group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple
from itertools import accumulate, pairwise
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.duplicates import representatives
from needlens.graph.chance import Evidence
from needlens.graph.draws import Keys
from needlens.graph.neighbours import Neighbours
from needlens.graph.partition import NestedPartitions, Partition, nested_partitions
from needlens.kept import Arrays, Kept
from needlens.progress import Progress, silent
from needlens.reasons import Reasons, frame_of_spans, records_of, split_reasons
from needlens.schema import VERBATIM_ID


def kept_reasons(
    verbatims: pd.DataFrame,
    kept: Kept,
    *,
    unit: Literal["reason", "verbatim"] = "reason",
    progress: Progress = silent,
) -> Reasons:
    """Split verbatims into reasons, or remember where they were split.

    Parameters
    ----------
    verbatims, unit, progress
        As for :func:`needlens.reasons.split_reasons`, and with the same errors.
    kept
        What earlier runs worked out; no text is in it, only where texts are cut.

    Returns
    -------
    Reasons

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> said = pd.DataFrame({"verbatim_id": ["v1"], "respondent_id": ["ann"], "text": ["Light, quiet."]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [len(kept_reasons(said, Kept(Path(folder), 10_000))) for _ in range(2)]
    [2, 2]
    """
    records = records_of(verbatims)
    made: list[Reasons] = []

    def work_out() -> Arrays:
        reasons = split_reasons(verbatims, unit=unit, progress=progress)
        made.append(reasons)
        frame = reasons.frame
        n_reasons = frame[VERBATIM_ID].value_counts()
        return {
            "n_reasons": n_reasons.reindex([record[0] for record in records], fill_value=0).to_numpy("int32"),
            "start": frame["start"].to_numpy("int32"),
            "end": frame["end"].to_numpy("int32"),
            "informative": frame["informative"].to_numpy("bool"),
            "notes": np.array(reasons.notes, dtype=np.str_),
        }

    known = kept.answer("reasons", map(_bytes, [unit, *(text for _, _, text in records)]), work_out)
    if made:
        return made[0]
    spans = list(zip(known["start"].tolist(), known["end"].tolist(), strict=True))
    bounds = pairwise(accumulate(known["n_reasons"].tolist(), initial=0))
    frame = frame_of_spans(records, [spans[first:last] for first, last in bounds])
    return Reasons(frame.assign(informative=known["informative"]), tuple(known["notes"].tolist()))


def kept_representatives(texts: Sequence[str], kept: Kept) -> NDArray[np.int64]:
    """Which text stands for each, as :func:`needlens.duplicates.representatives` says, or remembered.

    Examples
    --------
    >>> from pathlib import Path
    >>> kept_representatives(["Easy to use!", "easy to use"], Kept(Path("unused"), 0)).tolist()
    [0, 0]
    """
    found = kept.answer(
        "representatives",
        map(_bytes, texts),
        lambda: {"stands_for": representatives(texts).astype(np.int32)},
    )
    return found["stands_for"].astype(np.int64)


def kept_partitions(kept: Kept) -> Callable[..., NestedPartitions]:
    """Make a :func:`needlens.graph.partition.nested_partitions` that remembers.

    Examples
    --------
    >>> from pathlib import Path
    >>> points = np.eye(30, dtype=np.float32)
    >>> kept_partitions(Kept(Path("unused"), 0))(points, seed=0).found
    False
    """

    def partition(
        points: NDArray[np.float32],
        k: int | None = None,
        *,
        keys: Keys | None = None,
        n_groups: int | tuple[int, int] | None = None,
        seed: int,
        progress: Progress = silent,
    ) -> NestedPartitions:
        asked = repr((points.shape, k, keys is None, n_groups, seed)).encode()
        rows = np.ascontiguousarray(points)
        drawn = b"" if keys is None else np.ascontiguousarray(keys)
        return _partitions(
            kept.answer(
                "partitions",
                [asked, rows, drawn],
                lambda: _arrays(
                    nested_partitions(points, k, keys=keys, n_groups=n_groups, seed=seed, progress=progress)
                ),
            )
        )

    return partition


def _arrays(found: NestedPartitions) -> Arrays:
    parts = found.partitions
    return {
        "labels": np.array([part.labels for part in parts], dtype=np.int32),
        "stability": np.concatenate([np.zeros(0), *(part.stability for part in parts)]),
        "n_groups": np.array([len(part.stability) for part in parts], dtype=np.int32),
        "main": np.array([part.main for part in parts], dtype=np.bool_),
        "evidence": np.array([astuple(own) for own in (found.evidence, *(p.evidence for p in parts))]),
        "index": found.neighbours.index.astype(np.int32),
        "similarity": found.neighbours.similarity,
        "found": np.array(found.found),
        "reason": np.array(found.reason),
    }


def _partitions(known: Arrays) -> NestedPartitions:
    evidence = [Evidence(*own) for own in known["evidence"].tolist()]
    stability = np.split(known["stability"], np.cumsum(known["n_groups"])[:-1])
    parts = zip(known["labels"], stability, known["main"].tolist(), evidence[1:], strict=False)
    return NestedPartitions(
        tuple(Partition(labels.astype(np.int64), own, main, said) for labels, own, main, said in parts),
        Neighbours(known["index"].astype(np.int64), known["similarity"]),
        bool(known["found"]),
        evidence[0],
        str(known["reason"]),
    )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
