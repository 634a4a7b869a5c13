"""What the edits that hold demand of any partition, whatever it is; or the edit that demands too much.

The demands are read off the whole set of edits at once, and not one after the other:

* a merged theme *is* the theme it went into: what was said of the one, before or after, holds for the
  other;
* linked texts, directly or over others, whether these are in the data or not, share one place: what was
  said of one holds for all;
* the last edit that places a text (a move, or a split that names it) is the one that counts. So a text can
  be moved again without undoing the first move. Every other disagreement is refused.

Such a set can always be met: what is not placed can do without a theme.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from needlens.codebook.edit import NO_THEME, Edit, in_force
from needlens.errors import UsageError


class ContradictionError(UsageError):
    """Edits that cannot hold together; ``numbers`` are theirs."""

    def __init__(self, message: str, numbers: Iterable[int]) -> None:
        self.numbers = tuple(numbers)
        super().__init__(message)


@dataclass(frozen=True, eq=False, slots=True)
class Constraints:
    """The demands, by *group*: texts that are linked, called by the first of them in code-point order.

    Attributes
    ----------
    merged
        For each merged theme the theme it is part of.
    group
        For each text that an edit places, forbids or links, its group; in the order they were named.
    placed
        For each group with a place its theme, 0 for none.
    forbidden
        For each group the themes it may not be in.
    apart
        For each group the groups it may not share a theme with.
    placing
        For each placed text the number of the edit that counts.
    """

    merged: dict[int, int]
    group: dict[str, str]
    placed: dict[str, int]
    forbidden: dict[str, list[int]]
    apart: dict[str, list[str]]
    placing: dict[str, int]


def constraints(edits: Iterable[Edit]) -> Constraints:
    """Read the demands off edits.

    Parameters
    ----------
    edits
        All edits, numbered from 1.

    Raises
    ------
    ContradictionError
        They contradict one another; the message names two of them.

    Examples
    --------
    >>> from needlens.codebook.add import add
    >>> from needlens.codebook.edit import merge, move, must_link
    >>> edits = add((), must_link("Light", "Not heavy"), next_id=9)
    >>> edits = add(add(edits, move("Light", 4), next_id=9), merge([4], 2), next_id=9)
    >>> demands = constraints(edits)
    >>> demands.placed, demands.group["Not heavy"]
    ({'Light': 2}, 'Light')
    """
    edits = list(edits)
    holding = in_force(edits)
    _check_made(edits, holding)
    merged = _merged(holding)
    group = _groups(holding)
    placing = {text: edit for edit in holding if edit.kind in ("move", "split") for text in edit.texts}
    placed = _placed(placing, group, merged)
    return Constraints(
        merged=merged,
        group=group,
        placed={name: theme for name, (theme, _) in placed.items()},
        forbidden=_forbidden(holding, group, merged, placed),
        apart=_apart(holding, group, placed),
        placing={text: edit.number for text, edit in placing.items()},
    )


def _check_made(edits: Sequence[Edit], holding: Sequence[Edit]) -> None:
    """Refuse a theme that only an undone split would make."""
    numbers = {edit.number for edit in holding}
    unmade = {e.into: e.number for e in edits if e.kind == "split" and e.number not in numbers}
    for edit in holding:
        for theme in edit.named:
            if theme in unmade:
                message = (
                    f"{_said(edit)} needs theme {theme}, which only edit {unmade[theme]} makes, "
                    "and that is undone"
                )
                raise ContradictionError(message, (edit.number, unmade[theme]))


def _merged(holding: Sequence[Edit]) -> dict[int, int]:
    gone: dict[int, Edit] = {}
    for edit in holding:
        for theme in edit.named:
            if theme in gone:
                message = (
                    f"{_said(edit)} names theme {theme}, which went into theme {gone[theme].into} "
                    f"by edit {gone[theme].number}"
                )
                raise ContradictionError(message, (edit.number, gone[theme].number))
        if edit.kind == "merge":
            gone.update(dict.fromkeys(edit.themes, edit))
    final: dict[int, int] = {}
    # Where a theme went can itself go on, but only later.
    for theme, edit in reversed(gone.items()):
        final[theme] = final.get(edit.into or NO_THEME, edit.into or NO_THEME)
    return final


def _groups(holding: Sequence[Edit]) -> dict[str, str]:
    """Union-find over texts; the root of a tree is the least of its texts."""
    root: dict[str, str] = {}
    for edit in holding:
        for text in edit.texts:
            root.setdefault(text, text)
        if edit.kind == "must_link":
            low, high = sorted(find(root, text) for text in edit.texts)
            root[high] = low
    return {text: find(root, text) for text in root}


def find(root: dict[str, str], text: str) -> str:
    """Root of a text in a forest, shortening the way there."""
    while root[text] != text:
        root[text] = root[root[text]]
        text = root[text]
    return text


def _placed(
    placing: dict[str, Edit], group: dict[str, str], merged: dict[int, int]
) -> dict[str, tuple[int, Edit]]:
    placed: dict[str, tuple[int, Edit]] = {}
    for text, edit in placing.items():
        into = edit.into or NO_THEME
        theme = merged.get(into, into)
        there, first = placed.setdefault(group[text], (theme, edit))
        if there != theme:
            raise _clash(first, edit)
    return placed


def _forbidden(
    holding: Sequence[Edit],
    group: dict[str, str],
    merged: dict[int, int],
    placed: dict[str, tuple[int, Edit]],
) -> dict[str, list[int]]:
    forbidden: dict[str, list[int]] = {}
    for edit in holding:
        if edit.kind != "forbid":
            continue
        name, theme = group[edit.texts[0]], merged.get(edit.themes[0], edit.themes[0])
        forbidden.setdefault(name, []).append(theme)
        if name in placed and placed[name][0] == theme:
            raise _clash(placed[name][1], edit)
    return forbidden


def _apart(
    holding: Sequence[Edit], group: dict[str, str], placed: dict[str, tuple[int, Edit]]
) -> dict[str, list[str]]:
    apart: dict[str, list[str]] = {}
    for edit in holding:
        if edit.kind != "cannot_link":
            continue
        a, b = (group[text] for text in edit.texts)
        if a == b:
            raise _clash(_joining(holding, edit.texts), edit)
        if a in placed and b in placed and placed[a][0] == placed[b][0] != NO_THEME:
            raise _clash(placed[a][1], edit, placed[b][1])
        apart.setdefault(a, []).append(b)
        apart.setdefault(b, []).append(a)
    return apart


def _joining(holding: Sequence[Edit], texts: tuple[str, ...]) -> Edit:
    """The link by which two texts came into one group."""
    links = [edit for edit in holding if edit.kind == "must_link"]
    for end, link in enumerate(links, 1):
        group = _groups(links[:end])
        if all(text in group for text in texts) and group[texts[0]] == group[texts[1]]:
            return link
    raise AssertionError


def _clash(*edits: Edit) -> ContradictionError:
    said = sorted({edit.number: _said(edit) for edit in edits}.items())
    return ContradictionError(" and ".join(text for _, text in said) + " contradict", [n for n, _ in said])


def _said(edit: Edit) -> str:
    return f"edit {edit.number} ({edit})"
