"""Connectives on labelled sentences of news, and levels on the sample: python benchmarks/connectives.py DATA.

DATA is a folder with ``causal_sentences.csv`` (columns ``text``, ``label``: does it assert a cause; Tan et al. 2022).
The lists of connectives were chosen on half of it (by a hash of the text); the other half and all are reported.
Levels are compared with those whoever wrote the sample meant; the settings were chosen on half of its verbatims.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix, f1_score

from needlens.datasets import sample_folder
from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import load_encoder
from needlens.encoders.vectors import encode_texts
from needlens.intervals import wilson
from needlens.levels.fit import SEED_TEXTS, decide, fit_levels
from needlens.links.connectives import connectives
from needlens.schema import LEVELS


def half(key: str) -> int:
    """0 for what was developed with, 1 for the rest."""
    return hashlib.sha256(key.encode()).digest()[0] % 2


def causes(path: Path) -> list[dict[str, Any]]:
    """Precision and recall of "has a connective" for "asserts a cause", with Wilson's intervals."""
    frame = pd.read_csv(path)
    frame["hit"] = [bool(connectives(text)) for text in frame["text"]]
    frame["half"] = frame["text"].map(half)
    parts = (
        ("developed with", frame[frame["half"] == 0]),
        ("the other half", frame[frame["half"] == 1]),
        ("all", frame),
    )
    rows = []
    for name, part in parts:
        true, hits, both = (
            int(part["label"].sum()),
            int(part["hit"].sum()),
            int((part["hit"] & (part["label"] == 1)).sum()),
        )
        p, r = both / hits, both / true
        row = {"part": name, "n": len(part), "precision": p, "precision_interval": wilson(both, hits)}
        rows.append(row | {"recall": r, "recall_interval": wilson(both, true), "f1": 2 * p * r / (p + r)})
    return rows


def levels() -> list[dict[str, Any]]:
    """Levels of the sample's reasons: accuracy of the likeliest level, and of those that are said."""
    truth = pd.read_csv(sample_folder() / "truth.csv")
    truth["half"] = truth["verbatim_id"].map(half)
    texts = sorted(set(truth["text"]))
    encoder = load_encoder()
    encoder = encoder.with_token_weights(encoder.weigh_tokens(texts))
    matrix = encode_texts([*texts, *SEED_TEXTS], encoder, cache=VectorCache()).matrix
    row_of = {text: at for at, text in enumerate(texts)}
    model = fit_levels(texts, matrix[: len(texts)], matrix[len(texts) :])
    rows = []
    for name, part in (
        ("developed with", truth[truth["half"] == 0]),
        ("the other half", truth[truth["half"] == 1]),
    ):
        own = part["text"].tolist()
        p = model.probabilities(own, matrix[[row_of[text] for text in own]])
        said, _ = decide(p)
        best, true = p.argmax(axis=1), np.array([LEVELS.index(level) for level in part["level"]])
        sure = np.array(said) != "unsure"
        rows.append(
            {
                "part": name,
                "n": len(part),
                "accuracy": float((best == true).mean()),
                "interval": wilson(int((best == true).sum()), len(part)),
                "macro_f1": float(f1_score(true, best, average="macro")),
                "adjacent": float((abs(best - true) <= 1).mean()),
                "said": float(sure.mean()),
                "accuracy_said": float((best == true)[sure].mean()),
                "confusion": confusion_matrix(true, best).tolist(),
            }
        )
    return rows


def main() -> None:
    """Measure and write connectives.md and connectives.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    asked = parser.parse_args()
    found, typed = causes(asked.data / "causal_sentences.csv"), levels()
    lines = ["# Connectives and levels", "", "`python benchmarks/connectives.py DATA`", ""]
    lines += [
        "Does a sentence of news assert a cause? Asked of the connectives, against people's labels:",
        "",
    ]
    lines += ["| part | sentences | precision (95 %) | recall (95 %) | F1 |", "|---|--:|--:|--:|--:|"]
    for row in found:
        (a, b), (c, d) = row["precision_interval"], row["recall_interval"]
        lines.append(
            f"| {row['part']} | {row['n']:,} | {row['precision']:.3f} ({a:.3f}–{b:.3f}) | {row['recall']:.3f} ({c:.3f}–{d:.3f}) | {row['f1']:.3f} |"
        )
    lines += [
        "",
        "Levels of the reasons of the sample, against those their writers meant; nothing was learned from them:",
        "",
    ]
    lines += [
        "| part | reasons | accuracy (95 %) | macro-F1 | right or next to it | said at all | accuracy of those |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row in typed:
        low, high = row["interval"]
        lines.append(
            f"| {row['part']} | {row['n']:,} | {row['accuracy']:.2f} ({low:.2f}–{high:.2f}) | {row['macro_f1']:.2f} | {row['adjacent']:.2f} | {row['said']:.2f} | {row['accuracy_said']:.2f} |"
        )
    lines += [
        "",
        "Rows: meant, columns: said, in the order attribute, functional, psychosocial, value (the other half):",
        "",
    ]
    lines += ["```", *(" ".join(f"{n:4d}" for n in row) for row in typed[1]["confusion"]), "```"]
    text = "\n".join(lines) + "\n"
    (asked.out / "connectives.json").write_text(
        json.dumps({"causes": found, "levels": typed}, indent=1) + "\n", encoding="utf-8"
    )
    (asked.out / "connectives.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
