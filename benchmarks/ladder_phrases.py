"""Two disjoint banks of phrases for planted worlds: one to develop with, one to measure with."""

from __future__ import annotations

from itertools import product

Bank = dict[str, tuple[str, list[str]]]
"""By code: level and clauses that say it."""

_A: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "weight": (
        (
            "the frame|the body|the whole thing",
            "is light|weighs very little|is a featherweight|hardly weighs a thing|is not heavy",
        ),
        (
            "the housing|the device|the complete unit",
            "is lightweight|has a low weight|weighs next to nothing|is made of thin carbon|tips the scales at two kilos",
        ),
    ),
    "battery": (
        (
            "the battery|the battery pack|its battery",
            "is big|is huge|holds a big charge|has 5000 mAh|is the large version",
        ),
        (
            "the power pack|the accumulator|the cell inside",
            "has a high capacity|is enormous|stores a lot of energy|is of the generous kind|has twice the usual capacity",
        ),
    ),
    "lock": (
        (
            "the lock|the built-in lock|its lock",
            "is made of steel|is solid|is massive|is thick|has a hardened bolt",
        ),
        (
            "the padlock|the integrated bolt|the locking ring",
            "is really sturdy|consists of hardened metal|is heavy duty|cannot be sawn|is robust",
        ),
    ),
    "screen": (
        ("the screen|the display|its screen", "is large|is bright|has big letters|has a clear font|is wide"),
        (
            "the panel|the monitor|the readout",
            "is luminous|shows oversized digits|is of high contrast|has a roomy format|is easy on the eyes in size",
        ),
    ),
    "price": (
        (
            "the price|the purchase price|what they ask for it",
            "is low|is fair|is under 100 euros|is reasonable|is half of others",
        ),
        (
            "the cost|the sum on the label|the amount charged",
            "is modest|stays below 90 dollars|is moderate|is a bargain|is small",
        ),
    ),
    "motor": (
        (
            "the motor|the engine|its motor",
            "is quiet|makes no noise|is nearly silent|hums softly|is very low in noise",
        ),
        (
            "the drive|the power unit|the machine inside",
            "runs without a sound|is noiseless|whispers|is soundless|is inaudible",
        ),
    ),
    "bag": (
        (
            "the bag|the basket|the luggage box",
            "is roomy|has 30 litres|is wide and deep|is very large|has two compartments",
        ),
        (
            "the carrier|the pannier|the trunk",
            "has plenty of volume|is spacious|offers 35 litres|is generously cut|has a big capacity",
        ),
    ),
    "colour": (
        (
            "the colour|the paint|the finish",
            "is a warm red|is a deep blue|is matt green|is bright yellow|is copper",
        ),
        ("the varnish|the shade|the coating", "is crimson|is turquoise|is olive|is golden|is bronze"),
    ),
}

_F: dict[str, tuple[str, str]] = {
    "carry": (
        "carry it up the stairs|lift it with one hand|take it up to my flat|carry it on the train|pick it up easily",
        "haul it to the third floor|hoist it over the step|bring it along on the metro|raise it onto the shelf|lug it around without help",
    ),
    "distance": (
        "go all day without charging|do 80 kilometres on one charge|use it the whole weekend without a plug|charge it only once a week|ride far without charging",
        "cover long distances between sockets|last two days away from a power point|skip the charger for a week|travel to the coast and back on a single load|keep it running from dawn to dusk",
    ),
    "park": (
        "leave it outside the shop|park it at the station|leave it in the street overnight|park it anywhere|lock it up in front of the office",
        "have it stand on the pavement|abandon it by the railings for hours|keep it at the bus stop|let it wait outdoors|put it down in town unattended",
    ),
    "read": (
        "read it without glasses|see the numbers at once|read the figures in the sun|see what it says from afar|read the map at night",
        "make out the digits without spectacles|decipher it in bright daylight|spot the values at a glance|recognise the text from two metres|view the route in the dark",
    ),
    "save": (
        "save fifty euros a month|spend less on petrol|pay less every month|save on tickets|put money aside",
        "cut my monthly bills|lower my outgoings|keep more cash at the end of the month|reduce what goes out on fares|set aside a sum each payday",
    ),
    "talk": (
        "talk while it runs|hear the birds|have a chat on the way|hear the radio beside it|listen to music next to it",
        "hold a conversation during the ride|notice the blackbirds singing|speak normally near it|follow a podcast beside it|enjoy a phone call as it works",
    ),
    "shop": (
        "do the weekly shopping with it|bring home all groceries in one go|carry three crates|transport the shopping|fit a week of food in it",
        "fetch everything from the market at once|cart the provisions home|load the supermarket haul|stow the food for seven days|get the drinks home in a single trip",
    ),
    "find": (
        "find it in a crowded rack|spot it among hundreds|recognise mine at once|see it from across the square|pick it out at the station",
        "locate it between all the others|tell it apart quickly|identify it from far off|make it out in the row|discover it in the shed right away",
    ),
    "early": (
        "get to work faster|be at the office in ten minutes|skip the traffic jam|arrive before everyone else|save half an hour on the commute",
        "reach my desk sooner|cut the journey to a third|overtake the queue of cars|be on site in no time|shorten the trip by twenty minutes",
    ),
    "clean": (
        "clean it in a minute|wipe it down quickly|wash it under the tap|keep it spotless without effort|rinse it after use",
        "get the dirt off in seconds|scrub it in next to no time|put it in the dishwasher|remove stains with a cloth|have it tidy with one swipe",
    ),
}

_P: dict[str, tuple[str, str]] = {
    "calm": (
        "I do not worry any more|I feel calm|I have peace of mind|I stopped being anxious|I feel at ease",
        "my mind is at rest|I am free of worries|I sleep soundly without fear|I am no longer nervous|the fretting is over",
    ),
    "proud": (
        "I feel proud|my friends admire it|I am proud to show it|people compliment me|I feel respected by my colleagues",
        "my neighbours envy me|I hold my head high|everyone praises me|I walk tall|I get admiring looks",
    ),
    "fun": (
        "I have so much fun|I enjoy every ride|it makes me smile|I laugh out loud|I look forward to it",
        "I grin from ear to ear|it is a joy each time|I am delighted|I cheer like a child|it amuses me greatly",
    ),
    "together": (
        "we have more time together|I spend evenings with my kids|we sit and talk as a family|I see my friends more|my daughter and I do it together",
        "our household gathers round the table|I am with my children at night|my grandson joins me|the two of us chat for hours|I meet my mates more often",
    ),
    "control": (
        "I feel in control|I feel on top of things|I feel that I have a grip on it|I feel organised|I feel I manage my life",
        "I have the reins in my hands|I am the one steering|I feel master of the situation|I have everything sorted in my head|I feel self-assured",
    ),
    "fit": (
        "I feel fit and awake|I feel healthy|I feel full of energy|I feel alive again|I feel strong",
        "my body feels young|I am bursting with vigour|I feel refreshed|my spirits and muscles are up|I feel lively",
    ),
    "relaxed": (
        "I feel relaxed in the evening|I feel less stressed|I am in a good mood|I come home in a good mood|I feel no stress",
        "I unwind at the end of the day|the tension falls off me|I am laid back|I return home serene|I feel a weight off my shoulders",
    ),
    "belong": (
        "I feel that I belong|I feel part of the group|I do not feel lonely|I feel welcome|I feel close to others",
        "I feel included|I fit in with the crowd|I feel less isolated|I feel accepted in the neighbourhood|I feel connected to people",
    ),
}

_V: dict[str, tuple[str, str]] = {
    "freedom": (
        "freedom is what matters to me|I want to be free|my independence is everything|I live on my own terms|I want to decide for myself",
        "liberty counts most for me|I depend on nobody|being autonomous is my goal in life|I am my own boss|I stay self-reliant",
    ),
    "security": (
        "security matters most to me|I want a safe life|I want my family to be safe|safety is my first value|I want to be secure",
        "protection of my loved ones counts|a life without danger is what I want|I want certainty for my children|being sheltered is my aim in life|stability is my principle",
    ),
    "family": (
        "family comes first for me|I want to be a good father|my children are my life|being there for my family is what counts|family is what life is about",
        "my kin is my purpose|I want to be a loving parent|kids are the meaning of my life|my duty to my relatives counts most|I live for my loved ones",
    ),
    "nature": (
        "I want to protect the planet|nature is important to me in life|we owe it to the next generation|I live in harmony with nature|the environment matters to me",
        "the earth must be preserved|I believe in protecting the climate|it is our duty to the grandchildren of this world|ecology is my conviction|I respect creation",
    ),
    "health": (
        "health is my highest good|my health is everything to me|I want to live long and healthy|wellbeing is what life is about|staying healthy is my goal",
        "a sound body is my supreme value|I want to grow old in good shape|longevity is my aim in life|vitality is worth more than gold to me|I cherish my wellbeing above all",
    ),
    "achieve": (
        "I want to achieve something in life|success is important to me in life|I want to be the best I can be|I want to get ahead|ambition is part of who I am",
        "accomplishment drives my life|I want to make something of myself|I strive for excellence|reaching my goals is my purpose|progress is my principle",
    ),
}

_CAN = (("I can", "I am able to", "now I can"), ("I could", "I get to", "we can"))
_AFTER = (("", " now"), ("", " these days"))

NOISE = (
    ("Delivery took three days.", "Greetings from Leeds!", "My brother said it was on offer.", "I have had it since 2019.",
     "It arrived well packed.", "So far so good.", "The shop was friendly, but the parking was full.", "Bought it in May."),
    ("The parcel came on a Tuesday.", "Hello from Porto!", "They say the new model is out soon.", "Using it since last spring.",
     "It was shipped quickly.", "So good!", "The seller was nice, but the invoice was missing.", "Ordered it in autumn."),
)  # fmt: skip


def bank(number: int) -> Bank:
    """Clauses of every code from bank 0 (to develop with) or 1 (to measure with): at least 15 a code."""
    clauses: Bank = {}
    for code, sides in _A.items():
        subjects, predicates = (part.split("|") for part in sides[number])
        clauses[code] = ("attribute", [f"{s} {p}" for s, p in product(subjects, predicates)])
    for code, both in _F.items():
        own = product(_CAN[number], both[number].split("|"), _AFTER[number])
        clauses[code] = ("functional", [f"{can} {verb}{after}" for can, verb, after in own])
    for level, codes in (("psychosocial", _P), ("value", _V)):
        for code, both in codes.items():
            endings = (
                ("", " for once", " again") if level == "psychosocial" else ("", ", always", ", above all")
            )
            clauses[code] = (
                level,
                [f"{text}{end}" for text, end in product(both[number].split("|"), endings)],
            )
    return clauses
