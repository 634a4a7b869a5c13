"""Planted worlds: a true graph of codes, people who climb it, and texts that say so, or do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from ladder_phrases import NOISE, bank

LEVELS = ("attribute", "functional", "psychosocial", "value")

FORWARD = (
    "{m}, so {e}.", "{m}, so that {e}.", "{m}, which means {e}.", "{m}, which means that {e}.", "{m}. That way {e}.",
    "{m}. This means {e}.", "{m}. As a result {e}.", "{m}, therefore {e}.",
)  # fmt: skip
BACKWARD = (
    "{e} because {m}.",
    "Because {m}, {e}.",
    "{e}, as {m}.",
    "Since {m}, {e}.",
    "{e} now that {m}.",
    "{e} given that {m}.",
)
IMPLICIT = ("{m}. {e}.", "{m} and {e}.", "{e}. {m}.")
STOPS = (0.20, 0.40, 0.25, 0.15)
"""Chance that a ladder ends at each level."""


@dataclass(frozen=True)
class World:
    """Texts and the truth behind them.

    ``links``: one row a link a person has in mind and says both ends of: respondent, means, end (codes), explicit.
    ``spans``: one row a code said: verbatim_id, start, end, code, level.
    """

    verbatims: pd.DataFrame
    links: pd.DataFrame
    spans: pd.DataFrame
    ladders: list[tuple[str, tuple[str, ...]]]
    levels: dict[str, str]


def make_world(
    kind: str, *, seed: int, n: int = 300, q: float = 1.0, phrases: int = 1, distractors: float = 0.3
) -> World:
    """Make a world.

    Parameters
    ----------
    kind
        ``"plain"``; ``"reversed"``: effects are told before causes; ``"null"``: each rung is drawn
        independently of the one below; ``"popular"``: as null, with a few codes that nearly everybody names.
    seed
        Seed of everything.
    n
        Respondents.
    q
        Share of links said with a connective.
    phrases
        Bank of phrases, 0 to develop with, 1 to measure with.
    distractors
        Chance of a sentence that has nothing to do with it.
    """
    rng = np.random.default_rng(seed)
    clauses = bank(phrases)
    levels = {code: level for code, (level, _) in clauses.items()}
    by_level = [sorted(code for code in levels if levels[code] == level) for level in LEVELS]
    onward: dict[str, tuple[list[str], np.ndarray]] = {}
    for low, high in zip(by_level, by_level[1:], strict=False):
        for code in low:
            to = rng.choice(high, size=min(len(high), int(rng.integers(2, 4))), replace=False).tolist()
            onward[code] = (to, rng.dirichlet(np.ones(len(to)) * 2))
    marginal = {
        level: rng.dirichlet(np.ones(len(codes)) * 3) for level, codes in zip(LEVELS, by_level, strict=True)
    }
    if kind == "popular":
        for level, codes in zip(LEVELS, by_level, strict=True):
            heavy = np.ones(len(codes))
            heavy[:2] = len(codes) * 2
            marginal[level] = heavy / heavy.sum()
    rows, links, spans, ladders = [], [], [], []
    for person in range(n):
        who = f"r{person:04}"
        for number in range(int(rng.integers(1, 4))):
            top = int(rng.choice(4, p=STOPS))
            ladder = [str(rng.choice(by_level[0], p=marginal["attribute"]))]
            for height in range(1, top + 1):
                if kind in ("null", "popular"):
                    ladder.append(str(rng.choice(by_level[height], p=marginal[LEVELS[height]])))
                else:
                    to, p = onward[ladder[-1]]
                    ladder.append(str(rng.choice(to, p=p)))
            verbatim = f"{who}-{number}"
            text, said, explicit = _tell(ladder, clauses, rng, q, reversed_=kind == "reversed")
            if rng.random() < distractors:
                noise = str(rng.choice(NOISE[phrases]))
                if rng.random() < 0.5:
                    said = [(s + len(noise) + 1, e + len(noise) + 1, c) for s, e, c in said]
                    text = f"{noise} {text}"
                else:
                    text = f"{text} {noise}"
            rows.append((verbatim, who, text))
            ladders.append((who, tuple(ladder)))
            links += [(who, m, e, x) for m, e, x in zip(ladder, ladder[1:], explicit, strict=False)]
            spans += [(verbatim, s, e, c, levels[c]) for s, e, c in said]
    return World(
        pd.DataFrame(rows, columns=["verbatim_id", "respondent_id", "text"]),
        pd.DataFrame(links, columns=["respondent_id", "means", "end", "explicit"]),
        pd.DataFrame(spans, columns=["verbatim_id", "start", "end", "code", "level"]),
        ladders,
        levels,
    )


def _tell(
    ladder: list[str],
    clauses: dict[str, tuple[str, list[str]]],
    rng: np.random.Generator,
    q: float,
    *,
    reversed_: bool,
) -> tuple[str, list[tuple[int, int, str]], list[bool]]:
    """Put a ladder into words, a sentence or two a link, each rung in words of its own every time."""
    pieces: list[str] = []
    said: list[tuple[int, int, str]] = []
    explicit: list[bool] = []

    def say(code: str) -> str:
        return str(rng.choice(clauses[code][1]))

    if len(ladder) == 1:
        clause = say(ladder[0])
        return _up(clause) + ".", [(0, len(clause), ladder[0])], []
    position = 0
    for means, end in zip(ladder, ladder[1:], strict=False):
        tied = bool(rng.random() < q)
        ways = (BACKWARD if reversed_ or rng.random() < 0.35 else FORWARD) if tied else IMPLICIT
        way = str(rng.choice(ways))
        m, e = say(means), say(end)
        text = way.format(m=m, e=e)
        places = sorted([(way.index("{m}"), m, means), (way.index("{e}"), e, end)])
        at = 0
        for _, clause, code in places:
            at = text.index(clause, at)
            said.append((position + at, position + at + len(clause), code))
            at += len(clause)
        pieces.append(_up(text))
        explicit.append(tied)
        position += len(text) + 1
    return " ".join(pieces), said, explicit


def _up(text: str) -> str:
    return text[:1].upper() + text[1:]
