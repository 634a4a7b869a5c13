"""Clauses of a sentence: where one sentence holds several reasons.

Rules on words instead of a parser, each one entry of :data:`RULES`, each conservative: a cut needs both sides
to stand as a reason, and what ties a means to its end (because, so, which, to …) is never cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Final, NamedTuple

from needlens.splitting.enumerations import commas
from needlens.splitting.grammar import (
    REACH,
    has_verb,
    is_adjective,
    is_attribute,
    is_clause,
    is_phrase,
    is_predicate,
    is_tied,
    opens_a_continuation,
    opens_with_pronoun,
    opens_with_tie,
    without_adverbs,
    word_count,
)
from needlens.splitting.spans import Span, between
from needlens.splitting.tokens import Token, Tokens, tokens
from needlens.splitting.words import ADVERBS, CONDITIONS, COPULAS, DETERMINERS, PRAISE

Cut = Callable[[Tokens], list[Span]]
"""Takes a piece of a sentence; returns the places of the tokens to drop, in order."""

_SIGN = re.compile(r"[,;&—]|--|\s[-–/]\s|\b(?:and|but|plus|also)\b", re.IGNORECASE)
"""Where a sentence has none of these, none of the rules finds what it looks for."""

_DASHES = frozenset({"dash", "slash"})
_BEFORE_A_PLUS = DETERMINERS | {"big", "huge", "real", "another", "major", "added", "is", "one"}
_OPENING_PRAISE = PRAISE - ADVERBS


class Junction(NamedTuple):
    """A connective in its place: the tokens on its two sides, and whether a comma stands before it."""

    left: Tokens
    right: Tokens
    comma: bool


class Rule(NamedTuple):
    """One way in which a sentence holds several reasons; without a token of ``signs`` it cuts nothing."""

    name: str
    signs: frozenset[str]
    """Texts and kinds of tokens."""
    cut: Cut


def clauses(sentence: str) -> list[Span]:
    """Cut a sentence into reasons.

    Parameters
    ----------
    sentence
        One sentence, without surrounding white space.

    Returns
    -------
    list of (int, int)
        Spans in order, not overlapping, without surrounding white space. Only connectives (``,`` ``;``
        "and", "but" …) are in none; a sentence that no rule cuts comes back whole.

    Examples
    --------
    >>> text = "saves me the bus fare, keeps me fit and the kids love it"
    >>> [text[start:end] for start, end in clauses(text)]
    ['saves me the bus fare', 'keeps me fit', 'the kids love it']
    >>> text = "light and quiet because it is small"
    >>> [text[start:end] for start, end in clauses(text)]
    ['light and quiet because it is small']
    """
    if not _SIGN.search(sentence):
        return [(0, len(sentence))]
    whole = tokens(sentence)
    present = {token.text for token in whole} | {token.kind for token in whole}
    pieces: list[Tokens] = [whole]
    for rule in RULES:
        if not rule.signs.isdisjoint(present):
            pieces = [part for piece in pieces for part in _parts(piece, rule.cut(piece))]
    trimmed = [piece for piece in map(_trim, pieces) if word_count(piece)]
    return [(piece[0].start, piece[-1].end) for piece in trimmed] or [(0, len(sentence))]


def _parts(piece: Tokens, cuts: list[Span]) -> list[Tokens]:
    return [piece[start:end] for start, end in between(cuts, 0, len(piece))] if cuts else [piece]


def _trim(piece: Tokens) -> Tokens:
    """Drop the separators a piece begins or ends with."""
    if piece and not (_separates(piece[0]) or _separates(piece[-1])):
        return piece
    kept = [place for place, token in enumerate(piece) if not _separates(token)]
    return piece[kept[0] : kept[-1] + 1] if kept else []


def _separates(token: Token) -> bool:
    return token.kind in _DASHES or token.text in {",", ";"}


def _at(name: str, words: frozenset[str], stands: Callable[[Junction], bool]) -> Rule:
    """Cut at each of the connectives where both sides stand."""

    def cut(piece: Tokens) -> list[Span]:
        cuts: list[Span] = []
        begin = 0
        for place, token in enumerate(piece):
            if token.text == ":":
                begin = place + 1
            if token.text not in words:
                continue
            comma = place > begin and token.text != "," and piece[place - 1].text == ","
            first = place - 1 if comma else place
            left = piece[max(begin, first - REACH) : first]
            right = piece[place + 1 : place + 1 + REACH]
            if word_count(left) and word_count(right) and stands(Junction(left, right, comma)):
                cuts.append((first, place + 1))
                begin = place + 1
        return cuts

    return Rule(name, words, cut)


def _head(right: Tokens) -> Tokens:
    """Return the words up to the next mark or connective."""
    stop = next(
        (place for place, token in enumerate(right) if not token.is_word or token.text in {"but", "plus"}),
        len(right),
    )
    return right[:stop]


def _is_pair_of_phrases(left: Tokens, right: Tokens) -> bool:
    head = _head(right)
    return (
        min(word_count(left), word_count(head)) >= 2
        and is_phrase(left)
        and is_phrase(head)
        and left[0].text not in DETERMINERS
    )


def _semicolon(junction: Junction) -> bool:
    """Cut unless the mark ends an HTML entity or an effect follows ("; so I can carry it")."""
    ends_an_entity = junction.left[-1].text in {"amp", "quot", "lt", "gt", "nbsp"}
    return not ends_an_entity and not opens_with_tie(junction.right)


def _dashes(piece: Tokens) -> list[Span]:
    """Cut at one dash between two ideas, or at all of a list ("light - quiet - cheap to run")."""
    cuts = [(place, place + 1) for place, token in enumerate(piece) if token.kind in _DASHES]
    if not cuts:
        return []
    parts = [piece[start:end] for start, end in between(cuts, 0, len(piece))]
    if len(parts) > 2 and all(is_phrase(part) for part in parts):
        return cuts
    return [
        cut
        for cut, left, right in zip(cuts, parts, parts[1:], strict=False)
        if min(word_count(left), word_count(right)) >= 2
        and not opens_a_continuation(without_adverbs(right))
        and right[0].text not in {"and", "but"}
        and not is_predicate(right)
        and not is_tied(left)
        and len(parts) == 2
        and piece[cut[0]].kind == "dash"
    ]


def _contrast(junction: Junction) -> bool:
    left, right, comma = junction
    if left[-1].text in {"nothing", "all", "anything", "everything", "not", "none", "help"}:
        return False
    if any(a.text == "not" and b.text in {"only", "just"} for a, b in pairwise(left)):
        return False
    if (opens_with_tie(right) and right[0].text not in CONDITIONS) or opens_with_tie(left):
        return False
    left_stands = has_verb(left) or word_count(left) > 1
    if is_clause(right) or right[0].text in CONDITIONS:
        return left_stands
    if is_predicate(right):
        return left_stands and (comma or not is_tied(left))
    return _is_pair_of_phrases(left, right) or (
        comma and has_verb(left) and is_phrase(_head(right)) and word_count(_head(right)) > 1
    )


def _addition(junction: Junction) -> bool:
    left, right, comma = junction
    if left[-1].text in _BEFORE_A_PLUS:
        return False
    if is_clause(right):
        return (has_verb(left) or is_phrase(left)) and not is_tied(left)
    return (comma and has_verb(left) and is_phrase(_head(right))) or _is_pair_of_phrases(left, right)


def _and(junction: Junction) -> bool:
    left, right, comma = junction
    if opens_with_tie(right) or is_tied(left) or any(word.text in {"both", "between"} for word in left):
        return False
    if is_clause(right):
        return has_verb(left) or (comma and _is_own_phrase(left, right))
    if is_predicate(right):
        return has_verb(left)
    return comma and all(token.text != "," for token in left) and _is_pair_of_phrases(left, right)


def _is_own_phrase(left: Tokens, right: Tokens) -> bool:
    """Tell whether what stands before ", and" is a phrase of its own, no part of the subject after it."""
    apart = opens_with_pronoun(right) or is_adjective(left[0]) or left[0].text in PRAISE
    return apart and is_phrase(left) and left[0].text not in DETERMINERS


def _comma(junction: Junction) -> bool:
    left, right, _ = junction
    if opens_with_tie(right) or is_tied(left) or not has_verb(left) or opens_a_continuation(left):
        return False
    if left[-1].text in {"think", "know", "believe", "guess", "said", "says", "mean", "feel"}:
        return False
    if is_clause(right):
        return True
    head = _head(right)
    if right[0].text in _OPENING_PRAISE and len(head) > 1 and is_phrase(head):
        return not is_attribute(head)
    return is_predicate(right) and right[0].text not in COPULAS


RULES: Final = (
    _at("semicolon", frozenset({";"}), _semicolon),
    Rule("dash", _DASHES, _dashes),
    _at("contrast", frozenset({"but"}), _contrast),
    _at("addition", frozenset({"plus", "also"}), _addition),
    _at("and", frozenset({"and", "&"}), _and),
    _at("comma", frozenset({","}), _comma),
    Rule("enumeration", frozenset({","}), commas),
)
"""The rules in the order in which they cut, strongest first; each sees the pieces the ones before it left."""
