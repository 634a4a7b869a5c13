"""Seeds: themes somebody looks for, each by its name or by sentences that are an example of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import Encoder
from needlens.encoders.vectors import encode_texts
from needlens.errors import InputError, UsageError
from needlens.reading.cells import read_strings
from needlens.reading.source import names_of, read_source
from needlens.reading.table import Table, join_tables

NAME, EXAMPLE = "name", "example"
"""Columns of a file of seeds; the second one may be missing or empty."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A theme to look for.

    Attributes
    ----------
    name
        What the theme shall be called.
    examples
        Phrases or sentences that are about it; the name itself if none are given.

    Raises
    ------
    UsageError
        The name or an example is blank.

    Examples
    --------
    >>> Seed("saves money").examples
    ('saves money',)
    """

    name: str
    examples: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip() or not all(example.strip() for example in self.examples):
            message = f"a seed needs a name, and no example may be blank: {self.name!r}, {self.examples!r}"
            raise UsageError(message)
        if not self.examples:
            object.__setattr__(self, "examples", (self.name,))


def read_seeds(path: str | Path) -> list[Seed]:
    r"""Read seeds from a file.

    Parameters
    ----------
    path
        CSV, TSV, JSON Lines, Parquet or Excel with the column ``name`` and, if there are examples, the
        column ``example``: one row an example, so that a name may stand in several rows. A name without any
        example is its own.

    Returns
    -------
    list of Seed
        In the order of their first rows; an example that stands twice under one name counts once.

    Raises
    ------
    InputError
        The file cannot be read, a name is missing or is written in two ways, or an example stands under two
        names; the message names file, row and column.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "seeds.csv"
    ...     _ = file.write_text("name,example\nPrice,it was cheap\nPrice,good value\nQuiet,\n")
    ...     read_seeds(file)
    [Seed(name='Price', examples=('it was cheap', 'good value')), Seed(name='Quiet', examples=('Quiet',))]
    """
    read, _ = read_source(path, name=names_of([path])[0])
    table = join_tables([read], [NAME])
    column = table.find(EXAMPLE)
    names = [(cell or "").strip() for cell in read_strings(table, NAME)]
    cells = read_strings(table, column) if column is not None else [None] * len(table)
    examples = [(cell or "").strip() for cell in cells]
    for problem in _problems(table, names, examples, column or EXAMPLE):
        raise problem
    found: dict[str, list[str]] = {}
    for name, example in zip(names, examples, strict=True):
        of_name = found.setdefault(name, [])
        if example and example not in of_name:
            of_name.append(example)
    return [Seed(name, tuple(of_name)) for name, of_name in found.items()]


def seed_vectors(
    seeds: Sequence[Seed], encoder: Encoder, *, cache: VectorCache | None = None
) -> NDArray[np.float32]:
    """One vector a seed: the direction between its examples.

    Parameters
    ----------
    seeds
        s seeds.
    encoder
        The one that made the vectors of the texts.
    cache
        Where vectors are kept.

    Returns
    -------
    ndarray
        Rows of unit length, float32, shape (s, d).

    Raises
    ------
    EncoderError
        The encoder cannot be loaded.

    Examples
    --------
    >>> from needlens.encoders.encoder import load_encoder
    >>> seed_vectors([Seed("Price", ("it was cheap", "good value")), Seed("quiet")], load_encoder()).shape
    (2, 384)
    """
    texts = sorted({example for seed in seeds for example in seed.examples})
    if not texts:
        return np.zeros((0, encoder.dimension), dtype=np.float32)
    matrix = encode_texts(texts, encoder, cache=cache).matrix
    row = {text: at for at, text in enumerate(texts)}
    # Sorted, so that the last digits of a mean do not depend on the order of the examples.
    means = np.array(
        [
            matrix[[row[example] for example in sorted(set(seed.examples))]].mean(axis=0, dtype=np.float64)
            for seed in seeds
        ]
    )
    lengths = np.linalg.norm(means, axis=1)[:, None]
    unit: NDArray[np.float32] = (means / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit


def _problems(
    table: Table, names: Sequence[str], examples: Sequence[str], column: str
) -> Iterator[InputError]:
    """What is wrong, in the order of the rows."""
    written: dict[str, tuple[str, int]] = {}
    belongs: dict[str, tuple[str, int]] = {}
    for record, (name, example) in enumerate(zip(names, examples, strict=True)):
        row = table.place(record)[1]
        if not name:
            yield table.error("there is no name; name the theme in every row", record=record, column=NAME)
        other, first = written.setdefault(name.casefold(), (name, row))
        if other != name:
            message = f"{name!r} is {other!r} in row {first}; write it one way"
            yield table.error(message, record=record, column=NAME)
        if example:
            other, first = belongs.setdefault(example.casefold(), (name, row))
            if other != name:
                message = f"{example!r} is an example of {other!r} already (row {first}); keep it for one"
                yield table.error(message, record=record, column=column)
