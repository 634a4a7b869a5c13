"""What labels do to need themes: rounds of twenty, as an analyst would give them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from need_corpora import Corpus, purity
from numpy.typing import NDArray

from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import load_encoder
from needlens.encoders.text_vectors import TextVectors
from needlens.labelling.batch import choose_batch
from needlens.needs.context import in_context
from needlens.needs.frameworks import load_framework
from needlens.needs.learn import learn_needs, margins
from needlens.needs.need_themes import leakage, need_groups
from needlens.needs.prototypes import prototypes_of
from needlens.needs.scores import need_scores
from needlens.study.need_reading import folds_of

ROUNDS = (0, 1, 2, 3, 5, 8)
N_LOTS = 5
MINUTES_A_ROUND = 4
"""Twenty short reasons at some twelve seconds each; an estimate, not a measurement."""


def labelled_rounds(corpus: Corpus, n_lots: int = N_LOTS) -> list[dict[str, Any]]:
    """Purity and leakage of need themes over the reasons not labelled, one row a lot and round."""
    framework = load_framework()
    prototypes = prototypes_of(framework, load_encoder(), cache=VectorCache())
    vectors = in_context(TextVectors().fit_transform(corpus.texts), corpus.verbatims)
    scored = need_scores(vectors, prototypes)
    needs, categories = np.array(corpus.needs), np.array(corpus.categories)
    told = needs[:, None] == np.array(framework.ids)
    rows = []
    without = None
    for seed in range(n_lots):
        folds = folds_of(corpus.people, seed)
        labelled = np.zeros(len(needs), dtype=bool)
        for number in range(max(ROUNDS) + 1):
            found = learn_needs(vectors, scored, prototypes, labelled, told & labelled[:, None], folds)
            if number in ROUNDS:
                groups = need_groups(vectors, found.profile, corpus.categories)
                without = groups if without is None else without
                left: NDArray[np.bool_] = corpus.counted & ~labelled
                rows.append(
                    {
                        "lot": seed,
                        "round": number,
                        "n_labelled": int(labelled.sum()),
                        "purity": purity(groups[left], needs[left]),
                        "without": purity(without[left], needs[left]),
                        "leakage": leakage(groups[~labelled], categories[~labelled].tolist()),
                        "top_need": float(
                            (np.array(framework.ids)[found.profile.argmax(axis=1)] == needs)[left].mean()
                        ),
                    }
                )
            batch = choose_batch(
                corpus.people,
                vectors,
                margins(found.scores, found.thresholds),
                np.flatnonzero(labelled).tolist(),
                seed=seed,
            )
            labelled[[*batch.random, *batch.uncertain]] = True
    return rows


def rounds_table(rows: list[dict[str, Any]]) -> list[str]:
    """Lines of the page."""
    lines = [
        "",
        f"Need themes after rounds of labels, over the reasons not labelled, means (ranges) of {N_LOTS}:",
        "",
        "| rounds | labels | minutes, about | purity | without | leakage | need of the highest score |",
        "|--:|--:|--:|--:|--:|--:|--:|",
    ]
    table = pd.DataFrame(rows)
    for number in ROUNDS:
        own = table[table["round"] == number]
        purity, least, most = own["purity"].mean(), own["purity"].min(), own["purity"].max()
        lines.append(
            f"| {number} | {own['n_labelled'].mean():.0f} | {number * MINUTES_A_ROUND} "
            f"| {purity:.2f} ({least:.2f} to {most:.2f}) | {own['without'].mean():.2f} "
            f"| {own['leakage'].mean():.2f} | {own['top_need'].mean():.2f} |"
        )
    return lines
