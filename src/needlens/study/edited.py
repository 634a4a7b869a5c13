"""Found themes with people's edits replayed over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.codebook.edit import Edit
from needlens.codebook.renest import renest
from needlens.codebook.replay import replay
from needlens.schema import PARENT_ID, THEME_ID
from needlens.study.model import StudyModel, text_key
from needlens.themes import nullable


@dataclass(frozen=True, eq=False, slots=True)
class Edited:
    """Themes as people want them.

    Attributes
    ----------
    model
        The model with the edited themes; ``found`` is as it was.
    themes
        One row a theme, as in :class:`needlens.study.model.Found`; stability is NaN for a theme whose
        members are no longer those that were found.
    names, descriptions
        Those people or seeds gave, by theme id.
    outcomes
        One row an edit: ``number``, ``kind``, ``outcome``, ``sentence``; None without edits.
    """

    model: StudyModel
    themes: pd.DataFrame
    names: dict[int, str]
    descriptions: dict[int, str]
    outcomes: pd.DataFrame | None


def edited(
    model: StudyModel, texts: Sequence[str], stands_for: NDArray[np.int64], main: int, edits: Sequence[Edit]
) -> Edited:
    """Replay edits over what was found.

    Parameters
    ----------
    model
        With the themes as they were found; whether they were edited before does not count.
    texts
        The study's distinct informative texts in code-point order, m of them.
    stands_for
        For each text the position of the one that stands for it, int64, shape (m,).
    main
        Position of the main scale.
    edits
        All of them, in their order.

    Returns
    -------
    Edited
        Without edits, the themes as they were found.

    Raises
    ------
    UsageError
        Edits contradict one another, or are not about themes of the main scale.
    """
    found = model.found
    if not edits or not texts:
        return Edited(model, found.themes, dict(found.names), {}, None)
    position = {key.tobytes(): at for at, key in enumerate(model.text_keys)}
    at = np.array([position[text_key(text)] for text in texts], dtype=np.int64)
    ids, points = found.ids[:, at].copy(), model.text_points[at]
    rows = model.placement.points[points]
    others = set(np.delete(ids, main, axis=0).ravel().tolist()) - {0}
    done = replay(edits, texts, ids[main], vectors=rows, others=others)
    ids[main] = done.ids
    ids = renest(ids, main, vectors=rows)
    leads = np.flatnonzero(stands_for == np.arange(len(texts)))
    of_points = model.placement.ids.copy()
    of_points[:, points[leads]] = ids[:, leads]
    fitted = model.placement.with_ids(of_points)
    strengths = np.where(ids == of_points[:, points], fitted.strengths[:, points], 0.0)
    text_ids, text_strengths = np.empty_like(model.text_ids), np.empty_like(model.text_strengths)
    text_ids[:, at], text_strengths[:, at] = ids, strengths
    changed = replace(model, placement=fitted, text_ids=text_ids, text_strengths=text_strengths)
    names = {**found.names, **done.names}
    return Edited(
        changed, _themes(found.themes, found.ids[:, at], ids), names, done.descriptions, done.outcomes
    )


def speakers(done: Edited, texts: Sequence[str], stands_for: NDArray[np.int64]) -> list[str]:
    """Texts that words, quotes and places of themes are taken from, in their order.

    Of texts that are nearly the same only the one that stands for the others; but where people left a theme
    none of those, all of its texts.

    Parameters
    ----------
    done, texts, stands_for
        As :func:`edited` takes and gives them.
    """
    speaks = stands_for == np.arange(len(texts))
    if done.outcomes is not None:
        for ids in done.model.of_texts(texts)[1]:
            speaks |= (ids > 0) & ~np.isin(ids, ids[speaks])
    return list(compress(texts, speaks.tolist()))


def _themes(found: pd.DataFrame, before: NDArray[np.int64], ids: NDArray[np.int64]) -> pd.DataFrame:
    """The table of the edited themes; sizes are of texts where a theme changed."""
    known = found.set_index(THEME_ID)
    rows = []
    for scale, own in enumerate(ids):
        wider = ids[scale + 1] if scale + 1 < len(ids) else np.zeros_like(own)
        for theme in np.unique(own[own > 0]).tolist():
            inside = own == theme
            same = theme in known.index and bool((inside == (before[scale] == theme)).all())
            n = known.loc[theme, "n"] if same else inside.sum()
            stability = known.loc[theme, "stability"] if same else np.nan
            rows.append((theme, scale, int(wider[np.argmax(inside)]), int(n), float(stability)))
    table = pd.DataFrame(rows, columns=[THEME_ID, "scale", PARENT_ID, "n", "stability"])
    table[PARENT_ID] = nullable(table[PARENT_ID].to_numpy(dtype=np.int64))
    return table.astype({THEME_ID: "int64", "scale": "int64", "n": "int64", "stability": "float64"})
