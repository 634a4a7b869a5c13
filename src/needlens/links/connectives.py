"""The connectives that tie a means to its end: what they look like, and which side is the means.

Every entry is a way of speaking, not a word: "so" ties in "so I can carry it", not in "so good"; "since" ties
in "since it is light", not in "since 2019".
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from needlens.links.guards import AIMS, NO_AIM, NO_CAUSE, TIME

_BACK = 40
"""Characters before a connective that a guard looks at."""


class Connective(NamedTuple):
    """A connective in its place in a text.

    ``[start, end)`` is what it covers; the piece before it ends at ``left``, the piece after it begins at
    ``right``: a verb that ties ("lets me ride") belongs to the piece after it. ``forward``: the means is on the
    left. ``grade``: as in :data:`needlens.schema.GRADES`.
    """

    start: int
    end: int
    left: int
    right: int
    kind: str
    forward: bool
    grade: str


class Way(NamedTuple):
    """A way to tie a means to its end.

    In ``pattern`` the group ``tie`` is the connective (else all of it), ``said`` belongs to the piece before
    it; ``never_after`` is what may not stand before it. ``keeps``: the tie belongs to the piece after it.
    """

    kind: str
    forward: bool
    grade: str
    keeps: bool
    pattern: re.Pattern[str]
    never_after: re.Pattern[str] | None


def _way(
    kind: str,
    pattern: str,
    *,
    forward: bool,
    grade: str = "E3",
    keeps: bool = False,
    never_after: str | None = None,
) -> Way:
    after = None if never_after is None else re.compile(rf"(?:{never_after})\s*\Z", re.IGNORECASE)
    return Way(kind, forward, grade, keeps, re.compile(pattern, re.IGNORECASE), after)


_SUBJECT = r"(?:i|we|you|he|she|they|it|there|one|everyone|everybody|nobody|no one|people)\b"
_OWNED = r"(?:my|our|your|the|this|that|these|its|no|now|even|then|both|all|every)\b"
_ME = r"(?:me|us|you|him|her|them|people|everyone|my|our|your|the (?:kids|children|family|baby|dog))\b"
_ABLE = r"(?:can|could|don['’]?t|do not|no longer|never|hardly|barely|forget|almost|just)\b"
_VERBS = (
    "lets?|allow(?:s|ed)?|enabl(?:es?|ed)|helps?|helped|saves?|saved|gives?|gave|keeps?|kept|makes?|made|"
    "spares?|spared|frees?|freed|reminds?|teaches|taught|stops?|stopped"
)
_PARTICIPLES = (
    "letting|allowing|enabling|helping|saving|giving|keeping|making|sparing|freeing|bringing|preventing"
)
_EASY = "easy|easier|possible|simple|simpler|faster|quick|quicker|fun|comfortable|safer|less|more"

WAYS: Final = (
    _way("degree", r"(?P<said>\b\w+) (?P<tie>enough (?:to|for me to|for us to|that)) (?=\w)", forward=True),
    _way(
        "degree",
        r"\bso (?P<said>(?!far\b|on\b|called\b|long\b|much\b|many\b|i\b)(?:\w+ly )?\w+(?: and \w+)?) (?P<tie>that)\b",
        forward=True,
    ),
    _way(
        "degree",
        rf"(?P<tie>\bso) (?P<said>(?!far\b|on\b|much\b|many\b|i\b|that\b)(?:\w+ly )?\w+(?: and \w+)?) (?={_SUBJECT} {_ABLE})",
        forward=True,
    ),
    _way("result", r"\bso that\b|\bin order (?:to|that)\b|\bso as to\b", forward=True, never_after="and|or"),
    _way("result", r"\bin an? (?:\w+ )?(?:bid|effort|attempt|move) to\b", forward=True),
    _way("result", r"\bwith (?:a|the) (?:view|aim|intention|purpose) (?:to|of)\b", forward=True),
    _way(
        "result",
        r"\b(?:that|this|which)(?:['’]s| ['’] s| is) (?:the reason )?(?:why|how)\b|\bso because of (?:that|this)\b",
        forward=True,
    ),
    _way(
        "result",
        rf"\bso (?!it seems|they say|the story|that\b)(?={_SUBJECT}|i['’]|it['’]|we['’]|{_OWNED})",
        forward=True,
        never_after=r"\bor|\bif|think|hope|said|believe|\bjust|\bever|\bnot|\bis|\bare|\bwas|\bdo|\bmuch",
    ),
    _way(
        "result",
        r", (?:and )?so (?!far\b|much\b|many\b|long\b|good\b|easy\b|very\b|\w+ly\b|\w+er\b)(?=\w{4,} \w+s\b)",
        forward=True,
    ),
    _way(
        "means",
        r"\b(?:which|this|that|it|all of which) (?:also |then |really |all )?(?:means?|meant)\b(?: that\b)?"
        r"(?! (?:business|well|a lot|the world|nothing|so much|for))",
        forward=True,
    ),
    _way("means", rf"\bmeaning (?:that\b|(?={_SUBJECT}|i['’]|{_OWNED}))", forward=True),
    _way(
        "means",
        rf"\bmeans (?={_SUBJECT}|i['’]|we['’]|(?:my|no|less|more|fewer|never|that)\b)",
        forward=True,
        never_after=r"by (?:all|no)|\bno|\bany",
    ),
    _way(
        "result",
        r"\b(?:that|this) way\b,?|\bas a (?:result|consequence)\b(?! of)|\bconsequently\b|\btherefore\b|\bhence\b"
        r"|\bthus\b|\bthereby\b",
        forward=True,
    ),
    _way(
        "cause",
        r"\b(?:lead|leads|led|leading) to\b|\bresult(?:s|ed|ing)? in(?:to)?\b|\bcaus(?:es|ed|ing)\b"
        r"|\btrigger(?:s|ed|ing)\b|\bspark(?:s|ed|ing)\b|\bprompt(?:s|ed|ing)\b|\bprovok(?:es|ed|ing)\b"
        r"|\bforcing\b|, (?P<tie>leaving|killing|injuring|wounding|stranding|disrupting)\b",
        forward=True,
        never_after=r"\b(?:was|were|been|being|is|are)",
    ),
    _way(
        "cause",
        r"\b(?:was|were|been|being|is|are) (?P<tie>(?:caused|triggered|sparked|prompted|provoked) by)\b",
        forward=False,
    ),
    _way(
        "enable",
        rf"(?:(?:\bwhich |\bthat |\band )(?:also |really |always |even )?)?\b(?P<tie>{_VERBS}) (?={_ME})",
        forward=True,
        keeps=True,
        never_after=r"\b(?:to|will|would|can|could|should|does|doesn['’]t|did|didn['’]t|not|never|i|we|you)|['’]ll",
    ),
    _way(
        "enable",
        rf"(?:,|\band|\bthus|\bthereby)? ?\b(?P<tie>{_PARTICIPLES}) (?={_ME}|it\b|sure\b|life\b)",
        forward=True,
        keeps=True,
        never_after=r"\b(?:am|is|are|was|were|been|be|of|for|by|about|at|keep|keeps|stop|started|without|and)|['’](?:m|re|s)",
    ),
    _way(
        "enable",
        rf"\b(?P<tie>makes?|made|making) (?:it|life|things|everything|\w+ing|\w+s) (?:so |much |a lot |really )?(?:{_EASY})\b",
        forward=True,
        keeps=True,
        never_after=r"\b(?:to|will|would|can|could|should|i|we|you|not|of|for)",
    ),
    _way(
        "relief",
        r",\s+(?P<tie>no more|no longer|no need to|never again|without having to)\b",
        forward=True,
        grade="E2",
        keeps=True,
    ),
    _way(
        "reason",
        r"\bbecause (?:of )?(?=\w)|\bbecause\b|\b(?:cuz|coz|bcos|bcoz|becuase|becasue)\b|(?<!\w)['’]?cause (?=it|i|we|they|my|the\b)",
        forward=False,
        never_after=r"\bnot(?: just| only| simply)?|\bthe|\ba|\bno|\bn['’]t",
    ),
    _way(
        "reason",
        r"\b(?:due|owing|thanks) to\b|\bon account of\b|\bgiven (?:that|how)\b|\bseeing as\b|\bnow that\b"
        r"|\bin (?:the )?light of\b|\bin view of\b",
        forward=False,
    ),
    _way(
        "reason",
        r"\bin response to\b|\bin the wake of\b|\bas a result of\b|\bin retaliation (?:for|to)\b"
        r"|\bon (?:the )?charges? of\b|\bon suspicion of\b|\bangered (?:by|over|at|with)\b"
        r"|\b(?:angry|unhappy|upset|irked|outraged) (?:at|over|with|about|by)\b|\bfearing\b",
        forward=False,
    ),
    _way("reason", r"\bby (?=\w{2,}ing\b(?! (?:the )?(?:morning|evening)))", forward=False),
    _way("reason", rf"\bsince (?!{TIME})(?=\w+ \w+)", forward=False, never_after="ever|long|years?|months?"),
    _way(
        "reason",
        rf"(?:^|(?<=[.!?;] )|(?<=[.!?;,] )(?<=, ))as (?={_SUBJECT}|i['’]|it['’]|my \w|the \w+ \w)"
        r"(?!i (?:said|mentioned|wrote|get|got|go)|you can|it were|it is supposed|they say|we speak)",
        forward=False,
    ),
    _way(
        "reason",
        r"\b(?:the|my|one|main|another|biggest|only) reasons?\b(?: [^,.;]{1,60}?)? (?:is|was|being|are)\b(?: that\b|:)?",
        forward=False,
    ),
    _way(
        "reason",
        r"\bknowing (?:that )?(?=(?:it|the|my|i|we|there|everything|exactly|where|how|what)\b)",
        forward=False,
    ),
    _way(
        "aim",
        r"\bin (?:protest|support|solidarity)\b|\b(?:demanding|seeking|calling for|calling on|protesting|condemning"
        r"|opposing|urging|pressing for|hoping to|aimed at|denouncing|accusing|alleging)\b",
        forward=True,
        grade="E2",
    ),
    _way(
        "aim",
        r"\bfor (?:allegedly )?(?=(?!during|morning|evening|something|nothing|anything|being|everything)\w{2,}ing\b)",
        forward=True,
        grade="E2",
        never_after=r"\b(?:thanks|thank you|looking|waiting|call|calling|only|reason|good|great|bad|sorry)",
    ),
    _way(
        "aim", rf"\bto (?=(?:\w+ly )?(?:{AIMS})\b)", forward=True, grade="E2", never_after=rf"\b(?:{NO_AIM})"
    ),
)
"""All ways to tie a means to an end; of two that overlap the first in this order counts."""

CONTRAST: Final = re.compile(
    r"\b(?:but|although|though|however|except|whereas|nevertheless|despite|in spite of|on the other hand)\b"
    r"|\byet (?=i\b|it\b|we\b)",
    re.IGNORECASE,
)
"""What sets one thing against another: no link reaches across it."""


def connectives(text: str) -> list[Connective]:
    """Find the connectives of a text.

    Parameters
    ----------
    text
        A sentence, or a part of one.

    Returns
    -------
    list of Connective
        In order, not overlapping.

    Examples
    --------
    >>> text = "it is light, so I can carry it, and that is so good because the lift is slow"
    >>> [(text[own.start : own.end], own.forward) for own in connectives(text)]
    [('so', True), ('because', False)]
    >>> connectives("I have had it since 2019 and it is so quiet")
    []
    """
    taken: list[Connective] = []
    spans: list[tuple[int, int]] = []
    for way in WAYS:
        for match in way.pattern.finditer(text):
            start, end = match.span()
            free = all(end <= first or last <= start for first, last in spans)
            if free and not _forbidden(way, text, start):
                spans.append((start, end))
                taken.append(_placed(way, match))
    return sorted(taken)


def _forbidden(way: Way, text: str, start: int) -> bool:
    before = text[max(0, start - _BACK) : start]
    return bool((way.never_after and way.never_after.search(before)) or NO_CAUSE.search(before))


def _placed(way: Way, match: re.Match[str]) -> Connective:
    groups = match.re.groupindex
    start, end = match.span("tie") if "tie" in groups and match["tie"] is not None else match.span()
    left = match.end("said") if "said" in groups else match.start()
    right = start if way.keeps else match.end()
    text = match.string
    while end > start and text[end - 1] in " ,\t\n":
        end -= 1
    while start < end and text[start] in " ,\t\n":
        start += 1
    return Connective(start, end, left, right, way.kind, way.forward, way.grade)
