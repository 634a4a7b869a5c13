"""Which backend an encoder gets: the first whose vectors are those of the reference, near enough."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from needlens.encoders.backend import REFERENCE, Backend, candidates
from needlens.encoders.cache import cache_folder
from needlens.encoders.runner import load_runner
from needlens.encoders.weights import Weights
from needlens.encoders.whole import write_whole
from needlens.errors import EncoderError
from needlens.progress import silent

LEAST_COSINE: Final = 0.999
"""Cosine similarity to the reference that every text of the check sample must reach."""

CHECK_TEXTS: Final = (
    "light",
    "It's quiet!!",
    "cheap and cheerful",
    "My back hurts less since I have it.",
    "saves me an hour every day, so I am home before the children sleep",
    "The battery died after two weeks; customer service never answered my e-mails.",
    "so comfortable I forget that I am wearing them",
    "I bought it because my sister recommended it & she was right :)",
    "not worth £49.99",
    "Because my old one broke.",
    "It makes me feel safe when I walk home alone at night.",
    "easy to clean, easy to store, easy to love",
    (
        "I can finally cook for my friends without being ashamed of my kitchen, "
        "which means more to me than any gadget."
    ),
    "works as advertised",
    "Der Akku hält den ganzen Tag.",
    (
        "The app is slow, but the watch itself tracks my runs accurately "
        "and motivates me to go out even when it rains."
    ),
    "5 stars",
    "no more arguing about whose turn it is to vacuum",
    "I trust the brand: my parents had one for twenty years",
    "smells good, lasts long, and the bottle looks lovely on the shelf " * 3,
)
"""Sentences of many lengths, such as customers write."""


_KNOWN: Final = {"default": "check.npy", "precise": "check_precise.npy"}
"""Files with torch's vectors of the check sample, by the name of the weights."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The backend an encoder gets.

    Attributes
    ----------
    backend : Backend
    cosine : float
        Least cosine similarity of its vectors of the check sample to the reference's.
    notes : tuple of str
        What the user should know, a sentence each.
    """

    backend: Backend
    cosine: float
    notes: tuple[str, ...]


@lru_cache(maxsize=16)
def choose(weights: Weights, asked: str = "auto") -> Choice:
    """Choose the first backend whose vectors agree with the reference's; the last one is the reference.

    A backend that somebody asked for by name is taken even where it does not agree, and a note says so. What
    was found is kept in the cache's folder for the next run.

    Parameters
    ----------
    weights : Weights
        The model's files.
    asked : str
        One of :data:`needlens.encoders.backend.CHOICES`.

    Returns
    -------
    Choice

    Raises
    ------
    UsageError
        There is no such choice.
    EncoderError
        This machine does not have what was asked for, or the model cannot be loaded.

    Examples
    --------
    >>> from needlens.encoders.weights import find_weights
    >>> choose(find_weights("default"), "torch").cosine
    1.0
    """
    notes: list[str] = []
    for backend in candidates(weights.folder, asked):
        try:
            cosine = agreement(weights, backend)
        except EncoderError as error:
            if asked != "auto" or backend.name == REFERENCE:
                raise
            notes.append(f"the backend {backend.name} was not used: {error}")
            continue
        if cosine >= LEAST_COSINE:
            return Choice(backend, cosine, tuple(notes))
        below = (
            f"the vectors of the backend {backend.name} agree with {REFERENCE}'s to cosine {cosine:.4f} only"
        )
        if asked != "auto":
            return Choice(backend, cosine, (f"{below}: themes may differ",))
        notes.append(f"{below}, so it was not used")
    message = "the reference agrees with itself"
    raise AssertionError(message)


def agreement(weights: Weights, backend: Backend) -> float:
    """Compare a backend's vectors of the check sample with the reference's.

    Parameters
    ----------
    weights : Weights
        The model's files.
    backend : Backend

    Returns
    -------
    float
        The least cosine similarity; from the cache's folder where it was measured before.

    Raises
    ------
    EncoderError
        The model cannot be loaded.
    """
    if backend.name == REFERENCE:
        return 1.0
    file = cache_folder() / "agreement" / f"{_key(weights, backend)}.json"
    known = _read(file)
    if known is not None:
        return known
    made = load_runner(weights, backend).encode(CHECK_TEXTS, None, silent, None)
    cosine = float(np.sum(made.astype(np.float64) * _reference(weights), axis=1).min())
    if not np.isfinite(cosine):
        cosine = -1.0
    write_whole(file, json.dumps({"backend": backend.key, "cosine": cosine}).encode())
    return cosine


def _reference(weights: Weights) -> NDArray[np.float64]:
    """Vectors of the check sample: of models it knows needlens has them, so that torch is not needed."""
    if weights.name in _KNOWN:
        with (files("needlens.encoders") / _KNOWN[weights.name]).open("rb") as stream:
            return np.asarray(np.load(stream, allow_pickle=False), dtype=np.float64)
    (backend,) = candidates(weights.folder, "torch")
    return load_runner(weights, backend).encode(CHECK_TEXTS, None, silent, None).astype(np.float64)


def _key(weights: Weights, backend: Backend) -> str:
    said = "\0".join([weights.digest, backend.key, *CHECK_TEXTS])
    return blake2b(said.encode(), digest_size=16).hexdigest()


def _read(file: Path) -> float | None:
    try:
        return float(json.loads(file.read_text(encoding="utf-8"))["cosine"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # not measured yet, or not to be read: it is measured anew
