"""Whether a partition does what the edits say: each demand looked at by itself, from its definition.

Nothing here is shared with the replay but the record of an edit and the rule of which edits hold.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from needlens.codebook.edit import Edit, in_force


def violations(edits: Sequence[Edit], texts: Sequence[str], ids: NDArray[np.int64]) -> list[str]:
    """Name every demand of the edits that a partition breaks.

    Parameters
    ----------
    edits
        All edits, numbered from 1.
    texts
        n distinct texts.
    ids
        Theme of each text on the main scale, int64, shape (n,); 0 for none.

    Returns
    -------
    list of str
        One sentence a broken demand; demands on texts that are not there cannot be broken.

    Examples
    --------
    >>> from needlens.codebook.add import add
    >>> from needlens.codebook.edit import forbid
    >>> edits = add((), forbid("Light", 2), next_id=5)
    >>> violations(edits, ["Light"], np.array([2]))
    ["edit 1 (keep 'Light' out of theme 2): 'Light' is in theme 2"]
    >>> violations(edits, ["Light"], np.array([3]))
    []
    """
    holding = in_force(edits)
    theme_of = dict(zip(texts, ids.tolist(), strict=True))
    broken = []
    for edit in holding:
        for text in theme_of:
            wrong = _broken(edit, text, theme_of, holding)
            if wrong:
                broken.append(f"edit {edit.number} ({edit}): {text!r} {wrong}")
    return broken


def _broken(edit: Edit, text: str, theme_of: dict[str, int], holding: list[Edit]) -> str | None:
    """Say how one text breaks one edit."""
    theme = theme_of[text]
    if edit.kind == "merge":
        return f"is in theme {theme}" if theme in edit.themes else None
    mine = [named for named in edit.texts if named in _linked(text, holding)]
    if not mine:
        return None
    if edit.kind == "forbid":
        return f"is in theme {theme}" if theme == _now(edit.themes[0], holding) else None
    if edit.kind in ("move", "split"):
        wanted = _now(edit.into or 0, holding)
        counts = any(_last_word(named, holding) is edit for named in mine)
        return f"is in theme {theme}, not in {wanted}" if counts and theme != wanted else None
    if edit.kind == "must_link":
        others = {theme_of[other] for other in _linked(text, holding) if other in theme_of}
        return f"is apart from a linked text, in theme {theme}" if len(others) > 1 else None
    if edit.kind == "cannot_link" and theme != 0:
        rivals = {rival for named in edit.texts if named not in mine for rival in _linked(named, holding)}
        if len(mine) > 1 or any(theme_of.get(rival) == theme for rival in rivals):
            return f"shares theme {theme} with a text it must not meet"
    return None


def _linked(text: str, holding: list[Edit]) -> set[str]:
    """The text and all that are linked to it, over any number of links."""
    reached, size = {text}, 0
    while len(reached) > size:
        size = len(reached)
        for edit in holding:
            if edit.kind == "must_link" and reached & set(edit.texts):
                reached.update(edit.texts)
    return reached


def _now(theme: int, holding: list[Edit]) -> int:
    """What a theme has become by merges."""
    for edit in holding:
        if edit.kind == "merge" and theme in edit.themes and edit.into is not None:
            theme = edit.into
    return theme


def _last_word(text: str, holding: list[Edit]) -> Edit:
    """The last edit that places a text."""
    return [edit for edit in holding if edit.kind in ("move", "split") and text in edit.texts][-1]
