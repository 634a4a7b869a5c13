"""The sample study that comes with needlens: a fictional company, three unlike product lines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from needlens.errors import NeedlensError

if TYPE_CHECKING:
    from needlens.verbatims import Verbatims


def sample_folder() -> Path:
    """Folder of the sample's files: in the installed package, or ``data/sample`` of a checkout.

    Raises
    ------
    NeedlensError
        The sample is in neither place.

    Examples
    --------
    >>> (sample_folder() / "verbatims.csv").is_file()
    True
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "sample", here.parents[1] / "data" / "sample"):
        if (folder / "verbatims.csv").is_file():
            return folder
    message = "the sample study is not part of this installation; install needlens again"
    raise NeedlensError(message)


def sample_files() -> list[Path]:
    """Tables of the sample, by name.

    Examples
    --------
    >>> [path.name for path in sample_files()][-2:]
    ['truth.csv', 'verbatims.csv']
    """
    return sorted(sample_folder().glob("*.csv"))


def sample_verbatims() -> Verbatims:
    """Read the sample's verbatims.

    Returns
    -------
    Verbatims
        1,301 answers to "Why did you buy it, and what does it do for you?".

    Examples
    --------
    >>> len(sample_verbatims()) > 600
    True
    """
    from needlens.verbatims import read_verbatims

    return read_verbatims(
        sample_folder() / "verbatims.csv",
        text="text",
        id="verbatim_id",
        respondent="respondent_id",
        segments=("category", "country", "plan"),
        rating="rating",
        date="date",
    )


def copy_sample(folder: str | Path) -> list[Path]:
    """Copy the sample's files into ``folder``; files that are there already must be the same.

    Returns
    -------
    list of Path
        The files written, by name.

    Raises
    ------
    NeedlensError
        A file of that name with other content is there, or the folder cannot be written.
    """
    folder = Path(folder)
    contents = {folder / source.name: source.read_bytes() for source in sample_files()}
    try:
        for target, content in contents.items():
            if target.exists() and target.read_bytes() != content:
                message = f"{target} is there already and differs; name another folder"
                raise NeedlensError(message)
        folder.mkdir(parents=True, exist_ok=True)
        for target, content in contents.items():
            partial = target.with_name(f".partial-{target.name}")
            partial.write_bytes(content)
            partial.replace(target)
    except OSError as error:
        message = f"cannot write to {folder}: {error.strerror or error}"
        raise NeedlensError(message) from error
    return list(contents)
