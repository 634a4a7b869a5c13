"""Verbatims: what customers said in their own words, one row a statement, with who said it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from needlens.errors import InputError, UsageError
from needlens.reading.cells import read_numbers, read_strings
from needlens.reading.columns import choose_roles
from needlens.reading.dates import read_dates
from needlens.reading.identity import digest, make_ids, read_ids
from needlens.reading.parquet import table_of_frame
from needlens.reading.roles import Roles
from needlens.reading.source import Source, names_of, read_source
from needlens.reading.table import Table, join_tables
from needlens.reading.values import shown
from needlens.schema import RESPONDENT_ID, TEXT, VERBATIM_ID

Kept = str | float | datetime | None
"""A cell of a segment, rating or date column."""


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Verbatims:
    """A study's verbatims.

    Attributes
    ----------
    frame
        One row a verbatim, sorted by `verbatim_id` in code-point order, index 0, 1, …. Columns:
        `verbatim_id`, `respondent_id` and `text` (str, never null; a missing text is ""), then the
        segments (str, nullable), the rating (float64, nullable) and the date (datetime64[us],
        nullable, no time zone) under the names of `roles`.
    roles
        The source column that plays each role.
    sources
        The files, in the order given.
    notes
        Sentences to tell the user: what was guessed, what was missing.

    Examples
    --------
    >>> verbatims_from_frame(pd.DataFrame({"why": ["Quiet", "Light"]}))
    Verbatims(2 verbatims of 2 respondents, from the data frame)
    """

    frame: pd.DataFrame
    roles: Roles
    sources: tuple[Source, ...]
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        files = ", ".join(source.name for source in self.sources)
        people = self.frame[RESPONDENT_ID].nunique()
        return f"Verbatims({len(self)} verbatims of {people} respondents, from {files})"

    def _repr_html_(self) -> str:
        return self.frame.to_html(max_rows=10, notebook=True)

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of `frame`, free to be changed."""
        return self.frame.copy()


def read_verbatims(
    *inputs: str | Path,
    text: str | None = None,
    id: str | None = None,  # noqa: A002
    respondent: str | None = None,
    segments: Sequence[str] = (),
    rating: str | None = None,
    date: str | None = None,
    like: Roles | None = None,
    stdin: BinaryIO | None = None,
) -> Verbatims:
    r"""Read the verbatims of a study from one or more files, cell for cell.

    Parameters
    ----------
    *inputs
        CSV, TSV, JSON Lines, Parquet or Excel files, or ``"-"`` for CSV on standard input. All must
        have the columns that are named.
    text, id, respondent, rating, date
        Columns that play these roles. Those left out are guessed where only one guess is
        possible, and a note says so. Without `id`, ids are made from the content; without
        `respondent`, each verbatim counts as one person.
    segments
        Columns that group respondents, such as plan or country; never guessed.
    like
        Roles of an earlier study: its columns are taken for roles that are not named, where the files
        have them.
    stdin
        Stands for standard input; the process's own if not given.

    Returns
    -------
    Verbatims
        The same whatever the order of the rows.

    Raises
    ------
    InputError
        A file, row or cell cannot be read as asked; the message names it.
    UsageError
        No input, or one column named for two roles.

    Examples
    --------
    >>> import io
    >>> table = b"id,review,plan\nA2,Quiet,Pro\nA1,Light,Free\n"
    >>> read_verbatims("-", segments=["plan"], stdin=io.BytesIO(table)).frame
      verbatim_id respondent_id   text  plan
    0          A1            A1  Light  Free
    1          A2            A2  Quiet   Pro
    """
    if not inputs:
        message = "no input named; give at least one file"
        raise UsageError(message)
    named = Roles(text, id, respondent, tuple(segments), rating, date)
    named.check()
    tables, sources = zip(
        *(
            read_source(source, name=name, stdin=stdin)
            for source, name in zip(inputs, names_of(inputs), strict=True)
        ),
        strict=True,
    )
    if like is not None:
        shared = set.intersection(*(set(table.columns) for table in tables))
        named = named.or_as(like, shared)
        named.check()
    return _verbatims(join_tables(tables, named.columns), named, sources)


def verbatims_from_frame(
    frame: pd.DataFrame,
    *,
    text: str | None = None,
    id: str | None = None,  # noqa: A002
    respondent: str | None = None,
    segments: Sequence[str] = (),
    rating: str | None = None,
    date: str | None = None,
) -> Verbatims:
    """Take the verbatims of a study from a data frame; in messages its first record is row 2.

    Parameters
    ----------
    frame
        One verbatim a row; its index is ignored.
    text, id, respondent, segments, rating, date
        As for :func:`read_verbatims`.

    Raises
    ------
    InputError
        A cell cannot be read as asked.
    UsageError
        One column named for two roles.

    Examples
    --------
    >>> frame = pd.DataFrame({"why": ["Quiet", "Light"], "stars": [5, None]})
    >>> verbatims_from_frame(frame, text="why", rating="stars").frame[["text", "stars"]]
        text  stars
    0  Light    NaN
    1  Quiet    5.0
    """
    named = Roles(text, id, respondent, tuple(segments), rating, date)
    named.check()
    name = "the data frame"
    table = join_tables([table_of_frame(frame, file=name)], named.columns)
    verbatims = _verbatims(table, named, ())
    written = verbatims.frame.to_csv(index=False, lineterminator="\n").encode()
    source = Source(name, sha256(written).hexdigest(), len(verbatims), "frame")
    return replace(verbatims, sources=(source,))


def _verbatims(table: Table, named: Roles, sources: tuple[Source, ...]) -> Verbatims:
    roles, guesses = choose_roles(table, named)
    texts, text_notes = _texts(table, str(roles.text))
    kept, kept_notes = _kept(table, roles)
    people = read_strings(table, roles.respondent) if roles.respondent else [None] * len(table)
    if roles.id is not None:
        ids = read_ids(table, roles.id)
    else:
        ids = make_ids([digest(cells) for cells in zip(texts, people, *kept.values(), strict=True)])
    respondents, respondent_notes = _respondents(people, ids, roles.respondent)
    order = sorted(range(len(ids)), key=ids.__getitem__)
    columns = {VERBATIM_ID: ids, RESPONDENT_ID: respondents, TEXT: texts, **kept}
    dtypes = {roles.rating: "float64", roles.date: "datetime64[us]"}
    frame = pd.DataFrame(
        {
            name: pd.Series([cells[i] for i in order], dtype=dtypes.get(name, "str"))
            for name, cells in columns.items()
        }
    )
    notes = (*table.notes, *guesses, *text_notes, *respondent_notes, *kept_notes)
    return Verbatims(frame, roles, sources, notes + _twice(sources))


def _texts(table: Table, column: str) -> tuple[list[str], list[str]]:
    """Read the texts, a missing one as "", and say what is missing or could not stay as it was."""
    read = read_strings(table, column)
    texts = [text or "" for text in read]
    if not any(text.strip() for text in texts):
        message = f"no row has a text in column {shown(column)}"
        raise InputError(message, file=", ".join(table.files))
    n_missing = read.count(None)
    n_halved = sum(
        isinstance(cell, str) and cell != text
        for cell, text in zip(table.columns[column], texts, strict=True)
    )
    notes = []
    if n_missing:
        notes.append(f"verbatims without a text: {n_missing}")
    if n_halved:
        notes.append(f"texts with half a character (a lone surrogate), now U+FFFD: {n_halved}")
    return texts, notes


def _kept(table: Table, roles: Roles) -> tuple[dict[str, Sequence[Kept]], list[str]]:
    """Read the columns that keep their names."""
    kept: dict[str, Sequence[Kept]] = {name: read_strings(table, name) for name in roles.segments}
    notes = []
    if roles.rating is not None:
        kept[roles.rating] = read_numbers(table, roles.rating)
    if roles.date is not None:
        kept[roles.date], note = read_dates(table, roles.date)
        notes += [note] if note else []
    return kept, notes


def _respondents(
    people: Sequence[str | None], ids: Sequence[str], column: str | None
) -> tuple[list[str], list[str]]:
    """Name who said each verbatim: where nobody is named, somebody who said nothing else."""
    if column is None:
        return list(ids), ["no respondent column: each verbatim counts as one person"]
    n_missing = people.count(None)
    note = f"verbatims without a respondent, each counted as one person: {n_missing}"
    respondents = [person or f"anon:{id_}" for person, id_ in zip(people, ids, strict=True)]
    return respondents, [note] if n_missing else []


def _twice(sources: Sequence[Source]) -> tuple[str, ...]:
    """Say which file holds the very bytes of one before it: its verbatims count twice."""
    digests = [source.sha256 for source in sources]
    return tuple(
        f"{source.name}: the same as {sources[first].name}, so that its verbatims count twice"
        for position, source in enumerate(sources)
        if (first := digests.index(source.sha256)) < position
    )
