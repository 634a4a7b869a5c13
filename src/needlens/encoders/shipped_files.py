"""Where the files of models that needlens knows are; one that comes as an archive is unpacked."""

from __future__ import annotations

import shutil
import tempfile
import zlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from needlens.encoders.shipped import FILES, WEIGHTS_FILE, Shipped
from needlens.errors import EncoderError


def installed(model: Shipped) -> list[Path] | None:
    """Where what brings a model has put it.

    Parameters
    ----------
    model : Shipped

    Returns
    -------
    list of pathlib.Path or None
        Its folder, or the parts of its archive in their order; ``None`` where one of them is not installed.

    Examples
    --------
    >>> from needlens.encoders.shipped import MINILM
    >>> [folder.name for folder in installed(MINILM)]
    ['model']
    """
    try:
        return [Path(str(distribution(name).locate_file(path))) for name, path in model.carriers.items()]
    except PackageNotFoundError:
        return None


def unpacked_folder(model: Shipped) -> Path:
    """Where a model that comes as an archive is unpacked: in the cache's folder, named after its weights.

    Examples
    --------
    >>> from needlens.encoders.shipped import MPNET
    >>> unpacked_folder(MPNET).name
    'all-mpnet-base-v2-78c0197b6159d926'
    """
    from needlens.encoders.cache import cache_folder

    return cache_folder() / "weights" / f"{model.name}-{model.sha256[WEIGHTS_FILE][:16]}"


def present_folder(model: Shipped) -> Path | None:
    """Where the files of a model are, without the network and without unpacking anything.

    Parameters
    ----------
    model : Shipped

    Returns
    -------
    pathlib.Path or None
        The folder of a distribution; of a model that comes as an archive the one it was unpacked into, or
        that of the hub's own cache, where what was fetched lies. Whether its files are the expected ones is
        for the caller to see.

    Examples
    --------
    >>> from needlens.encoders.shipped import MINILM
    >>> present_folder(MINILM).name
    'model'
    """
    if len(model.carriers) == 1:
        found = installed(model)
        return None if found is None else found[0]
    folder = unpacked_folder(model)
    return folder if _is_whole(folder) else _fetched(model)


def shipped_folder(model: Shipped) -> Path | None:
    """As :func:`present_folder`, but an archive that is installed is unpacked, once.

    Raises
    ------
    EncoderError
        It cannot be unpacked.

    Examples
    --------
    >>> from needlens.encoders.shipped import MINILM
    >>> shipped_folder(MINILM) == present_folder(MINILM)
    True
    """
    present, parts = present_folder(model), installed(model)
    if present is None and parts is not None:
        _unpack(model, parts, unpacked_folder(model))
        return unpacked_folder(model)
    return present


def _is_whole(folder: Path) -> bool:
    return all((folder / name).is_file() for name in FILES)


def _fetched(model: Shipped) -> Path | None:
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(model.hub_id, WEIGHTS_FILE, revision=model.revision)
    return Path(found).parent if isinstance(found, str) else None


def _unpack(model: Shipped, parts: list[Path], to: Path) -> None:
    try:
        to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{to.name}.", dir=to.parent) as made:
            _extract(model, parts, Path(made) / "whole")
            if to.is_dir() and not _is_whole(to):
                to.rename(Path(made) / "incomplete")
            # Renamed at last, so that nobody ever reads half of it.
            (Path(made) / "whole").rename(to)
    except OSError as error:
        if _is_whole(to):  # another process was faster
            return
        message = (
            f"the weights of {model.name} cannot be unpacked into {to.parent} ({error.strerror}): make room "
            "for a GB there, or name another folder with NEEDLENS_CACHE_DIR"
        )
        raise EncoderError(message) from error
    except (BadZipFile, EOFError, KeyError, NotImplementedError, RuntimeError, zlib.error) as error:
        message = (
            f"the packages that bring the weights of {model.name} are damaged: run {model.install!r} again"
        )
        raise EncoderError(message) from error


def _extract(model: Shipped, parts: list[Path], folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder.parent) as archive:
        for part in parts:
            with part.open("rb") as stream:
                shutil.copyfileobj(stream, archive)
        with ZipFile(archive) as members:
            for name in FILES:  # these alone: what else an archive holds stays in it
                file = folder / name
                file.parent.mkdir(parents=True, exist_ok=True)
                with members.open(f"{model.name}/{name}") as packed, file.open("wb") as stream:
                    shutil.copyfileobj(packed, stream)
