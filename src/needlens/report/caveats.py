"""What a reader must know before leaning on the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from needlens.plots.wording import count, percent
from needlens.schema import REASON_ID, THEME_ID
from needlens.study.record import Study


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
        "A theme's name is a phrase from its texts. Read the quotes before you give it a name of your own.",
    ),
)
"""What holds for the themes of every study."""


def caveats(study: Study, *, unsure: Sequence[str]) -> tuple[Caveat, ...]:
    """Collect what is uncertain in a study, what is particular to it first.

    Parameters
    ----------
    study
        The study.
    unsure
        Labels of the themes that are not stable.
    """
    found = [Caveat("Note", note) for note in study.info["warnings"]]
    if unsure:
        names = ", ".join(f"“{label}”" for label in unsure)
        text = f"These seldom came back when parts of the answers were left out: {names}. Take them as hints."
        found.append(Caveat("Unstable themes", text))
    return (*found, *_left_out(study), *(ALWAYS if study.found else ()))


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
        main = study.assignments[study.assignments["scale"] == study.main_scale]
        informative = study.reasons.loc[study.reasons["informative"], REASON_ID]
        lonely = int(main.loc[main[REASON_ID].isin(informative), THEME_ID].isna().sum())
        if lonely:
            share = percent(lonely / len(informative))
            text = f"{count(lonely)} of {count(len(informative))} reasons ({share}\u00a0%) resemble no theme."
            found.append(Caveat("Reasons without a theme", text))
    return found
