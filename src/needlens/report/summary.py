"""What the report says, worked out once: a study as plain records, ready to be laid out."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from needlens.plots.broad import broad_groups
from needlens.plots.wording import FEW_PEOPLE, PRIVATE_PEOPLE, count, cut, percent, share_text, trust
from needlens.report.caveats import Caveat, caveats
from needlens.report.provenance import provenance
from needlens.schema import REASON_ID, THEME_ID, VERBATIM_ID
from needlens.study.record import Study

_QUOTE_LENGTH = 280
_KEYWORDS = 8

# Quotes and segments of each theme: in most reports, and in those of so many themes that the page gets heavy.
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
        places={int(row[THEME_ID]): (row["x"], row["y"]) for row in study.layout.to_dict("records")},
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
            share=_share(row, asked),
            n_reasons=int(row["n_reasons"]),
            trust=trust(float(row["stability"])),
            keywords=tuple(row["keywords"][:_KEYWORDS]),
            quotes=tuple(_quote(reasons.loc[at], sources, study.info, public) for at in ids),
            breakdowns=tuple(
                _breakdown(str(column), segments, most=_SEGMENTS[many])
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
        about.append(f"{rating}: {source[rating]:g}")
    return Quote(cut(reason["text"], _QUOTE_LENGTH), tuple(about))


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


def _groups(study: Study, themes: tuple[Theme, ...]) -> tuple[Group, ...]:
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
            groups.append(Group(rows[broad]["label"], _share(rows[broad], asked), colour, members))
    return tuple(groups)


def _share(row: Mapping[Hashable, Any], of: int) -> Share:
    return Share(int(row["n_respondents"]), of, *(float(row[name]) for name in ("prevalence", "low", "high")))
