"""Themes and broad groups as the report shows them: plain records, worked out from a study's tables."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from needlens.plots.broad import broad_groups
from needlens.schema import REASON_ID, THEME_ID, VERBATIM_ID
from needlens.study.record import Study
from needlens.wording import FEW_PEOPLE, PRIVATE_PEOPLE, cut, percent, share_text, trust

MOST_GROUPS = 12
"""Broad groups on the first screen; the smaller ones unfold."""

MOST_SHOWN = 20
"""Themes in the first chart; of the others, the stable ones are shown in full as well."""

_QUOTE_LENGTH = 280
_SHORT_QUOTE_LENGTH = 160
_KEYWORDS = 8
_KEYWORDS_OF_A_NAME = 3

# Quotes and segments of each theme: in most reports, and where so many are shown that the page gets heavy.
_MANY_THEMES = 40
_QUOTES = (5, 3)
_SEGMENTS = (6, 3)


@dataclass(frozen=True, slots=True)
class Share:
    """A share of people with its 95 % interval, in [0, 1]: ``people`` out of ``of``."""

    people: int
    of: int
    share: float
    low: float
    high: float

    def __str__(self) -> str:
        """As it is printed: ``37 % (33–41)``."""
        return share_text(self.share, self.low, self.high)

    @property
    def percent(self) -> str:
        """Whole per cent, without the sign."""
        return percent(self.share)


@dataclass(frozen=True, slots=True)
class Quote:
    """A customer's own words, shortened for display, and what is known about them (segments, rating)."""

    text: str
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A theme's share among the people of one segment; ``few``: too few people to compare."""

    name: str
    share: Share
    few: bool


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A theme's shares by the values of a segment column, largest first; ``hidden`` are left out."""

    column: str
    segments: tuple[Segment, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme of the main scale; if not ``in_full``, it has one quote and no breakdowns."""

    rank: int
    theme_id: int
    label: str
    share: Share
    n_reasons: int
    trust: str
    keywords: tuple[str, ...]
    in_full: bool
    quotes: tuple[Quote, ...]
    breakdowns: tuple[Breakdown, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A broad group: a theme of a coarser scale and the themes in it; without label where there is none."""

    label: str
    share: Share | None
    colour: int | None
    themes: tuple[Theme, ...]


def report_themes(study: Study, *, verbatims: bool) -> tuple[Theme, ...]:
    """Collect the themes of the main scale, most widely mentioned first.

    Parameters
    ----------
    study
        The study.
    verbatims
        Quote customers. If not, there are no quotes, and themes are named by their keywords: a label may be
        a customer's sentence.
    """
    rows = study.main_themes().to_dict("records")
    trusts = [trust(float(row["stability"])) for row in rows]
    in_full = [at < MOST_SHOWN or known == "stable" for at, known in enumerate(trusts)]
    many = sum(in_full) > _MANY_THEMES
    asked = int(study.info["counts"]["respondents"])
    reasons = study.reasons.set_index(REASON_ID)
    sources = study.verbatims.set_index(VERBATIM_ID)
    public = _public_segments(study)
    by_theme = dict(tuple(study.prevalence.groupby(THEME_ID)))
    themes = []
    for at, (row, known, full) in enumerate(zip(rows, trusts, in_full, strict=True)):
        n_quotes, length = (_QUOTES[many], _QUOTE_LENGTH) if full else (1, _SHORT_QUOTE_LENGTH)
        ids = row["exemplar_reason_ids"][:n_quotes] if verbatims else []
        own = by_theme.get(row[THEME_ID], study.prevalence[:0]) if full else study.prevalence[:0]
        themes.append(
            Theme(
                rank=at + 1,
                theme_id=int(row[THEME_ID]),
                label=_name(row, verbatims=verbatims),
                share=_share(row, asked),
                n_reasons=int(row["n_reasons"]),
                trust=known,
                keywords=tuple(row["keywords"][:_KEYWORDS]),
                in_full=full,
                quotes=tuple(_quote(reasons.loc[i], sources, study.info, public, length) for i in ids),
                breakdowns=tuple(
                    _breakdown(str(column), segments, most=_SEGMENTS[many])
                    for column, segments in own.groupby("column", sort=False)
                ),
            )
        )
    return tuple(themes)


def report_groups(study: Study, themes: tuple[Theme, ...], *, verbatims: bool) -> tuple[Group, ...]:
    """Gather the themes by broad group, largest first; without groups, all in one that has no name.

    Parameters
    ----------
    study
        The study.
    themes
        Its themes, as :func:`report_themes` gives them.
    verbatims
        As there.
    """
    gathered = broad_groups(study)
    if not gathered:
        return (Group("", None, None, themes),) if themes else ()
    rows = {row[THEME_ID]: row for row in study.themes.to_dict("records")}
    asked = int(study.info["counts"]["respondents"])
    by_id = {theme.theme_id: theme for theme in themes}
    groups = []
    for colour, (broad, ids) in enumerate(gathered):
        members = tuple(by_id[at] for at in ids)
        if broad is None:
            groups.append(Group("Other themes", None, None, members))
        else:
            name = _name(rows[broad], verbatims=verbatims)
            groups.append(Group(name, _share(rows[broad], asked), colour, members))
    return tuple(groups)


def _name(row: Mapping[Hashable, Any], *, verbatims: bool) -> str:
    if verbatims:
        return str(row["label"])
    return ", ".join(row["keywords"][:_KEYWORDS_OF_A_NAME]) or f"theme {row[THEME_ID]}"


def _public_segments(study: Study) -> set[tuple[str, str]]:
    """Columns and values that enough people share to be named beside a quote."""
    enough = study.prevalence[study.prevalence["n"] >= PRIVATE_PEOPLE]
    return set(zip(enough["column"], enough["segment"], strict=True))


def _quote(
    reason: pd.Series,
    sources: pd.DataFrame,
    info: Mapping[str, Any],
    public: set[tuple[str, str]],
    length: int,
) -> Quote:
    columns = info["parameters"]["columns"]
    source = sources.loc[reason[VERBATIM_ID]]
    about = [str(source[name]) for name in columns["segments"] if (name, source[name]) in public]
    rating = columns["rating"]
    if rating is not None and pd.notna(source[rating]):
        about.append(f"{rating}: {source[rating]:g}")
    return Quote(cut(reason["text"], length), tuple(about))


def _breakdown(column: str, table: pd.DataFrame, *, most: int) -> Breakdown:
    rows = table.sort_values(["n", "segment"], ascending=[False, True])
    shown = rows[rows["n"] >= PRIVATE_PEOPLE].head(most)
    segments = tuple(
        Segment(
            name=row["segment"],
            share=_share(row, int(row["n"])),
            few=bool(row["n"] < FEW_PEOPLE),
        )
        for row in shown.to_dict("records")
    )
    return Breakdown(column, segments, hidden=len(rows) - len(shown))


def _share(row: Mapping[Hashable, Any], of: int) -> Share:
    return Share(int(row["n_respondents"]), of, *(float(row[name]) for name in ("prevalence", "low", "high")))
