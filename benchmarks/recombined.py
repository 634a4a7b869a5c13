"""Verbatims of any number, made of real clauses of pros_cons.csv so that hardly any reason is there twice.

A reason is two clauses that share their rarest word, joined by a word at which nothing is cut ("battery life is
short with battery door flimsy"); a verbatim is one to three reasons as sentences. Row k depends on k and the seed
alone, so that a smaller file is the beginning of a larger one.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from needlens.informative import is_informative
from needlens.reasons import reason_spans

JOINERS = ["with", "plus", "despite", "given", "besides"]
PLANS = ["free", "pro", "team"]
_WORD = re.compile(r"[a-z]{4,}")
_COMMON = 0.01
"""Share of the clauses from which a word tells too little to join two of them."""


def clauses_of(folder: Path, n_rows: int | None = None) -> list[str]:
    """Distinct informative clauses of pros_cons.csv in code-point order, without their last marks."""
    with (folder / "pros_cons.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)][:n_rows]
    spans = [(text, span) for text in texts for span in reason_spans(text)]
    found = sorted({text[start:end].strip(" .,;:!?-").lower() for text, (start, end) in spans})
    kept = [text for text, tells in zip(found, is_informative(found), strict=True) if tells]
    return [text for text in kept if 2 <= len(text.split()) <= 12]


def verbatims(clauses: list[str], n: int, *, seed: int = 0) -> Iterator[tuple[str, str, str, str]]:
    """Yield id, respondent, plan and text of each of n verbatims."""
    words = [sorted(set(_WORD.findall(text))) for text in clauses]
    holders = Counter(word for own in words for word in own)
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    key: list[str | None] = []
    for at, own in enumerate(words):
        telling = [word for word in own if 2 <= holders[word] <= _COMMON * len(clauses)]
        key.append(max(telling, key=lambda word: (holders[word], word)) if telling else None)
        for word in telling:
            by_word[word].append(at)
    starts = [at for at, word in enumerate(key) if word is not None]
    for row in range(n):
        rng = np.random.default_rng([seed, row])
        sentences = []
        for _ in range(int(rng.integers(1, 4))):
            first = starts[int(rng.integers(len(starts)))]
            alike = by_word[str(key[first])]
            second = alike[int(rng.integers(len(alike)))]
            joiner = JOINERS[int(rng.integers(len(JOINERS)))]
            sentences.append(f"{clauses[first].capitalize()} {joiner} {clauses[second]}.")
        person = int(rng.integers(max(1, (n * 4) // 5)))
        yield f"r{row:08}", f"p{person:08}", PLANS[int(rng.integers(3))], " ".join(sentences)


def write(path: Path, clauses: list[str], n: int, *, seed: int = 0) -> None:
    """Write n verbatims as CSV with the columns id, respondent, plan and text."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "respondent", "plan", "text"])
        writer.writerows(verbatims(clauses, n, seed=seed))
