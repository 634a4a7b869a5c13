"""A small study in one piece, and the same in processes of their own, part by part."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from needlens import errors
from needlens.datasets import sample_folder
from needlens.encoders.quiet import quiet
from needlens.encoders.weights import find_weights
from needlens.study.folder import write_study
from needlens.study.run import Parameters, run_study
from needlens.verbatims import Verbatims, read_verbatims

N = 260

SCRIPT = """
import sys
from pathlib import Path
from needlens.errors import NeedlensError
from needlens.scale.local import LocalEngine
from needlens.scale.run import cluster_to
from needlens.scale.stages import Sizes
from needlens.study.run import Parameters
from needlens.verbatims import read_verbatims

def main():
    file, out, encoder, engine = sys.argv[1:]
    verbatims = read_verbatims(file, text="text", id="verbatim_id", respondent="respondent_id",
                               segments=["plan"], date="date")
    if engine == "local":
        workers = LocalEngine(workers=2)
    else:
        from needlens.scale.dask_engine import DaskEngine
        workers = DaskEngine(workers=2)
    try:
        cluster_to(out, verbatims, Parameters(themes=4, fit_at_most=120, encoder=encoder), engine=workers,
                   sizes=Sizes(verbatims=40, encoded=30, placed=25))
    except NeedlensError as error:
        sys.exit(str(error))
    finally:
        workers.close()

if __name__ == "__main__":
    main()
"""

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(scope="session")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some verbatims of the sample."""
    path = tmp_path_factory.mktemp("input") / "verbatims.csv"
    lines = (sample_folder() / "verbatims.csv").read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[: N + 1]), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vectors")


@pytest.fixture(scope="session")
def few(file: Path) -> Verbatims:
    return read_verbatims(
        file, text="text", id="verbatim_id", respondent="respondent_id", segments=["plan"], date="date"
    )


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Parameters:
    """What to do, with an encoder that is quick: one random vector a token, and their mean."""
    with quiet():
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import StaticEmbedding
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(find_weights("default").folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        rows = np.random.default_rng(0).standard_normal((tokenizer.get_vocab_size(), 32), dtype=np.float32)
        folder = tmp_path_factory.mktemp("encoder") / "static"
        SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=rows)]).save(str(folder))
    return Parameters(themes=4, fit_at_most=120, encoder=str(folder))


@pytest.fixture(scope="session")
def whole(
    few: Verbatims, asked: Parameters, cache_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The study as it is made in memory, with a sample and without parts."""
    folder = tmp_path_factory.mktemp("whole") / "study"
    write_study(run_study(few, asked, cache=cache_folder / "vectors.sqlite"), folder)
    return folder


@pytest.fixture(scope="session")
def start(
    file: Path, asked: Parameters, cache_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Start:
    """Start the run in a process of its own."""
    script = tmp_path_factory.mktemp("script") / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")

    def run(out: Path, engine: str = "local", **more: object) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "NEEDLENS_CACHE_DIR": str(cache_folder),
            "PYTHONPATH": str(Path(errors.__file__).parents[1]),
        }
        with (out.parent / "said.txt").open("w", encoding="utf-8") as said:
            process: subprocess.Popen[bytes] = subprocess.Popen(
                [sys.executable, str(script), str(file), str(out), asked.encoder, engine],
                env=environment,
                stderr=said,
                **more,  # type: ignore[call-overload]
            )
        return process

    return run


def tables(folder: Path) -> dict[str, str]:
    """SHA-256 of every file but ``study.json``, which holds timings."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "study.json"
    }


@pytest.fixture(scope="session")
def tables_of() -> Callable[[Path], dict[str, str]]:
    return tables
