"""Words and marks of a sentence, with their spans; what must not be cut is one token."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
      (?P<opaque>
          (?:https?://|www\.)\S*[^\s.,;:!?)]             # address on the web
        | [\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+              # e-mail address
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
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """A piece of a sentence: ``text`` is case-folded, its apostrophe straight; ``kind`` names the pattern."""

    start: int
    end: int
    text: str
    kind: str

    @property
    def is_word(self) -> bool:
        """Whether it can be part of a phrase: a word, a number, an address, an aside, a quotation."""
        return self.kind in {"word", "opaque"}


Tokens = Sequence[Token]


def tokens(sentence: str) -> list[Token]:
    """Cut a sentence into words and marks; white space is in none of them.

    Examples
    --------
    >>> [token.text for token in tokens("Don't pay 1,000 (or 2) – it's b/w!")]
    ["don't", 'pay', '1,000', '(or 2)', '–', "it's", 'b/w', '!']
    """
    return [
        Token(match.start(), match.end(), match[0].casefold().replace("’", "'"), str(match.lastgroup))
        for match in _TOKEN.finditer(sentence)
    ]
