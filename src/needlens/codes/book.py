"""The codes as an analyst wants them: renamed, merged, moved to another level, their examples dealt anew."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.codes.find import CODE_COLUMNS, SEPARATOR, Codes
from needlens.keywords import group_terms
from needlens.reading.cells import read_strings, unguarded
from needlens.reading.source import names_of, read_source
from needlens.reading.table import join_tables
from needlens.schema import LEVELS

ROUNDS: Final = 3
"""Times the mean of a described code moves; later ones change little."""


def read_codes(path: str | Path) -> pd.DataFrame:
    """Read the codes an analyst wants from a table like ``codes.csv`` of a study folder.

    Change labels and levels, delete rows, give two rows the same ``code`` to merge them, move examples from
    one code to another or into ``exclude``; further columns are ignored. Examples may be sentences of your
    own that nobody said: three a code did better than codes found alone (``benchmarks/ladders.md``).

    Parameters
    ----------
    path
        CSV, TSV, JSON Lines, Parquet or Excel with the columns ``code``, ``level``, ``label``, ``include``
        and, if wanted, ``exclude``: examples joined by " | ", none of which holds a "|".

    Returns
    -------
    DataFrame
        Columns :data:`needlens.codes.find.CODE_COLUMNS`, all str.

    Raises
    ------
    InputError
        A column is missing, a level is none, a cell that is needed is empty, or an example stands under two
        codes; the message names file, row and column.
    """
    read, _ = read_source(path, name=names_of([path])[0])
    table = join_tables([read], list(CODE_COLUMNS[:-1]))
    columns = {}
    for name in CODE_COLUMNS:
        column = table.find(name)
        cells = [None] * len(table) if column is None else read_strings(table, column)
        columns[name] = [unguarded((cell or "").strip()) for cell in cells]
    for problem in _problems(columns):
        record, column, message = problem
        raise table.error(message, record=record, column=column)
    return pd.DataFrame(columns).astype("str")


def _problems(columns: Mapping[str, list[str]]) -> list[tuple[int, str, str]]:
    found: list[tuple[int, str, str]] = []
    belongs: dict[str, str] = {}
    for at, (code, level, label, include) in enumerate(
        zip(*(columns[name] for name in CODE_COLUMNS[:-1]), strict=True)
    ):
        found += [
            (at, name, f"there is no {name}")
            for name, cell in (("code", code), ("label", label), ("include", include))
            if not cell
        ]
        if level not in LEVELS:
            found.append((at, "level", f"{level!r} is no level; use one of {', '.join(LEVELS)}"))
        for example in _examples(include):
            if belongs.setdefault(example, code) != code:
                found.append(
                    (at, "include", f"{example!r} is an example of {belongs[example]!r} too; keep it for one")
                )
    return found


def codes_by_book(found: Codes, book: pd.DataFrame, vectors: Mapping[str, NDArray[np.float32]]) -> Codes:
    """Deal texts to the codes an analyst wants.

    A text goes to the code that has it as an example. The others go where their found group goes: to the code
    whose examples it holds; to the nearest of them by the mean of their examples if there are several; a text
    that is excluded there, to the next. Groups that hold no example have no code.

    A code whose examples are not all from the study is *described*: it draws any text of its level that is
    nearer to it than to the codes of its group, and every text whose group has none. What it has drawn moves
    its mean, :data:`ROUNDS` times: seeded k-means [1]_.

    Parameters
    ----------
    found
        As :func:`needlens.codes.find.find_codes` gives them.
    book
        As :func:`read_codes` gives it: columns :data:`needlens.codes.find.CODE_COLUMNS`, all str.
    vectors
        Vector of each text and of each example, float32, shape (d,), of unit length; examples without one do
        not count.

    Returns
    -------
    Codes
        A code may hold texts that were found on another level: they are on its level then.

    References
    ----------
    .. [1] Basu, S., Banerjee, A., & Mooney, R. (2002). Semi-supervised clustering by seeding. ICML.

    Examples
    --------
    >>> of_text = {("attribute", "light"): "a1", ("attribute", "weighs nothing"): "a1"}
    >>> found = Codes(of_text, pd.DataFrame())
    >>> row = {"code": "x", "level": "functional", "label": "Weight", "include": "light", "exclude": ""}
    >>> rows = {"light": np.ones(2, np.float32), "weighs nothing": np.ones(2, np.float32)}
    >>> codes_by_book(found, pd.DataFrame([row]), rows).of_text
    {('attribute', 'light'): 'x', ('attribute', 'weighs nothing'): 'x'}
    """
    table = _merged(book)
    include = {row["code"]: _examples(row["include"]) for row in table.to_dict("records")}
    exclude = {row["code"]: set(_examples(row["exclude"])) for row in table.to_dict("records")}
    home = {text: code for code, examples in include.items() for text in examples}
    examples = {
        code: [vectors[text].astype(np.float64) for text in own if text in vectors]
        for code, own in include.items()
    }
    centres = {code: np.mean(own, axis=0) for code, own in examples.items() if own}
    wants: dict[str, set[str]] = {}
    for (_, text), group in found.of_text.items():
        if text in home:
            wants.setdefault(group, set()).add(home[text])
    spoken = {text for _, text in found.of_text}
    level_of = dict(zip(table["code"], table["level"], strict=True))
    described = {code for code in centres if not spoken.issuperset(include[code])}
    options: dict[tuple[str, str], list[str]] = {}
    for (level, text), group in found.of_text.items():
        own = wants.get(group, set()) | {code for code in described if level_of[code] == level}
        if text in home:
            options[level, text] = [home[text]]
        elif own:
            able = [code for code in sorted(own) if text not in exclude[code]]
            options[level, text] = able or [code for code in sorted(centres) if text not in exclude[code]]
    of_text = _nearest(options, centres, vectors)
    for _ in range(ROUNDS if described else 0):
        drawn = {code: list(examples[code]) for code in sorted(described)}
        for (_, text), code in sorted(of_text.items()):
            if code in drawn and text not in include[code]:
                drawn[code].append(vectors[text].astype(np.float64))
        centres |= {code: np.mean(own, axis=0) for code, own in drawn.items()}
        of_text = _nearest(options, centres, vectors)
    table["keywords"] = _keywords(table["code"].tolist(), of_text)
    return Codes(of_text, table[["code", "level", "label", "keywords", "include", "exclude"]])


def examples_of(book: pd.DataFrame | None) -> set[str]:
    """Every example that a book includes.

    Examples
    --------
    >>> sorted(examples_of(pd.DataFrame({"include": ["light | weighs nothing", "red"]})))
    ['light', 'red', 'weighs nothing']
    """
    return set() if book is None else {text for cell in book["include"] for text in _examples(cell)}


def _nearest(
    options: Mapping[tuple[str, str], list[str]],
    centres: Mapping[str, NDArray[np.float64]],
    vectors: Mapping[str, NDArray[np.float32]],
) -> dict[tuple[str, str], str]:
    """The nearest of the codes each text may have, by cosine."""
    unit = {code: centre / max(float(np.linalg.norm(centre)), 1e-12) for code, centre in centres.items()}
    return {
        key: able[0] if len(able) == 1 else max(able, key=lambda code: float(vectors[key[1]] @ unit[code]))
        for key, able in options.items()
        if able
    }


def _keywords(codes: list[str], of_text: Mapping[tuple[str, str], str]) -> list[list[str]]:
    place = {code: at for at, code in enumerate(codes)}
    said = sorted({(text, place[code]) for (_, text), code in of_text.items()})
    terms = group_terms([text for text, _ in said], [at for _, at in said])
    return [terms[at].keywords() if at in terms else [] for at in range(len(codes))]


def _merged(book: pd.DataFrame) -> pd.DataFrame:
    """Rows of one code made one: the first label and level, all examples."""
    groups = book.groupby("code", sort=False, as_index=False)
    return groups.agg({"level": "first", "label": "first", "include": _join, "exclude": _join}).astype("str")


def _join(cells: pd.Series) -> str:
    return SEPARATOR.join(dict.fromkeys(example for cell in cells for example in _examples(cell)))


def _examples(cell: str) -> list[str]:
    return [example.strip() for example in str(cell).split(SEPARATOR.strip()) if example.strip()]
