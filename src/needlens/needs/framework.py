"""What a framework of needs is: a list of needs, each with sentences that sound like it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

NONE: Final = "none"
"""Id that stands for no need at all: never a need's own."""


@dataclass(frozen=True, slots=True)
class Need:
    """One need and how it sounds.

    Attributes
    ----------
    id
        Short and stable, lower case: it stands in tables.
    name, definition
        For people.
    satisfied, violated
        What customers say happens to them when the need is met, and when it is not, in words that fit any
        product: scores are similarities with these.
    stated
        How somebody says the need itself; tells stated from inferred needs.
    so_that
        The end of a sentence that begins with "so that they": what people do or are when the need is met.
    relief
        Whether it touches fear, loneliness or the safety of children: then what is learned is to be used for
        relief and not for pressure.
    """

    id: str
    name: str
    definition: str
    satisfied: tuple[str, ...]
    violated: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()
    so_that: str = ""
    relief: bool = False

    @property
    def caution(self) -> str:
        """A sentence to show beside the need; empty where none is due.

        Examples
        --------
        >>> Need("rest", "Rest", "To rest.", ("I rest.",), relief=True).caution
        'Use for relief, not for pressure.'
        """
        return "Use for relief, not for pressure." if self.relief else ""


@dataclass(frozen=True, slots=True)
class Framework:
    """Needs that a study is read by.

    Attributes
    ----------
    name
        ``needlens12``, ``schwartz10``, ``lov9`` or the name of a file.
    needs
        In their order.

    Examples
    --------
    >>> Framework("mine", (Need("rest", "Rest", "To rest.", ("I rest.",)),))
    Framework(mine, 1 need)
    """

    name: str
    needs: tuple[Need, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids in order."""
        return tuple(need.id for need in self.needs)

    def by_id(self) -> Mapping[str, Need]:
        """Needs by id."""
        return {need.id: need for need in self.needs}

    def __repr__(self) -> str:
        n = len(self.needs)
        return f"Framework({self.name}, {n} need{'s' * (n != 1)})"
