"""Whether somebody says a need in so many words, or it is read out of what they say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

STATED: Final = "stated"
INFERRED: Final = "E0"
"""Read out of a text by similarity or by a classifier: no evidence of a link, not in the matrix by itself."""

ALIKE: Final = 0.6
"""Cosine similarity with a sentence that says the need from which a reason says it too."""

ALIKE_IN_FRAME: Final = 0.35
"""The same where the reason also has the form of such a sentence, or is of value level."""

_FRAMES: Final = re.compile(
    r"""\b(?:i|we)(?:'ve|\ have)?\ (?:just\ |only\ |really\ |always\ )?
      (?:want(?:ed)?|need(?:ed)?|value|believe|care)\b
    |\b(?:is|are|was|were)\ (?:very\ |so\ |really\ |most\ )*important\ (?:to|for)\ (?:me|us)\b
    |\bmatters?\ (?:a\ lot\ |most\ |more\ )*(?:to|for)\ (?:me|us)\b
    |\b(?:comes\ first|means\ (?:a\ lot|everything|the\ world)\ to\ (?:me|us))\b
    |\b(?:for|because\ of)\ (?:my|our)\ (?:own\ )?
      (?:freedom|independence|health|safety|family|peace\ of\ mind)\b
    |\b(?:to\ (?:be|feel)|i\ am|i'm|i\ feel)\ (?:really\ |so\ |more\ )?
      (?:free|independent|safe|secure|respected|needed|accepted|part\ of|true\ to|in\ control|healthy)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def says_value(text: str) -> bool:
    """Whether a text has the form in which people say what they want or hold dear.

    Examples
    --------
    >>> says_value("Being free is important to me"), says_value("It is light")
    (True, False)
    """
    return _FRAMES.search(text.replace("\u2019", "'")) is not None


def evidence_of(
    texts: Sequence[str], stated: NDArray[np.float64], levels: Sequence[str] | None = None
) -> NDArray[Any]:
    """Grade the evidence of each reason for each need.

    Parameters
    ----------
    texts
        The reasons, n of them.
    stated
        Cosine similarity with the most similar sentence that says the need itself, shape (n, k).
    levels
        Level of each reason, if known: one of value level says a need.

    Returns
    -------
    ndarray
        :data:`STATED` or :data:`INFERRED`, str, shape (n, k).

    Examples
    --------
    >>> evidence_of(["I want to be free", "It is light"], np.array([[0.5], [0.5]])).ravel().tolist()
    ['stated', 'E0']
    """
    in_frame = np.array([says_value(text) for text in texts], dtype=bool)
    if levels is not None:
        in_frame |= np.array([level == "value" for level in levels], dtype=bool)
    said = (stated >= ALIKE) | (in_frame[:, None] & (stated >= ALIKE_IN_FRAME))
    return np.where(said, STATED, INFERRED)
