"""Words that tell of a level: verbs of having, of effect and of feeling, and the nouns of values."""

from __future__ import annotations

import re
from typing import Final


def _any(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words.split())})\b", re.IGNORECASE)


FIRST_PERSON: Final = _any("i me my mine myself we us our ours ourselves i'm i've i'd i'll we're we've")
HAVING: Final = re.compile(
    r"\b(?:is|are|was|were|has|have|comes? with|made of|made from|includes?|contains?|consists? of|weighs?|costs?|there (?:is|are))\b",
    re.IGNORECASE,
)
EFFECT: Final = _any(
    """
    works? lasts? fits? saves? saved saving reduces? allows? lets? helps? keeps? makes? charges? cleans? cooks? heats?
    brews? rides? carry carries carrying gets? get go goes can could able use used using easier faster quicker longer
    cheaper better less more fewer quickly without every day time money spend spent minutes hours pays?
    """
)
FEELING: Final = _any(
    """
    feel feels feeling felt enjoy enjoys enjoying enjoyed worry worries worried worrying trust proud pride impress
    impressed belong happy happier happiness glad relax relaxed relaxing relaxes calm calmer calms fun laugh laughs
    laughing smile smiles smiling stress stressed stressful fear scared afraid ashamed embarrassed embarrassing
    guilty guilt love loves lonely alone confident confidence excited exciting bored boring annoyed annoying annoys
    frustrated frustrating admire admired compliments? jealous cosy peace mind treat pleasure delight hate nervous
    anxious anxiety panic together argue arguments? arguing row rows fight fights welcome friends neighbours
    colleagues guests grandchildren
    """
)
VALUES: Final = _any(
    """
    freedom free independence independent dignity planet environment climate justice fairness honesty respect
    security health family tradition values principle principles purpose meaning conscience generation future
    responsibility nature self life world belief believe society community
    """
)
MEASURE: Final = re.compile(
    r"\d|[$€£%]|\b(?:kg|kilos?|mah|watts?|volts?|litres?|inch(?:es)?|cm|mm|metres?|bars?|gears?|size|price|warranty|"
    r"colou?rs?|material|design|features?|buttons?|screen|battery|motor|steel|plastic|model|version|app|display|quality)\b",
    re.IGNORECASE,
)
COMPARATIVE: Final = re.compile(
    r"\b\w{2,}(?:er|ier) than\b|\b(?:more|less|fewer|better|worse)\b", re.IGNORECASE
)
EASE: Final = re.compile(
    r"\b(?:easy|easier|easily|quick|quickly|fast|hard|difficult|simple) to\b", re.IGNORECASE
)
NOUN_PHRASE: Final = re.compile(
    r"\s*(?:the|a|an|very|too|so|really|nice|good|great|no|solid|light|quiet|small|big|large|lovely|bad|poor)?\s?"
    r"(?:\w+[ -]?){1,3}[.!]?\s*",
    re.IGNORECASE,
)
SUBJECT_IS_THING: Final = re.compile(r"\s*(?:the|it|its|it's|this|that|these|there)\b", re.IGNORECASE)
SUBJECT_IS_PERSON: Final = re.compile(
    r"\s*(?:i|we|my|our|i'm|i've|people|everyone|nobody|the kids|kids|friends|guests)\b", re.IGNORECASE
)
FEEL_FRAME: Final = re.compile(
    r"\b(?:i|we) (?:feel|felt|enjoy|love being|am proud|was scared|am not afraid)\b|\bmakes? (?:me|us) (?:feel |\w+y\b|smile|laugh)|"
    r"\bpeace of mind\b|\b(?:don['’]?t|no longer|never) (?:have to )?worry\b|\bno (?:more )?(?:stress|worries|arguments|rows)\b|"
    r"\bfeels? (?:like|so|good|great|safe|right)\b",
    re.IGNORECASE,
)
VALUE_FRAME: Final = re.compile(
    r"\b(?:my|our) (?:own )?(?:freedom|independence|health|dignity|conscience|values|principles|future)\b|"
    r"\b(?:good|better) for the (?:environment|planet|climate)\b|\bdo(?:ing)? (?:my|our) (?:bit|part)\b|"
    r"\b(?:i|we) (?:stand for|believe in)\b|\b(?:depend|rely) on (?:nobody|no one)\b|\bon my own terms\b|"
    r"\bwho i am\b|\bmatters? (?:most )?to me\b|\bright thing\b|\bnext generation\b|\bmy own (?:boss|decisions|life|master)\b",
    re.IGNORECASE,
)
ATTRIBUTE_FRAME: Final = re.compile(
    r"\b(?:made of|made from|comes with|weighs|costs?|built[- ]in|price|it has (?:a|an|two|three|four|five)|has (?:a|an) \w+)\b",
    re.IGNORECASE,
)
FUNCTION_FRAME: Final = re.compile(
    r"\b(?:easy|easier|quick|hard|difficult) to \w+|\bsaves? (?:me |us )?(?:time|money|space|energy)\b|"
    r"\b(?:i|we|you) can (?:now )?\w+|\blets? (?:me|us)\b|\bfits? (?:in|into|on|under)\b|\b(?:cheaper|faster|quicker|better|longer) than\b|"
    r"\bkeeps? (?:the|my|food|it)\b|\blasts? \w+|\bworks? (?:well|fine|every)\b",
    re.IGNORECASE,
)
