"""The study folder on disk: written whole or not at all, read back as it was."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from needlens.codebook.log import LOG_NAME
from needlens.errors import StudyError
from needlens.labelling.log import LABELS_NAME
from needlens.llm.cache import ANSWERS_NAME
from needlens.schema import LADDER_TABLES, SCHEMA_VERSION, THEME_ID
from needlens.study.laddering import Laddering
from needlens.study.model import load_model
from needlens.study.record import Study
from needlens.study.spreadsheet import write_csv

_TABLES = ("verbatims", "reasons", "assignments", "themes", "prevalence", "layout")
_SOMETIMES = ("memberships", "changes", "seeds", "edits")
"""Tables that not every study has."""

_OF_SOME = (*_SOMETIMES, *LADDER_TABLES)
_INFO = "study.json"
_REPORT = "report.html"
_PARTIAL = ".partial-"
_LISTS = {
    *("keywords", "codes", "chain", "exemplar_reason_ids"),
    *("quotes", "quote_reason_ids", "counter_quotes", "counter_reason_ids"),
}
"""Columns of lists, which Parquet gives back as arrays."""

WORK = ".work"
"""Folder in the study folder for the work of a run that is not finished."""

_FILES = {
    *(f"{table}.parquet" for table in (*_TABLES, *_SOMETIMES, *LADDER_TABLES)),
    *(f"{table}.csv" for table in (*_SOMETIMES, *LADDER_TABLES)),
    *(LOG_NAME, LABELS_NAME, ANSWERS_NAME),
    *("assignments.csv", "themes.csv", "prevalence.csv", "model", _REPORT),
}


def check_folder(folder: Path, identity: dict[str, Any], *, overwrite: bool = False) -> None:
    """Make sure, before any work, that a study may be written to ``folder``.

    Parameters
    ----------
    folder
        Where the study is to go; need not exist.
    identity
        Inputs and parameters of the study to be written, as in its ``info``.
    overwrite
        Whether another study there may be replaced.

    Raises
    ------
    StudyError
        Another study or other files live there, or nothing can be written there.
    """
    with writing(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists() and not folder.is_dir():
            message = f"{folder} is a file; name a folder with --out"
            raise StudyError(message)
        with tempfile.TemporaryDirectory(dir=folder if folder.is_dir() else folder.parent):
            pass
    if overwrite or not folder.is_dir():
        return
    if not (folder / _INFO).is_file():
        names = {path.name for path in folder.iterdir()}
        # A run that was killed while it moved its files into place leaves these beside its temporary folder.
        killed = {name for name in names if name == WORK or name.startswith(_PARTIAL)}
        if not names or (killed and names - killed <= _FILES):
            return
        message = f"{folder} holds other files; name an empty folder with --out, or add --overwrite"
        raise StudyError(message)
    there = _read_info(folder)
    if any(there.get(key) != value for key, value in identity.items()):
        message = (
            f"{folder} holds another study (other inputs or parameters); "
            "name another folder with --out, or add --overwrite"
        )
        raise StudyError(message)


def write_study(study: Study, folder: str | Path) -> None:
    """Write a study's tables, model and ``study.json`` into ``folder``.

    Everything is written under a temporary name first and moved into place at the end. ``study.json`` goes
    first and comes last: a folder that has it is whole. The report of an earlier study goes too.

    Parameters
    ----------
    study
        What to write.
    folder
        Made if it is not there; files of an earlier study in it are replaced.

    Raises
    ------
    StudyError
        It cannot be written (no space, no permission); nothing half-written is left.
    """
    folder = Path(folder)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with tempfile.TemporaryDirectory(prefix=_PARTIAL, dir=folder) as partial:
                _write_files(study, Path(partial))
                put_in_place(Path(partial), folder)
        finally:
            if not any(folder.iterdir()):
                folder.rmdir()


def put_in_place(finished: Path, folder: Path) -> None:
    """Move the files of a finished study into its folder, ``study.json`` last, and the outdated ones away."""
    of_some = [f"{table}.{ending}" for table in _OF_SOME for ending in ("parquet", "csv")]
    for outdated in (_INFO, _REPORT, *of_some):
        (folder / outdated).unlink(missing_ok=True)
    for path in sorted(finished.iterdir(), key=lambda path: path.name == _INFO):
        _move(path, folder / path.name)


def read_study(folder: str | Path, *, model: bool = True) -> Study:
    """Read a study that :func:`write_study` wrote.

    Parameters
    ----------
    folder
        The study folder.
    model
        Whether to read what :func:`needlens.study.assign.assign` needs as well.

    Raises
    ------
    StudyError
        ``folder`` is not a study folder, or one of a newer needlens, or a table is missing.
    """
    folder = Path(folder)
    info = _read_info(folder)
    if info["schema_version"] > SCHEMA_VERSION:
        message = (
            f"{folder} was written by a newer needlens ({info.get('needlens_version')}); update needlens"
        )
        raise StudyError(message)
    try:
        tables: dict[str, Any] = {name: pd.read_parquet(folder / f"{name}.parquet") for name in _TABLES}
    except (OSError, ValueError) as error:
        message = f"{folder} is not a whole study ({error}); run needlens cluster again"
        raise StudyError(message) from error
    for name in _SOMETIMES:
        path = folder / f"{name}.parquet"
        tables[name] = _read_table(path, "cluster") if path.is_file() else None
    for column in ("keywords", "exemplar_reason_ids"):
        tables["themes"][column] = tables["themes"][column].map(list)
    tables["ladder"] = _read_ladder(folder)
    known = info["encoder"].get("known", True)
    return Study(**tables, info=info, model=load_model(folder / "model") if model and known else None)


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Give a temporary name to write a file under; it takes its own name only when all is written.

    Raises
    ------
    StudyError
        It cannot be written.
    """
    path = Path(path)
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_PARTIAL, dir=path.parent) as folder:
            partial = Path(folder) / path.name
            yield partial
            partial.replace(path)


def _write_files(study: Study, folder: Path) -> None:
    for name in ("verbatims", "reasons", "assignments"):
        getattr(study, name).to_parquet(folder / f"{name}.parquet", index=False)
    if study.memberships is not None:
        study.memberships.to_parquet(folder / "memberships.parquet", index=False)
        write_csv(study.memberships, folder / "memberships.csv")
    write_csv(study.to_frame(), folder / "assignments.csv")
    write_small(study, folder)


def write_small(study: Study, folder: Path) -> None:
    """Write all of a study but the tables that have a row a verbatim or a reason."""
    for name in ("themes", "prevalence", "layout"):
        getattr(study, name).to_parquet(folder / f"{name}.parquet", index=False)
    for name in ("changes", "seeds", "edits"):
        table = getattr(study, name)
        if table is not None:
            table.to_parquet(folder / f"{name}.parquet", index=False)
            write_csv(table, folder / f"{name}.csv")
    for name, table in (study.ladder.tables if study.ladder is not None else {}).items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
        write_csv(table, folder / f"{name}.csv")
    write_csv(study.themes, folder / "themes.csv")
    write_csv(_named(study.prevalence, study.themes), folder / "prevalence.csv")
    if study.model is not None:
        study.model.save(folder / "model")
    text = json.dumps(study.info, indent=2, ensure_ascii=False) + "\n"
    (folder / _INFO).write_text(text, encoding="utf-8")


def _read_table(path: Path, command: str) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read ({error}); run needlens {command} again"
        raise StudyError(message) from error


def _read_ladder(folder: Path) -> Laddering | None:
    tables = {}
    for name in LADDER_TABLES:
        path = folder / f"{name}.parquet"
        if path.is_file():
            tables[name] = _read_table(path, "ladder")
            for column in set(tables[name].columns) & _LISTS:
                tables[name][column] = tables[name][column].map(list)
    return Laddering(tables) if tables else None


def _named(prevalence: pd.DataFrame, themes: pd.DataFrame) -> pd.DataFrame:
    named = prevalence.copy()
    named.insert(1, "theme", named[THEME_ID].map(themes.set_index(THEME_ID)["label"]))
    return named


def _move(path: Path, target: Path) -> None:
    if target.is_dir():
        if not (target / "model.json").is_file():
            message = f"{target} is a folder of other files; move it away, or name another folder with --out"
            raise StudyError(message)
        shutil.rmtree(target)
    path.replace(target)


def _read_info(folder: Path) -> dict[str, Any]:
    path = folder / _INFO
    try:
        info = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = f"{folder} is not a study folder: it has no {_INFO}"
        raise StudyError(message) from error
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read ({error})"
        raise StudyError(message) from error
    if not isinstance(info, dict) or not isinstance(info.get("schema_version"), int):
        message = f"{path} is not a study's description"
        raise StudyError(message)
    return info


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn the system's refusals into one sentence."""
    try:
        yield
    except OSError as error:
        message = f"cannot write to {path}: {error.strerror or error}"
        raise StudyError(message) from error
