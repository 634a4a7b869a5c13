"""Texts with categories and needs that need themes are measured on, and how pure groups of them are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

HERE = Path(__file__).parent
LEVELS = ("functional", "psychosocial", "value")


@dataclass(frozen=True, eq=False, slots=True)
class Corpus:
    """Texts with categories and, where known, needs and people."""

    name: str
    texts: list[str]
    categories: list[str]
    needs: list[str] | None
    counted: NDArray[np.bool_]
    people: list[str]
    verbatims: list[str]


def planted() -> Corpus:
    """The sentences the method was chosen on."""
    table = pd.read_csv(HERE.parent / "tests" / "needs" / "planted_needs.csv").sort_values("text")
    needs = table["need"].tolist()
    everybody = [str(at) for at in range(len(table))]
    counted = np.array([need != "none" for need in needs])
    return Corpus(
        "planted", table["text"].tolist(), table["category"].tolist(), needs, counted, everybody, everybody
    )


def answers() -> Corpus:
    """Answers of one to two clauses, to develop the use of context and of labels with."""
    table = pd.read_csv(HERE.parent / "tests" / "needs" / "planted_answers.csv").sort_values("text")
    needs, people = table["need"].tolist(), table["answer"].tolist()
    counted = np.array([need != "none" for need in needs])
    return Corpus(
        "answers", table["text"].tolist(), table["category"].tolist(), needs, counted, people, people
    )


def sample() -> Corpus:
    """Reasons as needlens cuts them, each with the truth it overlaps most."""
    from needlens.datasets import sample_folder, sample_verbatims
    from needlens.reasons import split_reasons

    verbatims = sample_verbatims().frame
    reasons = split_reasons(verbatims).frame
    reasons = reasons[reasons["informative"]].drop_duplicates("text").sort_values("text")
    truth = pd.read_csv(sample_folder() / "truth.csv")
    pairs = reasons.merge(truth, on="verbatim_id", suffixes=("", "_truth"))
    pairs["overlap"] = np.minimum(pairs["end"], pairs["end_truth"]) - np.maximum(
        pairs["start"], pairs["start_truth"]
    )
    pairs = pairs[pairs["overlap"] > 0].sort_values(["overlap", "start_truth"], ascending=[False, True])
    best = pairs.drop_duplicates("reason_id").set_index("reason_id")
    need = reasons["reason_id"].map(best["need"]).fillna("none")
    level = reasons["reason_id"].map(best["level"])
    category = reasons["verbatim_id"].map(verbatims.set_index("verbatim_id")["category"])
    counted = (need != "none").to_numpy() & level.isin(LEVELS).to_numpy()
    return Corpus(
        "sample",
        reasons["text"].tolist(),
        category.tolist(),
        need.tolist(),
        counted,
        reasons["respondent_id"].tolist(),
        reasons["verbatim_id"].tolist(),
    )


def product_reviews(folder: Path) -> Corpus:
    """Review sentences that name a feature of one of fourteen products."""
    table = pd.read_csv(folder / "product_reviews.csv").dropna(subset=["features", "text"])
    table = table.drop_duplicates("text").sort_values("text")
    texts = table["text"].tolist()
    everybody = [str(at) for at in range(len(texts))]
    nobody = np.zeros(len(texts), dtype=bool)
    return Corpus("product_reviews", texts, table["product"].tolist(), None, nobody, everybody, everybody)


def purity(groups: NDArray[Any], needs: NDArray[Any]) -> float:
    """Share with the most frequent need of their group."""
    return float(pd.crosstab(groups, needs).max(axis=1).sum() / len(needs))
