"""How far two coders agree about levels and links of 150 reviews, and how far needlens agrees with each.

Run it from the repository root::

    python benchmarks/coders.py

The reviews and both codings are in ``tests/coded_reviews``, with the guide the coders worked by. Nothing of
needlens was fitted to them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from needlens import Parameters, read_verbatims, run_study
from needlens.study.ladder import LadderOptions, ladder_study
from needlens.study.record import Study

HERE = Path(__file__).parent
CODED = HERE.parent / "tests" / "coded_reviews"
LEVELS = {"A": "attribute", "F": "functional", "P": "psychosocial", "V": "value"}
NONE = "none"
N_RESAMPLES = 2_000
SAME = 0.5
"""Share of characters, of those either holds, that two pieces must share to be one and the same."""

NOTES = """\
- 150 reviews of six products were written for this, and coded by two coders who saw neither each other's work
  nor the program's, by the guide in `tests/coded_reviews`. Reviews and codings were made by language models
  told to work as writers and coders, not by customers and not by people: what follows says how the program
  compares with careful readers of such texts, not with people's reading of real reviews.
- `words`: each word has the level of the piece it is in, or none: Krippendorff's alpha, nominal, over all
  words; where pieces begin and end counts as much as their levels.
- `levels`: pieces of both that share half of their characters or more are one; alpha of their levels alone.
- `links`: over the ordered pairs of such pieces of a review, alpha of whether the first is a means to the
  second; and F1, where a link whose pieces have no counterpart counts as missed.
- A piece of the program with an unsure level counts as none of the four in `words`, and is left out of
  `levels`.
- Brackets: 95 % interval over reviews, drawn {n_resamples:,} times with replacement.
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of a review and its level."""

    start: int
    end: int
    level: str


@dataclass(frozen=True, slots=True)
class Coding:
    """What one coder made of one review: its pieces, and links between their positions."""

    pieces: tuple[Piece, ...]
    links: frozenset[tuple[int, int]]


def read_reviews() -> pd.DataFrame:
    """The reviews: review_id, category, text."""
    return pd.read_csv(CODED / "reviews.csv", dtype=str, keep_default_na=False)


def read_coding(path: Path, texts: dict[str, str], *, explicit: bool) -> dict[str, Coding]:
    """One coder's reviews; with ``explicit`` only the links that words assert."""
    codings = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = texts[row["review_id"]]
        pieces: list[Piece] = []
        at: dict[int, int] = {}
        for element in row["elements"]:
            start = text.index(element["quote"])
            at[element["id"]] = len(pieces)
            pieces.append(Piece(start, start + len(element["quote"]), LEVELS[element["level"]]))
        kept = [link for link in row["links"] if not explicit or link["kind"] == "explicit"]
        links = frozenset((at[link["means"]], at[link["end"]]) for link in kept)
        codings[row["review_id"]] = Coding(tuple(pieces), links)
    return codings


def code_by_program(study: Study, grades: Sequence[str]) -> dict[str, Coding]:
    """What needlens made of the reviews, with its links of these grades."""
    assert study.ladder is not None
    tables = study.ladder.tables
    elements = tables["elements"].query("role == 'rung'")
    links = tables["links"]
    links = links[links["grade"].isin(grades)]
    codings = {review: Coding((), frozenset()) for review in study.verbatims["verbatim_id"]}
    for review, own in elements.groupby("verbatim_id"):
        position = {element: at for at, element in enumerate(own["element_id"])}
        pieces = tuple(Piece(*row) for row in own[["start", "end", "level"]].itertuples(index=False))
        asserted = links[links["verbatim_id"] == review]
        pairs = zip(asserted["means_element_id"], asserted["end_element_id"], strict=True)
        codings[str(review)] = Coding(
            pieces, frozenset((position[a], position[b]) for a, b in pairs if a in position and b in position)
        )
    return codings


def alpha(pairs: Sequence[tuple[str, str]]) -> float:
    """Krippendorff's alpha of two coders, nominal: 1 − observed over expected disagreement (2011).

    Of ``[("a", "a"), ("a", "a"), ("a", "b"), ("b", "b")]`` it is 1 − .25 / (2·5·3 / (8·7)) = .533.
    """
    if not pairs:
        return float("nan")
    counts = np.unique([value for pair in pairs for value in pair], return_counts=True)[1]
    n = counts.sum()
    expected = 1 - float((counts * (counts - 1)).sum()) / (n * (n - 1))
    observed = float(np.mean([left != right for left, right in pairs]))
    return 1 - observed / expected if expected > 0 else float("nan")


def matched(left: Coding, right: Coding) -> list[tuple[int, int]]:
    """Positions of the pieces of both that are one, each at most once, those that share most first."""
    shares = []
    for i, one in enumerate(left.pieces):
        for j, other in enumerate(right.pieces):
            both = min(one.end, other.end) - max(one.start, other.start)
            either = max(one.end, other.end) - min(one.start, other.start)
            if both >= SAME * either:
                shares.append((-both / either, i, j))
    pairs: list[tuple[int, int]] = []
    for _, i, j in sorted(shares):
        if all(i != a and j != b for a, b in pairs):
            pairs.append((i, j))
    return pairs


def of_words(text: str, left: Coding, right: Coding) -> list[tuple[str, str]]:
    """Level of each word in both codings."""

    def level(coding: Coding, at: int) -> str:
        own = [piece.level for piece in coding.pieces if piece.start <= at < piece.end]
        return own[0] if own and own[0] in LEVELS.values() else NONE

    starts = [
        at for at, sign in enumerate(text) if not sign.isspace() and (at == 0 or text[at - 1].isspace())
    ]
    return [(level(left, at), level(right, at)) for at in starts]


def of_levels(left: Coding, right: Coding) -> list[tuple[str, str]]:
    """Levels of the pieces both have."""
    pairs = [(left.pieces[i].level, right.pieces[j].level) for i, j in matched(left, right)]
    return [pair for pair in pairs if all(level in LEVELS.values() for level in pair)]


def of_links(left: Coding, right: Coding) -> list[tuple[str, str]]:
    """Whether each ordered pair of the pieces both have is a link."""
    pairs = matched(left, right)
    found = []
    for (i, j), (k, m) in combinations(pairs, 2):
        found.append((str((i, k) in left.links), str((j, m) in right.links)))
        found.append((str((k, i) in left.links), str((m, j) in right.links)))
    return found


def shared_links(left: Coding, right: Coding) -> tuple[int, int, int]:
    """Links of both, of the left, of the right."""
    to_right = dict(matched(left, right))
    both = sum((to_right.get(a), to_right.get(b)) in right.links for a, b in left.links)
    return both, len(left.links), len(right.links)


def with_interval(measure: Callable[[list[int]], float], n: int) -> str:
    """The measure over all reviews, and its interval over resamples of them."""
    rng = np.random.default_rng(0)
    drawn = [measure(rng.integers(0, n, n).tolist()) for _ in range(N_RESAMPLES)]
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return f"{measure(list(range(n))):.2f} [{low:.2f}, {high:.2f}]"


def compare(texts: dict[str, str], left: dict[str, Coding], right: dict[str, Coding]) -> dict[str, str]:
    """Every measure of two codings."""
    ids = list(texts)
    words = [of_words(texts[one], left[one], right[one]) for one in ids]
    levels = [of_levels(left[one], right[one]) for one in ids]
    links = [of_links(left[one], right[one]) for one in ids]
    shared = np.array([shared_links(left[one], right[one]) for one in ids])

    def pooled(parts: list[list[tuple[str, str]]]) -> Callable[[list[int]], float]:
        return lambda rows: alpha([pair for row in rows for pair in parts[row]])

    def f1(rows: list[int]) -> float:
        both, of_left, of_right = shared[rows].sum(axis=0)
        return float(2 * both / (of_left + of_right)) if of_left + of_right else float("nan")

    return {
        "words": with_interval(pooled(words), len(ids)),
        "levels": with_interval(pooled(levels), len(ids)),
        "pieces both have": f"{sum(map(len, levels))}",
        "links": with_interval(pooled(links), len(ids)),
        "links, F1": with_interval(f1, len(ids)),
        "links of each": f"{shared[:, 1].sum()} and {shared[:, 2].sum()}",
    }


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE / "coders.md")
    args = parser.parse_args()
    reviews = read_reviews()
    texts = dict(zip(reviews["review_id"], reviews["text"], strict=True))
    verbatims = read_verbatims(CODED / "reviews.csv", text="text", id="review_id", segments=["category"])
    study = ladder_study(run_study(verbatims, Parameters(seed=0)), LadderOptions())
    parts, results = [], {}
    for title, explicit, grades in (
        ("All links", False, ("E3", "E2", "E1")),
        ("Only links that words assert", True, ("E3", "E2")),
    ):
        a, b = (read_coding(CODED / f"coder_{name}.jsonl", texts, explicit=explicit) for name in "ab")
        program = code_by_program(study, grades)
        rows = {
            "the two coders": compare(texts, a, b),
            "first coder and needlens": compare(texts, a, program),
            "second coder and needlens": compare(texts, b, program),
        }
        results[title] = rows
        table = pd.DataFrame(rows).T.rename_axis("who").reset_index()
        lines = ["| " + " | ".join(table.columns) + " |", "|" + " --- |" * len(table.columns)]
        lines += ["| " + " | ".join(row) + " |" for row in table.itertuples(index=False)]
        parts.append(f"## {title}\n\n" + "\n".join(lines))
        print(parts[-1], file=sys.stderr)
    head = (
        f"# Coders and needlens\n\n`python benchmarks/coders.py`\n\n{NOTES.format(n_resamples=N_RESAMPLES)}"
    )
    args.out.write_text(head + "\n" + "\n\n".join(parts) + "\n", encoding="utf-8")
    args.out.with_suffix(".json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
