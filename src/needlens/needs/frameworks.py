"""The frameworks that come with needlens, and frameworks from a user's own file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import pandas as pd

from needlens.errors import UsageError
from needlens.needs.custom import read_framework_file
from needlens.needs.framework import Framework

SHIPPED: Final = ("needlens12", "schwartz10", "lov9")
"""Frameworks that come with needlens; the first is the default."""

_DATA: Final = Path(__file__).parent / "data"
_SUFFIXES: Final = (".yaml", ".yml", ".csv", ".tsv", ".xlsx", ".jsonl", ".parquet")


def load_framework(name: str | Path = "needlens12") -> Framework:
    """Get a framework by its name, or read it from a file.

    Parameters
    ----------
    name
        One of :data:`SHIPPED`, or a YAML file or table as
        :func:`needlens.needs.custom.read_framework_file` describes them.

    Raises
    ------
    UsageError
        It is neither.
    InputError
        The file is no framework; names file, entry and field.

    Examples
    --------
    >>> load_framework(), load_framework("lov9").ids[:2]
    (Framework(needlens12, 12 needs), ('belonging', 'excitement'))
    """
    if str(name) in SHIPPED:
        return _shipped(str(name))
    if Path(name).suffix.lower() in _SUFFIXES:
        return read_framework_file(name)
    message = (
        f"there is no framework {str(name)!r}; there are {', '.join(SHIPPED)}, and your own as a .yaml or "
        ".csv file"
    )
    raise UsageError(message)


@cache
def _shipped(name: str) -> Framework:
    return read_framework_file(_DATA / f"{name}.yaml", name=name)


def crosswalk() -> pd.DataFrame:
    """How the twelve default needs map to the concepts of other frameworks.

    The mapping is ours, made by comparing definitions; it is many to many.

    Returns
    -------
    DataFrame
        One row a pair: ``need_id`` (of ``needlens12``), ``framework`` (``schwartz19``, ``schwartz10``,
        ``sheldon10``, ``self_determination``, ``maslow``, ``lov9``), ``concept``.

    Examples
    --------
    >>> table = crosswalk()
    >>> table.loc[(table.need_id == "autonomy") & (table.framework == "maslow"), "concept"].tolist()
    ['self-actualisation']
    """
    return pd.read_csv(_DATA / "crosswalk.csv", comment="#").astype("str")
