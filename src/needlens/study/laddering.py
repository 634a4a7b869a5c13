"""What laddering adds to a study: tables, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from needlens.errors import StudyError


@dataclass(frozen=True, eq=False, slots=True)
class Laddering:
    """The tables of :data:`needlens.schema.LADDER_TABLES` that were made.

    Attributes
    ----------
    tables
        By name.

    Examples
    --------
    >>> Laddering({"levels": pd.DataFrame({"reason_id": []})})
    Laddering(levels: 0 rows)
    """

    tables: Mapping[str, pd.DataFrame]

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self.tables:
            message = f"this study has no table {name!r}; run needlens ladder"
            raise StudyError(message)
        return self.tables[name]

    def __repr__(self) -> str:
        return (
            f"Laddering({', '.join(f'{name}: {len(table):,} rows' for name, table in self.tables.items())})"
        )

    def _repr_html_(self) -> str:
        shown = self.tables.get("value_map_edges", pd.DataFrame())
        return shown.to_html(max_rows=20, notebook=True)

    def to_frame(self) -> pd.DataFrame:
        """One row a link that counts: its quotes, connective, grade, levels and codes."""
        return self["links"].copy()
