"""Measure need scores and learned classifiers on arguments labelled with twenty values (ValueEval'23).

Run it from the repository root::

    python benchmarks/values.py DATA

DATA is a folder with valueeval23_train.csv (``text``, ``label``: values with ``|`` between them) and
pros_cons.csv (``text``, ``label``: pro or con).
"""

from __future__ import annotations

import argparse
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import f1_score, roc_auc_score

from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import load_encoder
from needlens.encoders.text_vectors import TextVectors
from needlens.needs import scores as scoring
from needlens.needs.framework import Framework
from needlens.needs.frameworks import load_framework
from needlens.needs.head import FOLDS, fit_head, head_features, regression
from needlens.needs.polarity import polarity
from needlens.needs.prototypes import Prototypes, prototypes_of
from needlens.needs.scores import need_scores

HERE = Path(__file__).parent
FEW = (8, 16, 32)
DRAWS = 5
CHOSEN_ON = 0
"""The fold that variants of the zero-shot scores were compared on; the others are reported beside it."""

NOTES = """\
- 5,393 arguments (premises), 20 values, five folds drawn once with a fixed seed. The sentences a value
  (`benchmarks/values20.yaml`) were written from the theory's definitions, before any argument was scored; two
  rows of the file had been seen. How the nearest sentences are pooled was chosen on fold 0: `elsewhere` is
  the mean of the other four.
- The head is fitted on four folds, with its thresholds and its regularisation chosen inside them, and
  measured on the fifth. Macro-F1 is over the 20 values. ± is the standard deviation over folds.
- Few-shot: so many arguments with the value and four times as many without, drawn from the four folds;
  threshold at the training share of the value among all arguments (its prevalence is taken as known, as a
  labelled sample would tell it); five draws a fold. How much more a need's own profile weighs (5 times) was
  chosen on fold 0 as well, where without it eight labels did worse than none (.36 against .41).
- Polarity on 3,000 pros and cons drawn with a fixed seed: with the sentences of `needlens12`.
"""

Matrix = NDArray[np.float64]


def auc(truth: NDArray[np.bool_], found: Matrix) -> float:
    """Mean area under the curve over values."""
    return float(np.mean([roc_auc_score(truth[:, at], found[:, at]) for at in range(truth.shape[1])]))


def zero_shot(
    vectors: NDArray[np.float32],
    truth: NDArray[np.bool_],
    fold: NDArray[np.int64],
    framework: Framework,
    prototypes: Prototypes,
) -> tuple[list[dict[str, Any]], Matrix]:
    """Ways of scoring without labels."""
    names = [f"{need.name}: {need.definition}" for need in framework.needs]
    definitions = TextVectors(weigh_tokens=False).fit_transform(names)
    plain = vectors @ prototypes.vectors.T
    top = [np.sort(plain[:, prototypes.need == at], axis=1)[:, ::-1] for at in range(len(names))]
    ways: dict[str, Matrix] = {
        "definitions": (vectors @ definitions.T).astype(np.float64),
        "sentences, nearest one": np.stack([own[:, 0] for own in top], axis=1),
        "sentences, mean of the nearest 6": np.stack([own[:, :6].mean(axis=1) for own in top], axis=1),
    }
    chosen = scoring.NEAREST
    for nearest in (1, 3, 6, 20):
        scoring.NEAREST = nearest
        ways[f"the same, centred, nearest {nearest}"] = need_scores(vectors, prototypes).similarity
    scoring.NEAREST = chosen
    rows = []
    for name, found in ways.items():
        folds = [auc(truth[fold == at], found[fold == at]) for at in range(FOLDS)]
        rest = [value for at, value in enumerate(folds) if at != CHOSEN_ON]
        rows.append(
            {
                "way": name,
                "fold_0": folds[CHOSEN_ON],
                "elsewhere": float(np.mean(rest)),
                "sd": float(np.std(rest)),
            }
        )
    return rows, need_scores(vectors, prototypes).standard


def head(features: Matrix, truth: NDArray[np.bool_], fold: NDArray[np.int64]) -> dict[str, Any]:
    """The head, five-fold."""
    f1, areas, by_value = [], [], []
    for at in range(FOLDS):
        out = fold == at
        fitted = fit_head(features[~out], truth[~out])
        found = fitted.probabilities(features[out])
        own = f1_score(truth[out], found >= fitted.thresholds, average=None, zero_division=0)
        by_value.append(own)
        f1.append(float(own.mean()))
        areas.append(auc(truth[out], found))
    return {
        "macro_f1": float(np.mean(f1)),
        "sd": float(np.std(f1)),
        "folds": f1,
        "auc": float(np.mean(areas)),
        "by_value": np.mean(by_value, axis=0).tolist(),
    }


def few_shot(
    features: Matrix, truth: NDArray[np.bool_], fold: NDArray[np.int64], n: int, rng: np.random.Generator
) -> dict[str, Any]:
    """A regression a value from ``n`` arguments with it and ``4 n`` without."""
    f1, areas = [], []
    for at in range(FOLDS):
        out, inside = fold == at, np.flatnonzero(fold != at)
        for _ in range(DRAWS):
            found = np.zeros((int(out.sum()), truth.shape[1]))
            for value in range(truth.shape[1]):
                own = truth[inside, value]
                drawn = np.r_[
                    rng.choice(inside[own], min(n, int(own.sum())), replace=False),
                    rng.choice(inside[~own], 4 * n, replace=False),
                ]
                own_profile = value - truth.shape[1]
                weights = regression(features[drawn], truth[drawn, value], own_profile)
                found[:, value] = features[out] @ weights[:-1]
            share = truth[inside].mean(axis=0)
            cut = [np.quantile(found[:, value], 1 - share[value]) for value in range(truth.shape[1])]
            f1.append(float(f1_score(truth[out], found >= np.array(cut), average="macro", zero_division=0)))
            areas.append(auc(truth[out], found))
    return {"n": n, "macro_f1": float(np.mean(f1)), "sd": float(np.std(f1)), "auc": float(np.mean(areas))}


def polarity_on_pros_and_cons(folder: Path) -> dict[str, float]:
    """How often met and unmet are told apart."""
    rows = pd.read_csv(folder / "pros_cons.csv").dropna().sample(3000, random_state=0)
    vectors = TextVectors(weigh_tokens=False).fit_transform(rows["text"].tolist())
    prototypes = prototypes_of(load_framework(), load_encoder(), cache=VectorCache())
    found = polarity(vectors, prototypes)
    truth = np.where(rows["label"] == "pro", "satisfied", "violated")
    said = found != "unclear"
    return {"said": float(said.mean()), "right": float((found == truth)[said].mean())}


def figure(results: dict[str, Any], path: Path) -> None:
    """The few-shot curve as a picture that needs nothing to be looked at."""
    from xml.sax.saxutils import escape

    points = [(row["n"], row["macro_f1"], row["sd"]) for row in results["few_shot"]]
    full, none = results["head"]["macro_f1"], results["zero_shot_f1"]
    low, high = 0.2, 0.55

    def x(n: int) -> float:
        return 70 + 330 * float(np.log2(n / FEW[0]) / np.log2(FEW[-1] / FEW[0]))

    def y(value: float) -> float:
        return 250 - 220 * (value - low) / (high - low)

    style = 'font-family="sans-serif" font-size="12"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 300" {style}>',
        '<rect width="560" height="300" fill="white"/>',
    ]
    for value in np.arange(low, high + 0.01, 0.1):
        parts.append(f'<path d="M60 {y(value):.1f}H410" stroke="#ddd"/>')
        parts.append(f'<text x="52" y="{y(value) + 4:.1f}" text-anchor="end">{value:.1f}</text>')
    for value, name in ((full, "all labels"), (none, "no labels")):
        parts.append(f'<path d="M60 {y(value):.1f}H410" stroke="#888" stroke-dasharray="5 4"/>')
        parts.append(f'<text x="416" y="{y(value) + 4:.1f}">{escape(name)} {value:.2f}</text>')
    line = " ".join(f"{x(n):.1f},{y(value):.1f}" for n, value, _ in points)
    parts.append(f'<polyline points="{line}" fill="none" stroke="#1b6ca8" stroke-width="2"/>')
    for n, value, spread in points:
        parts.append(
            f'<path d="M{x(n):.1f} {y(value - spread):.1f}V{y(value + spread):.1f}" stroke="#1b6ca8"/>'
            f'<circle cx="{x(n):.1f}" cy="{y(value):.1f}" r="4" fill="#1b6ca8"/>'
            f'<text x="{x(n):.1f}" y="268" text-anchor="middle">{n}</text>'
            f'<text x="{x(n) + 8:.1f}" y="{y(value) + 18:.1f}">{value:.2f}</text>'
        )
    parts.append('<text x="235" y="288" text-anchor="middle">labelled arguments with the value</text>')
    parts.append('<text x="60" y="18">Macro-F1 over 20 values, ValueEval\'23</text></svg>')
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")


def page(results: dict[str, Any], names: list[str]) -> str:
    """The page."""
    lines = [
        "# Values in arguments",
        "",
        "Made by `python benchmarks/values.py DATA`; its figures are in `values.json`.",
        "",
        "| without labels: mean area under the curve | fold 0 | elsewhere |",
        "|---|--:|--:|",
    ]
    lines += [
        f"| {row['way']} | {row['fold_0']:.3f} | {row['elsewhere']:.3f} ± {row['sd']:.3f} |"
        for row in results["zero_shot"]
    ]
    whole, bare = results["head"], results["head_without_profile"]
    lines += ["", "| with labels | macro-F1 | area under the curve |", "|---|--:|--:|"]
    lines += [
        f"| none (centred scores, threshold at the known share) | {results['zero_shot_f1']:.3f} | – |",
        *(
            f"| {row['n']} with the value | {row['macro_f1']:.3f} ± {row['sd']:.3f} | {row['auc']:.3f} |"
            for row in results["few_shot"]
        ),
        f"| head, all labels | {whole['macro_f1']:.3f} ± {whole['sd']:.3f} | {whole['auc']:.3f} |",
        f"| head, all labels, vectors only | {bare['macro_f1']:.3f} ± {bare['sd']:.3f} | {bare['auc']:.3f} |",
        f"| every value to every argument | {results['all_ones']:.3f} | – |",
        "",
        "![Macro-F1 by labelled arguments](values.svg)",
        "",
        "| value | F1 of the head |",
        "|---|--:|",
        *(f"| {name} | {f1:.2f} |" for name, f1 in zip(names, whole["by_value"], strict=True)),
        "",
        (
            f"Polarity: of 3,000 pros and cons {results['polarity']['said']:.0%} are called met or not met, "
            f"{results['polarity']['right']:.1%} of these rightly."
        ),
        "",
        "## Notes",
        "",
        NOTES,
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure everything and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    folder = parser.parse_args().data
    warnings.simplefilter("ignore")
    rows = pd.read_csv(folder / "valueeval23_train.csv")
    framework = load_framework(HERE / "values20.yaml")
    names = [need.name for need in framework.needs]
    truth = np.array([[name in str(label).split("|") for name in names] for label in rows["label"]])
    fold = np.random.default_rng(0).permutation(len(rows)) % FOLDS
    vectors = TextVectors(weigh_tokens=False).fit_transform(rows["text"].tolist())
    prototypes = prototypes_of(framework, load_encoder(), cache=VectorCache())
    zero, profile = zero_shot(vectors, truth, fold, framework, prototypes)
    cut = [np.quantile(profile[:, at], 1 - truth[:, at].mean()) for at in range(len(names))]
    features = head_features(vectors, profile)
    rng = np.random.default_rng(0)
    results: dict[str, Any] = {
        "zero_shot": zero,
        "zero_shot_f1": float(f1_score(truth, profile >= np.array(cut), average="macro")),
        "all_ones": float(f1_score(truth, np.ones_like(truth), average="macro")),
        "few_shot": [few_shot(features, truth, fold, n, rng) for n in FEW],
        "head": head(features, truth, fold),
        "head_without_profile": head(head_features(vectors, np.zeros_like(profile)), truth, fold),
        "polarity": polarity_on_pros_and_cons(folder),
    }
    (HERE / "values.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    figure(results, HERE / "values.svg")
    (HERE / "values.md").write_text(page(results, names), encoding="utf-8")


if __name__ == "__main__":
    main()
