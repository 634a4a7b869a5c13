"""Broad groups: the themes of the main scale, gathered by a coarser one."""

from __future__ import annotations

import pandas as pd

from needlens.plots.style import GROUP_COLOURS
from needlens.schema import PARENT_ID, THEME_ID
from needlens.study.record import Study


def broad_groups(study: Study) -> list[tuple[int | None, list[int]]]:
    """Gather the main themes by the finest coarser scale with no more groups than there are colours.

    Where every coarser scale has more, the coarsest counts. Scales whose groups come back no better than
    chance are passed over.

    Returns
    -------
    list of (theme id or None, list of theme ids)
        Broad groups, most widely mentioned first, each with its main themes in rank order; last, under None,
        those in no group. Empty where no coarser scale tells at least two groups apart.
    """
    if not study.found:
        return []
    ids = study.themes[THEME_ID].astype("int64").tolist()
    parents = {
        at: None if pd.isna(parent) else int(parent)
        for at, parent in zip(ids, study.themes[PARENT_ID].tolist(), strict=True)
    }
    chance = {own["scale"] for own in study.info.get("scales", ()) if own["beyond_chance"] is False}
    scale, broad = study.main_scale, None
    higher: dict[int, int | None] = {int(at): int(at) for at in study.main_themes()[THEME_ID]}
    while broad is None or len(set(broad.values())) > len(GROUP_COLOURS):
        higher = {theme: None if at is None else parents[at] for theme, at in higher.items()}
        scale += 1
        if len(set(higher.values()) - {None}) < 2:
            break
        if scale not in chance:
            broad = higher
    members: dict[int | None, list[int]] = {}
    for theme, group in (broad or {}).items():
        members.setdefault(group, []).append(theme)
    named = study.themes.set_index(THEME_ID).loc[[group for group in members if group is not None]]
    order = named.sort_values(["prevalence", "label"], ascending=[False, True]).index.tolist()
    return [(group, members[group]) for group in [*order, None] if group in members]
