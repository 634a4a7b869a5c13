"""Which reasons tell anything: a first rule by word lists, to be replaced where a better one is at hand.

In doubt a text is informative: a reason lost is worse than an empty one kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from needlens.duplicates import normalise

# Words that carry nothing by themselves; they never make a text informative.
FILLERS: Final = frozenset(
    """
    a an the this that these it its is was are were be been am i im ive we my our me us you your
    he she they them so very really quite pretty just too also and or but to of for with in on at
    as all far much lot lots bit more again always ever still here there now yet would will can
    could do does did done have has had get got say not dont no overall totally absolutely simply
    definitely truly highly how what s m re ve ll
    """.split()
)

# Greetings, thanks and courtesies, English and the commonest German, French, Spanish and Dutch ones.
GREETINGS: Final = frozenset(
    """
    hi hello hey dear bye goodbye regards cheers thanks thank thx ty thankyou please sir madam
    team guys greetings morning evening afternoon welcome sincerely hallo danke vielen dank bitte
    tschüss gruß grüße bonjour salut merci beaucoup hola gracias muchas adios adiós bedankt
    groetjes dag
    """.split()
)

# Answers that say there is no answer, in the same languages.
EMPTY: Final = frozenset(
    """
    na nil none nothing nope no yes yeah yep ok okay okey fine idk dunno unsure same ditto test
    blank etc cons pros con pro reason reasons comment comments anything else whatever nichts
    keine kein nein ja rien aucun aucune non oui nada ninguno ninguna si sí niets geen nee
    """.split()
)

# Praise and blame that name nothing, with the nouns that stand for the product itself.
VERDICTS: Final = frozenset(
    """
    good great nice excellent awesome amazing superb fantastic wonderful perfect brilliant best
    better cool super lovely bad poor terrible awful horrible worst love loved loves like liked
    likes hate hated happy satisfied pleased recommend recommended recommends impressed enjoy
    enjoyed wow thumbs up stars star rating product products item items purchase stuff thing
    things everything worth buy buying job works gut sehr toll bien très bueno buena muy bon bonne
    goed mooi leuk prima
    """.split()
)

# Words that make a text one about delivery or the shop …
SHOP: Final = frozenset(
    """
    delivery delivered deliver shipping shipped shipment arrived arrive arrives seller vendor
    package packaging parcel courier order ordered transaction
    """.split()
)

# … and words that, beside those, add nothing.
SHOP_DETAILS: Final = frozenset(
    """
    on time fast quick quickly prompt promptly early late soon day days week weeks next same
    within before after expected expectations promised described advertised condition well packed
    packaged service came received safely box amazon store online when by from than
    """.split()
)

# Phrases that say there is no answer, normalised.
EMPTY_PHRASES: Final = (
    "n a",
    "not applicable",
    "so far so good",
    "nothing to complain about",
    "no complaints",
    "no problems",
    "no issues",
    "no comment",
    "cant think of any",
    "can t think of any",
    "cant think of one",
    "none i can think of",
    "none that i can think of",
    "none i have found",
    "none found",
    "i dont know",
    "dont know",
    "not sure",
    "as above",
    "see above",
    "all of the above",
    "keine ahnung",
)

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_EMPTY_PHRASE = re.compile(rf"\b(?:{'|'.join(EMPTY_PHRASES)})\b")
_NAMES_NOTHING: Final = FILLERS | GREETINGS | EMPTY | VERDICTS
_LISTED: Final = _NAMES_NOTHING | SHOP | SHOP_DETAILS | frozenset(" ".join(EMPTY_PHRASES).split())


def is_informative(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Tell for each text whether it names anything a customer could want.

    Not informative are greetings and thanks, "nothing" and "n/a", praise or blame alone ("great product"),
    delivery and shop chatter alone ("arrived on time, thanks"), and texts without a word: emoji, marks,
    numbers, web and e-mail addresses.

    Parameters
    ----------
    texts
        n texts.

    Returns
    -------
    ndarray of bool, shape (n,)

    Examples
    --------
    >>> is_informative(["battery", "great product, thanks!", "arrived on time", "it saves me time"]).tolist()
    [True, False, False, True]
    """
    return np.fromiter(map(names_something, texts), np.bool_, len(texts))


def names_something(text: str) -> bool:
    """Tell of one text what :func:`is_informative` tells of many.

    Examples
    --------
    >>> names_something("battery"), names_something("great product, thanks!")
    (True, False)
    """
    if "@" not in text and "://" not in text and "www." not in text:
        # A word that is in none of the lists, nor can be a part of one that is, decides.
        for word in normalise(text).split():
            if word not in _LISTED and word.isascii() and word.isalpha():
                return True
    plain = _EMPTY_PHRASE.sub(" ", normalise(_ADDRESS.sub(" ", text)))
    words = {word for word in plain.split() if any(map(str.isalpha, word))}
    if words & SHOP:
        words -= SHOP | SHOP_DETAILS
    return bool(words - _NAMES_NOTHING)
