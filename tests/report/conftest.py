"""A study as a run would leave it, made by hand: fixed numbers, texts written for it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from needlens.prevalence import prevalence, prevalence_by
from needlens.study.record import Study

BROAD = [
    "Warmth that lasts",
    "Quiet at night",
    "Easy to keep clean",
    "Money",
    "Room and carrying",
    "Looks and trust",
]

THEMES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("themes.json").read_text("utf-8"))
"""Most widely mentioned first: label, broad group, keywords, people, stability, place on the map, reasons."""

CATEGORIES = ["Heaters", "Mugs & flasks", "Lamps"]
N_PEOPLE = 371


def _pick(*key: object) -> float:
    """A number in [0, 1) that depends on the key alone."""
    digest = hashlib.blake2b(repr(key).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32


def make_study() -> Study:
    rows = []
    for theme, sample in enumerate(THEMES):
        texts = sample["texts"]
        people = sorted(range(N_PEOPLE), key=lambda who: _pick(theme, who))[: sample["people"]]
        rows += [(who, theme, texts[at % len(texts)]) for at, who in enumerate(people)]
        rows += [(who, theme, texts[(at + 1) % len(texts)]) for at, who in enumerate(people[::7])]
    rows += [(who, -1, "thanks, arrived on time") for who in range(N_PEOPLE)]
    spoken: dict[int, list[tuple[int, str]]] = {}
    for who, theme, text in sorted(rows, key=lambda row: _pick(*row)):
        spoken.setdefault(who, []).append((theme, text))
    verbatims, reasons, assigned = [], [], []
    for who, said in sorted(spoken.items()):
        verbatim, person = f"v{who:03}", f"p{who:03}"
        category = CATEGORIES[int(_pick("category", who) * 3)]
        country = ["Austria", "Chile", "India"][int(_pick("country", who) * 2.1)] if who > 2 else "Malta"
        text = ". ".join(text for _, text in said)
        verbatims.append((verbatim, person, text, category, country, float(3 + who % 3)))
        start = 0
        for k, (theme, words) in enumerate(said, start=1):
            end = start + len(words)
            reasons.append((f"{verbatim}.{k}", verbatim, person, start, end, words, theme >= 0))
            assigned.append((f"{verbatim}.{k}", verbatim, person, theme))
            start = end + 2
    return _study(
        pd.DataFrame(
            verbatims, columns=["verbatim_id", "respondent_id", "text", "category", "country", "stars"]
        ),
        pd.DataFrame(
            reasons,
            columns=["reason_id", "verbatim_id", "respondent_id", "start", "end", "text", "informative"],
        ),
        pd.DataFrame(assigned, columns=["reason_id", "verbatim_id", "respondent_id", "theme"]),
    )


def _study(verbatims: pd.DataFrame, reasons: pd.DataFrame, assigned: pd.DataFrame) -> Study:
    fine = assigned["theme"].where(assigned["theme"] >= 0).astype("Int64")
    broad = fine.map({at: theme["group"] for at, theme in enumerate(THEMES)}).astype("Int64")
    keys = assigned[["reason_id", "verbatim_id", "respondent_id"]]
    assignments = pd.concat(
        [
            keys.assign(scale=0, theme_id=fine + 1, strength=0.9),
            keys.assign(scale=1, theme_id=broad + len(THEMES) + 1, strength=0.95),
        ],
        ignore_index=True,
    )
    fine_rows = pd.DataFrame(THEMES)[["label", "group", "keywords", "stability", "x", "y"]].assign(scale=0)
    broad_rows = pd.DataFrame({"label": BROAD, "stability": 0.9, "scale": 1, "x": 0.0, "y": 0.0})
    broad_rows["keywords"] = broad_rows["label"].str.lower().str.split()
    rows = pd.concat([fine_rows, broad_rows], ignore_index=True)
    counts = assignments.dropna(subset=["theme_id"]).groupby("theme_id")
    themes = rows.drop(columns=["group", "x", "y"]).assign(
        theme_id=range(1, len(rows) + 1),
        parent_id=rows["group"].astype("Int64") + len(THEMES) + 1,
        exemplar_reason_ids=pd.Series([_exemplars(reasons, own) for _, own in counts]),
        n_reasons=counts.size().to_list(),
    )
    people = verbatims["respondent_id"].tolist()
    shares = prevalence(assignments, people).drop(columns="n")
    return Study(
        verbatims=verbatims,
        reasons=reasons,
        assignments=assignments,
        themes=themes.merge(shares, on="theme_id"),
        prevalence=prevalence_by(assignments, verbatims, ["category", "country"]),
        layout=rows[["x", "y"]].assign(theme_id=themes["theme_id"]),
        info=_info(reasons),
    )


def _exemplars(reasons: pd.DataFrame, rows: pd.DataFrame) -> list[str]:
    own = reasons[reasons["reason_id"].isin(rows["reason_id"])].drop_duplicates("text")
    return own.sort_values("text", key=lambda text: text.map(_pick))["reason_id"].head(5).tolist()


def _info(reasons: pd.DataFrame) -> dict[str, object]:
    return {
        "schema_version": 1,
        "needlens_version": "0.1.0",
        "parameters": {
            "unit": "reason",
            "themes": "auto",
            "encoder": "default",
            "engine": "graph",
            "seed": 0,
            "columns": {
                "text": "review", "id": None, "respondent": "customer",
                "segments": ["category", "country"], "rating": "stars", "date": None,
            },
        },
        "inputs": [{"name": "reviews.csv", "sha256": "0f" * 32, "n_rows": N_PEOPLE, "format": "csv"}],
        "encoder": {"name": "all-MiniLM-L6-v2", "sha256": "53aa" * 16},
        "seed": 0,
        "main_scale": 0,
        "structure": {
            "found": True, "p_value": 0.0005, "excess": 0.31,
            "reason": "the themes come back in resamples: agreement 0.31 above chance (p < 0.001)",
        },
        "counts": {
            "verbatims": N_PEOPLE, "blank": 0, "respondents": N_PEOPLE,
            "reasons": len(reasons), "informative": int(reasons["informative"].sum()),
        },
        "timings": {},
        "warnings": ["about 3 % of the answers seem not to be in English; their themes are less reliable"],
    }  # fmt: skip


@pytest.fixture
def study() -> Study:
    return make_study()
