"""Codes with more help than needlens has by itself: how far they bring the links between them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
from ladder_matching import matched, one_to_one, score
from ladder_phrases import bank
from ladder_worlds import World
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from needlens.codes.find import SEPARATOR
from needlens.encoders.cache import VectorCache
from needlens.encoders.encoder import load_encoder
from needlens.encoders.vectors import encode_texts
from needlens.study.record import Study

N_EXAMPLES = 3


def book_of(world: World, phrases: int, seed: int) -> pd.DataFrame:
    """A codebook as an analyst writes it who knows the codes: three sentences a code, of the other bank."""
    rng = np.random.default_rng(seed)
    rows = []
    for code, (level, clauses) in bank(1 - phrases).items():
        chosen = rng.choice(len(clauses), size=N_EXAMPLES, replace=False)
        rows.append((code, level, code, SEPARATOR.join(clauses[at] for at in sorted(chosen)), ""))
    assert {code for code, *_ in rows} == set(world.levels)
    return pd.DataFrame(rows, columns=["code", "level", "label", "include", "exclude"])


def helped_codes(study: Study, world: World, phrases: int) -> dict[str, dict[str, str]]:
    """Code of each piece: by k-means told how many, and by the nearest mean of the other bank's clauses."""
    assert study.model is not None
    assert study.ladder is not None
    encoder = load_encoder(study.model.encoder).with_token_weights(study.model.token_weights)
    elements = study.ladder["elements"]
    elements = elements[elements["code"].notna()]
    store = VectorCache()
    found: dict[str, dict[str, str]] = {"k-means, told how many": {}, "nearest mean of the other bank": {}}
    for level, own in elements.groupby("level"):
        texts = sorted(set(own["text"]))
        rows = encode_texts(texts, encoder, cache=store).matrix.astype(np.float64)
        codes = sorted(code for code, of in world.levels.items() if of == level)
        means = []
        for code in codes:
            clauses = encode_texts(bank(1 - phrases)[code][1], encoder, cache=store).matrix
            mean = clauses.mean(axis=0, dtype=np.float64)
            means.append(mean / np.linalg.norm(mean))
        ways = {
            "k-means, told how many": _k_means(rows, len(codes)),
            "nearest mean of the other bank": (rows @ np.array(means).T).argmax(axis=1),
        }
        for way, group in ways.items():
            of_text = dict(zip(texts, group, strict=True))
            found[way] |= {
                element: f"{level} {of_text[text]}"
                for element, text in zip(own["element_id"], own["text"], strict=True)
            }
    return found


def links_by(study: Study, world: World, codes: dict[str, str]) -> dict[str, Any]:
    """Explicit links between these codes, counted as those between the found ones are."""
    assert study.ladder is not None
    elements, _ = matched(study, world)
    code = elements["element_id"].map(codes)
    known = code.notna() & (elements["true"] != "")
    names = one_to_one(code, elements["true"])
    place = dict(zip(elements["element_id"], code.map(names), strict=True))
    links = study.ladder["links"]
    links = links[links["grade"].isin(("E3", "E2"))]
    means, ends = (links[f"{side}_element_id"].map(place) for side in ("means", "end"))
    truth = Counter(zip(world.links["respondent_id"], world.links["means"], world.links["end"], strict=True))
    found = Counter(zip(links["respondent_id"], means, ends, strict=True))
    return {
        **score(found, truth),
        "ari": float(adjusted_rand_score(elements.loc[known, "true"], code[known])),
    }


def _k_means(rows: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    from sklearn.cluster import KMeans

    return np.asarray(KMeans(min(k, len(rows)), n_init=5, random_state=0).fit_predict(rows))
