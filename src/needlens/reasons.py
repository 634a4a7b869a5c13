"""Reasons: the single ideas inside verbatims, each an exact span of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.errors import InputError, UsageError
from needlens.informative import is_informative
from needlens.language import share_not_english
from needlens.progress import Progress, silent
from needlens.schema import (
    REASON_COLUMNS,
    TEXT,
    VERBATIM_COLUMNS,
    VERBATIM_ID,
)
from needlens.splitting.clauses import clauses
from needlens.splitting.fragments import join_fragments
from needlens.splitting.sentences import sentences
from needlens.splitting.spans import Span, strip

_NOTEWORTHY = 0.02
"""Share of texts in other languages from which the user is told."""

Record = tuple[str, str, str]
"""Id, respondent and text of a verbatim."""

_STEP = 1_000
"""Verbatims between two reports of progress."""


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Reasons:
    """A study's reasons.

    Attributes
    ----------
    frame
        One row a reason, sorted by verbatim and position, index 0, 1, …. Columns: `reason_id`
        (``"<verbatim_id>.<k>"``, k = 1, 2, … in the verbatim), `verbatim_id`, `respondent_id` and
        `text` (str), `start` and `end` (int64, code points: ``text == verbatim[start:end]``),
        `informative` (bool).
    notes
        Sentences to tell the user.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        informative = int(self.frame["informative"].sum())
        verbatims = self.frame[VERBATIM_ID].nunique()
        return f"Reasons({len(self)} reasons of {verbatims} verbatims, {informative} informative)"

    def _repr_html_(self) -> str:
        return self.frame.to_html(max_rows=10, notebook=True)

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of `frame`, free to be changed."""
        return self.frame.copy()


def reason_spans(text: str) -> list[Span]:
    """Cut one verbatim into reasons: its sentences, fragments joined to them, cut into clauses.

    Parameters
    ----------
    text
        One verbatim.

    Returns
    -------
    list of (int, int)
        Spans in order, not overlapping, without surrounding white space. Every letter and digit is in one,
        except bullets, numbers of list items and the connectives between clauses. None for a blank text.

    Examples
    --------
    >>> text = "It is light and quiet. It saves money, and the kids love it!"
    >>> [text[start:end] for start, end in reason_spans(text)]
    ['It is light and quiet.', 'It saves money', 'the kids love it!']
    """
    return [
        (start + first, start + last)
        for start, end in join_fragments(text, sentences(text))
        for first, last in clauses(text[start:end])
    ]


def split_reasons(
    verbatims: pd.DataFrame,
    *,
    unit: Literal["reason", "verbatim"] = "reason",
    informative: Callable[[Sequence[str]], NDArray[np.bool_]] = is_informative,
    progress: Progress = silent,
) -> Reasons:
    """Split verbatims into reasons.

    Parameters
    ----------
    verbatims
        One row a verbatim: `verbatim_id` (unique), `respondent_id`, `text`, all str, no nulls; further
        columns are ignored.
    unit
        ``"reason"`` cuts each verbatim into ideas; ``"verbatim"`` takes each as one reason.
    informative
        Tells for n texts which name something, as n booleans.
    progress
        Called as ``progress("splitting", done, total)``, counting verbatims.

    Returns
    -------
    Reasons
        The same whatever the order of the rows. A blank verbatim has none.

    Raises
    ------
    InputError
        When a column is missing, a cell is no text, or a verbatim id occurs twice.
    UsageError
        When ``unit`` is neither "reason" nor "verbatim".

    Examples
    --------
    >>> verbatims = pd.DataFrame(
    ...     {"verbatim_id": ["v1"], "respondent_id": ["ann"], "text": ["Light, quiet. Thanks!"]}
    ... )
    >>> split_reasons(verbatims).frame[["reason_id", "start", "end", "text", "informative"]]
      reason_id  start  end     text  informative
    0      v1.1      0    5    Light         True
    1      v1.2      7   13   quiet.         True
    2      v1.3     14   21  Thanks!        False
    """
    split, records = _SPLIT[_checked(unit)], records_of(verbatims)
    # What knows languages is unpacked outside the interpreter, which cuts texts meanwhile.
    with ThreadPoolExecutor(1) as pool:
        note = pool.submit(language_note, [text for _, _, text in records])
        frame = _table(records, split, informative, progress)
        return Reasons(frame, note.result())


def reasons_table(
    verbatims: pd.DataFrame,
    *,
    unit: Literal["reason", "verbatim"] = "reason",
    informative: Callable[[Sequence[str]], NDArray[np.bool_]] = is_informative,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Make the frame of :class:`Reasons`: what can be made of some of the verbatims as well as of all.

    Parameters
    ----------
    verbatims, unit, informative, progress
        As for :func:`split_reasons`, and with the same errors.

    Examples
    --------
    >>> verbatims = pd.DataFrame({"verbatim_id": ["v1"], "respondent_id": ["ann"], "text": ["Light, quiet."]})
    >>> reasons_table(verbatims)["text"].tolist()
    ['Light', 'quiet.']
    """
    return _table(records_of(verbatims), _SPLIT[_checked(unit)], informative, progress)


def _checked(unit: str) -> str:
    if unit not in _SPLIT:
        message = f"unit must be 'reason' or 'verbatim', not {unit!r}"
        raise UsageError(message)
    return unit


def _table(
    records: list[Record],
    split: Callable[[str], list[Span]],
    informative: Callable[[Sequence[str]], NDArray[np.bool_]],
    progress: Progress,
) -> pd.DataFrame:
    spans = [split(text) for _, _, text in _reported(records, progress)]
    frame = frame_of_spans(records, spans)
    said = np.asarray(informative(frame[TEXT].tolist()), dtype=np.bool_)
    return frame.assign(informative=said)


def frame_of_spans(records: Sequence[Record], spans: Iterable[Iterable[Span]]) -> pd.DataFrame:
    """Make the frame of :class:`Reasons` but for the column `informative`.

    Parameters
    ----------
    records
        As :func:`records_of` gives them.
    spans
        Of each record where its reasons are.

    Examples
    --------
    >>> frame_of_spans([("v1", "ann", "Light, quiet.")], [[(0, 5), (7, 13)]])["text"].tolist()
    ['Light', 'quiet.']
    """
    rows = [
        (f"{verbatim_id}.{k}", verbatim_id, respondent_id, start, end, text[start:end])
        for (verbatim_id, respondent_id, text), own in zip(records, spans, strict=True)
        for k, (start, end) in enumerate(own, start=1)
    ]
    columns = zip(*rows, strict=True) if rows else ((),) * (len(REASON_COLUMNS) - 1)
    kinds = {"start": "int64", "end": "int64"}
    return pd.DataFrame(
        {
            name: pd.Series(list(column), dtype=kinds.get(name, "str"))
            for name, column in zip(REASON_COLUMNS[:-1], columns, strict=True)
        }
    )


def records_of(verbatims: pd.DataFrame) -> list[Record]:
    """List id, respondent and text of each verbatim, sorted by id in code-point order.

    Raises
    ------
    InputError
        As :func:`split_reasons`.

    Examples
    --------
    >>> records_of(pd.DataFrame({"verbatim_id": ["v1"], "respondent_id": ["ann"], "text": ["Light"]}))
    [('v1', 'ann', 'Light')]
    """
    for column in VERBATIM_COLUMNS:
        if column not in verbatims:
            message = "the verbatims lack this column"
            raise InputError(message, column=column)
        # A spreadsheet counts from 1 and its first row is the header.
        for row, cell in enumerate(verbatims[column].tolist(), start=2):
            if not isinstance(cell, str):
                message = f"{cell!r} is not a text; use an empty text where there is none"
                raise InputError(message, row=row, column=column)
    duplicated = verbatims[VERBATIM_ID].duplicated()
    if duplicated.any():
        message = f"{verbatims.loc[duplicated, VERBATIM_ID].iloc[0]!r} is there twice; make ids unique"
        raise InputError(message, row=int(duplicated.argmax()) + 2, column=VERBATIM_ID)
    return sorted(zip(*(verbatims[column].tolist() for column in VERBATIM_COLUMNS), strict=True))


def _whole(text: str) -> list[Span]:
    start, end = strip(text, 0, len(text))
    return [(start, end)] if start < end else []


_SPLIT: Final = {"reason": reason_spans, "verbatim": _whole}


def _reported(records: list[Record], progress: Progress) -> Iterator[Record]:
    for done, record in enumerate(records):
        if done % _STEP == 0:
            progress("splitting", done, len(records))
        yield record
    progress("splitting", len(records), len(records))


def language_note(texts: Sequence[str]) -> tuple[str, ...]:
    """Say so if some of the texts are not in English.

    Parameters
    ----------
    texts
        Texts of verbatims, in any order.

    Returns
    -------
    tuple of str
        One sentence, or none.

    Examples
    --------
    >>> language_note(["It is light and very quiet."])
    ()
    """
    check = share_not_english(texts)
    if check.share < _NOTEWORTHY:
        return ()
    codes = ", ".join(code for code, _ in check.languages[:3])
    note = (
        f"About {check.share:.0%} of the texts are not in English ({codes}; 95 % interval {check.low:.0%} to "
        f"{check.high:.0%}): reasons are split by English rules and the default encoder knows English only, "
        "so give a multilingual encoder or leave these texts out."
    )
    return (note,)
