"""Two studies every test here may look at, and one vector cache, so that each text is encoded once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from needlens.datasets import sample_verbatims
from needlens.study.record import Study
from needlens.study.run import Parameters, run_study
from needlens.verbatims import Verbatims, verbatims_from_frame

TOPICS = {
    "battery": [
        "the battery lasts all week",
        "it hardly ever needs charging",
        "one charge takes me through the month",
        "a full battery survives the longest tour",
        "the battery is never empty before evening",
        "charging takes less than an hour",
    ],
    "price": [
        "it was far cheaper than the others",
        "the price was a real bargain",
        "it costs less than half of what I paid before",
        "the discount made it affordable",
        "it saves me a lot of money",
        "good value for so few dollars",
    ],
    "noise": [
        "the motor makes no noise",
        "it is so quiet that nobody wakes up",
        "you cannot hear it running",
        "the silence in the kitchen is wonderful",
        "no more loud humming at night",
        "it runs almost without a sound",
    ],
    "support": [
        "customer service answered the phone at once",
        "the support team replaced it without questions",
        "a friendly agent helped me by email",
        "the staff in the shop explained everything",
        "their helpline solved my problem",
        "the technician called me back the same day",
    ],
    "weight": [
        "it is light enough to carry upstairs",
        "I can lift it with one hand",
        "it weighs next to nothing in my bag",
        "my mother carries it without effort",
        "so lightweight that I forget I have it with me",
        "low weight makes it easy to lift into the car",
    ],
}
OPENINGS = [
    "{}",
    "What convinced me: {}",
    "Honestly {}",
    "My wife keeps saying {}",
    "After two years {}",
    "I bought it because {}",
]
SAMPLE_PARAMETERS = Parameters(themes=8)
"""Themes are asked for, so that there are some whatever the sample holds."""


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """File of the vectors of all tests here."""
    return tmp_path_factory.mktemp("vectors") / "vectors.sqlite"


@pytest.fixture(scope="session")
def planted_frame() -> pd.DataFrame:
    """Sentences of five topics; eleven people say one of them, word for word or nearly so."""
    rows = [
        (opening.format(core), topic)
        for topic, cores in TOPICS.items()
        for core in cores
        for opening in OPENINGS
    ]
    rows += [("The motor makes no noise!", "noise"), ("the motor makes no noise", "noise")] * 5
    frame = pd.DataFrame(rows, columns=["text", "topic"])
    frame["id"] = [f"v{(37 * at) % len(frame):03}" for at in range(len(frame))]
    frame["plan"] = [("free", "pro", None)[at % 3] for at in range(len(frame))]
    return frame


@pytest.fixture(scope="session")
def planted_verbatims(planted_frame: pd.DataFrame) -> Verbatims:
    return verbatims_from_frame(planted_frame, text="text", id="id", segments=["plan"])


@pytest.fixture(scope="session")
def planted(planted_verbatims: Verbatims, cache: Path) -> Study:
    return run_study(planted_verbatims, Parameters(unit="verbatim"), cache=cache)


@pytest.fixture(scope="session")
def sample_frame() -> pd.DataFrame:
    """Some 150 verbatims of the sample: real ones, a blank one, several of one person."""
    frame = sample_verbatims().frame.iloc[2::9]
    blank = frame.iloc[:1].assign(verbatim_id="blank", text=" ")
    return pd.concat([frame, blank], ignore_index=True)


@pytest.fixture(scope="session")
def read() -> Callable[[pd.DataFrame], Verbatims]:
    """Make verbatims of rows of the sample."""

    def verbatims(frame: pd.DataFrame) -> Verbatims:
        return verbatims_from_frame(
            frame,
            text="text",
            id="verbatim_id",
            respondent="respondent_id",
            segments=["category", "country", "plan"],
            rating="rating",
            date="date",
        )

    return verbatims


@pytest.fixture(scope="session")
def sample(sample_frame: pd.DataFrame, read: Callable[[pd.DataFrame], Verbatims], cache: Path) -> Study:
    return run_study(read(sample_frame), SAMPLE_PARAMETERS, cache=cache)
