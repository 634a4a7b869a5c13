"""The roles that columns of a table play in a study."""

from __future__ import annotations

from dataclasses import dataclass

from needlens.errors import UsageError
from needlens.reading.values import shown
from needlens.schema import VERBATIM_COLUMNS


@dataclass(frozen=True, slots=True)
class Roles:
    """Source column that plays each role; ``None`` where none does.

    Of verbatims that were read, `text` is never ``None``.

    Examples
    --------
    >>> Roles(text="review", segments=("plan", "country")).columns
    ('review', 'plan', 'country')
    """

    text: str | None = None
    id: str | None = None
    respondent: str | None = None
    segments: tuple[str, ...] = ()
    rating: str | None = None
    date: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns in use, in the order of the roles."""
        roles = (self.text, self.id, self.respondent, *self.segments, self.rating, self.date)
        return tuple(column for column in roles if column is not None)

    @property
    def kept(self) -> tuple[str, ...]:
        """The columns that keep their own names: segments, rating and date."""
        return tuple(c for c in (*self.segments, self.rating, self.date) if c is not None)

    def check(self) -> None:
        """Refuse roles that exclude each other.

        Raises
        ------
        UsageError
            A column has two roles, or would keep a name that is needlens's own.
        """
        for column in self.columns:
            if self.columns.count(column) > 1:
                message = f"column {shown(column)} is named for two roles; name it for one"
                raise UsageError(message)
        for column in self.kept:
            if column in VERBATIM_COLUMNS:
                message = (
                    f"a segment, rating or date column cannot be called {shown(column)}, which is "
                    "needlens's own name; rename it in the file"
                )
                raise UsageError(message)
