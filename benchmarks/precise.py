"""Measure what the precise encoder gains over the default one, and what it costs.

Run it from the repository root, with the "bench" extra installed, after ``make precise``::

    python benchmarks/precise.py DATA

DATA is the folder ``labelled_sets.py`` describes, with product_reviews.csv beside them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import warnings
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from in_turns import in_turns
from labelled_sets import CONTAINS, SETS, read_set
from need_corpora import Corpus, answers, planted, product_reviews, purity, sample
from need_themes import measure, methods, screening
from null import texts_of
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from needlens.dealt_words import compare_with_dealt
from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import load_encoder
from needlens.encoders.precise import PreciseEncoder
from needlens.encoders.shipped import MPNET
from needlens.encoders.text_vectors import TextVectors
from needlens.encoders.transformer import TransformerEncoder
from needlens.encoders.weights import shipped_weights
from needlens.intervals import wilson
from needlens.needs.context import in_context
from needlens.needs.frameworks import load_framework
from needlens.needs.need_themes import need_groups
from needlens.needs.prototypes import prototypes_of
from needlens.needs.scores import need_scores
from needlens.needs.sharpen import sharpen
from needlens.theme_model import ThemeModel

HERE = Path(__file__).parent
ENCODERS = ("default", "precise")
METHODS = ("need themes", "need themes, 12", "needlens's themes", "BERTopic")
N_BOOTSTRAP = 1000
N_TIMED = 400
NULL_KINDS = ("shuffled words", "template", "real")
N_CORPORA = 20
N_ROUNDED = 20
OFF = 0.014
"""Length of what is added to unit vectors to have them at a cosine of .9999."""
ROUNDS = 3

NOTES = """\
- Themes: the six labelled sets of `themes.py`, main scale, seed 0; k-means is told the true number of labels
  (`n_init` 5). Gains are precise less default on the same texts; in brackets 95 % bootstrap intervals over
  the texts, of the mean over the sets. Vectors are needlens's own, tokens weighed.
- Needs: corpora, methods and intervals of `need_themes.py`, each method on vectors of the encoder named.
  What was chosen there was chosen with the default encoder. Gains are paired, 1.96 standard deviations over
  500 resamples of the people. Rounded otherwise: means (ranges) of {rounded} draws in which every vector is
  at a cosine of .9999 to its own, as another backend's or processor's may be.
- Of each cosine of the precise encoder a quarter is the default model's, the rest all-mpnet-base-v2's. It was
  chosen among none, a tenth, a quarter and a half on 16 halves of 2,500 training texts each of banking77 and
  clinc150, and on `planted` and `answers`, whose rows here are therefore kind. The six sets were not looked
  at; of the sample it was known that all-mpnet-base-v2 alone gives need themes a purity of .600 (24 groups).
- Corpora: those of `null.py`, its first {corpora} of each kind; only `real` ones have themes. With both
  encoders the default model reads the words dealt at random: all-mpnet-base-v2 alone finds them as alike as
  what people say, as the line below the table has it, of a third of the sample's reasons.
- Times: encoding of {n} sentences of the sample, none from the cache, in turns, {rounds} rounds; {machine}.
"""


def themes(folder: Path) -> dict[str, Any]:
    """Agreement with the labels of six sets, and its gain."""
    rng = np.random.default_rng(0)
    found: dict[str, Any] = {"sets": {}}
    gains: dict[str, list[NDArray[np.float64]]] = {"ari": [], "nmi": []}
    for name in (name for name in SETS if name not in CONTAINS):
        table = read_set(folder, name)
        truth = pd.factorize(table.label)[0]
        labels = {}
        rows: dict[str, Any] = {}
        for encoder in ENCODERS:
            vectors = TextVectors(encoder).fit_transform(table.text.tolist())
            model = ThemeModel().fit(vectors)
            labels[encoder] = np.asarray(pd.Series(model.labels_).to_numpy(np.int64, na_value=-1))
            told = KMeans(len(set(truth)), n_init=5, random_state=0).fit_predict(vectors)
            rows[encoder] = {"k": int(labels[encoder].max()) + 1, **scores(truth, labels[encoder])}
            rows[encoder]["k_means_ari"] = float(adjusted_rand_score(truth, told))
        drawn = [rng.integers(len(truth), size=len(truth)) for _ in range(N_BOOTSTRAP)]
        for measure_name, own in gains.items():
            own.append(
                np.array(
                    [
                        scores(truth[at], labels["precise"][at])[measure_name]
                        - scores(truth[at], labels["default"][at])[measure_name]
                        for at in drawn
                    ]
                )
            )
        found["sets"][name] = {"n": len(truth), "n_labels": len(set(truth)), **rows}
        print(name, found["sets"][name], flush=True)
    found["gain"] = {
        name: [
            float(np.mean([row["precise"][name] - row["default"][name] for row in found["sets"].values()])),
            *np.quantile(np.mean(own, axis=0), [0.025, 0.975]).tolist(),
        ]
        for name, own in gains.items()
    }
    return found


def scores(truth: NDArray[Any], labels: NDArray[Any]) -> dict[str, float]:
    """Adjusted Rand index and normalised mutual information."""
    return {
        "ari": float(adjusted_rand_score(truth, labels)),
        "nmi": float(normalized_mutual_info_score(truth, labels)),
    }


def needs(folder: Path) -> dict[str, Any]:
    """Need themes of each corpus, beside other themes of the same vectors."""
    found = {}
    for corpus in (planted(), answers(), sample(), product_reviews(folder)):
        rows: dict[str, Any] = {"n": len(corpus.texts)}
        groups = {}
        for encoder in ENCODERS:
            compared = methods(corpus, encoder)
            groups[encoder] = {method: compared[method]() for method in METHODS}
            rows[encoder] = {
                method: measure(corpus, own, np.random.default_rng(0))
                for method, own in groups[encoder].items()
            }
            if corpus.needs is not None:
                rows[encoder]["screening"] = screening(corpus, encoder)
            print(corpus.name, encoder, rows[encoder], flush=True)
        if corpus.needs is not None:
            rows["gain"] = purer(corpus, groups["default"][METHODS[0]], groups["precise"][METHODS[0]])
        found[corpus.name] = rows
    return found


def purer(corpus: Corpus, old: NDArray[Any], new: NDArray[Any]) -> list[float]:
    """How much purer groups are than others of the same texts, and its interval over the people."""
    rng = np.random.default_rng(0)
    needs, who = np.array(corpus.needs), pd.factorize(np.array(corpus.people))[0]
    rows = [np.flatnonzero(np.equal(who, one) & corpus.counted) for one in range(int(who.max()) + 1)]

    def gain(at: NDArray[np.int64]) -> float:
        return purity(new[at], needs[at]) - purity(old[at], needs[at])

    drawn = [np.concatenate([rows[at] for at in rng.integers(len(rows), size=len(rows))]) for _ in range(500)]
    found, reach = gain(np.flatnonzero(corpus.counted)), 1.96 * float(np.std([gain(at) for at in drawn]))
    return [found, found - reach, found + reach]


def nulls(folder: Path) -> dict[str, Any]:
    """In how many corpora without themes, and with some, themes are found."""
    found: dict[str, Any] = {kind: dict.fromkeys(ENCODERS, 0) for kind in NULL_KINDS}
    precise = load_encoder("precise")
    assert isinstance(precise, PreciseEncoder)
    for kind in NULL_KINDS:
        for number in range(N_CORPORA):
            texts = texts_of(folder, kind, number)
            weighed = precise.with_token_weights(precise.weigh_tokens(texts))
            of_default = weighed.default.encode(texts)
            words = compare_with_dealt(texts, of_default, weighed.default.encode, seed=number)
            for encoder, vectors in (("default", of_default), ("precise", weighed.encode(texts))):
                model = ThemeModel(seed=number).fit(vectors, words=words)
                found[kind][encoder] += model.structure_.found
        print(kind, found[kind], flush=True)
    return found


def dealt(_: Path) -> dict[str, Any]:
    """How like their nearest others reasons of the sample are, and with words dealt, to each model alone."""
    texts = sample().texts[::3]
    models = {
        "default": load_encoder(),
        MPNET.name: TransformerEncoder(shipped_weights(MPNET, "precise")),
    }
    found = {}
    for name, model in models.items():
        encode = model.with_token_weights(model.weigh_tokens(texts)).encode
        test = compare_with_dealt(texts, encode(texts), encode, seed=0)
        assert test is not None
        found[name] = {"similarity": test.similarity, "by_chance": test.by_chance, "p": test.p_value}
        print(name, found[name], flush=True)
    return found


def rounding(_: Path) -> dict[str, list[float]]:
    """Purity of the sample's need themes when all vectors are off by as much as another backend's may be."""
    corpus, framework = sample(), load_framework()
    needs = np.array(corpus.needs)
    found: dict[str, list[float]] = {}
    for name in ENCODERS:
        vectors = TextVectors(name).fit_transform(corpus.texts)
        prototypes = prototypes_of(framework, load_encoder(name), cache=VectorCache())
        for number in range(N_ROUNDED):
            rng = np.random.default_rng(number)
            known = replace(prototypes, vectors=off(prototypes.vectors, rng))
            context = in_context(off(vectors, rng), corpus.verbatims)
            profile = sharpen(context, need_scores(context, known).standard, known)
            groups = need_groups(context, profile, corpus.categories)
            found.setdefault(name, []).append(purity(groups[corpus.counted], needs[corpus.counted]))
        print(name, found[name], flush=True)
    return found


def off(vectors: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Unit vectors at a cosine of about .9999 to others."""
    moved = vectors + rng.normal(scale=OFF / np.sqrt(vectors.shape[1]), size=vectors.shape)
    return np.asarray(moved / np.linalg.norm(moved, axis=1)[:, None], dtype=np.float32)


def times(_: Path) -> dict[str, Any]:
    """Seconds to encode sentences of the sample."""
    texts = sample().texts[:: len(sample().texts) // N_TIMED][:N_TIMED]
    encoders = {name: load_encoder(name) for name in ENCODERS}
    timed = in_turns({name: partial(own.encode, texts) for name, own in encoders.items()}, ROUNDS)
    backends = {name: own.backend.name for name, own in encoders.items()}
    return {"n": len(texts), "backends": backends, "timed": timed}


PARTS = {
    "times": times,
    "themes": themes,
    "needs": needs,
    "nulls": nulls,
    "dealt": dealt,
    "rounding": rounding,
}


def page(results: dict[str, Any]) -> str:
    """The page."""
    lines = ["# The precise encoder", "", "Made by `python benchmarks/precise.py DATA`.", "", "## Themes", ""]
    lines += [
        "| set | texts | labels | themes | ARI | NMI | ARI of k-means |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, row in results["themes"]["sets"].items():
        old, new = (row[encoder] for encoder in ENCODERS)
        cells = [f"{old['k']} → {new['k']}"]
        cells += [f"{old[key]:.3f} → {new[key]:.3f}" for key in ("ari", "nmi", "k_means_ari")]
        lines.append(f"| {name} | {row['n']:,} | {row['n_labels']} | {' | '.join(cells)} |")
    told = {key: "{:+.3f} [{:+.3f}, {:+.3f}]".format(*own) for key, own in results["themes"]["gain"].items()}
    lines += ["", f"Mean gain: ARI {told['ari']}, NMI {told['nmi']}.", "", "## Needs", ""]
    lines += ["| corpus | method | encoder | groups | purity | leakage |", "|---|---|---|--:|--:|--:|"]
    for name, corpus in results["needs"].items():
        for method in METHODS:
            for encoder in ENCODERS:
                row = corpus[encoder][method]
                lines.append(
                    f"| {name} | {method} | {encoder} | {row['n_groups']} | {_cell(row, 'purity')} "
                    f"| {_cell(row, 'leakage')} |"
                )
    gains = [
        f"{name} {{:+.3f}} [{{:+.3f}}, {{:+.3f}}]".format(*corpus["gain"])
        for name, corpus in results["needs"].items()
        if "gain" in corpus
    ]
    lines += ["", f"Purity of need themes, precise less default: {', '.join(gains)}."]
    rounded = [
        f"{name} {np.mean(own):.3f} ({min(own):.3f} to {max(own):.3f})"
        for name, own in results["rounding"].items()
    ]
    lines += ["", f"On the sample with vectors rounded otherwise: {', '.join(rounded)}."]
    lines += ["", "| corpus | encoder | area under the curve | precision | recall |", "|---|---|--:|--:|--:|"]
    for name, corpus in results["needs"].items():
        for encoder in ENCODERS if "screening" in corpus["default"] else ():
            own = corpus[encoder]["screening"]
            lines.append(
                f"| {name} | {encoder} | {own['auc']:.3f} | {own['precision']:.2f} | {own['recall']:.2f} |"
            )
    lines += ["", "## Are there any themes?", "", "| corpora | encoder | found in |", "|---|---|--:|"]
    for kind, own in results["nulls"].items():
        for encoder, n in own.items():
            low, high = wilson(n, N_CORPORA)
            lines.append(f"| {kind} | {encoder} | {n} of {N_CORPORA} [{low:.0%}, {high:.0%}] |")
    alike = [
        f"{name} {own['similarity']:.3f} against {own['by_chance']:.3f} (p = {own['p']:.3f})"
        for name, own in results["dealt"].items()
    ]
    lines += ["", f"Likeness to the nearest others, against words dealt at random: {', '.join(alike)}."]
    timed = results["times"]
    lines += ["", "## Times", "", "| encoder | backend | texts a second | rounds |", "|---|---|--:|--:|"]
    for encoder, own in timed["timed"].items():
        rates = sorted(timed["n"] / second for second in own["seconds"])
        lines.append(
            f"| {encoder} | {timed['backends'][encoder]} | {timed['n'] / own['median']:,.0f} "
            f"| {rates[0]:,.0f} to {rates[-1]:,.0f} |"
        )
    notes = NOTES.format(
        corpora=N_CORPORA, rounded=N_ROUNDED, n=timed["n"], rounds=ROUNDS, machine=results["machine"]
    )
    return "\n".join([*lines, "", "## Notes", "", notes])


def _cell(row: dict[str, Any], key: str) -> str:
    if key not in row:
        return "–"
    low, high = row[f"{key}_interval"]
    return f"{row[key]:.3f} ({low:.2f} to {high:.2f})"


def main() -> None:
    """Measure everything and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="others are kept")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    file = HERE / "precise.json"
    kept = json.loads(file.read_text(encoding="utf-8")) if set(asked.parts) < set(PARTS) else {}
    results = {
        **kept,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "versions": {
            name: version(name) for name in ("needlens", "bertopic", "scikit-learn", "torch", "openvino")
        },
        **{name: PARTS[name](asked.data) for name in asked.parts},
    }
    file.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (HERE / "precise.md").write_text(page(results), encoding="utf-8")


if __name__ == "__main__":
    main()
