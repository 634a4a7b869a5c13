"""Run Turftopic and Top2Vec, which do not go with our dependencies, in an environment of their own.

``benchmarks/themes.py --apart PYTHON`` starts this file by itself, once, with that environment's Python::

    python -m venv apart
    apart/bin/pip install "turftopic[umap-learn]==0.28.0" top2vec==1.0.36

It needs nothing of needlens: FOLDER holds, a set, ``NAME.npy`` (vectors) and ``NAME.json`` (texts); groups
and seconds are left there as ``NAME.METHOD.SEED.npz``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


def turftopic(texts: list[str], vectors: Vectors, seed: int) -> Any:  # noqa: ANN401
    """Turftopic's clustering model with its defaults: t-SNE and HDBSCAN."""
    from turftopic import ClusteringTopicModel  # type: ignore[import-not-found]

    model = ClusteringTopicModel(encoder=Words(vectors.shape[1]), random_state=seed)
    return model.fit_predict(texts, embeddings=vectors)


def topeax(texts: list[str], vectors: Vectors, seed: int) -> Any:  # noqa: ANN401
    """Turftopic's Topeax with its defaults: t-SNE and the peaks of a density."""
    from turftopic import Topeax

    model = Topeax(encoder=Words(vectors.shape[1]), random_state=seed)
    return model.fit_transform(texts, embeddings=vectors).argmax(axis=1)


def top2vec(texts: list[str], vectors: Vectors, seed: int) -> Any:  # noqa: ANN401
    """Top2Vec with its defaults: UMAP, HDBSCAN, and each text to its nearest topic.

    It takes no vectors, only something that makes them: it is given back those of the texts.
    """
    from top2vec import Top2Vec  # type: ignore[import-not-found]

    words = Words(vectors.shape[1])
    known = dict(zip(texts, vectors, strict=True))

    def embed(asked: list[str]) -> Any:  # noqa: ANN401
        return np.array([known[text] if text in known else words.encode([text])[0] for text in asked])

    umap = {"n_neighbors": 15, "n_components": 5, "metric": "cosine", "random_state": seed}
    return Top2Vec(texts, embedding_model=embed, umap_args=umap, verbose=False).doc_top


class Words:
    """Stands in for the encoder where words are to be embedded: they name topics, they do not make them."""

    def __init__(self, width: int) -> None:
        self.width = width

    def encode(self, words: list[str], **_: object) -> Any:  # noqa: ANN401
        """One arbitrary unit vector a word."""
        made = [np.random.default_rng(list(word.encode())).standard_normal(self.width) for word in words]
        return np.array([vector / np.linalg.norm(vector) for vector in made], dtype=np.float32)


METHODS: dict[str, Callable[[list[str], Vectors, int], Any]] = {
    "Turftopic": turftopic,
    "Topeax": topeax,
    "Top2Vec": top2vec,
}


def groups(method: str, texts: list[str], vectors: Vectors, seed: int) -> NDArray[np.int64]:
    """Group of each text, −1 for none; where the method falls over, no text has one."""
    try:
        return np.asarray(METHODS[method](texts, vectors, seed), dtype=np.int64)
    except Exception as error:
        print(f"{method} fell over: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        return np.full(len(texts), -1)


def main() -> None:
    """Warm up, then run every method on every set."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--methods", nargs="+", choices=list(METHODS), default=list(METHODS))
    options = parser.parse_args()
    warnings.simplefilter("ignore")

    warm = np.random.default_rng(0).standard_normal((400, 384)).astype(np.float32)
    for method in options.methods:
        groups(
            method, [f"some words on thing {at % 20}" + " more" * (at // 20) for at in range(400)], warm, 0
        )
    for file in sorted(options.folder.glob("*.json"), key=lambda file: file.stat().st_size):
        texts, vectors = json.loads(file.read_text(encoding="utf-8")), np.load(file.with_suffix(".npy"))
        for method in options.methods:
            for seed in range(options.seeds):
                start = time.perf_counter()
                found = groups(method, texts, vectors, seed)
                seconds = time.perf_counter() - start
                print(f"{file.stem}: {method}, seed {seed}: {seconds:.1f} s", file=sys.stderr, flush=True)
                np.savez(file.with_name(f"{file.stem}.{method}.{seed}.npz"), groups=found, seconds=seconds)


if __name__ == "__main__":
    main()
