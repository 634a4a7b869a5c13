"""What a run of words can be: a clause, a predicate, a short phrase. Word lists instead of a parser."""

from __future__ import annotations

from needlens.splitting.tokens import Token, Tokens
from needlens.splitting.words import (
    ADJECTIVE_ENDINGS,
    ADJECTIVES,
    ADVERBS,
    AUXILIARIES,
    CAUSES,
    CONTRACTIONS,
    DETERMINERS,
    INTENSIFIERS,
    PAST_VERBS,
    PLURAL_VERBS,
    PREPOSITIONS,
    SUBJECTS,
    TIES,
    VERBS,
)

REACH = 40
"""Words looked at on either side of a cut, which keeps the time linear in the length of a sentence."""

_SUBJECT_REACH = 7
"""Words a subject may have before its verb."""

_PRONOUNS = SUBJECTS | CONTRACTIONS
_TIED_BY_SO = SUBJECTS | CONTRACTIONS | DETERMINERS | AUXILIARIES | VERBS | TIES
_SURE_VERBS = AUXILIARIES | PAST_VERBS | CONTRACTIONS
_SURE_SUBJECTS = frozenset({"i", "we", "they", "it"})
_STORY_VERBS = PLURAL_VERBS | PAST_VERBS
_DEGREES = INTENSIFIERS | ADVERBS


def word_count(part: Tokens) -> int:
    """Count the words of a part."""
    return sum([token.is_word for token in part])


def is_tied(left: Tokens) -> bool:
    """Tell whether a part holds a word that ties two ideas (because, so that, which, when, …)."""
    window = left[-REACH:]
    for place, token in enumerate(window):
        if token.text in TIES and not _is_intensifier(token, window[place + 1 : place + 2]):
            return True
    return False


def _is_intensifier(token: Token, following: Tokens) -> bool:
    """Tell whether the word ties nothing: "so light", "this phone", unlike "so it fits", "this saves"."""
    if token.text not in {"so", "this"} or not following:
        return False
    return following[0].is_word and following[0].text not in _TIED_BY_SO


def gives_a_cause(part: Tokens) -> bool:
    """Tell whether a part holds a cause or an effect, so that what follows may belong to it."""
    return any(
        token.text in CAUSES and not _is_intensifier(token, part[place + 1 : place + 2])
        for place, token in enumerate(part)
    )


def opens_with_tie(right: Tokens) -> bool:
    """Tell whether a part begins by tying itself to what stands before it ("so I save", "that means")."""
    if not right or right[0].text not in TIES:
        return False
    return right[0].text == "so" or is_tied(right[:2])  # ", so easy to carry" ties, "it is so easy" does not


def opens_a_continuation(right: Tokens) -> bool:
    """Tell whether a part cannot begin an idea: it opens with a tie, a preposition, or no word at all."""
    if not right or not right[0].is_word:
        return True
    return right[0].text in PREPOSITIONS or opens_with_tie(right) or _is_more(right)


def _is_more(right: Tokens) -> bool:
    return right[0].text == "more" and word_count(right) == 1


def opens_with_pronoun(right: Tokens) -> bool:
    """Tell whether a part begins a sentence of its own about what stands before ("it works")."""
    return bool(right) and right[0].text in _PRONOUNS


def _is_verb(part: Tokens, place: int) -> bool:
    """Tell whether the word at a place is a finite verb; "looks" is one in "looks great" only."""
    token = part[place]
    if token.text in AUXILIARIES or (place and token.text in PAST_VERBS):
        return True
    following = part[place + 1] if place + 1 < len(part) else None
    return (
        token.text in VERBS
        and following is not None
        and following.is_word
        and following.text not in {"of", "and", "or"}
        and not (place and part[place - 1].text in DETERMINERS)
    )


def has_verb(part: Tokens) -> bool:
    """Tell whether a part holds a finite verb, or a subject that must have one."""
    window = part[-REACH:]
    for place, token in enumerate(window):
        text = token.text
        if text in _SURE_VERBS or (text in VERBS and _is_verb(window, place)):
            return True
        if text in _SURE_SUBJECTS and place + 1 < len(window) and window[place + 1].is_word:
            return True
    return False


def without_adverbs(part: Tokens) -> Tokens:
    """Drop leading adverbs ("also really works" → "works")."""
    for place, token in enumerate(part):
        if token.text not in ADVERBS:
            return part[place:] if place else part
    return part[len(part) :]


def is_clause(right: Tokens) -> bool:
    """Tell whether a part begins with a subject of its own and its finite verb.

    Examples
    --------
    >>> from needlens.splitting.tokens import tokens
    >>> [is_clause(tokens(text)) for text in ("the kids love it", "fun for the kids")]
    [True, False]
    """
    part = without_adverbs(right[:REACH])
    if opens_a_continuation(right) or opens_a_continuation(part) or len(part) < 2:
        return False
    if part[0].text in _STORY_VERBS:
        return False
    if part[0].text in SUBJECTS:
        return part[1].is_word and part[1].text not in {"and", "or"}
    if part[0].text in CONTRACTIONS:
        return True
    if _is_verb(part, 0):
        return False
    determined = part[0].text in DETERMINERS
    for place in range(1, min(len(part), _SUBJECT_REACH + 1)):
        token = part[place]
        if not token.is_word or token.text in TIES or token.text == "to":
            return False
        if place == 1 and determined:
            continue
        if _is_verb(part, place) or (
            determined and token.text in PLURAL_VERBS and part[place - 1].text.endswith(("s", "people"))
        ):
            return True
    return False


def is_predicate(right: Tokens) -> bool:
    """Tell whether a part begins with a finite verb whose subject stands before ("keeps me fit").

    Examples
    --------
    >>> from needlens.splitting.tokens import tokens
    >>> [is_predicate(tokens(text)) for text in ("keeps me fit", "looks", "fit and well")]
    [True, False, False]
    """
    part = without_adverbs(right[:REACH])
    return (
        len(part) > 1 and part[1].is_word and part[0].text not in {"have", "do", "am"} and _is_verb(part, 0)
    )


def is_phrase(part: Tokens, *, most: int = 7) -> bool:
    """Tell whether a part is a short phrase without a verb that can begin an idea."""
    return (
        1 <= word_count(part) <= most
        and any(has_letter(token.text) for token in part if token.is_word)
        and not opens_a_continuation(part)
        and not has_verb(part)
    )


def has_letter(text: str) -> bool:
    """Tell whether any character is a letter.

    Examples
    --------
    >>> has_letter("3g"), has_letter("4.5")
    (True, False)
    """
    return text.isalpha() or any(map(str.isalpha, text))


def is_adjective(token: Token) -> bool:
    """Tell whether a word is an adjective by the list or by its ending."""
    return token.text in ADJECTIVES or (len(token.text) > 6 and token.text.endswith(ADJECTIVE_ENDINGS))


def is_attribute(part: Tokens) -> bool:
    """Tell whether a part is nothing but adjectives and their adverbs ("very light")."""
    words = [token for token in part if token.text not in _DEGREES]
    return bool(words) and all(map(is_adjective, words))
