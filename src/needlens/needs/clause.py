"""From what a customer says of themselves to what customers need: a small grammar, first to third person.

"I can carry it anywhere" becomes "be able to carry it anywhere", "I don't have to worry" "not have to worry".
What has none of the known forms is left alone: no statement is made of it.
"""

from __future__ import annotations

import re
from typing import Final

_LEAD: Final = re.compile(
    r"^(?:and|but|so|now|then|because|since|also|plus|well|honestly|finally|that|this way|that way|at last)"
    r"[,:]?\s+",
    re.IGNORECASE,
)
_I: Final = r"(?:i|we)"
_ADVERB: Final = r"(?:\s+(?:finally|now|just|really|always|also|even|actually|still))?"
_IT: Final = r"(?:it|this|that|which|they|this thing|the app|the bike|the machine)"

_FORMS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), made)
    for pattern, made in (
        (rf"^{_I}{_ADVERB} (?:can|could|am able to|are able to|get to){_ADVERB} (?P<rest>.+)$", "be able to"),
        (
            rf"^{_I}{_ADVERB} (?:do not|don't|dont|didn't) (?:have|need) to (?P<rest>.+)$",
            "not have to",
        ),
        (rf"^{_I} (?:no longer|never) (?:have|need) to (?P<rest>.+)$", "no longer have to"),
        (rf"^{_I} (?:never|no longer) worry (?P<rest>.+)$", "not worry"),
        (rf"^{_I}{_ADVERB} feel (?P<rest>.+)$", "feel"),
        (rf"^(?:i am|i'm|im|we are|we're){_ADVERB} (?P<rest>(?!not\b|\w+ing\b|a\b|an\b|the\b)\S.*)$", "be"),
        (rf"^{_I}{_ADVERB} know (?P<rest>.+)$", "know"),
        (rf"^{_I}{_ADVERB} sleep (?P<rest>.+)$", "sleep"),
        (rf"^{_I}{_ADVERB} (?:want|wanted|need|needed) to (?P<rest>.+)$", ""),
        (
            rf"^{_I}{_ADVERB} (?P<verb>save|see|enjoy|learn|stay|get) (?P<rest>(?!that\b).+)$",
            r"\g<verb>",
        ),
        (rf"^(?:{_IT} )?(?:lets?|allows?|helps?|enables?) (?:me|us) (?:to )?(?P<rest>.+)$", "be able to"),
        (rf"^(?:{_IT} )?(?:makes?) (?:me|us) feel (?P<rest>.+)$", "feel"),
        (
            rf"^(?:{_IT} )?(?:makes?) (?:me|us) (?P<rest>(?:happy|proud|calm|smile|laugh|feel)\b.*)$",
            "be made",
        ),
        (rf"^(?:{_IT} )?saves? (?:me|us) (?P<rest>.+)$", "save"),
        (rf"^(?:{_IT} )?gives? (?:me|us) (?P<rest>.+)$", "have"),
        (rf"^(?:{_IT} )?keeps? (?:me|us) (?P<rest>.+)$", "be kept"),
        (r"^no more (?P<rest>.+)$", "have no more"),
        (r"^no need to (?P<rest>.+)$", "not have to"),
        (r"^to be able to (?P<rest>.+)$", "be able to"),
    )
)
_PERSONS: Final = {
    "i": "they",
    "i'm": "they are",
    "i've": "they have",
    "i'll": "they will",
    "i'd": "they would",
    "me": "them",
    "my": "their",
    "mine": "theirs",
    "myself": "themselves",
    "we": "they",
    "we're": "they are",
    "us": "them",
    "our": "their",
    "ours": "theirs",
    "ourselves": "themselves",
}
_AM: Final = re.compile(r"(?<=\bi) am\b", re.IGNORECASE)
_JOINT: Final = re.compile(r"[,;:.!?()]|\b(?:but|because|although|which)\b", re.IGNORECASE)
"""Where a second idea begins: a statement has one."""

_LONGEST: Final = 14
"""Words a clause may have: a statement is read at one glance."""


def clause_of(text: str) -> str | None:
    """What follows on "customers need to", in the words of a reason.

    Parameters
    ----------
    text
        A reason in the first person, or about what the product does for the speaker.

    Returns
    -------
    str or None
        None where the reason has none of the known forms, holds a second idea, or is long.

    Examples
    --------
    >>> clause_of("so I can carry it up to my flat")
    'be able to carry it up to their flat'
    >>> clause_of("I don't have to worry about thieves!"), clause_of("The battery is large")
    ('not have to worry about thieves', None)
    """
    said = " ".join(text.replace("\u2019", "'").split()).strip(" .!?;:,…\"'()")
    while (lead := _LEAD.match(said)) is not None:
        said = said[lead.end() :]
    for form, made in _FORMS:
        found = form.match(said)
        if found is None:
            continue
        if _JOINT.search(found["rest"]):
            return None
        head = found.expand(made).casefold()
        rest = _AM.sub("'m", found["rest"])
        words = f"{head} {rest}".split()
        if not 2 <= len(words) <= _LONGEST:
            return None
        return " ".join(_third_person(word) for word in words)
    return None


def _third_person(word: str) -> str:
    bare = word.strip('.,;:!?"()')
    turned = None if bare == "US" else _PERSONS.get(bare.casefold())
    return word if turned is None else word.replace(bare, turned)
