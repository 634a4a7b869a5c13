"""What a study remembers so that new verbatims can be placed on its themes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from needlens.encoders.token_weights import TokenWeights
from needlens.errors import StudyError
from needlens.graph.neighbours import Neighbours
from needlens.graph.placement import Placement
from needlens.study.placing import Placed

_TENSORS, _SETTINGS = "placement.safetensors", "model.json"


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """Themes as they were found.

    Attributes
    ----------
    ids
        Theme of each text on each scale, 0 for none, int64, shape (n_scales, m).
    themes
        One row a theme: ``theme_id``, ``scale``, ``parent_id`` (nullable), ``n``, ``stability``.
    names
        Names that themes were given by the seeds they were found by.
    """

    ids: NDArray[np.int64]
    themes: pd.DataFrame
    names: Mapping[int, str]


@dataclass(frozen=True, eq=False, slots=True)
class StudyModel:
    """Fitted reasons, and every text of the study with what was decided about it.

    Attributes
    ----------
    placement
        The distinct reasons themes were found in.
    text_keys
        Hashes of all informative texts of the study, sorted, uint8, shape (m, 16).
    text_points
        Position of each of those texts among the points of ``placement``, int64, shape (m,).
    text_ids, text_strengths
        Theme (0 for none) and strength of each of those texts on each scale, shape (n_scales, m).
    found
        Themes as they were found, before anybody edited them.
    encoder, digest
        Name and digest of the encoder whose vectors ``placement`` holds.
    unit
        ``"reason"`` or ``"verbatim"``: how verbatims were cut.
    token_weights
        How much each token counts in those vectors; None: all the same.
    """

    placement: Placement
    text_keys: NDArray[np.uint8]
    text_points: NDArray[np.int64]
    text_ids: NDArray[np.int64]
    text_strengths: NDArray[np.float64]
    found: Found
    encoder: str
    digest: str
    unit: str
    token_weights: TokenWeights | None = None

    def of_texts(
        self, texts: Sequence[str]
    ) -> tuple[NDArray[np.bool_], NDArray[np.int64], NDArray[np.float64]]:
        """What the study decided about texts of its own.

        Returns
        -------
        tuple
            Whether each text is one of the study's, shape (n,); its theme (0 for none) and strength on each
            scale, shape (n_scales, n), both 0 for other texts.
        """
        at = self.positions(texts)
        known = at >= 0
        ids = np.zeros((len(self.text_ids), len(texts)), dtype=np.int64)
        strengths = np.zeros(ids.shape)
        ids[:, known] = self.text_ids[:, at[known]]
        strengths[:, known] = self.text_strengths[:, at[known]]
        return known, ids, strengths

    def vectors_of(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Vector of the point that each of these texts of the study belongs to."""
        return dict(zip(texts, self.placement.points[self.points_of(texts)], strict=True))

    def points_of(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Point that each of these texts of the study belongs to, int64; KeyError for another text."""
        at = self.positions(texts)
        if (at < 0).any():
            raise KeyError(texts[int(np.argmin(at))])
        return self.text_points[at]

    def positions(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Where each text stands among the study's, int64; -1 for one that is not there."""
        keys = self.text_keys.tobytes()
        position = {keys[start : start + 16]: start // 16 for start in range(0, len(keys), 16)}
        found = {text: position.get(text_key(text), -1) for text in set(texts)}
        return np.array([found[text] for text in texts], dtype=np.int64)

    def save(self, folder: Path) -> None:
        """Write the model as safetensors and JSON into ``folder``."""
        from safetensors.numpy import save

        folder.mkdir(parents=True, exist_ok=True)
        tensors = {
            "points": self.placement.points,
            "ids": self.placement.ids,
            "strengths": self.placement.strengths,
            "near_index": self.placement.near.index,
            "near_similarity": self.placement.near.similarity,
            "text_keys": self.text_keys,
            "text_points": self.text_points,
            "found_ids": self.found.ids,
            "text_ids": self.text_ids,
            "text_strengths": self.text_strengths,
        }
        contiguous = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
        # Written by Python, so that a full disk is an OSError like anywhere else.
        (folder / _TENSORS).write_bytes(save(contiguous))
        settings = {
            "far": self.placement.far,
            "k": self.placement.k,
            "encoder": self.encoder,
            "digest": self.digest,
            "unit": self.unit,
            "token_weights": None if self.token_weights is None else _written(self.token_weights),
            "found": json.loads(self.found.themes.to_json(orient="records", double_precision=15)),
            "names": {str(theme): name for theme, name in self.found.names.items()},
        }
        text = json.dumps(settings, indent=2, sort_keys=True) + "\n"
        (folder / _SETTINGS).write_text(text, encoding="utf-8")


def load_model(folder: Path) -> StudyModel:
    """Read a model that :meth:`StudyModel.save` wrote.

    Raises
    ------
    StudyError
        A file is missing or is not what it should be.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        tensors = load_file(folder / _TENSORS)
        settings = json.loads((folder / _SETTINGS).read_text(encoding="utf-8"))
        fitted = Placement(
            tensors["points"],
            tensors["ids"],
            tensors["strengths"],
            Neighbours(tensors["near_index"], tensors["near_similarity"]),
            settings["far"],
            settings["k"],
        )
        found = Found(
            tensors["found_ids"],
            _table(settings["found"]),
            {int(theme): name for theme, name in settings["names"].items()},
        )
        return StudyModel(
            fitted,
            tensors["text_keys"],
            tensors["text_points"],
            tensors["text_ids"],
            tensors["text_strengths"],
            found,
            settings["encoder"],
            settings["digest"],
            settings["unit"],
            _weights_of(settings["token_weights"]),
        )
    except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
        message = f"{folder} does not hold a study's model ({error}); run needlens cluster again"
        raise StudyError(message) from error


def _written(weights: TokenWeights) -> dict[str, int]:
    return {str(token): times for token, times in weights.halvings.items()}


def _weights_of(written: dict[str, int] | None) -> TokenWeights | None:
    if written is None:
        return None
    return TokenWeights({int(token): times for token, times in written.items()})


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["theme_id", "scale", "parent_id", "n", "stability"])
    whole = dict.fromkeys(("theme_id", "scale", "n"), "int64")
    return table.astype({**whole, "parent_id": "Int64", "stability": "float64"})


def sorted_keys(texts: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Hashes of texts, sorted, uint8, shape (m, 16), and the order that sorts them."""
    keys = np.frombuffer(b"".join(text_key(text) for text in texts), dtype=np.uint8).reshape(-1, 16)
    order = np.lexsort(keys.T[::-1]) if len(keys) else np.zeros(0, dtype=np.int64)
    return keys[order], order


def extended(model: StudyModel, texts: Sequence[str], placed: Placed) -> StudyModel:
    """A model that knows further texts, by where they were placed.

    Parameters
    ----------
    model
        Of the texts themes were found in.
    texts
        Others, m of them.
    placed
        Where they belong.

    Returns
    -------
    StudyModel
        Each of ``texts`` is one of its texts, at the fitted point it is most like.
    """
    keys = np.frombuffer(b"".join(text_key(text) for text in texts), dtype=np.uint8).reshape(-1, 16)
    return extended_by_keys(model, keys, placed)


def extended_by_keys(model: StudyModel, keys: NDArray[np.uint8], placed: Placed) -> StudyModel:
    """As :func:`extended`, by the hashes of the texts, uint8, shape (m, 16)."""
    all_keys = np.concatenate([model.text_keys, keys])
    order = np.lexsort(all_keys.T[::-1])
    return replace(
        model,
        text_keys=all_keys[order],
        text_points=np.concatenate([model.text_points, placed.point])[order],
        text_ids=np.hstack([model.text_ids, placed.ids])[:, order],
        text_strengths=np.hstack([model.text_strengths, placed.strengths])[:, order],
        found=replace(model.found, ids=np.hstack([model.found.ids, placed.ids])[:, order]),
    )


def text_key(text: str) -> bytes:
    """Hash of a text, 16 bytes.

    Examples
    --------
    >>> len(text_key("light"))
    16
    """
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
