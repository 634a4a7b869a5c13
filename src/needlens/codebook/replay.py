"""Edits over a partition that was found without them: the partition people want, and what each edit did.

Merges and splits come first, in the order they were made, since a split divides the theme as it was then.
Texts come second, all demands on them at once (:mod:`needlens.codebook.constraints`), so that no later edit
breaks an earlier one. A text that no edit names and no merge or split reaches keeps its theme.

Replaying over the result changes nothing: only what breaks a demand is moved, and a split draws texts
beyond those it names only where its theme was not found again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.codebook.constraints import Constraints, constraints
from needlens.codebook.draw import closer, likeness
from needlens.codebook.edit import NO_THEME, Edit, in_force
from needlens.codebook.outcomes import outcomes
from needlens.errors import UsageError


@dataclass(frozen=True, eq=False, slots=True)
class Replayed:
    """A partition with its edits.

    Attributes
    ----------
    ids
        Theme of each text, int64, shape (n,); 0 for none.
    names, descriptions
        Those given, by theme id, for themes that are there.
    outcomes
        One row an edit: ``number``, ``kind``, ``outcome`` (``"applied"``; ``"nothing to do"``: it held
        already or an edit replaced it; ``"unmet"``: what it names is not in the data) and ``sentence``.
    """

    ids: NDArray[np.int64]
    names: dict[int, str]
    descriptions: dict[int, str]
    outcomes: pd.DataFrame

    def __repr__(self) -> str:
        """Count the outcomes."""
        counts = self.outcomes["outcome"].value_counts(sort=False).to_dict()
        said = ", ".join(f"{n} {outcome}" for outcome, n in sorted(counts.items()))
        return f"Replayed({len(self.ids):,} texts; edits: {said or 'none'})"


def replay(
    edits: Sequence[Edit],
    texts: Sequence[str],
    ids: NDArray[np.int64],
    *,
    vectors: NDArray[np.float32] | None = None,
    others: Collection[int] = (),
) -> Replayed:
    """Apply edits to a partition of texts.

    Parameters
    ----------
    edits
        All edits of the codebook, as :func:`needlens.codebook.add.add` numbered them.
    texts
        n distinct texts.
    ids
        Theme of each text on the main scale, int64, shape (n,); 0 for none. Themes that live on have the ids
        they had when they were edited.
    vectors
        Rows of unit length, float32, shape (n, d). With them a split draws what is like the texts it names,
        and a text that may not stay goes to the theme most like it; without, it goes to none.
    others
        Themes of the other scales, which can be renamed and described.

    Returns
    -------
    Replayed
        The same for any order of the texts.

    Raises
    ------
    UsageError
        Texts repeat, lengths differ, the edits contradict one another, or one of them puts texts into or
        out of a theme of another scale.

    Examples
    --------
    >>> from needlens.codebook.add import add
    >>> from needlens.codebook.edit import merge, move, rename
    >>> edits = add((), merge([3], 1), next_id=4)
    >>> edits = add(edits, rename(1, "Easy to carry"), next_id=4)
    >>> edits = add(edits, move("It is loud", None), next_id=4)
    >>> done = replay(edits, ["Light", "Small", "It is loud"], np.array([1, 3, 2]))
    >>> done.ids.tolist(), done.names
    ([1, 1, 0], {1: 'Easy to carry'})
    >>> done.outcomes["outcome"].unique().tolist()
    ['applied']
    """
    _check(texts, ids, vectors)
    demands, holding = constraints(edits), in_force(edits)
    _check_scale(holding, others)
    # In one order whatever the caller's, so that sums of floats come out the same.
    order = np.array(sorted(range(len(texts)), key=texts.__getitem__), dtype=np.int64)
    at = {texts[row]: position for position, row in enumerate(order)}
    found = np.asarray(ids, dtype=np.int64)[order]
    rows = None if vectors is None else np.asarray(vectors)[order]
    shaped, reach = _shape(holding, demands, at, found, rows)
    placed = _place(demands, at, shaped, rows)
    result = np.empty(len(texts), dtype=np.int64)
    result[order] = placed
    there = set(placed.tolist()) - {NO_THEME} | set(others)
    return Replayed(
        ids=result,
        names=_words(holding, "rename", there),
        descriptions=_words(holding, "describe", there),
        outcomes=outcomes(edits, demands, at, shaped, reach, there),
    )


def _check(texts: Sequence[str], ids: NDArray[np.int64], vectors: NDArray[np.float32] | None) -> None:
    if len(set(texts)) < len(texts):
        message = "texts repeat; name each distinct text once"
        raise UsageError(message)
    if len(ids) != len(texts) or (vectors is not None and len(vectors) != len(texts)):
        message = f"{len(texts):,} texts need as many ids and vectors, not {len(ids):,}"
        raise UsageError(message)


def _check_scale(holding: Sequence[Edit], others: Collection[int]) -> None:
    for edit in holding:
        wrong = [theme for theme in edit.named if theme in others]
        if wrong and edit.kind not in ("rename", "describe"):
            message = (
                f"edit {edit.number} ({edit}) needs a theme of the main scale, which theme {wrong[0]} "
                f"is not; undo edit {edit.number}"
            )
            raise UsageError(message)


def _shape(
    holding: Sequence[Edit],
    demands: Constraints,
    at: dict[str, int],
    found: NDArray[np.int64],
    rows: NDArray[np.float32] | None,
) -> tuple[NDArray[np.int64], dict[int, int]]:
    """Merge and split; return the themes and how many texts each merge or split reached."""
    ids, reach = found.copy(), {}
    for edit in holding:
        if edit.kind == "merge":
            hit = np.flatnonzero(np.isin(ids, edit.themes))
        elif edit.kind == "split":
            hit = _split_off(edit, demands, at, found, ids, rows)
        else:
            continue
        reach[edit.number] = len(hit)
        ids[hit] = edit.into or NO_THEME
    return ids, reach


def _split_off(
    edit: Edit,
    demands: Constraints,
    at: dict[str, int],
    found: NDArray[np.int64],
    ids: NDArray[np.int64],
    rows: NDArray[np.float32] | None,
) -> NDArray[np.int64]:
    """Positions of the texts that a split takes, less those that a later edit places elsewhere.

    It draws only where the partition has not found its theme again and holds texts it names in the old one.
    """
    seeds = np.array(sorted(at[text] for text in edit.texts if text in at), dtype=np.int64)
    own = [at[text] for text in edit.texts if text in at and demands.placing[text] == edit.number]
    taken = np.array([row for row in own if ids[row] != edit.into], dtype=np.int64)
    source = edit.themes[0]
    free = ids == source
    # A text put back into the old theme calls nobody away from there.
    back = demands.merged.get(source, source)
    gone = [at[t] for t in edit.texts if t in at and demands.placed[demands.group[t]] != back]
    if rows is None or (found == edit.into).any() or not free[gone].any():
        return taken
    free[seeds] = False
    new = demands.merged.get(edit.into or NO_THEME, edit.into or NO_THEME)
    for text, group in demands.group.items():
        if text in at and (group in demands.placed or new in demands.forbidden.get(group, ())):
            free[at[text]] = False
    return np.concatenate([taken, closer(rows, seeds, np.flatnonzero(free))])


def _place(
    demands: Constraints, at: dict[str, int], shaped: NDArray[np.int64], rows: NDArray[np.float32] | None
) -> NDArray[np.int64]:
    """Give each group that edits name a theme it may have, the placed groups first, then as named."""
    ids = shaped.copy()
    members: dict[str, list[int]] = {}
    for text, group in demands.group.items():
        members.setdefault(group, [])
        if text in at:
            members[group].append(at[text])
    for group, theme in demands.placed.items():
        ids[members[group]] = theme
    settled = dict(demands.placed)
    for group, own in members.items():
        if group in settled or not own:
            continue
        rivals = demands.apart.get(group, [])
        barred = {*demands.forbidden.get(group, ()), *(settled[name] for name in rivals if name in settled)}
        wish = _wish(ids, own, barred)
        if wish is None:
            # Nor where a rival is that has not had its turn: it was there first.
            barred.update(int(ids[row]) for name in rivals for row in members[name])
            wish = NO_THEME if rows is None else _nearest(ids, own, barred, rows)
        ids[own] = settled[group] = wish
    return ids


def _wish(ids: NDArray[np.int64], own: list[int], barred: Collection[int]) -> int | None:
    """Theme that most of a group has, of equals the larger one; None where it must leave all it has."""
    themes, counts = np.unique(ids[own], return_counts=True)
    if not themes.any():
        return NO_THEME
    ranked = [
        (-int(count), -int(np.count_nonzero(ids == theme)) if len(themes) > 1 else 0, int(theme))
        for theme, count in zip(themes, counts, strict=True)
        if theme != NO_THEME and theme not in barred
    ]
    return min(ranked)[-1] if ranked else None


def _nearest(
    ids: NDArray[np.int64], own: list[int], barred: Collection[int], rows: NDArray[np.float32]
) -> int:
    """Theme whose members are on average most like a group, 0 if it may go nowhere."""
    themes, mean = likeness(rows, np.array(own, dtype=np.int64), ids)
    ranked = [
        (-float(value), int(theme))
        for theme, value in zip(themes, mean, strict=True)
        if theme != NO_THEME and theme not in barred
    ]
    return min(ranked)[-1] if ranked else NO_THEME


def _words(holding: Sequence[Edit], kind: str, there: Collection[int]) -> dict[int, str]:
    """Last words on each theme, by id."""
    given: dict[int, str] = {}
    for edit in holding:
        if edit.kind == kind:
            given[edit.themes[0]] = edit.words.strip()
        elif edit.kind == "split" and kind == "rename" and edit.into is not None:
            given[edit.into] = edit.words.strip()
    return {theme: given[theme] for theme in sorted(given) if given[theme] and theme in there}
