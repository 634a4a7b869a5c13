"""The roles that columns of a table play in a study."""

from __future__ import annotations

from collections.abc import Collection
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

    def or_as(self, other: Roles, columns: Collection[str]) -> Roles:
        """Fill the roles that are open with those of ``other``, where ``columns`` has them.

        Examples
        --------
        >>> Roles(text="review").or_as(Roles(text="answer", id="nr", date="day"), {"review", "nr"})
        Roles(text='review', id='nr', respondent=None, segments=(), rating=None, date=None)
        """
        free = {column for column in columns if column not in self.columns}

        def known(mine: str | None, theirs: str | None) -> str | None:
            return mine if mine is not None or theirs not in free else theirs

        return Roles(
            text=known(self.text, other.text),
            id=known(self.id, other.id),
            respondent=known(self.respondent, other.respondent),
            segments=self.segments or tuple(c for c in other.segments if c in free),
            rating=known(self.rating, other.rating),
            date=known(self.date, other.date),
        )

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
