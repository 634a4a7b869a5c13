"""What a label is, and which labels hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from needlens.errors import UsageError
from needlens.needs.framework import NONE


@dataclass(frozen=True, slots=True)
class Label:
    """What one person said about one reason.

    Attributes
    ----------
    reason_id, text
        The reason; the text is what is labelled, so that equal reasons share it.
    needs
        Ids of all needs it speaks of; empty: of none.
    framework
        Name of the framework the ids are of.
    who, when
        Who said so, and when (ISO 8601).
    note
        Whatever else they had to say.
    """

    reason_id: str
    text: str
    needs: tuple[str, ...]
    framework: str
    who: str = ""
    when: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if NONE in self.needs or list(self.needs) != sorted(set(self.needs)):
            message = "the needs of a label are distinct ids in order, and none of them for 'none'"
            raise UsageError(message)


def holding(labels: Iterable[Label], framework: str) -> Mapping[str, Label]:
    """The labels that hold: of each text the last one that was given with this framework.

    Examples
    --------
    >>> first = Label("r1", "light", ("autonomy",), "needlens12", who="Ana")
    >>> later = Label("r1", "light", (), "needlens12", who="Ben")
    >>> holding([first, later], "needlens12")["light"].who
    'Ben'
    """
    return {label.text: label for label in labels if label.framework == framework}
