"""What the report says, worked out once: a study as plain records, ready to be laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from needlens.report.caveats import Caveat, caveats
from needlens.report.ladder import Ladders, report_ladders
from needlens.report.needs import Needs, report_needs
from needlens.report.provenance import asked, provenance, steps
from needlens.report.themes import MOST_SHOWN, Group, Theme, report_groups, report_themes
from needlens.schema import THEME_ID
from needlens.study.record import Study
from needlens.wording import count

_HEADLINES = 3
_CONSIDERED = 10


@dataclass(frozen=True, slots=True)
class Headline:
    """The themes named first; ``chosen``: less certain ones that more people mention were passed over."""

    themes: tuple[Theme, ...]
    chosen: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything a report shows.

    Attributes
    ----------
    found
        Whether there are themes; without, ``themes`` and ``groups`` are empty.
    tested
        Whether groups were compared with chance: of too few answers none were looked for.
    title
        The finding in a line.
    asked
        What people were asked, or where their answers come from.
    headline
        The themes named in the first sentence.
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
    steps
        What was done, in sentences.
    made
        How it was made: names and values.
    ladders
        From features to what matters; None for a study that was not laddered.
    needs
        What people seem to need; None for a study that was not read for needs.
    """

    found: bool
    tested: bool
    title: str
    asked: str
    headline: Headline
    reason: str
    counts: tuple[tuple[str, str], ...]
    themes: tuple[Theme, ...]
    groups: tuple[Group, ...]
    places: Mapping[int, tuple[float, float]]
    verbatims: bool
    caveats: tuple[Caveat, ...]
    steps: str
    made: tuple[tuple[str, str], ...]
    ladders: Ladders | None
    needs: Needs | None

    @property
    def first(self) -> tuple[Theme, ...]:
        """Themes of the first chart."""
        return self.themes[:MOST_SHOWN]

    @property
    def further(self) -> tuple[Theme, ...]:
        """Themes that are not in the first chart."""
        return self.themes[MOST_SHOWN:]


def summarise(study: Study, *, verbatims: bool = True) -> Summary:
    """Work out what a report on a study says.

    Parameters
    ----------
    study
        The study.
    verbatims
        Quote customers; if not, no word of a verbatim is in the summary but keywords, which name the themes.
    """
    themes = report_themes(study, verbatims=verbatims) if study.found else ()
    counts = study.info["counts"]
    people = count(counts["respondents"])
    if themes:
        title = f"Reasons customers give: {_number(themes, 'theme')} from {people} people"
    else:
        title = f"No themes found in what {people} people said"
    return Summary(
        found=bool(themes),
        tested=study.info["structure"]["p_value"] is not None,
        title=title,
        asked=asked(study),
        headline=headline(themes),
        reason=study.info["structure"]["reason"],
        counts=(
            (people, "people who answered"),
            (count(counts["verbatims"] - counts["blank"]), "answers"),
            (count(counts["informative"]), "reasons found in them"),
        ),
        themes=themes,
        groups=report_groups(study, themes, verbatims=verbatims),
        places={int(row[THEME_ID]): (row["x"], row["y"]) for row in study.layout.to_dict("records")},
        verbatims=verbatims,
        caveats=caveats(study, themes),
        steps=steps(study.info),
        made=provenance(study.info),
        ladders=report_ladders(study, verbatims=verbatims),
        needs=report_needs(study, verbatims=verbatims),
    )


def headline(themes: tuple[Theme, ...]) -> Headline:
    """Name three themes: of the ten most mentioned those that hold up, where three do, else the first.

    Parameters
    ----------
    themes
        Most widely mentioned first.
    """
    first = themes[:_HEADLINES]
    sure = [theme for theme in themes[:_CONSIDERED] if theme.trust in {"stable", "tentative"}]
    chosen = tuple(sure[:_HEADLINES])
    if len(chosen) < _HEADLINES or chosen == first:
        return Headline(first, chosen=False)
    return Headline(chosen, chosen=True)


def _number(things: tuple[object, ...], noun: str) -> str:
    return f"{count(len(things))} {noun}{'' if len(things) == 1 else 's'}"
