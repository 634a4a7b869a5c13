"""Enumerations: the parts of "light, quiet and cheap to run"."""

from __future__ import annotations

from needlens.splitting.grammar import (
    gives_a_cause,
    has_letter,
    has_verb,
    is_adjective,
    is_attribute,
    is_clause,
    is_phrase,
    is_predicate,
    is_tied,
    opens_a_continuation,
    opens_with_pronoun,
    without_adverbs,
    word_count,
)
from needlens.splitting.spans import Span, between
from needlens.splitting.tokens import Tokens
from needlens.splitting.words import (
    ADVERBS,
    CONTRACTIONS,
    COPULAS,
    DETERMINERS,
    INTENSIFIERS,
    INTRODUCTIONS,
    PAIRS,
    PRAISE,
    PREPOSITIONS,
)

_LONGEST = 12
"""Words a part may have; longer ones are prose, not a list."""

_AND = frozenset({"and", "&"})
_JOINTS = _AND | {"but", "plus", "also"}
_SHARING_SUBJECTS = frozenset({"it", "they", "i", "we", "this", "these"})
_SHARING_CONTRACTIONS = CONTRACTIONS | {"its"}
_SHARING_VERBS = COPULAS | {"has", "have", "had", "offers", "'s", "'m", "'re"}
_SHARING_VERBS |= {"like", "liked", "love", "loved", "hate", "need", "want"}
_ARTICLES = frozenset({"a", "an", "the", "my", "our", "your"})
_NOUN_OPENERS = _ARTICLES | {"with", "of", "for", "in"}
_EXAMPLES = frozenset({"including", "like", "such"})
_DEFINITE = DETERMINERS - {"no", "all", "many", "both", "some", "any"}
_LEADING = _JOINTS | ADVERBS | INTENSIFIERS


def commas(piece: Tokens) -> list[Span]:
    """Return where to cut a list of short parts; nothing where the piece is not one.

    The first part decides: without a verb the piece is a list; with one ("it is light, quiet, cheap") the
    other parts must share it. "No zoom, flash or sound" stays whole, for its parts would lose the "no".

    Parameters
    ----------
    piece
        Tokens of a sentence, or of a part of one.

    Returns
    -------
    list of (int, int)
        Places of the tokens to drop: commas, with the "and" after them, and the closing "and".

    Examples
    --------
    >>> from needlens.splitting.tokens import tokens
    >>> commas(tokens("light, quiet and cheap to run"))
    [(1, 2), (3, 4)]
    >>> commas(tokens("sharp, crisp pictures"))
    []
    """
    cuts = _comma_cuts(piece)
    if not cuts or any(token.text in {"or", "nor"} for token in piece[cuts[-1][0] :]):
        return []
    cuts = _with_closing_and(piece, cuts)
    parts = [piece[start:end] for start, end in between(cuts, 0, len(piece))]
    joint_subject = piece[cuts[-1][1] - 1].text in _AND and is_clause(parts[-1])
    return cuts if _is_list(parts) and not joint_subject else []


def _comma_cuts(piece: Tokens) -> list[Span]:
    """Return the commas (with an "and" after them) between parts that can begin an idea."""
    found = []
    for place, token in enumerate(piece):
        if token.text == "," and token.kind == "mark":
            joined = place + 1 < len(piece) and piece[place + 1].text in _JOINTS
            found.append((place, place + 2 if joined else place + 1))
    parts = [piece[start:end] for start, end in between(found, 0, len(piece))]
    return [
        cut
        for cut, left, right in zip(found, parts, parts[1:], strict=False)
        if word_count(left)
        and not _is_introduction(left)
        and not opens_a_continuation(right)
        and not _opens_a_sentence(right)
        and any(has_letter(token.text) for token in right)
    ]


def _opens_a_sentence(right: Tokens) -> bool:
    """Tell whether what stands before a part only leads up to it ("best of all, it works")."""
    determined = right[0].text in _DEFINITE
    return opens_with_pronoun(right) or (determined and is_clause(right))


def _is_introduction(left: Tokens) -> bool:
    """Tell whether a part belongs to what follows ("But overall, …", "Additionally, …")."""
    words = [token for token in left if token.text not in _LEADING]
    return not words or (
        len(words) == 1
        and not is_adjective(words[0])
        and (words[0].text in INTRODUCTIONS or words[0].text.endswith("ly"))
    )


def _with_closing_and(piece: Tokens, cuts: list[Span]) -> list[Span]:
    """Add the "and" of "light, quiet and cheap", unless "quiet and cheap" is one idea."""
    last = cuts[-1][1]
    ands = [place for place in range(last, len(piece)) if piece[place].text in _AND]
    if cuts[-1][1] - cuts[-1][0] > 1 or len(ands) != 1:
        return cuts
    left, right = piece[last : ands[0]], piece[ands[0] + 1 :]
    return cuts if _is_pair(left, right) else [*cuts, (ands[0], ands[0] + 1)]


def _is_pair(left: Tokens, right: Tokens) -> bool:
    """Tell whether "left and right" is one idea: a set phrase, or one noun or preposition for both."""
    if not left or opens_a_continuation(right):
        return True
    if f"{left[-1].text}_and_{right[0].text}" in PAIRS:
        return True
    shared = any(token.text in PREPOSITIONS for token in left)
    if shared and word_count(right) < 3 and right[0].text not in PRAISE:
        return True
    return len(left) == 1 and _is_stack(left, right)


def _is_stack(left: Tokens, right: Tokens) -> bool:
    """Tell whether adjectives on both sides describe one noun ("sharp, crisp pictures")."""
    words = [token for token in right if token.is_word]
    determined = left[0].text in _ARTICLES and len(left) < 3
    return (
        (determined or is_attribute(left))
        and len(words) > 1
        and words[0].text not in PRAISE
        and all(is_adjective(token) for token in words[:-1])
        and not is_adjective(words[-1])
    )


def _is_list(parts: list[Tokens]) -> bool:
    first, others = parts[0], parts[1:]
    if any(word_count(part) > _LONGEST for part in parts) or not _can_open_a_list(first):
        return False
    if any(_is_unfinished(part) or gives_a_cause(part) for part in parts[:-1]):
        return False
    if len(parts) == 2:
        return not has_verb(first) and _stands_second(first, others[0]) and not _is_stack(first, others[0])
    resumed = any(part[0].text in COPULAS for part in others)
    if resumed and not is_predicate(first):
        return False  # "the bag, a gift, is small"
    if has_verb(first) and not is_predicate(first):
        return _shares_its_verb(first) and all(is_phrase(part, most=5) for part in others)
    return not _describe_one_noun(parts)


def _stands_second(first: Tokens, part: Tokens) -> bool:
    """Tell whether the second of two parts is one more idea, not the rest of a sentence."""
    if part[0].text in COPULAS or part[0].text in _DEFINITE:
        return False
    if is_clause(part):
        lone = first[0].text in PRAISE and not any(token.text in PREPOSITIONS for token in first)
        return lone or is_attribute(first)
    return is_phrase(part) or is_predicate(part)


def _can_open_a_list(first: Tokens) -> bool:
    """Tell whether a part begins a list; "not easy to carry" can, "the box included a bag" reads as prose."""
    opening = first[1:] if first[0].text == "not" else first
    if opens_a_continuation(opening) or any(token.text in _EXAMPLES for token in first):
        return False
    return opening[0].text not in _DEFINITE or word_count(opening) < 5 or has_verb(opening)


def _is_unfinished(part: Tokens) -> bool:
    """Tell whether a part waits for its noun ("created a lovely, …", "with gracious, …")."""
    heads = [place for place, token in enumerate(part) if token.text in _NOUN_OPENERS]
    return bool(heads) and (heads[-1] + 1 == len(part) or is_attribute(part[heads[-1] + 1 :]))


def _shares_its_verb(first: Tokens) -> bool:
    """Tell whether the parts after "it is light" or "I love the size" can do without their verb."""
    rest = without_adverbs(first)
    if rest and rest[0].text in _SHARING_CONTRACTIONS:
        rest = rest[1:]
    else:
        rest = rest[1:] if rest and rest[0].text in _SHARING_SUBJECTS else rest
        if not rest or rest[0].text not in _SHARING_VERBS:
            return False
        rest = rest[1:]
    shared = word_count(rest) > 0 and not is_tied(rest)
    return shared and not any(token.text in PREPOSITIONS for token in rest)


def _describe_one_noun(parts: list[Tokens]) -> bool:
    """Tell whether a lone plural noun ends a row of lone adjectives ("sharp, crisp, pictures")."""
    last = [token for token in parts[-1] if token.is_word]
    return (
        len(last) == 1
        and last[0].text.endswith("s")
        and not last[0].text.endswith("ss")
        and not is_adjective(last[0])
        and all(len(part) == 1 and is_adjective(part[0]) for part in parts[:-1])
    )
