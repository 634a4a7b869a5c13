"""The labelling loop on a study folder: reasons out to a table, what people said of them back in."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from needlens.encoders.cache import VectorCache
from needlens.errors import UsageError
from needlens.labelling.batch import N_BATCH, choose_batch
from needlens.labelling.log import LABELS_NAME, append_labels, read_labels
from needlens.labelling.read import read_filled
from needlens.llm.cache import ANSWERS_NAME, AnswerCache
from needlens.llm.endpoint import Endpoint
from needlens.llm.propose import Proposed, estimate
from needlens.llm.propose import propose as ask_for
from needlens.needs.framework import Framework
from needlens.needs.frameworks import SHIPPED, load_framework
from needlens.schema import REASON_ID, RESPONDENT_ID, TEXT, VERBATIM_ID
from needlens.study.folder import read_study, whole_file
from needlens.study.need_reading import read_needs
from needlens.study.needs import StudyNeeds, study_needs
from needlens.study.record import Study
from needlens.study.spreadsheet import write_csv

BATCH_COLUMNS: Final = (REASON_ID, TEXT, "answer", "needs", "note")
"""Columns of the table to fill in: ``needs`` and, if wanted, ``note``."""

_INFO: Final = "study.json"


def label_batch(
    study: Study,
    framework: Framework,
    labels: tuple[Any, ...] = (),
    *,
    n: int = N_BATCH,
    propose: Callable[[dict[str, str]], Proposed] | None = None,
    cache: VectorCache | None = None,
) -> pd.DataFrame:
    """Choose the reasons whose labels help most, for a person to fill in.

    No need is suggested: whoever reads a suggestion agrees too easily. Where a language model is asked all
    the same, it is not about the reasons drawn by lot, by which shares are corrected.

    Parameters
    ----------
    study
        With its ``model``.
    framework
        The needs to label with.
    labels
        Labels there are.
    n
        About how many reasons.
    propose
        Asks a language model about the needs of reasons (text by id).
    cache
        Where vectors are kept between runs.

    Returns
    -------
    DataFrame
        Columns :data:`BATCH_COLUMNS`, about ``n`` rows, in an order that does not tell why a reason is among
        them; none where everything is labelled. ``answer`` is the whole verbatim. With ``propose`` also
        ``proposed`` and ``proposed_quote``, empty where nothing was proposed.
    """
    if n < 1:
        message = f"the number of reasons must be 1 or more, not {n}"
        raise UsageError(message)
    seed = int(study.info["seed"])
    with threadpool_limits(limits=1):
        reading = read_needs(study, framework, labels, seed=seed, cache=cache)
    batch = choose_batch(
        reading.reasons[RESPONDENT_ID].astype(str).tolist(),
        reading.vectors,
        reading.margins(),
        np.flatnonzero(reading.labelled).tolist(),
        n=n,
        seed=seed,
    )
    rows = reading.reasons.iloc[sorted(batch.random + batch.uncertain)].drop_duplicates(TEXT)
    answers = study.verbatims.set_index(VERBATIM_ID)[TEXT]
    table = rows[[REASON_ID, TEXT]].assign(answer=rows[VERBATIM_ID].map(answers), needs="", note="")
    table = table[list(BATCH_COLUMNS)].reset_index(drop=True)
    if propose is None:
        return table
    by_lot = reading.reasons[TEXT].iloc[list(batch.random)]
    unsure = reading.reasons.iloc[sorted(batch.uncertain)].drop_duplicates(TEXT)
    unsure = unsure[~unsure[TEXT].isin(by_lot)]
    proposed = propose(dict(zip(unsure[REASON_ID].astype(str), unsure[TEXT].astype(str), strict=True)))
    found = {one.reason_id: (one.value, one.quote) for one in proposed.proposals}
    told = [found.get(reason, ("", "")) for reason in table[REASON_ID]]
    return table.assign(
        proposed=pd.Series([value for value, _ in told], dtype="str"),
        proposed_quote=pd.Series([quote for _, quote in told], dtype="str"),
    )


def write_label_batch(
    folder: str | Path,
    out: str | Path,
    *,
    framework: str | Path | None = None,
    n: int = N_BATCH,
    endpoint: Endpoint | None = None,
    prices: tuple[float, float] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> tuple[int, Framework]:
    """Write the next reasons to label as CSV.

    Parameters
    ----------
    folder
        The study folder.
    out
        A .csv file that is not there yet: labels somebody filled in are not overwritten.
    framework
        As in :func:`needlens.needs.frameworks.load_framework`; the one the study was last read with if None.
    n
        About how many reasons.
    endpoint, prices
        A language model to ask for proposals, and its prices of a million tokens in and out.
    say
        Told what asking it will take, before, and what came of it.

    Returns
    -------
    n : int
        Reasons written; 0, and no file, where everything is labelled.
    framework : Framework
        Whose needs to label with.

    Raises
    ------
    UsageError
        ``out`` is there, or is no .csv file.
    StudyError
        ``folder`` is no study folder, or ``out`` cannot be written.
    LanguageModelError
        The language model does not answer; nothing is written then.
    """
    folder, out = Path(folder), Path(out)
    if out.suffix.lower() != ".csv":
        message = f"name a file that ends in .csv with --out, not {out.name!r}"
        raise UsageError(message)
    if out.exists():
        message = f"{out} is there already, and somebody may have filled it in; name another file with --out"
        raise UsageError(message)
    study = read_study(folder)
    labels, _ = read_labels(folder / LABELS_NAME)
    asked = load_framework(framework or _framework_of(study))

    def propose(reasons: dict[str, str]) -> Proposed:
        assert endpoint is not None  # noqa: S101 (else it is not called)
        answers = AnswerCache(folder / ANSWERS_NAME)
        known = estimate(endpoint, "needs", reasons, asked, cache=answers, prices=prices)
        say(f"asking {endpoint.model}: {known}")
        found = ask_for(endpoint, "needs", reasons, asked, cache=answers)
        say(f"{len(found.proposals)} proposals taken, {len(found.rejected)} rejected")
        return found

    asking = None if endpoint is None else propose
    table = label_batch(study, asked, labels, n=n, propose=asking, cache=VectorCache())
    if len(table):
        with whole_file(out) as partial:
            write_csv(table, partial)
    return len(table), asked


def take_labels(
    folder: str | Path, file: str | Path, *, who: str = "", framework: str | Path | None = None
) -> tuple[StudyNeeds, str]:
    """Take in labels, learn from all there are, and write the tables of needs anew.

    Parameters
    ----------
    folder
        The study folder.
    file
        What :func:`write_label_batch` wrote, filled in (:func:`needlens.labelling.read.read_filled`).
    who
        Who labelled, where the file does not say.
    framework
        As in :func:`write_label_batch`.

    Returns
    -------
    needs : StudyNeeds
        With notes to tell the user.
    said : str
        One sentence on what was taken.

    Raises
    ------
    InputError
        The file names reasons or needs that are not there, or nothing; no label of it is taken then.
    StudyError
        ``folder`` is no study folder, or cannot be written.
    """
    folder = Path(folder)
    study = read_study(folder)
    asked = load_framework(framework or _framework_of(study))
    informative = study.reasons[study.reasons["informative"]]
    texts = dict(zip(informative[REASON_ID].astype(str), informative[TEXT].astype(str), strict=True))
    filled = read_filled(file, texts, asked, who=who)
    # The log first: tables can be made from it again, it cannot be made from them.
    _, notes = read_labels(folder / LABELS_NAME)
    append_labels(folder / LABELS_NAME, filled.labels)
    labels, _ = read_labels(folder / LABELS_NAME)
    needs = study_needs(
        study, asked, ladder=None if study.ladder is None else study.ladder.tables, labels=labels
    )
    write_needs(needs, folder)
    n, left = len(filled.labels), filled.n_empty
    said = f"{n} label{'s' * (n != 1)} taken" + (
        f", {left} row{'s' * (left != 1)} left empty" if left else ""
    )
    return replace(needs, notes=(*notes, *needs.notes)), said


def write_needs(needs: StudyNeeds, folder: str | Path) -> None:
    """Write the tables of needs into a study folder, and what they are into its ``study.json``.

    Raises
    ------
    StudyError
        They cannot be written: those that are there stay, all of them.
    """
    folder = Path(folder)
    info = json.loads((folder / _INFO).read_text(encoding="utf-8"))
    info["needs"] = {**needs.info, "notes": list(needs.notes)}
    # All are written before the first takes its name, and ``study.json``, entered first, takes it last.
    with ExitStack() as files:
        text = json.dumps(info, indent=2, ensure_ascii=False) + "\n"
        files.enter_context(whole_file(folder / _INFO)).write_text(text, encoding="utf-8")
        for name, table in needs.tables.items():
            table.to_parquet(files.enter_context(whole_file(folder / f"{name}.parquet")), index=False)
            write_csv(table, files.enter_context(whole_file(folder / f"{name}.csv")))


def _framework_of(study: Study) -> str:
    needs = study.info.get("needs")
    name = needs.get("framework") if isinstance(needs, dict) else None
    if not isinstance(name, str):
        return SHIPPED[0]
    if name not in SHIPPED:
        message = f"the study was last read by your own framework {name}; name its file with --framework"
        raise UsageError(message)
    return name
