"""Themes of a study's texts as they are found: fitted, called as before, and claimed by seeds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.dealt_words import SAMPLE, WordTest, compare_with_dealt
from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import Encoder, load_encoder
from needlens.encoders.precise import PreciseEncoder
from needlens.encoders.static import StaticEncoder
from needlens.encoders.vectors import encode_texts
from needlens.errors import UsageError
from needlens.graph.draws import keys_of_texts, sample
from needlens.graph.neighbours import Neighbours
from needlens.graph.placement import Placement
from needlens.kept import kept_beside
from needlens.progress import Progress, silent
from needlens.schema import PARENT_ID, THEME_ID
from needlens.seed_claims import claim
from needlens.seeded import seeded
from needlens.seeds import Seed, seed_vectors
from needlens.study.kept_steps import kept_partitions
from needlens.study.model import Found, StudyModel, sorted_keys
from needlens.study.record import Study
from needlens.themes import ThemeSearch, nullable
from needlens.tracking import Grouping, relabel, track

_NO_REASONS = "no verbatim holds a reason that says anything: there is nothing to find themes in"


@dataclass(frozen=True, eq=False, slots=True)
class Discovery:
    """What was found before anybody edits it.

    Attributes
    ----------
    model
        Themes of points and texts, not edited yet.
    main_scale
        The scale to show first.
    structure, scales
        As in ``study.json``.
    next_id
        Least theme id never used.
    changes, seeds
        What became of the previous study's themes, and of the seeds; None without.
    notes
        Sentences to tell the user.
    """

    model: StudyModel
    main_scale: int
    structure: dict[str, Any]
    scales: list[dict[str, Any]]
    next_id: int
    changes: pd.DataFrame | None
    seeds: pd.DataFrame | None
    notes: tuple[str, ...]


def discover(
    texts: Sequence[str],
    stands_for: NDArray[np.int64],
    matrix: NDArray[np.float32],
    encoder: Encoder,
    model: ThemeSearch,
    *,
    unit: str,
    seeds: Sequence[Seed] = (),
    previous: Study | None = None,
    store: VectorCache,
    progress: Progress = silent,
) -> Discovery:
    """Find the themes of texts.

    Parameters
    ----------
    texts
        The m distinct informative texts in code-point order.
    stands_for
        For each text the position of the one whose vector stands for it, int64, shape (m,).
    matrix
        Vectors of those that stand for others, in their order, rows of unit length, float32.
    encoder
        What made them.
    model
        Not fitted yet.
    unit
        How verbatims were cut.
    seeds
        Themes somebody looks for.
    previous
        An earlier study of the same matter, whose theme ids live on.
    store
        Where vectors are kept, and beside them what was found before.
    progress
        Told how far the work is.

    Returns
    -------
    Discovery

    Raises
    ------
    UsageError
        The previous study has no model, or was made with another encoder.
    """
    if len(texts) == 0:
        nowhere = {"found": False, "p_value": None, "excess": None, "reason": _NO_REASONS}
        fitted = Placement(
            np.zeros((0, encoder.dimension), dtype=np.float32),
            np.zeros((1, 0), dtype=np.int64),
            np.zeros((1, 0)),
            Neighbours(np.zeros((0, 0), dtype=np.int64), np.zeros((0, 0), dtype=np.float32)),
            far=-1.0,
            k=1,
        )
        empty = _table(fitted.ids, pd.DataFrame({THEME_ID: [], "stability": []}))
        known = _model(
            texts, np.zeros(0, dtype=np.int64), fitted, Found(fitted.ids, empty, {}), encoder, unit
        )
        return Discovery(known, 0, nowhere, [], 1, None, None, ())
    words = None
    leaders = [texts[at] for at in np.unique(stands_for)]
    if not isinstance(model.n_themes, int) and model.engine == "graph":
        words = _compared(leaders, matrix, encoder, store, seed=model.seed, progress=progress)
    partition = kept_partitions(kept_beside(store))
    model.fit(matrix, keys=keys_of_texts(leaders), words=words, partition=partition, progress=progress)
    main, table, fitted = model.main_scale_, model.themes_, model.placement_
    of_text = np.asarray(model.position_)[np.searchsorted(np.unique(stands_for), stands_for)]
    structure: dict[str, Any] = {
        key: None if value != value else value for key, value in asdict(model.structure_).items()
    }
    scales = json.loads(model.evidence_.to_json(orient="records", double_precision=15))
    next_id, names, notes = int(fitted.ids.max(initial=0)) + 1, {}, []
    changes, became = None, None
    if seeds:
        vectors = seed_vectors(seeds, encoder, cache=store)
        said = _texts_of_points(leaders, of_text, texts, len(fitted.points))
        claimed = claim(seeds, vectors, fitted.points, fitted.ids[main], next_id=next_id, texts=said)
        table, ids = seeded(table, fitted.ids, main, claimed)
        fitted, names, became = fitted.with_ids(ids), claimed.names, claimed.outcomes
        next_id = int(ids.max(initial=0)) + 1
        notes += became.loc[became["outcome"] == "unmet", "sentence"].tolist()
        if len(table) and not structure["found"]:
            reason = f"themes come from seeds; beyond them, {structure['reason']}"
            structure |= {"found": True, "reason": reason}
    if previous is not None:
        keys, order = sorted_keys(texts)
        new = Grouping(keys, fitted.ids[:, of_text[order]], fitted.points, fitted.ids, main)
        tracked = track(_grouping_of(previous, encoder), new, next_id=previous.info.get("next_theme_id"))
        fitted = fitted.with_ids(relabel(fitted.ids, tracked.mapping))
        table = table.assign(**{THEME_ID: relabel(table[THEME_ID].to_numpy(), tracked.mapping)})
        table = _table(fitted.ids, table)
        names = {tracked.mapping[theme]: name for theme, name in names.items()}
        if became is not None:
            became[THEME_ID] = nullable(
                relabel(became[THEME_ID].fillna(0).to_numpy("int64"), tracked.mapping)
            )
        changes, next_id = tracked.changes, tracked.next_id
        notes.append(_churned(tracked.churn, main))
    known = _model(texts, of_text, fitted, Found(fitted.ids[:, of_text], table, names), encoder, unit)
    return Discovery(known, main, structure, scales, next_id, changes, became, tuple(notes))


def _compared(
    texts: Sequence[str],
    matrix: NDArray[np.float32],
    encoder: Encoder,
    store: VectorCache,
    *,
    seed: int,
    progress: Progress,
) -> WordTest | None:
    """Compare texts with their words dealt at random, as an encoder reads them that can tell."""
    own = encoder
    if isinstance(encoder, StaticEncoder):
        # Sums of words are hardly less alike when words are dealt.
        encoder = load_encoder().with_token_weights(encoder.token_weights)
    elif isinstance(encoder, PreciseEncoder):
        # The larger model sees sense in any words, and finds dealt ones as alike as what people say.
        encoder = encoder.default
    if encoder is not own:
        texts = [texts[at] for at in sample(keys_of_texts(texts), 2 * SAMPLE, seed)]
        matrix = encode_texts(texts, encoder, cache=store).matrix

    def encode(dealt: Sequence[str]) -> NDArray[np.float32]:
        return encode_texts(dealt, encoder, cache=store).matrix

    return compare_with_dealt(texts, matrix, encode, seed=seed, progress=progress)


def _model(
    texts: Sequence[str],
    of_text: NDArray[np.int64],
    fitted: Placement,
    found: Found,
    encoder: Encoder,
    unit: str,
) -> StudyModel:
    """Everything by the hash of the text, sorted."""
    keys, order = sorted_keys(texts)
    points = of_text[order]
    return StudyModel(
        placement=fitted,
        text_keys=keys,
        text_points=points,
        text_ids=fitted.ids[:, points],
        text_strengths=fitted.strengths[:, points],
        found=Found(found.ids[:, order] if len(texts) else found.ids, found.themes, found.names),
        encoder=encoder.name,
        digest=encoder.digest,
        unit=unit,
        token_weights=encoder.token_weights,
    )


def _grouping_of(previous: Study, encoder: Encoder) -> Grouping:
    model = previous.model
    if model is None or model.digest != encoder.digest:
        message = (
            "the previous study has no model, or one of another encoder, so its themes cannot be found "
            "again; do without it, or use its encoder"
        )
        raise UsageError(message)
    # Edits are replayed over what was found, so what was found is what must be found again.
    point_ids = np.zeros_like(model.placement.ids)
    point_ids[:, model.text_points] = model.found.ids
    return Grouping(model.text_keys, model.found.ids, model.placement.points, point_ids, previous.main_scale)


def _table(ids: NDArray[np.int64], found: pd.DataFrame) -> pd.DataFrame:
    """Themes of every scale, their parents and sizes as the ids say, their stability as it was found."""
    rows = []
    for scale, own in enumerate(ids):
        themes, first, sizes = np.unique(own, return_index=True, return_counts=True)
        wider = ids[scale + 1] if scale + 1 < len(ids) else np.zeros_like(own)
        columns = {THEME_ID: themes, "scale": np.int64(scale), PARENT_ID: wider[first], "n": sizes}
        rows.append(pd.DataFrame(columns)[themes > 0])
    table = pd.concat(rows, ignore_index=True)
    table[PARENT_ID] = nullable(table[PARENT_ID].to_numpy(dtype=np.int64))
    table["stability"] = table[THEME_ID].map(found.set_index(THEME_ID)["stability"]).astype("float64")
    return table


def _texts_of_points(
    leaders: Sequence[str], of_text: NDArray[np.int64], texts: Sequence[str], n_points: int
) -> list[str]:
    """One text for each point: the first that stands for others."""
    said = dict.fromkeys(range(n_points), "")
    standing = set(leaders)
    for point, text in zip(of_text.tolist(), texts, strict=True):
        if text in standing and not said[point]:
            said[point] = text
    return list(said.values())


def _churned(churn: pd.DataFrame, main: int) -> str:
    own = churn[churn["scale"] == main]
    if len(own) == 0 or not own["n_shared"].iloc[0]:
        return (
            "the previous study shares no text with this one: its themes were found again by likeness alone"
        )
    row = own.iloc[0]
    interval = f"{row['low']:.0%}–{row['high']:.0%}"
    return (
        f"of {int(row['n_shared']):,} texts that the previous study holds as well, {row['churn']:.0%} "
        f"({interval}) are in another theme now"
    )
