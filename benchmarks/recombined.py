"""Verbatims of any number, made of real clauses of pros_cons.csv so that hardly any reason is there twice.

A reason is a clause and a short one (at most three words), joined by a word at which nothing is cut
("battery life is short despite easy menus"); a verbatim is one to three reasons as sentences. Row k depends
on k and the seed alone, so that a smaller file is the beginning of a larger one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from needlens.informative import is_informative
from needlens.reasons import reason_spans

JOINERS = ["with", "plus", "despite", "given", "besides"]
PLANS = ["free", "pro", "team"]
COLUMNS = ["id", "respondent", "plan", "text"]
SHORT = 3
NEW_PERSON = 0.8
"""Share of the verbatims that are the first of their respondent."""


def clauses_of(folder: Path) -> list[str]:
    """Distinct informative clauses of pros_cons.csv in code-point order, without their last marks."""
    with (folder / "pros_cons.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    spans = [(text, span) for text in texts for span in reason_spans(text)]
    found = sorted({text[start:end].strip(" .,;:!?-").lower() for text, (start, end) in spans})
    kept = [text for text, tells in zip(found, is_informative(found), strict=True) if tells]
    return [text for text in kept if 2 <= len(text.split()) <= 12]


def verbatims(clauses: list[str], n: int, *, seed: int = 0) -> Iterator[tuple[str, str, str, str]]:
    """Yield id, respondent, plan and text of each of n verbatims."""
    short = [text for text in clauses if len(text.split()) <= SHORT]
    for row in range(n):
        rng = np.random.default_rng([seed, row])
        sentences = []
        for _ in range(int(rng.integers(1, 4))):
            first, second = clauses[int(rng.integers(len(clauses)))], short[int(rng.integers(len(short)))]
            sentences.append(f"{first.capitalize()} {JOINERS[int(rng.integers(len(JOINERS)))]} {second}.")
        person = row if rng.random() < NEW_PERSON else int(rng.integers(row + 1))
        yield f"r{row:08}", f"p{person:08}", PLANS[int(rng.integers(3))], " ".join(sentences)


def write(path: Path, clauses: list[str], n: int, *, seed: int = 0) -> None:
    """Write n verbatims as CSV with the columns of :data:`COLUMNS`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(verbatims(clauses, n, seed=seed))
