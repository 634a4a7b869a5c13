"""English words that name no theme: function words, and the fillers of reviews and surveys."""

from __future__ import annotations

from typing import Final

FUNCTION_WORDS: Final = frozenset(
    """
    a about above across after again against ago all almost along already also although always am
    among an and another any anybody anymore anyone anything anyway anywhere are aren't around as at away
    back be became because become becomes been before being below between both but by came can can't
    cannot come comes coming could couldn't did didn't do does doesn't doing don't done down during
    each either else enough etc even ever every everybody everyone everything everywhere few for
    from further gave get gets getting give given gives go goes going gone got had hadn't has hasn't
    have haven't having he he'd he'll he's hence her here hers herself him himself his how how's
    however i i'd i'll i'm i've if im in indeed instead into is isn't it it'd it'll it's its itself
    ive just keep keeps kept let let's lets like likely made make makes making many may maybe me
    mean means meant might mine more most mostly much must my myself need needed needs neither never
    no nobody none nor not nothing now nowhere of off often on once one ones only onto or other
    others otherwise ought our ours ourselves out over own per perhaps put puts quite rather really
    same see seem seemed seems seen several shall she she'd she'll she's should shouldn't since so
    some somebody somehow someone something sometimes somewhere soon still such take taken takes
    taking than that that's thats the their theirs them themselves then there there's therefore
    these they they'd they'll they're they've thing things this those though through thus to
    together too took toward towards two under until unless up upon us use used uses using very via
    want wanted wants was wasn't way ways we we'd we'll we're we've well went were weren't what
    what's whatever when where where's whether which while who who's whom whose why will with within
    without won't would wouldn't yes yet you you'd you'll you're you've your yours yourself dont
    cant didnt doesnt isnt wasnt wont couldnt youre theyre
    """.split()
)
"""Words that carry grammar, not content."""

FILLERS: Final = frozenset(
    """
    absolutely actually amazing awesome awful bad basically best better big bit bought brilliant buy
    buying cool decent definitely day days excellent fantastic feel feels felt find fine first found
    good gonna gotta great happy honestly hope huge kind know last literally long lot lots love
    loved loves month months new nice ok okay old perfect place please pretty product recommend
    recommended right say says simply sort super sure tell thank thanks think thought time times
    today told totally tried truly try trying week weeks wonderful work worked working works worst
    year years yesterday
    """.split()
)
"""Words of praise, time and talk that any theme can hold; they may stand inside a phrase, not make one."""

NEGATIONS: Final = frozenset(["no", "not", "never", "without", "zero", "less"])
"""Words that turn a phrase round: a label may begin with one."""

PHRASE_ENDS: Final = frozenset(["use"])
"""Function words that may end a phrase all the same: "easy to use"."""
