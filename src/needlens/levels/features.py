"""What tells the level of a text besides its meaning: person, classes of verbs, measures, feeling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from needlens.levels import words
from needlens.schema import LEVELS

_PATTERNS: Final = (
    words.HAVING, words.MEASURE, words.COMPARATIVE, words.EASE, words.SUBJECT_IS_THING,
    words.SUBJECT_IS_PERSON,
    words.FEEL_FRAME, words.VALUE_FRAME, words.ATTRIBUTE_FRAME, words.FUNCTION_FRAME,
)  # fmt: skip
_COUNTED: Final = (words.FIRST_PERSON, words.EFFECT, words.FEELING, words.VALUES)

N_FEATURES: Final = len(_PATTERNS) + len(_COUNTED) + 2

_FRAMES: Final = {
    "attribute": words.ATTRIBUTE_FRAME,
    "functional": words.FUNCTION_FRAME,
    "psychosocial": words.FEEL_FRAME,
    "value": words.VALUE_FRAME,
}


def word_features(texts: Sequence[str]) -> NDArray[np.float64]:
    """Mark what the words of each text show.

    Parameters
    ----------
    texts
        n texts.

    Returns
    -------
    numpy.ndarray of float64, shape (n, N_FEATURES)
        0 or 1 for frames and subjects, counts up to 1 for classes of words, length, whether it has no verb.

    Examples
    --------
    >>> word_features(["I feel proud", "made of steel"]).shape == (2, N_FEATURES)
    True
    """
    rows = np.zeros((len(texts), N_FEATURES))
    for at, raw in enumerate(texts):
        text = raw.replace("’", "'")
        found = [float(bool(pattern.search(text))) for pattern in _PATTERNS[:4]]
        found += [float(bool(pattern.match(text))) for pattern in _PATTERNS[4:6]]
        found += [float(bool(pattern.search(text))) for pattern in _PATTERNS[6:]]
        counts = [min(len(pattern.findall(text)), 3) / 3 for pattern in _COUNTED]
        n_words = len(text.split())
        bare = not (words.HAVING.search(text) or words.EFFECT.search(text) or words.FIRST_PERSON.search(text))
        rows[at] = [*found, *counts, min(n_words, 20) / 20, float(bare and n_words <= 4)]
    return rows


def weak_level(text: str) -> str | None:
    """Level that a plain way of speaking gives away; None where none or several do.

    Examples
    --------
    >>> weak_level("I feel proud of it"), weak_level("comes with a cable"), weak_level("it is fine")
    ('psychosocial', 'attribute', None)
    """
    text = text.replace("’", "'")
    shown = [level for level in LEVELS if _FRAMES[level].search(text)]
    if len(shown) == 1:
        return shown[0]
    if not shown and words.NOUN_PHRASE.fullmatch(text) and words.MEASURE.search(text):
        return "attribute"
    return None
