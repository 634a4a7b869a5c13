"""English words the clause rules look at, as plain lists; case-folded, apostrophes straight."""

from __future__ import annotations

from typing import Final

SUBJECTS: Final = frozenset(
    "i it he she we they you there everyone everybody everything nobody nothing".split()
)
"""Words that open a clause: what follows one is its verb."""

DETERMINERS: Final = frozenset(
    """
    the my our your his her its their a an these those all both some most every each no any many
    """.split()
)
"""Words that open a noun phrase, so the word after one is no verb."""

AUXILIARIES: Final = frozenset(
    """
    is are was were am has have had does did can could will would should must may might cannot isn't
    aren't wasn't weren't hasn't haven't hadn't doesn't don't didn't can't couldn't won't wouldn't
    shouldn't isnt arent wasnt doesnt dont didnt cant wont couldnt n't 'm 're 've 'll
    """.split()
)
"""Finite verbs that are hardly ever another part of speech."""

COPULAS: Final = frozenset("is are was were".split())
"""Verbs that after a comma usually resume a sentence ("the bag, a gift, is small")."""

CONTRACTIONS: Final = frozenset(
    """
    it's i'm i've i'd i'll we're we've we'll they're they've they'll you're you've you'll he's she's
    there's it'll it'd
    """.split()
)
"""A subject and its finite verb in one word."""

VERBS: Final = frozenset(
    """
    keeps saves makes gives takes gets goes comes lets helps holds lasts fits allows seems feels
    looks works runs sounds costs needs lacks stays tastes smells reduces prevents provides offers
    includes produces performs handles lasts breaks feels hurts wears requires becomes remains stops
    starts drains eats tends charges connects protects supports delivers falls turns leaks jams
    scratches covers weighs stinks sucks rocks appears arrives loves likes hates wants wakes calms
    suits relieves
    """.split()
)
"""Verbs in the third person singular; some are nouns too, so the word after them is looked at."""

PLURAL_VERBS: Final = frozenset(
    """
    love like hate need want work look feel fit use get have do keep make take last seem come go say
    think enjoy prefer know break fall help save hold give run stay hurt adore complain
    """.split()
)
"""Verbs after a plural subject ("the kids love it")."""

PAST_VERBS: Final = frozenset(
    """
    bought went got came ordered tried loved liked had said thought found gave took wanted began
    looked felt seemed worked became tasted smelled included offered provided stopped kept lasted
    arrived
    """.split()
)
"""Verbs that tell a story; they mark a sentence as prose, not as a list."""

TIES: Final = frozenset(
    """
    because cause cuz coz since so which that this thus hence therefore thereby meaning making
    letting allowing giving saving keeping helping enabling who whose whom whereby why how if when
    whenever while where whereas assuming unless until till as than although though despite whether
    what once before after
    """.split()
)
"""Words that tie a means to its end, or one clause to another: laddering needs both sides in one reason."""

CAUSES: Final = frozenset("because cause cuz coz since so which that thus hence therefore thereby".split())
"""Ties whose scope may reach over the commas after them ("because it is light, quiet and cheap")."""

CONDITIONS: Final = frozenset(
    "if when whenever while where whereas once although though unless until".split()
)
"""Ties that open a clause of their own, which may follow "but"."""

PREPOSITIONS: Final = frozenset(
    """
    of in on at to too for from with without within by about between into onto over under through
    during against among like unlike except besides including especially particularly such even per
    via despite around near plus versus vs not nor or rather namely due thanks then etc yet please
    """.split()
)
"""Words that continue what stands before a comma."""

INTRODUCTIONS: Final = frozenset(
    """
    overall however also well yes yeah finally first firstly second secondly again unfortunately
    fortunately actually basically honestly sometimes now then ok okay oh wow hey generally plus
    still besides sadly luckily personally usually otherwise anyway
    """.split()
)
"""Words that open a sentence before a comma and belong to what follows."""

ADVERBS: Final = frozenset(
    """
    also really just now always never still even often usually generally only sometimes actually
    certainly definitely easily simply overall truly
    """.split()
)
"""Words that may stand before a verb."""

INTENSIFIERS: Final = frozenset(
    "very so too extremely super quite pretty rather fairly a bit little somewhat incredibly".split()
)
"""Words that may stand before an adjective."""

PRAISE: Final = frozenset(
    """
    great good nice excellent awesome amazing superb fantastic wonderful terrific outstanding best
    better perfect lovely beautiful fine decent fair incredible bad poor terrible awful horrible
    lousy worst mediocre no not very really super too extremely easy long short low high lots loads
    """.split()
)
"""Words that open a new idea in a list ("sharp, great battery"), unlike "crisp" in "sharp, crisp photos"."""

ADJECTIVES: Final = frozenset(
    """
    sharp crisp clear small light heavy big large little tiny compact slim thin thick wide bright
    dark loud quiet fast slow quick cheap expensive inexpensive costly pricey simple easy sturdy
    solid strong weak soft hard smooth rough warm cold hot cool clean dirty new old modern basic
    handy sleek classy cute pretty ugly noisy bulky clunky flimsy vivid rich deep flat tight loose
    safe friendly fun funky elegant sexy tough smart short long great good nice excellent fine bad
    poor awesome amazing perfect beautiful lovely lightweight light-weight efficient accurate
    versatile user-friendly convenient high-quality colorful colourful detailed realistic natural
    true rugged plain fuzzy grainy blurry
    """.split()
)
"""Common adjectives that their ending does not give away."""

ADJECTIVE_ENDINGS: Final = ("able", "ible", "ful", "less", "ous", "ive", "ish")
"""Endings of adjectives, for words of seven letters or more."""

PAIRS: Final = frozenset(
    """
    bread_and_butter pros_and_cons black_and_white plug_and_play point_and_shoot bells_and_whistles
    look_and_feel wear_and_tear up_and_running peace_and_quiet nice_and_easy quick_and_easy
    easy_and_fun bits_and_pieces back_and_forth drag_and_drop over_and_over more_and_more on_and_off
    safe_and_sound trial_and_error in_and_out up_and_down again_and_again ups_and_downs
    cut_and_paste copy_and_paste bed_and_breakfast black_and_decker johnson_and_johnson
    arts_and_crafts give_and_take hit_and_miss salt_and_pepper food_and_drink fish_and_chips
    mac_and_cheese cut_and_dry far_and_away start_and_stop stop_and_go soft_and_warm
    """.split()
)
"""Pairs that are one idea."""
