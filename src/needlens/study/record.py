"""A study: everything one run found, as tables."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, cast

import pandas as pd

from needlens.errors import StudyError
from needlens.reading.roles import Roles
from needlens.study.laddering import Laddering
from needlens.study.model import StudyModel

if TYPE_CHECKING:
    from bertopic import BERTopic


@dataclass(frozen=True, eq=False, slots=True)
class Study:
    """The tables of one study and what is known about how they came to be.

    Attributes
    ----------
    verbatims
        One row a verbatim, by ``verbatim_id``: ``verbatim_id``, ``respondent_id``, ``text`` and the study's
        segment (str), rating (float64) and date (datetime64) columns under their own names.
    reasons
        One row a reason, columns :data:`needlens.schema.REASON_COLUMNS`.
    assignments
        One row a reason and scale, columns :data:`needlens.schema.ASSIGNMENT_COLUMNS`; ``theme_id`` nullable
        Int64, ``strength`` in [0, 1].
    themes
        One row a theme of any scale, columns :data:`needlens.schema.THEME_COLUMNS`; ``keywords`` and
        ``exemplar_reason_ids`` are lists of str; ``prevalence``, ``low``, ``high`` are shares of respondents.
    prevalence
        One row a theme and segment value: ``theme_id``, ``column``, ``segment``, ``n_respondents`` (who
        mention it), ``n`` (asked, in the segment), ``prevalence``, ``low``, ``high``.
    layout
        One row a theme: ``theme_id``, ``x``, ``y``; themes close on the map hold reasons of similar meaning.
    info
        ``study.json``: versions, parameters, inputs, encoder, structure, counts, warnings.
    model
        What it takes to place new verbatims; None if it was not kept or not read.
    memberships
        One row a reason, scale and theme it touches, columns :data:`needlens.schema.MEMBERSHIP_COLUMNS`;
        None where they are not known.
    changes
        What became of the previous study's themes (:class:`needlens.tracking.Tracking`); None without one.
    seeds
        What became of the seeds (:class:`needlens.seed_claims.Claimed`); None without any.
    edits
        What each edit of the codebook did (:class:`needlens.codebook.replay.Replayed`); None without any.
    ladder
        What :func:`needlens.study.ladder.ladder_study` found; None before.
    """

    verbatims: pd.DataFrame
    reasons: pd.DataFrame
    assignments: pd.DataFrame
    themes: pd.DataFrame
    prevalence: pd.DataFrame
    layout: pd.DataFrame
    info: dict[str, Any]
    model: StudyModel | None = None
    memberships: pd.DataFrame | None = None
    changes: pd.DataFrame | None = None
    seeds: pd.DataFrame | None = None
    edits: pd.DataFrame | None = None
    ladder: Laddering | None = None

    @property
    def main_scale(self) -> int:
        """The scale to show first; 0 is the finest."""
        return int(self.info["main_scale"])

    @property
    def found(self) -> bool:
        """Whether the study has themes at all."""
        return bool(self.info["structure"]["found"])

    @property
    def roles(self) -> Roles:
        """The source columns that new verbatims are read from as these were.

        Segments, rating and date are among them only where ids were made from them.
        """
        columns = self.info["parameters"]["columns"]
        if columns["id"] is not None:
            return Roles(text=columns["text"], id=columns["id"], respondent=columns["respondent"])
        return Roles(**{**columns, "segments": tuple(columns["segments"])})

    def main_themes(self) -> pd.DataFrame:
        """Themes of the main scale, most widely mentioned first."""
        main = self.themes[self.themes["scale"] == self.main_scale]
        return main.sort_values(["prevalence", "theme_id"], ascending=[False, True], ignore_index=True)

    def quotes(self, theme_id: int) -> list[str]:
        """Exemplary reasons of a theme in customers' own words, most typical first."""
        ids = self.themes.loc[self.themes["theme_id"] == theme_id, "exemplar_reason_ids"].iloc[0]
        texts = self.reasons.set_index("reason_id")["text"]
        return [str(texts[reason]) for reason in ids]

    def to_frame(self) -> pd.DataFrame:
        """One row a reason on the main scale, with its theme's label and the study's segment columns."""
        main = self.assignments[self.assignments["scale"] == self.main_scale]
        labels = self.themes.set_index("theme_id")["label"]
        keyed = main[["reason_id", "theme_id", "strength"]]
        frame = self.reasons.merge(keyed, on="reason_id", how="left", validate="one_to_one")
        frame["theme"] = frame["theme_id"].map(labels)
        extra = self.verbatims.drop(columns=["respondent_id", "text"])
        # A segment column called as one of ours, say "theme", is "theme_verbatim" here.
        suffixes = ("", "_verbatim")
        return frame.merge(extra, on="verbatim_id", how="left", validate="many_to_one", suffixes=suffixes)

    def to_bertopic(self) -> BERTopic:
        """Hand over the main scale as a fitted BERTopic model, with all its plots and tools.

        The informative reasons are its documents, the themes its topics under their labels; reasons without
        a theme are its topic −1. Vectors come from the user's vector cache, or are encoded again.

        Returns
        -------
        bertopic.BERTopic
            See :func:`needlens.bertopic_bridge.to_bertopic`.

        Raises
        ------
        MissingExtraError
            BERTopic is not installed.
        StudyError
            The study was read without its model, so its encoder is not known.
        """
        from needlens.bertopic_bridge import to_bertopic
        from needlens.encoders.cache import VectorCache
        from needlens.encoders.encoder import load_encoder
        from needlens.encoders.vectors import encode_texts

        if self.model is None:
            message = "this study has no model; read it with read_study(folder)"
            raise StudyError(message)
        frame = self.to_frame()
        frame = frame[frame["informative"]]
        texts = frame["text"].tolist()
        encoder = load_encoder(self.model.encoder).with_token_weights(self.model.token_weights)
        vectors = encode_texts(texts, encoder, cache=VectorCache()).matrix
        named = zip(self.themes["theme_id"].tolist(), self.themes["label"].tolist(), strict=True)
        return to_bertopic(texts, frame["theme_id"], vectors, labels=dict(named), encoder=encoder)

    @classmethod
    def from_bertopic(cls, model: BERTopic, docs: Sequence[str], **options: Any) -> Self:  # noqa: ANN401 (each is typed there)
        """Make a study of a fitted BERTopic model and its documents, its topics as themes.

        Parameters
        ----------
        model, docs, **options
            See :func:`needlens.study.from_bertopic.from_bertopic`: among the options are ``respondents``,
            ``segments`` and ``embeddings``.

        Returns
        -------
        Study
        """
        from needlens.study.from_bertopic import from_bertopic

        return cast("Self", from_bertopic(model, docs, **options))

    def __repr__(self) -> str:
        """Name and three numbers."""
        counts = self.info["counts"]
        return (
            f"Study({counts['respondents']:,} respondents, {counts['reasons']:,} reasons, "
            f"{len(self.main_themes())} themes)"
        )

    def _repr_html_(self) -> str:
        shown = self.main_themes().head(10)[["label", "n_respondents", "prevalence", "low", "high"]]
        table = shown.to_html(index=False, escape=True, float_format="{:.1%}".format)
        return f"<p>{html.escape(repr(self))}</p>{table}"
