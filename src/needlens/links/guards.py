"""What looks like a connective and is none: words of time, verbs that take "to", reported causes."""

from __future__ import annotations

import re
from typing import Final

TIME: Final = (
    r"(?:\d|then\b|last\b|christmas|easter|childhood|yesterday|day (?:one|1)|birth"
    r"|the (?:day|beginning|start|first|purchase|birth|last|early|late|mid)"
    r"|(?:a|an|one|two|three|four|five|six|several|many|some|few|my) \w*\s?(?:ago|years?|months?|weeks?|days?|hours?)\b"
    r"|(?:i|we|he|she|they|it) (?:have |has |['’]ve )?"
    r"(?:had|bought|got|started|switched|own|owned|was|were|moved|joined|purchased|came|left|arrived|changed|began)\b"
    r"|(?:my|our|the|his|her) \w+(?: \w+)? (?:died|left|passed|moved|retired|divorced|started|came|broke|ended|was born)\b"
    r"|(?:buying|getting|having|owning|using|switching|moving)\b"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|spring|summer|autumn|winter|mon|tues|wednes|thurs|fri|sat|sun)"
    r"(?:uary|ruary|ch|il|e|y|ust|t(?:ember)?|ober|ember|day|urday)?\b)"
)
"""What follows "since" where it means time."""

AIMS: Final = "|".join(
    r"""
    achieve address allow appease arrest ask assist attack attend attract avert avoid block boost break bring build
    call carry catch celebrate change charge check clean clear combat commemorate compel condemn contain control
    convince cook cool counter cover create cut deal defend defuse demand denounce deter discuss disperse draw ease
    enable encourage end enforce enjoy ensure entertain escape evict exercise express extend facilitate feed feel
    fight find fit foil follow force free gain gather give go greet grow guard halt handle help hide highlight
    hold honou?r impress improve increase inform intimidate investigate join keep learn let lift listen lose look
    lower maintain mark meet minimi[sz]e monitor mourn move negotiate oppose overcome pacify pay persuade plan play
    prepare press pressure pressuri[sz]e prevent promote protect protest prove provide punish push put quell quench
    raise reach read receive recover reduce register relax remember remind remove repair replace rescue resist
    resolve respond rest restore return reunite ride save search secure see seek send settle share show sleep solve
    soothe spend stay stem stop store strengthen support surprise tackle take teach track train transport travel
    unwind voice wake warm warn watch win work get(?=\s(?:rid|to|away|home|more|some|fit))
    """.split()
)
"""Verbs after "to" that name an aim."""

NO_AIM: Final = "|".join(
    """
    wants? wanted needs? needed going have has had having try tries tried trying used plans? planned decided refused
    threatened likely continued? continues began begins? vowed pledged right failed fails agreed started starts is
    are was were be set expected easy easier hard harder nice fun good great quick simple ready due next up back
    close according thanks access love like likes loves prefer get got gets chance supposed allowed forced asked
    told happy glad sure ways? time reasons? enough able unable hopes? hoped seems? appears? tends? about how what
    where when not or and only ability attempt attempts asking request easiest easily impossible possible
    difficult not better best trying
    """.split()
)
"""Words before "to" that make it no aim."""

NO_CAUSE: Final = re.compile(
    r"\b(?:not|n['’]t) (?:just |only |simply |really |even )?\Z|\bdoes(?:n['’]t| not) mean\Z", re.IGNORECASE
)
"""A cause or aim that is denied."""

HEARSAY: Final = re.compile(
    r"\b(?:they|people|reviews?|reviewers?|the (?:ad|ads|advert|website|seller|salesman|shop|brochure|box|company"
    r"|manual|guy|man)|my (?:friends?|neighbou?rs?|brother|sister|boss|colleagues?|mates?)|(?:he|she)|some|others?)"
    r" (?:says?|said|claims?|claimed|promises?|promised|told (?:me|us)|tells? (?:me|us)|thinks?|reckons?|recommended)\b"
    r"|\baccording to\b|\bi (?:read|heard|was told) (?:that|it|about)\b|\bsupposed to\b|\badvertised as\b|\bapparently\b",
    re.IGNORECASE,
)
"""What somebody else said."""

UNMET: Final = re.compile(
    r"\b(?:if (?:only|it|they|there|you|the)|i wish|wish (?:it|they|there|the)|would be (?:nice|great|better|good)"
    r"|would have|would (?:love|like) (?:it|to|a|the)|could have|should (?:be|have)|(?:i['’]?d|we['’]?d) (?:love|like|prefer)"
    r"|i (?:was )?hop(?:e|ed|ing)|needs? to be|(?:were|was) (?:lighter|smaller|cheaper|bigger|longer|quieter|faster))\b",
    re.IGNORECASE,
)
"""A wish, or a condition that is not met."""
