"""What the report says, worked out once: a study as plain records, ready to be laid out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from needlens.plots.style import GROUP_COLOURS
from needlens.plots.wording import count, cut, percent, share_text, trust
from needlens.report.caveats import Caveat, caveats
from needlens.report.provenance import provenance
from needlens.schema import PARENT_ID, REASON_ID, THEME_ID, VERBATIM_ID
from needlens.study.record import Study

QUOTE_LENGTH = 280
"""Characters of a quote that are shown."""

N_KEYWORDS = 8
FEW_PEOPLE = 30
"""Segments with fewer people than this are marked as too few to compare."""

PRIVATE_PEOPLE = 5
"""Segments with fewer people than this are not shown, lest somebody be recognised."""

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
    """A theme's shares by the values of one segment column, largest segments first; ``hidden`` are left out."""

    column: str
    segments: tuple[Segment, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme of the main scale."""

    rank: int
    theme_id: int
    label: str
    share: Share
    n_reasons: int
    trust: str
    keywords: tuple[str, ...]
    quotes: tuple[Quote, ...]
    breakdowns: tuple[Breakdown, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A broad group: a theme of a coarser scale and the themes in it; without label where there is none."""

    label: str
    share: Share | None
    colour: int | None
    themes: tuple[Theme, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything a report shows.

    Attributes
    ----------
    found
        Whether there are themes; without, ``themes`` and ``groups`` are empty.
    title
        The finding in a line.
    reason
        One sentence that says why there are themes, or none.
    counts
        What was read, each a number and what it counts.
    themes
        Themes of the main scale, most widely mentioned first.
    groups
        The same themes by broad group, largest first.
    places
        Place of each theme on the map: x and y in map units by theme id.
    verbatims
        Whether customers' own words are quoted.
    caveats
        What is uncertain.
    made
        How it was made: names and values.
    """

    found: bool
    title: str
    reason: str
    counts: tuple[tuple[str, str], ...]
    themes: tuple[Theme, ...]
    groups: tuple[Group, ...]
    places: Mapping[int, tuple[float, float]]
    verbatims: bool
    caveats: tuple[Caveat, ...]
    made: tuple[tuple[str, str], ...]


def summarise(study: Study, *, verbatims: bool = True) -> Summary:
    """Work out what a report on a study says.

    Parameters
    ----------
    study
        The study.
    verbatims
        Quote customers; if not, no word of a verbatim is in the summary but labels and keywords.
    """
    themes = tuple(_themes(study, verbatims=verbatims)) if study.found else ()
    counts = study.info["counts"]
    people = count(counts["respondents"])
    if themes:
        title = f"Why customers buy: {_number(themes, 'theme')} from {people} people"
    else:
        title = f"No themes found in what {people} people said"
    by_id = study.layout.set_index(THEME_ID)
    return Summary(
        found=bool(themes),
        title=title,
        reason=study.info["structure"]["reason"],
        counts=(
            (people, "people who answered"),
            (count(counts["verbatims"] - counts["blank"]), "answers"),
            (count(counts["informative"]), "reasons found in them"),
        ),
        themes=themes,
        groups=_groups(study, themes),
        places={t.theme_id: (by_id.at[t.theme_id, "x"], by_id.at[t.theme_id, "y"]) for t in themes},
        verbatims=verbatims,
        caveats=caveats(study, unsure=[t.label for t in themes if t.trust == "unstable"]),
        made=provenance(study.info),
    )


def _number(things: tuple[object, ...], noun: str) -> str:
    return f"{count(len(things))} {noun}{'' if len(things) == 1 else 's'}"


def _themes(study: Study, *, verbatims: bool) -> Iterator[Theme]:
    table = study.main_themes()
    many = len(table) > _MANY_THEMES
    asked = int(study.info["counts"]["respondents"])
    reasons = study.reasons.set_index(REASON_ID)
    sources = study.verbatims.set_index(VERBATIM_ID)
    public = _public_segments(study)
    by_theme = dict(tuple(study.prevalence.groupby(THEME_ID)))
    for rank, row in enumerate(table.to_dict("records"), start=1):
        ids = row["exemplar_reason_ids"][: _QUOTES[many]] if verbatims else []
        yield Theme(
            rank=rank,
            theme_id=int(row[THEME_ID]),
            label=row["label"],
            share=Share(int(row["n_respondents"]), asked, row["prevalence"], row["low"], row["high"]),
            n_reasons=int(row["n_reasons"]),
            trust=trust(float(row["stability"])),
            keywords=tuple(row["keywords"][:N_KEYWORDS]),
            quotes=tuple(_quote(reasons.loc[at], sources, study.info, public) for at in ids),
            breakdowns=tuple(
                _breakdown(column, segments, most=_SEGMENTS[many])
                for column, segments in by_theme.get(row[THEME_ID], study.prevalence[:0]).groupby(
                    "column", sort=False
                )
            ),
        )


def _public_segments(study: Study) -> set[tuple[str, str]]:
    """Columns and values that enough people share to be named beside a quote."""
    enough = study.prevalence[study.prevalence["n"] >= PRIVATE_PEOPLE]
    return set(zip(enough["column"], enough["segment"], strict=True))


def _quote(
    reason: pd.Series, sources: pd.DataFrame, info: Mapping[str, Any], public: set[tuple[str, str]]
) -> Quote:
    columns = info["parameters"]["columns"]
    source = sources.loc[reason[VERBATIM_ID]]
    about = [str(source[name]) for name in columns["segments"] if (name, source[name]) in public]
    rating = columns["rating"]
    if rating is not None and pd.notna(source[rating]):
        about.append(f"{rating} {source[rating]:g}")
    return Quote(cut(reason["text"], QUOTE_LENGTH), tuple(about))


def _breakdown(column: str, table: pd.DataFrame, *, most: int) -> Breakdown:
    rows = table.sort_values(["n", "segment"], ascending=[False, True])
    shown = rows[rows["n"] >= PRIVATE_PEOPLE].head(most)
    segments = tuple(
        Segment(
            name=row["segment"],
            share=Share(row["n_respondents"], row["n"], row["prevalence"], row["low"], row["high"]),
            few=row["n"] < FEW_PEOPLE,
        )
        for row in shown.to_dict("records")
    )
    return Breakdown(column, segments, hidden=len(rows) - len(shown))


def _groups(study: Study, themes: tuple[Theme, ...]) -> tuple[Group, ...]:
    """Themes by the finest coarser scale that has no more groups than there are colours."""
    table = study.themes.set_index(THEME_ID)
    broad = _climb({theme.theme_id: theme.theme_id for theme in themes}, table)
    if broad is None:
        return (Group("", None, None, themes),) if themes else ()
    asked = int(study.info["counts"]["respondents"])
    members: dict[int | None, list[Theme]] = {}
    for theme in themes:
        members.setdefault(broad[theme.theme_id], []).append(theme)
    rest = members.pop(None, [])
    rows = table.loc[list(members)].sort_values(["prevalence", "label"], ascending=[False, True])
    groups = [
        Group(
            label=row["label"],
            share=Share(int(row["n_respondents"]), asked, row["prevalence"], row["low"], row["high"]),
            colour=colour,
            themes=tuple(members[int(at)]),
        )
        for colour, (at, row) in enumerate(rows.iterrows())
    ]
    return (*groups, *([Group("Other themes", None, None, tuple(rest))] if rest else []))


def _climb(own: Mapping[int, int], table: pd.DataFrame) -> dict[int, int | None] | None:
    """The broad group of each theme; None where no coarser scale tells at least two groups apart."""
    broad: dict[int, int | None] | None = None
    higher: dict[int, int | None] = dict(own)
    while broad is None or len(set(broad.values())) > len(GROUP_COLOURS):
        higher = {theme: _parent(table, at) for theme, at in higher.items()}
        if len({at for at in higher.values() if at is not None}) < 2:
            return broad
        broad = higher
    return broad


def _parent(table: pd.DataFrame, theme: int | None) -> int | None:
    parent = table.at[theme, PARENT_ID] if theme is not None else None
    return None if pd.isna(parent) else int(parent)
