"""What the files of a BERT or MPNet say whose vector is the mean of its tokens'; nothing is loaded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_MODULES: Final = (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])
_POSITIONS_BEFORE: Final = {"bert": 0, "mpnet": 2}
"""The families that are known, and how many positions of theirs come before a text's first."""
_BUCKETS: Final = 32
"""Rows of the table of relative positions: MPNet's own code looks up that many, whatever else is said."""


@dataclass(frozen=True, slots=True)
class BertFiles:
    """What is known of a model before it is loaded.

    Attributes
    ----------
    folder : pathlib.Path
    family : str
        ``"bert"`` or ``"mpnet"``.
    dimension : int
        Length of a token's vector, and of a text's.
    n_layers, n_heads : int
    intermediate : int
        Length of the vector between the two products of a layer's feed-forward part.
    epsilon : float
        What layer normalisation adds to a variance.
    max_tokens : int
        How many tokens of a text are read.
    prompt : str
        What is put before every text.
    """

    folder: Path
    family: str
    dimension: int
    n_layers: int
    n_heads: int
    intermediate: int
    epsilon: float
    max_tokens: int
    prompt: str

    @property
    def tokenizer(self) -> Path:
        """File that says how texts are cut into tokens."""
        return self.folder / "tokenizer.json"

    @property
    def weights(self) -> Path:
        """File of the model's numbers."""
        return self.folder / "model.safetensors"


def bert_files(folder: Path) -> BertFiles | None:
    """Read what a model's configuration says.

    Parameters
    ----------
    folder : pathlib.Path
        A sentence-transformers model.

    Returns
    -------
    BertFiles or None
        ``None`` for a model of another architecture, another way to pool or to prepare texts, or none at all:
        those are sentence-transformers' own to run.

    Examples
    --------
    >>> from needlens.encoders.weights import find_weights
    >>> known = bert_files(find_weights("default").folder)
    >>> known.family, known.dimension, known.n_layers, known.max_tokens
    ('bert', 384, 6, 256)
    """
    try:
        return _read(folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # whatever is missing or odd here, the library that loads it will name


def _read(folder: Path) -> BertFiles | None:
    config = _json(folder / "config.json")
    modules = _json(folder / "modules.json")
    around = _json(folder / "config_sentence_transformers.json")
    reading = _json(folder / "sentence_bert_config.json")
    pooling = _json(folder / modules[1]["path"] / "config.json")
    known = BertFiles(
        folder,
        family=config["model_type"],
        dimension=int(config["hidden_size"]),
        n_layers=int(config["num_hidden_layers"]),
        n_heads=int(config["num_attention_heads"]),
        intermediate=int(config["intermediate_size"]),
        epsilon=float(config["layer_norm_eps"]),
        max_tokens=int(reading["max_seq_length"]),
        prompt=str((around.get("prompts") or {}).get(around.get("default_prompt_name"), "")),
    )
    plain = (
        config["hidden_act"] == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and config.get("relative_attention_num_buckets", _BUCKETS) == _BUCKETS
        and [module["type"].rpartition(".")[2] for module in modules] in _MODULES
        and modules[0]["path"] == ""
        and _is_mean(pooling)
        and not reading.get("do_lower_case")
        and known.max_tokens <= int(config["max_position_embeddings"]) - _POSITIONS_BEFORE[known.family]
        and known.tokenizer.is_file()
        and known.weights.is_file()
    )
    return known if plain else None


def _is_mean(pooling: dict[str, Any]) -> bool:
    if "pooling_mode" in pooling:
        return pooling["pooling_mode"] in ("mean", ["mean"]) and pooling.get("include_prompt", True)
    modes = [name for name, on in pooling.items() if name.startswith("pooling_mode_") and on]
    return modes == ["pooling_mode_mean_tokens"] and pooling.get("include_prompt", True)


def _json(file: Path) -> Any:  # noqa: ANN401 (as JSON gives it)
    return json.loads(file.read_text(encoding="utf-8"))
