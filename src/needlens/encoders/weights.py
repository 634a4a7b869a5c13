"""Where an encoder's files are, and whether they are the ones we expect; nothing is loaded here."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from needlens.encoders.shipped import FILES, MINILM, WEIGHTS_FILE, Shipped
from needlens.encoders.shipped_files import present_folder, shipped_folder
from needlens.errors import EncoderError

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
        ``"default"``, ``"precise"`` for the larger model of that encoder, the folder or the hub id, as it was
        asked for.
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
    """What :func:`verify` found.

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
        (``"org/name"``); the last one is fetched over the network. ``"fast"`` and ``"precise"`` have no files
        of their own: :func:`needlens.encoders.encoder.load_encoder` makes them.
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
        return shipped_weights(MINILM, "default", allow_download=allow_download)
    folder = Path(name)
    if folder.is_dir():
        if not any((folder / file).is_file() for file in ("modules.json", "config.json")):
            msg = f"{folder} holds no sentence-transformers model (no modules.json, no config.json)"
            raise EncoderError(msg)
    elif _is_hub_id(name):
        folder = _download(str(name))
    else:
        msg = (
            f"there is no encoder {str(name)!r}: give 'default', 'fast', 'precise', the folder of a "
            "sentence-transformers model, or a Hugging Face hub id like 'org/name'"
        )
        raise EncoderError(msg)
    return Weights(str(name), folder, folder_digest(file_digests(folder)))


def shipped_weights(model: Shipped, name: str, *, allow_download: bool = False) -> Weights:
    """Find, hash and verify the files of a model that needlens knows.

    Parameters
    ----------
    model : Shipped
    name : str
        What to call it.
    allow_download : bool
        Whether they may come from the hub when they are not installed.

    Returns
    -------
    Weights

    Raises
    ------
    EncoderError
        When there are no such files, they cannot be fetched, or one is not the expected one.

    Examples
    --------
    >>> shipped_weights(MINILM, "default").name
    'default'
    """
    folder = shipped_folder(model)
    if folder is None and not allow_download:
        missing = f"the weights of the {name} encoder are not installed"
        message = f"{missing}: run {model.install!r}, or {model.otherwise}"
        raise EncoderError(message)
    if folder is None:
        folder = _download(model.hub_id, revision=model.revision, allow_patterns=FILES)
    digests = file_digests(folder)
    wrong = next((file for file, sha256 in model.sha256.items() if digests.get(file) != sha256), None)
    if wrong is not None:
        message = (
            f"{folder / wrong} is not the file of {model.name} that needlens knows (its SHA-256 is another): "
            f"remove the folder {folder} and run {model.install!r} again"
        )
        raise EncoderError(message)
    return Weights(name, folder, folder_digest(digests))


def verify(model: Shipped) -> WeightsCheck:
    """Check the weights of a model against their digest, where they are installed and need no unpacking.

    Parameters
    ----------
    model : Shipped

    Returns
    -------
    WeightsCheck

    Examples
    --------
    >>> verify(MINILM).ok
    True
    """
    folder = present_folder(model)
    if folder is None:
        return WeightsCheck(None, None, ok=False)
    path = folder / WEIGHTS_FILE
    sha256 = _sha256(path) if path.is_file() else None
    return WeightsCheck(path, sha256, ok=sha256 == model.sha256[WEIGHTS_FILE])


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
