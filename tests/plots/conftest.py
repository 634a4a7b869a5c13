"""A study of three themes, made by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from needlens.prevalence import prevalence, prevalence_by
from needlens.study.record import Study

LABELS = ["hot <b>for hours</b>", "easy to clean", "cheap & light"]
GROUPS = {1: "warmth", 2: "chores", 3: "chores"}


def _study(said: list[tuple[str, str, int]]) -> Study:
    """Make a study of (person, plan, theme)s, each a verbatim of one reason."""
    ids = [f"v{at}" for at in range(len(said))]
    person, plan, theme = (list(column) for column in zip(*said, strict=True))
    verbatims = pd.DataFrame(
        {"verbatim_id": ids, "respondent_id": person, "text": "because <i>so</i>", "plan": plan}
    )
    reasons = verbatims[["verbatim_id", "respondent_id", "text"]].assign(reason_id=ids, informative=True)
    main = reasons[["reason_id", "verbatim_id", "respondent_id"]].assign(
        scale=0, theme_id=theme, strength=1.0
    )
    broad = main.assign(scale=1, theme_id=[4 if at == 1 else 5 for at in theme])
    assignments = pd.concat([main, broad], ignore_index=True)
    themes = pd.DataFrame(
        {
            "theme_id": range(1, 6),
            "scale": [0, 0, 0, 1, 1],
            "parent_id": pd.array([4, 5, 5, None, None], dtype="Int64"),
            "label": [*LABELS, "warmth", "chores"],
            "exemplar_reason_ids": [["v0"]] * 5,
            "stability": [0.9, 0.7, 0.3, 0.9, 0.9],
        }
    )
    people = sorted(set(person))
    return Study(
        verbatims=verbatims,
        reasons=reasons,
        assignments=assignments,
        themes=themes.merge(prevalence(assignments, people), on="theme_id"),
        prevalence=prevalence_by(main, verbatims, ["plan"]),
        layout=pd.DataFrame({"theme_id": range(1, 6), "x": [0.0, 1.0, 2.0, 0.0, 1.0], "y": 0.0}),
        info={
            "main_scale": 0,
            "structure": {"found": True},
            "counts": {"respondents": len(people), "reasons": len(said)},
        },
    )


@pytest.fixture
def study() -> Study:
    people = [(f"p{at}", "Free" if at % 2 else "Pro") for at in range(80)]
    said = [(who, plan, 1) for who, plan in people[:60]]
    said += [(who, plan, 2) for who, plan in people[20:] if plan == "Pro"]
    said += [(who, plan, 3) for who, plan in people[60:]]
    return _study([*said, ("p80", "Trial", 1)])


@pytest.fixture
def without_structure(study: Study) -> Study:
    info = {**study.info, "structure": {"found": False}}
    return Study(
        study.verbatims,
        study.reasons,
        study.assignments[:0],
        study.themes[:0],
        study.prevalence[:0],
        study.layout[:0],
        info,
    )
