"""The tools compared: each answers to texts, vectors and a seed with groups, on one scale or several."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from labelled_sets import LabelledSet
from numpy.typing import NDArray

Labels = NDArray[np.int64]
"""Group of each text, −1 for none, shape (n,)."""

APART = ["Turftopic", "Topeax", "Top2Vec"]
"""What ``peers_apart.py`` runs in an environment of its own."""


def needlens(data: LabelledSet, seed: int) -> list[Labels]:
    """Every nested scale, the main one first."""
    return _scales_of(data.weighed, data.keys, seed)


def needlens_unweighed(data: LabelledSet, seed: int) -> list[Labels]:
    """The same, given the vectors that the others are given."""
    return _scales_of(data.vectors, data.keys, seed)


def _scales_of(vectors: NDArray[np.float32], keys: NDArray[np.uint64], seed: int) -> list[Labels]:
    from needlens.theme_model import ThemeModel

    model = ThemeModel(seed=seed).fit(vectors, keys=keys)
    others = [ids for scale, ids in enumerate(model.scales_) if scale != model.main_scale_]
    found = [pd.Series(ids).to_numpy(np.int64, na_value=-1) for ids in (model.labels_, *others)]
    return [np.asarray(labels) for labels in found]


def bertopic(data: LabelledSet, seed: int) -> list[Labels]:
    """BERTopic with its defaults."""
    from bertopic import BERTopic

    model = BERTopic()
    model.umap_model.random_state = seed
    return [np.array(model.fit(data.texts, data.vectors).topics_)]


def evoc(data: LabelledSet, seed: int) -> list[Labels]:
    """EVoC with its defaults: the layer it chooses, then the others."""
    from evoc import EVoC

    model = EVoC(random_state=seed)
    chosen = np.asarray(model.fit_predict(data.vectors))
    layers = [np.asarray(layer) for layer in model.cluster_layers_]
    return [chosen, *(layer for layer in layers if not np.array_equal(layer, chosen))]


def k_means(data: LabelledSet, seed: int) -> list[Labels]:
    """k-means, told the number of labels."""
    from sklearn.cluster import KMeans

    return [KMeans(data.n_labels, n_init=3, random_state=seed).fit_predict(data.vectors)]


def weighed(method: Callable[[LabelledSet, int], list[Labels]]) -> Callable[[LabelledSet, int], list[Labels]]:
    """A method, given the vectors that needlens makes."""
    return lambda data, seed: method(replace(data, vectors=data.weighed), seed)


METHODS: dict[str, Callable[[LabelledSet, int], list[Labels]]] = {
    "needlens": needlens,
    "BERTopic": bertopic,
    "EVoC": evoc,
    "k-means, told K": k_means,
    "needlens, all tokens alike": needlens_unweighed,
    "BERTopic, needlens's vectors": weighed(bertopic),
    "k-means, told K, needlens's vectors": weighed(k_means),
}

NESTED = ["needlens", "needlens, all tokens alike", "EVoC"]
"""Those that answer with several scales."""


def warm_up() -> None:
    """Fit everything once, so that no compilation counts; UMAP has one path to 4,095 points, one beyond."""
    rng = np.random.default_rng(0)
    for n in (400, 4_200):
        points = np.eye(384)[rng.integers(20, size=n)] + 0.05 * rng.standard_normal((n, 384))
        vectors = (points / np.linalg.norm(points, axis=1)[:, None]).astype(np.float32)
        data = LabelledSet("", [f"text {at}" for at in range(n)], np.arange(n) % 20, vectors, vectors)
        for method in METHODS.values():
            method(data, 0)


Answers = dict[tuple[str, str, int], tuple[Labels, float]]
"""Groups and seconds of each set, method and seed."""


def run_apart(python: Path, sets: list[LabelledSet], n_seeds: int) -> Answers:
    """Run the methods of ``peers_apart.py`` with another environment's Python."""
    script = Path(__file__).with_name("peers_apart.py")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for data in sets:
            (folder / f"{data.name}.json").write_text(json.dumps(data.texts), encoding="utf-8")
            np.save(folder / f"{data.name}.npy", data.vectors)
        command = [str(python), str(script), str(folder), "--seeds", str(n_seeds)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ)
        answers: Answers = {}
        for file in sorted(folder.glob("*.npz")):
            set_name, method, seed = file.stem.rsplit(".", 2)
            with np.load(file) as made:
                answers[set_name, method, int(seed)] = (made["groups"], float(made["seconds"]))
    return answers


def versions_apart(python: Path) -> dict[str, str]:
    """Versions of the packages of that environment."""
    code = (
        "import json; from importlib.metadata import version as v; print(json.dumps({n: v(n) for n in %r}))"
    )
    packages = ["turftopic", "top2vec"]
    said = subprocess.run([str(python), "-c", code % packages], check=True, capture_output=True, text=True)
    found: dict[str, str] = json.loads(said.stdout)
    return found
