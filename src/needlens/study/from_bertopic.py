"""An existing BERTopic model as a study: its topics are the themes, everything else is needlens's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from needlens.encoders.cache import VectorCache
from needlens.errors import UsageError
from needlens.graph.distinct import row_keys
from needlens.graph.neighbours import nearest
from needlens.graph.placement import placement
from needlens.prevalence import prevalence_by
from needlens.progress import Progress, silent
from needlens.reasons import split_reasons
from needlens.schema import RESPONDENT_ID, SCHEMA_VERSION, TEXT, THEME_ID, VERBATIM_ID
from needlens.study.document_vectors import DocumentVectors, document_vectors
from needlens.study.model import Found, StudyModel, text_key
from needlens.study.record import Study
from needlens.study.run import Parameters, identity
from needlens.study.tables import assignments_table, layout_table, theme_counts, themes_table
from needlens.study.topics import Topics, topics_of
from needlens.themes import nullable
from needlens.verbatims import Verbatims, verbatims_from_frame

if TYPE_CHECKING:
    from bertopic import BERTopic

_NEIGHBOURS = 15
"""Documents that vote on where a new one belongs, as in a study of needlens's own."""


def from_bertopic(
    model: BERTopic,
    docs: Sequence[str],
    *,
    respondents: Sequence[str | None] | pd.Series[str] | None = None,
    segments: Mapping[str, Sequence[Any]] | pd.DataFrame | None = None,
    embeddings: ArrayLike | None = None,
    encoder: str | None = None,
    question: str = "",
    cache: VectorCache | Path | None = None,
    progress: Progress = silent,
) -> Study:
    """Make a study of a fitted BERTopic model and its documents.

    Each document is a verbatim, taken whole; each topic is a theme under the name it was given, or else under
    one of needlens's; documents of topic −1 have no theme. There is one scale. Themes are numbered from 1
    by falling number of documents. Nothing is clustered anew, so the themes' stability is not known.

    Parameters
    ----------
    model
        Fitted on ``docs``.
    docs
        The documents, n texts in the order they were given to ``fit``.
    respondents
        Who wrote each document, n ids; if None, each document counts as one person.
    segments
        Columns that group respondents, n cells each, by name.
    embeddings
        Vector of each document, shape (n, d). If None, they come from the model's own embedding backend, or,
        where it has none, from ``encoder``; ``study.info["encoder"]["vectors"]`` says from which.
    encoder
        What made the vectors: a name for :func:`needlens.encoders.encoder.load_encoder`. If None, needlens
        sees whether it was the default encoder. Where it was not, the study has no ``model``: its tables and
        report are whole, but no new verbatims can be assigned.
    question
        What people were asked, for the report.
    cache
        As in :func:`needlens.study.run.run_study`.
    progress
        Told how far the work is.

    Returns
    -------
    Study
        Verbatims are called by their position in ``docs`` from 1, with leading zeros.

    Raises
    ------
    UsageError
        The model is not fitted, ``docs`` are not its documents in their order, there are not as many
        respondents, segments or vectors as documents, a document is no text, or ``encoder`` did not make the
        vectors.
    InputError
        No document holds a text.
    EncoderError
        The encoder named is not at hand.

    Examples
    --------
    >>> from needlens.bertopic_bridge import to_bertopic
    >>> docs = ["saves time", "is quick", "broke at once"]
    >>> vectors = np.array([[1, 0], [0.8, 0.6], [0, 1]], dtype=np.float32)
    >>> model = to_bertopic(docs, pd.array([4, 4, None], dtype="Int64"), vectors, labels={4: "Time"})
    >>> study = from_bertopic(model, docs, respondents=["ann", "bob", "bob"], embeddings=vectors)
    >>> study.themes[["theme_id", "label", "n_respondents", "prevalence"]]
       theme_id label  n_respondents  prevalence
    0         1  Time              2         1.0
    """
    verbatims = _verbatims(docs, respondents, segments)
    found = topics_of(model, list(docs))
    # BERTopic put every document into a topic, whether it says anything or not.
    reasons = split_reasons(
        verbatims.frame,
        unit="verbatim",
        informative=lambda texts: np.ones(len(texts), dtype=np.bool_),
        progress=progress,
    )
    texts = reasons.frame[TEXT].tolist()
    # Verbatims are sorted by their ids, which are the positions in the documents.
    position = np.array([int(name) - 1 for name in reasons.frame[VERBATIM_ID]], dtype=np.int64)
    store = cache if isinstance(cache, VectorCache) else VectorCache(cache)
    vectors = document_vectors(
        model, docs, position, texts, embeddings, encoder, cache=store, progress=progress
    )
    theme_of = _numbered(found.topics[position])
    ids = np.array([theme_of.get(topic, 0) for topic in found.topics[position].tolist()], dtype=np.int64)
    named = {theme_of[topic]: name for topic, name in found.names.items() if topic in theme_of}
    table = _found(theme_of, ids)
    fitted, strengths = _model(texts, ids, vectors, table, named, progress)
    assignments = assignments_table(reasons.frame, ids[None, :], strengths[None, :])
    people = verbatims.frame.loc[verbatims.frame[TEXT].str.strip() != "", RESPONDENT_ID]
    by_text: dict[str, NDArray[np.float32]] = {}
    for text, row in zip(texts, vectors.matrix, strict=True):
        by_text.setdefault(text, row)
    themes = themes_table(
        table, reasons.frame, assignments, by_text, theme_counts(assignments, people), main_scale=0
    )
    themes["label"] = [named.get(int(row[THEME_ID]), row["label"]) for row in themes.to_dict("records")]
    themes = themes.astype({"label": "str"})
    study = Study(
        verbatims=verbatims.frame,
        reasons=reasons.frame,
        assignments=assignments,
        themes=themes,
        prevalence=prevalence_by(
            assignments.dropna(subset=[THEME_ID]), verbatims.frame, list(verbatims.roles.segments)
        ),
        layout=layout_table(themes, assignments, reasons.frame, by_text),
        info={},
        model=fitted,
    )
    notes = (*verbatims.notes, *reasons.notes, *vectors.notes, *found.notes, *_blank(found, position))
    study.info.update(
        _info(verbatims, texts, vectors, n_themes=len(theme_of), notes=notes), question=question
    )
    return study


def _verbatims(
    docs: Sequence[str],
    respondents: Sequence[str | None] | pd.Series[str] | None,
    segments: Mapping[str, Sequence[Any]] | pd.DataFrame | None,
) -> Verbatims:
    if isinstance(docs, str):
        message = "docs must be a list of texts, not one text"
        raise UsageError(message)
    for number, doc in enumerate(docs, start=1):
        if not isinstance(doc, str):
            message = f"document {number} is {doc!r}, not a text; give an empty text where there is none"
            raise UsageError(message)
    columns = {str(name): list(cells) for name, cells in ({} if segments is None else segments).items()}
    given = {"respondents": respondents} if respondents is not None else {}
    for name, cells in {**given, **{f"segment {name!r}": cells for name, cells in columns.items()}}.items():
        if len(cells) != len(docs):
            message = f"{name}: there are {len(cells):,}, but {len(docs):,} documents; give one for each"
            raise UsageError(message)
    width = len(str(len(docs)))
    names = [f"{at:0{width}}" for at in range(1, len(docs) + 1)]
    frame = pd.DataFrame({VERBATIM_ID: pd.Series(names, dtype="str"), TEXT: list(docs)})
    if respondents is not None:
        frame[RESPONDENT_ID] = list(respondents)
    clash = set(columns) & {VERBATIM_ID, RESPONDENT_ID, TEXT}
    if clash:
        message = f"a segment cannot be called {min(clash)!r}, which is needlens's own name; rename it"
        raise UsageError(message)
    return verbatims_from_frame(
        frame.assign(**columns),
        text=TEXT,
        id=VERBATIM_ID,
        respondent=RESPONDENT_ID if respondents is not None else None,
        segments=list(columns),
    )


def _numbered(topics: NDArray[np.int64]) -> dict[int, int]:
    """Theme id of each topic, from 1 by falling number of documents, equal ones by topic."""
    distinct, sizes = np.unique(topics[topics >= 0], return_counts=True)
    order = np.lexsort((distinct, -sizes))
    return {int(topic): at for at, topic in enumerate(distinct[order], start=1)}


def _found(theme_of: dict[int, int], of_text: NDArray[np.int64]) -> pd.DataFrame:
    """The themes as :class:`needlens.themes.ThemeSearch` would tell of them, their stability not measured."""
    ids = np.arange(1, len(theme_of) + 1, dtype=np.int64)
    none = nullable(np.zeros(len(ids), dtype=np.int64))
    n = np.bincount(of_text, minlength=len(ids) + 1)[1:]
    return pd.DataFrame({THEME_ID: ids, "scale": np.int64(0), "parent_id": none, "n": n, "stability": np.nan})


def _model(
    texts: list[str],
    ids: NDArray[np.int64],
    vectors: DocumentVectors,
    themes: pd.DataFrame,
    names: dict[int, str],
    progress: Progress,
) -> tuple[StudyModel | None, NDArray[np.float64]]:
    """What places new verbatims, where their encoder is known, and how strongly each document belongs."""
    _, first, of_point = np.unique(row_keys(vectors.matrix), return_index=True, return_inverse=True)
    points = vectors.matrix[first]
    near = nearest(points, points, _NEIGHBOURS, skip_self=True, progress=progress)
    point_ids = _commonest(of_point, ids)
    fitted = placement(points, near, point_ids[None, :], _NEIGHBOURS)
    # Where BERTopic put equal documents into several topics, those outside the commonest hold on to nothing.
    strengths = np.where(point_ids[of_point] == ids, fitted.strengths[0][of_point], 0.0)
    if vectors.encoder is None:
        return None, strengths
    keys, at, of_text = np.unique(
        np.array([text_key(text) for text in texts], dtype="V16"), return_index=True, return_inverse=True
    )
    text_ids = _commonest(of_text, ids)
    text_strengths = np.where(point_ids[of_point[at]] == text_ids, fitted.strengths[0][of_point[at]], 0.0)
    model = StudyModel(
        placement=fitted,
        text_keys=keys.view(np.uint8).reshape(-1, 16),
        text_points=of_point[at],
        text_ids=text_ids[None, :],
        text_strengths=text_strengths[None, :],
        found=Found(text_ids[None, :], themes, names),
        encoder=vectors.encoder.name,
        digest=vectors.encoder.digest,
        unit="verbatim",
        token_weights=vectors.encoder.token_weights,
    )
    return model, strengths


def _commonest(group: NDArray[np.intp], ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """The commonest id of each group; of equally common ones the smallest, and none only if no other is."""
    counted = pd.DataFrame({"group": group, "id": ids}).value_counts().reset_index()
    counted["none"] = counted["id"] == 0
    order = counted.sort_values(["group", "count", "none", "id"], ascending=[True, False, True, True])
    return order.drop_duplicates("group")["id"].to_numpy(dtype=np.int64)


def _blank(found: Topics, position: NDArray[np.int64]) -> tuple[str, ...]:
    n = int((found.topics >= 0).sum() - (found.topics[position] >= 0).sum())
    return (f"documents without a text that the BERTopic model had put into a topic: {n}",) if n else ()


def _info(
    verbatims: Verbatims, texts: list[str], vectors: DocumentVectors, *, n_themes: int, notes: tuple[str, ...]
) -> dict[str, Any]:
    encoder = vectors.encoder
    made_by: dict[str, Any]
    if encoder is not None:
        made_by = {"name": encoder.name, "sha256": encoder.digest, "backend": asdict(encoder.backend)}
    else:
        digest = sha256(np.ascontiguousarray(vectors.matrix).tobytes()).hexdigest()
        made_by = {"name": "unknown (digest of the vectors themselves)", "sha256": digest}
    asked = Parameters(unit="verbatim", encoder=made_by["name"], engine="bertopic")
    reason = (
        "themes come from a BERTopic model: their stability was not tested"
        if n_themes
        else "the BERTopic model has no topics, only documents without one"
    )
    return {
        "schema_version": SCHEMA_VERSION,
        "needlens_version": version("needlens"),
        **identity(verbatims, asked),
        "encoder": {**made_by, "known": encoder is not None, "vectors": vectors.origin},
        "seed": asked.seed,
        "main_scale": 0,
        "next_theme_id": n_themes + 1,
        "structure": {"found": n_themes > 0, "p_value": None, "excess": None, "reason": reason},
        "counts": {
            "verbatims": len(verbatims.frame),
            "blank": len(verbatims.frame) - len(texts),
            "respondents": int(
                verbatims.frame.loc[verbatims.frame[TEXT].str.strip() != "", RESPONDENT_ID].nunique()
            ),
            "reasons": len(texts),
            "informative": len(texts),
            "distinct": len(set(texts)),
            "compared": len(np.unique(row_keys(vectors.matrix))),
            "encoded": vectors.n_encoded,
            "cached": vectors.n_cached,
        },
        "timings": {},
        "warnings": list(notes),
    }
