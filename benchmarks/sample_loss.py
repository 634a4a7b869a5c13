"""What themes found in a sample lose beside those found in all texts, on labelled texts.

Run it from the repository root::

    python benchmarks/sample_loss.py DATA --set "clinc150, all" --fit-at-most 5000 10000

Every text is one reason. ARI is with people's labels, over all texts, those without a theme as a group of
their own; agreement is the ARI with the themes of the whole under the same seed. What another seed does to
the whole stands beside it.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from labelled_sets import read_set
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from needlens.study.run import Parameters, run_study
from needlens.verbatims import verbatims_from_frame

WHOLE = 10_000_000


def themes(table: pd.DataFrame, encoder: str, at_most: int, seed: int) -> NDArray[np.int64]:
    """Theme of each text on the main scale, 0 for none, int64, shape (n,)."""
    frame = pd.DataFrame({"id": [f"t{row:06}" for row in range(len(table))], "text": table["text"].tolist()})
    verbatims = verbatims_from_frame(frame, id="id", text="text")
    parameters = Parameters(encoder=encoder, unit="verbatim", fit_at_most=at_most, seed=seed)
    study = run_study(verbatims, parameters)
    main = study.assignments[study.assignments["scale"] == study.main_scale]
    own = main.set_index("verbatim_id")["theme_id"].reindex(frame["id"])
    return own.to_numpy(dtype=np.int64, na_value=0)


def measure(data: Path, name: str, encoder: str, sizes: list[int], seeds: int) -> dict[str, Any]:
    """One row a size and seed."""
    table = read_set(data, name)
    truth = table["label"].to_numpy(dtype=object)
    rows = []
    for seed in range(seeds):
        found = {at_most: themes(table, encoder, at_most, seed) for at_most in (WHOLE, *sizes)}
        for at_most, own in found.items():
            rows.append(
                {
                    "seed": seed,
                    "fitted": min(at_most, len(table)),
                    "themes": len(set(own[own > 0].tolist())),
                    "without_theme": round(float((own == 0).mean()), 4),
                    "ari": round(float(adjusted_rand_score(truth, own)), 4),
                    "nmi": round(float(normalized_mutual_info_score(truth, own)), 4),
                    "agreement": round(float(adjusted_rand_score(found[WHOLE], own)), 4),
                }
            )
        if seed == 0:
            first = found[WHOLE]
        else:
            other = round(float(adjusted_rand_score(first, found[WHOLE])), 4)
            rows.append({"seed": seed, "fitted": len(table), "agreement_with_seed_0": other})
        print(rows, flush=True)
    return {"n": len(table), "labels": len(set(truth)), "rows": rows}


def main() -> None:
    """Measure and write ``sample_loss.json`` beside this file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--set", default="clinc150, all")
    parser.add_argument("--encoder", default="default")
    parser.add_argument("--fit-at-most", type=int, nargs="+", default=[5_000, 10_000])
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    asked = parser.parse_args()
    result = json.loads(asked.out.read_text("utf-8")) if asked.out.exists() else {}
    found = measure(asked.data, asked.set, asked.encoder, asked.fit_at_most, asked.seeds)
    result[f"{asked.set}, {asked.encoder}"] = found
    asked.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
