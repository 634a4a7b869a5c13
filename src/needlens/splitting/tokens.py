"""Words and marks of a sentence, with their spans; what must not be cut is one token."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_EMAIL = r"| [\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"
_PATTERN = r"""
      (?P<opaque>
          (?:https?://|www\.)\S*[^\s.,;:!?)]             # address on the web
        %s
        | \([^()]{0,300}\) | \[[^\[\]]{0,300}\]          # aside
        | (?<!\w)"[^"]{1,300}"(?!\w) | “[^”]{1,300}”     # quotation
      )
    | (?P<word>
          \d+(?:[.,]\d+)+\w*                             # 1,000  3.5  2.1x
        | \w+(?:[-'’./&]\w+)*                            # don't  light-weight  e.g  b/w  AT&T
        | ['’]\w+                                        # the 's of a text already cut into words
      )
    | (?P<dash>(?<=\s)(?:-+|[–—])(?=\s)|-{2,}|—)
    | (?P<slash>(?<=\s)/(?=\s))
    | (?P<mark>\S)
    """
_TOKEN = re.compile(_PATTERN % "", re.VERBOSE)
_TOKEN_OR_EMAIL = re.compile(_PATTERN % _EMAIL, re.VERBOSE)

_WORDS = frozenset({"word", "opaque"})


class Token(NamedTuple):
    """A piece of a sentence: ``text`` is case-folded, its apostrophe straight; ``kind`` names the pattern.

    ``is_word`` tells whether it can be part of a phrase: a word, a number, an address, an aside, a quotation.
    """

    start: int
    end: int
    text: str
    kind: str
    is_word: bool


Tokens = Sequence[Token]


def tokens(sentence: str) -> list[Token]:
    """Cut a sentence into words and marks; white space is in none of them.

    Examples
    --------
    >>> [token.text for token in tokens("Don't pay 1,000 (or 2) – it's b/w!")]
    ["don't", 'pay', '1,000', '(or 2)', '–', "it's", 'b/w', '!']
    """
    found = []
    pattern = _TOKEN_OR_EMAIL if "@" in sentence else _TOKEN  # every word could begin an address
    for match in pattern.finditer(sentence):
        (start, end), kind = match.span(), str(match.lastgroup)
        text = match[0].casefold().replace("’", "'")
        found.append(Token(start, end, text, kind, kind in _WORDS))
    return found
