"""Measure what the encoder's earlier layers would add, on texts that ``themes.md`` does not hold.

Run it from the repository root::

    python benchmarks/layers.py DATA

DATA is the folder ``labelled_sets.py`` describes, with ``product_reviews.csv`` (``text``, ``product``,
``features``).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from needlens.encoders.encoder import load_encoder
from needlens.encoders.torch_model import load_model
from needlens.encoders.weights import find_weights
from needlens.graph.affinity import n_edges
from needlens.graph.draws import keys_of_texts
from needlens.graph.neighbours import neighbours_of
from needlens.graph.scales import Least, ScaleScan, scan
from needlens.graph.unit import unit_rows
from needlens.graph.visiting import outer_first
from needlens.theme_model import ThemeModel

HERE = Path(__file__).parent
MIXES = {
    "the last, as it is": {6: 1.0},
    "¼ of the fifth beside it": {5: 0.25, 6: 1.0},
    "½ of the fifth": {5: 0.5, 6: 1.0},
    "the fifth and the last": {5: 1.0, 6: 1.0},
    "the fourth, fifth and last": {4: 1.0, 5: 1.0, 6: 1.0},
    "the fifth alone": {5: 1.0},
}
SEEDS = (0, 1, 2)
FEWEST, OF_A_LABEL = 200, 8
NOTES = """\
- A vector is the mean of its tokens' vectors, weighed as needlens weighs them, from one layer of the encoder
  or as the sum of several layers', each at unit length first.
- `ARI`: the main scale with people's labels, mean over seeds 0 to 2; in brackets the themes.
- `stability`: mean agreement of resamples over all scales, compared where the mixes have equally many groups:
  what could choose a mix without labels. Seed 0.
- The texts are samples of the training parts of banking77 and clinc150 (the latter are in `clinc150, all`),
  and the sentences of product reviews by the first feature people marked in them, of products with 200 such
  sentences of features marked 8 times.
- On clinc150 three layers instead of one are worth .05, on banking77 they cost .11, and stability is higher
  where they help; on a few hundred sentences nothing is clear. The engine takes the last layer: to choose it
  would have to make, keep and search two vectors of each text.
"""


def texts_with_labels(folder: Path) -> Iterator[tuple[str, list[str], NDArray[Any]]]:
    """Name, texts and labels of each set."""
    for name, n in (("banking77", 3_000), ("clinc150", 4_500)):
        table = pd.read_csv(folder / f"{name}.csv").query("split == 'train' and label != 'oos'")
        table = table.drop_duplicates("text").sample(n, random_state=0)
        yield name, table["text"].tolist(), table["label"].to_numpy()
    table = pd.read_csv(folder / "product_reviews.csv").query("features != 'none'").dropna(subset="features")
    table = table.assign(label=table["features"].str.split("[;|,]").str[0].str.strip())
    for product, own in table.groupby("product"):
        own = own.drop_duplicates("text")
        often = own["label"].value_counts()
        own = own[own["label"].isin(often.index[often >= OF_A_LABEL])]
        if len(own) >= FEWEST:
            yield str(product).replace("_", " "), own["text"].tolist(), own["label"].to_numpy()


def layers_of(texts: list[str]) -> NDArray[np.float32]:
    """Weighed mean of each text's tokens after each layer, shape (n, layers + 1, d), at unit length."""
    import torch

    weights = load_encoder().weigh_tokens(texts)
    assert weights is not None, "the default encoder takes means of tokens"
    model = load_model(find_weights("default").folder, "cpu", "fp32")
    weight = torch.ones(len(model.tokenizer))
    for token, halvings in weights.halvings.items():
        weight[token] = 0.5**halvings
    made: list[NDArray[np.float32]] = [np.empty(0, dtype=np.float32)] * len(texts)
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    with torch.inference_mode():
        for start in range(0, len(texts), 64):
            rows = order[start : start + 64]
            read = model.tokenizer(
                [texts[row] for row in rows],
                padding=True,
                truncation=True,
                max_length=256,
                return_tensors="pt",
            )
            transformer: Any = model[0]
            hidden = torch.stack(transformer.auto_model(**read, output_hidden_states=True).hidden_states, 1)
            own = weight[read["input_ids"]] * read["attention_mask"]
            means = torch.einsum("blth,bt->blh", hidden, own)
            unit = torch.nn.functional.normalize(means, dim=2).numpy()
            for row, values in zip(rows, unit, strict=True):
                made[row] = values
    return np.stack(made)


def mixed(layers: NDArray[np.float32], mix: dict[int, float]) -> NDArray[np.float32]:
    """Sum of some layers' vectors, at unit length."""
    total = sum(share * layers[:, layer].astype(np.float64) for layer, share in mix.items())
    return unit_rows(np.asarray(total)).astype(np.float32)


def seen(vectors: NDArray[np.float32], texts: list[str]) -> ScaleScan:
    """Stability of every scale, fine ones too."""
    points, first = np.unique(vectors, axis=0, return_index=True)
    keys, k = keys_of_texts([texts[at] for at in first]), n_edges(len(points))
    near = neighbours_of(points, k)
    order = outer_first(near, k)
    return scan(keys[order], near.reordered(order), k, seed=0, least=Least(8, 8))


def stabilities(scans: list[ScaleScan]) -> list[float]:
    """Mean stability of each over the numbers of groups that all have, evenly on the log scale."""
    low = np.log(max(3, *(own.n_groups.min() for own in scans)))
    grid = np.linspace(low, np.log(min(own.n_groups.max() for own in scans)), 60)
    counts = [np.log(np.maximum.accumulate(own.n_groups)) for own in scans]
    return [float(np.interp(grid, k, own.stability).mean()) for k, own in zip(counts, scans, strict=True)]


def measure(name: str, texts: list[str], labels: NDArray[Any]) -> list[dict[str, Any]]:
    """One row a mix."""
    layers, rows, scans = layers_of(texts), [], []
    for mix, shares in MIXES.items():
        vectors = mixed(layers, shares)
        found = [ThemeModel(seed=seed).fit(vectors, keys=keys_of_texts(texts)) for seed in SEEDS]
        main = [model.placement_.ids[model.main_scale_][model.position_] for model in found]
        ari = [float(adjusted_rand_score(labels, own)) for own in main]
        k = [len(set(own.tolist())) for own in main]
        rows.append({"set": name, "n": len(texts), "mix": mix, "ari": ari, "themes": k})
        scans.append(seen(vectors, texts))
        print(rows[-1], flush=True)
    return [{**row, "stability": own} for row, own in zip(rows, stabilities(scans), strict=True)]


def page(rows: list[dict[str, Any]]) -> str:
    """The figures for people."""
    lines = [
        "# What the encoder's earlier layers would add",
        "",
        "`python benchmarks/layers.py DATA`",
        "",
        NOTES,
    ]
    for name in dict.fromkeys(row["set"] for row in rows):
        own = [row for row in rows if row["set"] == name]
        lines += [f"## {name}: {own[0]['n']:,} texts", "", "| layers | ARI | stability |", "|---|--:|--:|"]
        lines += [
            f"| {row['mix']} | {np.mean(row['ari']):.3f} ({np.mean(row['themes']):.0f}) "
            f"| {row['stability']:.3f} |"
            for row in own
        ]
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Measure every set and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    rows = [row for own in texts_with_labels(parser.parse_args().data) for row in measure(*own)]
    (HERE / "layers.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    (HERE / "layers.md").write_text(page(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
