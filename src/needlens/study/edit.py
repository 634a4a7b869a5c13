"""People's edits onto a study that is there already, without finding its themes anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from needlens.codebook.edit import Edit
from needlens.codebook.log import LOG_NAME, append_log, read_log
from needlens.codebook.read import read_edits
from needlens.duplicates import representatives
from needlens.errors import StudyError, UsageError
from needlens.study.assemble import assemble, distinct
from needlens.study.folder import read_study, write_study
from needlens.study.record import Study


def edit_study(study: Study, edits: Sequence[Edit]) -> Study:
    """Apply edits to a study.

    Parameters
    ----------
    study
        With its ``model``; whether it was edited before does not count.
    edits
        All edits of its codebook, in their order.

    Returns
    -------
    Study
        The one a run of :func:`needlens.study.run.run_study` with these edits would give.

    Raises
    ------
    StudyError
        The study was read without its model.
    UsageError
        Edits contradict one another, or are not about themes of the main scale.
    """
    if study.model is None:
        message = "this study has no model to edit; run needlens cluster again"
        raise StudyError(message)
    if study.info.get("sample") is not None:
        message = (
            "the themes of this study were found in a sample of its reasons, and such themes cannot be "
            "edited; run needlens cluster again with a larger --fit-at-most"
        )
        raise UsageError(message)
    texts = distinct(study.reasons)
    stands_for = representatives(texts)
    done = assemble(
        study.verbatims,
        study.reasons,
        study.model,
        study.info,
        texts=texts,
        stands_for=stands_for,
        edits=edits,
        changes=study.changes,
        seeds=study.seeds,
    )
    # Ladders are made of reasons, which edits of themes leave as they are.
    return replace(done, ladder=study.ladder)


def edit_folder(folder: str | Path, file: str | Path, *, who: str = "") -> Study:
    """Apply a file of edits to a study folder, and add them to its codebook.

    Parameters
    ----------
    folder
        The study folder; its tables are written anew. The report is not.
    file
        The edits (:func:`needlens.codebook.read.read_edits`).
    who
        Who made them, where the file does not say.

    Returns
    -------
    Study
        With the edits; ``study.edits`` says what each did.

    Raises
    ------
    InputError
        An edit cannot be read, or contradicts an earlier one; none is applied then.
    StudyError
        ``folder`` is not a study folder, or cannot be written.
    """
    folder = Path(folder)
    study = read_study(folder)
    before, notes = read_log(folder / LOG_NAME)
    edits = read_edits(
        file,
        before,
        reasons=study.reasons,
        themes=study.themes,
        main_scale=study.main_scale,
        next_id=int(study.info["next_theme_id"]),
        who=who,
    )
    done = edit_study(study, edits)
    done.info["warnings"] = list(dict.fromkeys([*done.info["warnings"], *notes]))
    # The log first: tables can be made from it again, it cannot be made from them.
    append_log(folder / LOG_NAME, edits[len(before) :])
    write_study(done, folder)
    return done


def edits_to_replay(previous: Path | None, out: Path, *, same: bool) -> list[Edit]:
    """Edits that a run writing to ``out`` makes again.

    Parameters
    ----------
    previous
        Folder of the earlier study whose edits are made again, if there is one.
    out
        Folder of the run; may be ``previous``.
    same
        Whether ``out`` holds the same study if it holds one.

    Raises
    ------
    UsageError
        ``out`` has a codebook that this run would not follow.
    """
    own = out / LOG_NAME
    there, _ = read_log(own)
    if previous is None or previous.resolve() == out.resolve():
        if there and previous is None and not same:
            message = (
                f"{own} holds edits of the study you replace; add --previous {out} to make them again, "
                "or move that file away"
            )
            raise UsageError(message)
        return list(there)
    edits, _ = read_log(previous / LOG_NAME)
    if there and list(there) != list(edits):
        message = f"{own} holds other edits than {previous / LOG_NAME}; name another folder with --out"
        raise UsageError(message)
    return list(edits)


def keep_edits(edits: Sequence[Edit], out: Path) -> None:
    """Put the edits of an earlier study into the codebook of the one that made them again."""
    if edits and not (out / LOG_NAME).exists():
        append_log(out / LOG_NAME, edits)
