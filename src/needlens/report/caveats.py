"""What a reader must know before leaning on the numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from needlens.report.themes import Theme
from needlens.schema import REASON_ID, THEME_ID
from needlens.study.record import Study
from needlens.wording import count, percent


@dataclass(frozen=True, slots=True)
class Caveat:
    """Something uncertain: what in a few words, and what it means."""

    title: str
    text: str


ALWAYS = (
    Caveat(
        "Who answered chose to",
        "Reviews and open questions are answered by those who care to. The shares describe these people; "
        "how far they hold for all customers cannot be read from the texts.",
    ),
    Caveat(
        "Mentioned often is not important",
        "A share says how many people bring something up unasked. What they take for granted they leave "
        "out, and what few mention may still decide a purchase.",
    ),
    Caveat(
        "Stated reasons only",
        "The themes are what people wrote, grouped by a computer by similar meaning. Motives they did not "
        "put into words are not here, and nobody's mind is read.",
    ),
    Caveat(
        "Names are not findings",
        "A theme's name is a few words from its texts. Read what people wrote before you give it a name of "
        "your own.",
    ),
)
"""What holds for the themes of every study."""


def caveats(study: Study, themes: Sequence[Theme]) -> tuple[Caveat, ...]:
    """Collect what is uncertain in a study, what is particular to it first.

    Parameters
    ----------
    study
        The study.
    themes
        Its themes.
    """
    found = [Caveat("Note", note) for note in study.info["warnings"]]
    return (*found, *_how_sure(themes), *_left_out(study), *(ALWAYS if study.found else ()))


def _how_sure(themes: Sequence[Theme]) -> list[Caveat]:
    n = Counter(theme.trust for theme in themes)
    if not themes or n["not measured"] == len(themes):
        return []
    known = f"{n['stable']} stable, {n['tentative']} tentative and {n['unstable']} unstable"
    by = "by how far each comes back without some answers and stands apart"
    text = f"Of {len(themes)} themes: {known}, {by}."
    if n["unstable"]:
        text += (
            " Read unstable ones as hints. Fewer and wider themes tend to be steadier: whoever made this "
            "page can ask for a number of themes."
        )
    return [Caveat("How sure the themes are", text)]


def _left_out(study: Study) -> list[Caveat]:
    counts = study.info["counts"]
    empty, n = counts["reasons"] - counts["informative"], counts["reasons"]
    found = []
    if empty:
        text = (
            f"{count(empty)} of {count(n)} passages ({percent(empty / n)}\u00a0%) say nothing about why "
            "(greetings, delivery, bare praise) and were left out."
        )
        found.append(Caveat("Passages left out", text))
    if study.found:
        lonely, informative = _without_theme(study), counts["informative"]
        if lonely:
            share = percent(lonely / informative)
            text = f"{count(lonely)} of {count(informative)} reasons ({share}\u00a0%) resemble no theme."
            found.append(Caveat("Reasons without a theme", text))
    return found


def _without_theme(study: Study) -> int:
    """How many informative reasons have no theme; a large study counted them when it was written."""
    counted = study.info["counts"].get("without_theme")
    if counted is not None:
        return int(counted)
    main = study.assignments[study.assignments["scale"] == study.main_scale]
    informative = set(study.reasons.loc[study.reasons["informative"], REASON_ID].tolist())
    return sum(reason in informative for reason in main.loc[main[THEME_ID].isna(), REASON_ID].tolist())
