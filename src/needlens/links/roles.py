"""What a piece of a reason can be in a ladder: a rung, or something that is none."""

from __future__ import annotations

import re
from typing import Final, Literal

from needlens.informative import EMPTY, FILLERS, GREETINGS, VERDICTS

Role = Literal["rung", "evaluation", "purchase", "pronoun", "empty"]

_WORD = re.compile(r"[^\W\d_]+")
_SAYS_NOTHING: Final = FILLERS | GREETINGS | VERDICTS | EMPTY

_PRONOUN = re.compile(
    r"(?:and |but |also |plus |well )*(?:it|this|that|they|these|those|which|all|both|this one|this thing|the thing|i|we|you)"
    r"(?: (?:is|was|are|all|just|really|also|one))*",
    re.IGNORECASE,
)
"""Points back at what was said before."""

_WHO = r"(?:(?:and|but|so|well|also|that) )*(?:i|we|my \w+|people|everyone|he|she|they)(?:['’](?:ve|d|m|re))?"
_THING = r"(?:it|this|that|them|one|another|mine|ours|the \w+(?: \w+)?|an? \w+(?: \w+)?|this \w+(?: \w+)?)"
_ALWAYS = r"(?:just |really |absolutely |also |only |finally |first |originally |mainly |have |had |would |do |am |is |was )*"

_EVALUATION = re.compile(
    rf"(?:{_WHO} {_ALWAYS}(?:love|like|liked|loved|enjoy|recommend|hate|adore|prefer|chuffed|happy|pleased|satisfied|"
    rf"glad|impressed)(?: (?:with|about))?(?: {_THING})?(?: (?:so much|a lot|most|very much|too|already|again))?"
    r"|(?:it|this|that)(?:['’]?s| is| was) (?:so |very |really |just |absolutely |a |an )*(?:great|good|perfect|amazing|"
    r"brilliant|excellent|worth it|worth every \w+|the best|fantastic|awesome|lovely|nice|important|ideal|useful|handy)"
    r"(?: (?:buy|purchase|product|machine|thing|bike|app|one|to me|for me|for us))*"
    r"|(?:great|good|perfect|amazing|brilliant|excellent|fantastic|awesome|love|nice|ideal|useful|handy|worth it)"
    r"(?: (?:it|buy|purchase|product|one))?)[\s.!,]*",
    re.IGNORECASE,
)

_PURCHASE = re.compile(
    rf"{_WHO} {_ALWAYS}(?:(?:buy|bought|chose|choose|got|get|picked|ordered|switched to|went for|went with|purchased|returned|"
    rf"decided)(?: (?:to (?:buy|get|try)))?(?: {_THING})?|(?:need|needed|use|used|wanted|want)(?: (?:it|this|that|them|one|mine))?)"
    r"(?: (?:for (?:myself|us|me)|last \w+|two years ago|in \w+|too|as well|again|back|mainly|mostly|instead|only|partly))*[\s.!,]*",
    re.IGNORECASE,
)

_PERSON = re.compile(
    r"(?:and |but |so )*(?:my|our|the|his|her) (?:\w+ )?(?:husband|wife|partner|boyfriend|girlfriend|son|daughter|kids?|"
    r"children|mother|father|mum|mom|dad|brother|sister|boss|friends?|neighbou?rs?|colleagues?|grandmother|grandson|"
    r"granddaughter|aunt|uncle|doctor)|(?:and |but |so )*(?:nobody|no one|everyone|everybody|somebody|people|he|she|they)",
    re.IGNORECASE,
)
_AIMED = re.compile(
    r"\b(?:use[sd]?|using|ha(?:ve|s|d)|got|comes? with|sets?|put|takes?|took|wears?|switched?|installed|added|connects?)\b"
    r"(?! (?:nothing|something|anything|a pain|hard|time))",
    re.IGNORECASE,
)
_IMPORTANT: Final = re.compile(r"\b(?:important|matters?|essential|key|crucial)\b", re.IGNORECASE)
_LIKES: Final = re.compile(
    r"\b(?:love|like|enjoy|appreciate|adore|prefer) (?:that|how|the|its|my|having)\b", re.IGNORECASE
)
_CONSEQUENCE: Final = re.compile(
    r"\s*(?:i|we) (?:can|could|don['’]?t|no longer|never|feel|save|get|have|need)\b|\s*(?:it|that|this) (?:lets|helps|"
    r"allows|means|makes|gives|saves|keeps)\b",
    re.IGNORECASE,
)


def role_of(piece: str) -> Role:
    """Say what a piece is: a rung, praise, the purchase itself, a pronoun, or nothing.

    Examples
    --------
    >>> [role_of(piece) for piece in ("I carry it upstairs", "I love it", "We bought this one", "it", "Thanks!")]
    ['rung', 'evaluation', 'purchase', 'pronoun', 'empty']
    """
    text = " ".join(piece.split()).strip(" ,;:-–—")
    if not any(map(str.isalpha, text)):
        return "empty"
    if _PRONOUN.fullmatch(text):
        return "pronoun"
    if _PURCHASE.fullmatch(text):
        return "purchase"
    if _EVALUATION.fullmatch(text):
        return "evaluation"
    says = {word.lower() for word in _WORD.findall(text)} - _SAYS_NOTHING
    return "rung" if says else "empty"


def turns_around(left: str, right: str) -> bool:
    """Tell whether "left because right" names the end on the right, against what "because" says by itself.

    "The weight is important because I carry it": what is important is a means. So is what somebody likes for
    what it brings: "I like the low frame because I can get on with a bad knee".

    Examples
    --------
    >>> turns_around("The weight is important to me", "I carry it upstairs")
    True
    >>> turns_around("I carry it upstairs", "it is light")
    False
    """
    if _IMPORTANT.search(left):
        return True
    return bool(_LIKES.search(left) and _CONSEQUENCE.match(right))


def is_person(piece: str) -> bool:
    """Tell whether a piece is somebody and nothing else: who lets or gives then is no product.

    Examples
    --------
    >>> is_person("my husband"), is_person("the timer")
    (True, False)
    """
    return bool(_PERSON.fullmatch(piece.strip(" ,")))


def has_an_aim(left: str) -> bool:
    """Tell whether "to" or "for" after this names what something is used for, unlike "a pain to clean".

    Examples
    --------
    >>> has_an_aim("I use the rack"), has_an_aim("it is a pain")
    (True, False)
    """
    return bool(_AIMED.search(left[-60:]))
