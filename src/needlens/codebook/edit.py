"""One edit of themes by a person: what, on which themes and texts, by whom and when.

All kinds share one record, because a log, a table and a file of edits are flat as well; a constructor a
kind fills the right fields. An edit names a reason by its *text*: ids of rows may change when a study is
run again, and equal texts share their theme anyway. It names a theme by its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from needlens.codebook.effective import effective
from needlens.errors import UsageError
from needlens.reading.values import shown

NO_THEME: Final = 0
"""What ``into`` holds where a text is to have no theme."""

_SHAPES: Final = {
    # kind: themes, texts, whether it has a theme to go into, whether it may have words
    "rename": ((1, 1), (0, 0), False, True),
    "describe": ((1, 1), (0, 0), False, True),
    "merge": ((1, None), (0, 0), True, False),
    "split": ((1, 1), (1, None), True, True),
    "move": ((0, 0), (1, 1), True, False),
    "forbid": ((1, 1), (1, 1), False, False),
    "must_link": ((0, 0), (2, 2), False, False),
    "cannot_link": ((0, 0), (2, 2), False, False),
    "undo": ((0, 0), (0, 0), False, False),
}

KINDS: Final = tuple(_SHAPES)
"""What an edit can be."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit; make it with the constructors of this file.

    Attributes
    ----------
    kind
        One of :data:`KINDS`.
    themes
        Ids of the themes it is about: those merged, the one split, renamed, described or forbidden.
    into
        Id of the theme that texts go to: of a merge, of a move (0: to none), and the new one of a split
        (None until the edit is added).
    texts
        Texts of the reasons it is about, first the one named first.
    words
        The name or description given.
    undoes
        Number of the edit that an undo takes back.
    who, when, note
        Who made it, the time as ISO 8601 in UTC, and a remark; free text but for the time.
    number
        Its place in the log, from 1; 0 until it is added.

    Raises
    ------
    UsageError
        The fields do not make an edit of that kind.
    """

    kind: str
    themes: tuple[int, ...] = ()
    into: int | None = None
    texts: tuple[str, ...] = ()
    words: str = ""
    undoes: int | None = None
    who: str = ""
    when: str = ""
    note: str = ""
    number: int = 0

    def __post_init__(self) -> None:
        problem = _problem(self)
        if problem:
            message = f"this is no edit: {problem}"
            raise UsageError(message)

    @property
    def named(self) -> tuple[int, ...]:
        """Themes it presupposes: all it names but the one a split makes."""
        made = self.kind == "split" or not self.into
        return self.themes if made else (*self.themes, int(self.into or 0))

    def __str__(self) -> str:
        """Say in a few words what it does."""
        themes = " and ".join(map(str, self.themes))
        texts = " and ".join(map(shown, self.texts[:2])) + (" …" if len(self.texts) > 2 else "")
        into = f"theme {self.into}" if self.into else "no theme"
        return {
            "rename": f"call theme {themes} {shown(self.words)}",
            "describe": f"describe theme {themes}",
            "merge": f"merge theme {themes} into {into}",
            "split": f"split {texts} off theme {themes}",
            "move": f"move {texts} to {into}",
            "forbid": f"keep {texts} out of theme {themes}",
            "must_link": f"keep {texts} together",
            "cannot_link": f"keep {texts} apart",
            "undo": f"undo edit {self.undoes}",
        }[self.kind]


def rename(theme: int, name: str, *, who: str = "", when: str | None = None, note: str = "") -> Edit:
    """Give a theme of any scale another name.

    Parameters
    ----------
    theme
        Id of the theme.
    name
        Not blank.
    who, when, note
        Here and in the other constructors: who makes the edit, when (ISO 8601 in UTC, the time of the call
        if None) and a remark.

    Examples
    --------
    >>> str(rename(3, "Quiet motor"))
    "call theme 3 'Quiet motor'"
    """
    return Edit("rename", (theme,), words=name, who=who, when=_time(when), note=note)


def describe(theme: int, text: str, *, who: str = "", when: str | None = None, note: str = "") -> Edit:
    """Describe a theme of any scale, say what belongs to it and what does not; blank takes that back."""
    return Edit("describe", (theme,), words=text, who=who, when=_time(when), note=note)


def merge(
    themes: Iterable[int], into: int, *, who: str = "", when: str | None = None, note: str = ""
) -> Edit:
    """Put themes of the main scale into another one, now and whenever they come back.

    Examples
    --------
    >>> str(merge([4, 2], 1))
    'merge theme 2 and 4 into theme 1'
    """
    return Edit("merge", tuple(sorted(themes)), into, who=who, when=_time(when), note=note)


def split(
    theme: int,
    texts: Sequence[str],
    name: str = "",
    *,
    who: str = "",
    when: str | None = None,
    note: str = "",
) -> Edit:
    """Make a new theme of some texts and of those of ``theme`` that are more like them than like its rest.

    Examples
    --------
    >>> str(split(3, ["It is light"], "Light"))
    "split 'It is light' off theme 3"
    """
    return Edit("split", (theme,), texts=tuple(texts), words=name, who=who, when=_time(when), note=note)


def move(text: str, theme: int | None, *, who: str = "", when: str | None = None, note: str = "") -> Edit:
    """Put a text into a theme of the main scale, or into none."""
    into = NO_THEME if theme is None else theme
    return Edit("move", into=into, texts=(text,), who=who, when=_time(when), note=note)


def forbid(text: str, theme: int, *, who: str = "", when: str | None = None, note: str = "") -> Edit:
    """Keep a text out of a theme of the main scale."""
    return Edit("forbid", (theme,), texts=(text,), who=who, when=_time(when), note=note)


def must_link(a: str, b: str, *, who: str = "", when: str | None = None, note: str = "") -> Edit:
    """Keep two texts in one theme."""
    return Edit("must_link", texts=(a, b), who=who, when=_time(when), note=note)


def cannot_link(a: str, b: str, *, who: str = "", when: str | None = None, note: str = "") -> Edit:
    """Keep two texts in different themes; where one has to go, it is the second."""
    return Edit("cannot_link", texts=(a, b), who=who, when=_time(when), note=note)


def undo(number: int, *, who: str = "", when: str | None = None, note: str = "") -> Edit:
    """Take an earlier edit back; undoing an undo redoes."""
    return Edit("undo", undoes=number, who=who, when=_time(when), note=note)


def in_force(edits: Iterable[Edit]) -> list[Edit]:
    """Edits that hold, in order: neither undone nor undos.

    Raises
    ------
    UsageError
        Edits are not numbered from 1 on, or an undo names no earlier edit.

    Examples
    --------
    >>> from dataclasses import replace
    >>> edits = [replace(rename(1, "Light"), number=1), replace(undo(1), number=2)]
    >>> in_force(edits)
    []
    """
    edits = list(edits)
    for expected, edit in enumerate(edits, 1):
        if edit.number != expected:
            message = (
                f"edit {expected} bears the number {edit.number}; number the edits 1, 2, … without a gap"
            )
            raise UsageError(message)
    holding = effective({edit.number: edit.undoes for edit in edits})
    return [edits[number - 1] for number in holding]


def _time(when: str | None) -> str:
    return datetime.now(UTC).isoformat(timespec="seconds") if when is None else when


def _problem(edit: Edit) -> str | None:
    """Say what is wrong with an edit's fields."""
    return _wrong_type(edit) or _wrong_shape(edit) or _wrong_values(edit)


def _wrong_type(edit: Edit) -> str | None:
    if edit.kind not in KINDS:
        return f"there is no kind {shown(edit.kind)}; there are {', '.join(KINDS)}"
    numbers = [*edit.themes, *(n for n in (edit.into, edit.undoes) if n is not None), edit.number]
    if any(type(number) is not int or number < 0 for number in numbers):
        return "themes and edits are named by whole numbers"
    words = [*edit.texts, edit.words, edit.who, edit.when, edit.note]
    return None if all(isinstance(word, str) for word in words) else "texts and names must be strings"


def _wrong_shape(edit: Edit) -> str | None:
    n_themes, n_texts, goes, speaks = _SHAPES[edit.kind]
    for what, there, (least, most) in (
        ("theme", len(edit.themes), n_themes),
        ("text", len(edit.texts), n_texts),
    ):
        if there < least or (most is not None and there > most):
            need = f"at least {least}" if most is None else str(least)
            return f"a {edit.kind} names {need} {what}{'s' * (least != 1)}, not {there}"
    if edit.into is not None and not goes:
        return f"a {edit.kind} puts nothing into another theme"
    if edit.words and not speaks:
        return f"a {edit.kind} gives no name"
    return None


def _wrong_values(edit: Edit) -> str | None:
    if (edit.undoes is not None) != (edit.kind == "undo"):
        return "an undo, and only an undo, names the edit that it undoes"
    if 0 in edit.themes or (edit.into == 0 and edit.kind != "move") or edit.undoes == 0:
        return "themes and edits are numbered from 1"
    if edit.into is None and edit.kind in ("merge", "move"):
        return f"a {edit.kind} names the theme to put into"
    if edit.kind == "rename" and not edit.words.strip():
        return "the name is blank; to have the first name back, undo the rename"
    if edit.into in edit.themes:
        return f"theme {edit.into} cannot be {'merged into' if edit.kind == 'merge' else 'made of'} itself"
    for what, each in (("theme", edit.themes), ("text", edit.texts)):
        if len(set(each)) < len(each):
            return f"it names a {what} twice"
    return _wrong_time(edit.when)


def _wrong_time(when: str) -> str | None:
    try:
        offset = datetime.fromisoformat(when).utcoffset()
    except ValueError:
        offset = None
    if offset == timedelta(0):
        return None
    return f"{shown(when)} is no time in UTC; write it like 2025-03-31T12:00:00+00:00"
