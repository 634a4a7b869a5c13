"""The papers: what they show runs as written, and they name everything there is and nothing else."""

from __future__ import annotations

import csv
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.core import TyperGroup, TyperOption
from typer.main import get_command

import needlens
from needlens.cli.app import app
from needlens.datasets import sample_folder

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
IN_PYTHON = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
DECISIONS = sorted((ROOT / "docs" / "decisions").iterdir())
PAPERS = [ROOT / "README.md", ROOT / "data" / "sample" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
GROUP = get_command(app)
assert isinstance(GROUP, TyperGroup)
OPTIONS = {
    name: {option for p in command.params if isinstance(p, TyperOption) for option in p.opts} - {"--help"}
    for name, command in GROUP.commands.items()
}
"""Options of every command."""

TORCH_INDEX = "download.pytorch" + ".org"

N_ANSWERS, N_NEW = 120, 20
COLUMNS = {"text": "answer", "respondent_id": "customer", "plan": "plan", "rating": "stars"}
"""Columns of the sample, and what the README calls them."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of code and the line of the README it starts on."""

    language: str
    line: int
    code: str


def blocks(text: str) -> Iterator[Block]:
    for match in re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield Block(match[1], text.count("\n", 0, match.start(2)), match[2])


def commands(block: Block) -> list[list[str]]:
    """Words of every command line of a shell block, comments left out; of other blocks none."""
    if block.language not in ("bash", "console"):
        return []
    lines = block.code.replace("\\\n", " ").splitlines()
    return [words for line in lines if (words := shlex.split(line, comments=True))]


def run_python(block: Block, file: str, names: dict[str, object]) -> None:
    """Run a block of Python; blank lines before it make a traceback show the paper's own line."""
    if block.language == "python":
        exec(compile("\n" * block.line + block.code, file, "exec"), names)


def files_of_a_study() -> set[str]:
    """Names in the README's table of what is in the study folder."""
    section = README.partition("## What is in the study folder")[2].partition("\n## ")[0]
    first_cells = re.findall(r"^\| (.+?) \|", section, re.MULTILINE)
    return {name.strip("/") for cell in first_cells for name in re.findall(r"`([^`]+)`", cell)}


def write_answers(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS.values())
        writer.writerows([row[name] for name in COLUMNS] for row in rows)


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files the README speaks of."""
    with (sample_folder() / "verbatims.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    write_answers(tmp_path / "answers.csv", rows[:N_ANSWERS])
    write_answers(tmp_path / "new.csv", rows[N_ANSWERS : N_ANSWERS + N_NEW])
    (tmp_path / "edits.csv").write_text("edit,theme,name\nrename,1,Getting about\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_readme_does_what_it_says(workplace: Path) -> None:
    names: dict[str, object] = {}
    for block in blocks(README):
        run_python(block, "README.md", names)
        for words in commands(block):
            if words[0] == "needlens":
                done = subprocess.run(
                    [sys.executable, "-m", *words], cwd=workplace, capture_output=True, text=True, check=False
                )
                assert done.returncode == 0, (words, done.stderr)
    assert {path.name for path in (workplace / "study").iterdir()} == files_of_a_study()
    assert (workplace / "from-python" / "report.html").is_file()
    for block in blocks(IN_PYTHON):
        run_python(block, "python.md", names)


def test_readme_shows_only_commands_that_exist() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    known = {"make": targets, "needlens": list(OPTIONS)}
    shown = [words for block in blocks(README) for words in commands(block)]
    assert [words for words in shown if words[1] not in known[words[0]]] == []
    assert {words[1] for words in shown if words[0] == "needlens"} == set(OPTIONS)


@pytest.mark.parametrize("command", OPTIONS)
def test_readme_lists_the_options_of_each_command(command: str) -> None:
    row = re.search(rf"^\| `needlens {command}\b.*$", README, re.MULTILINE)
    assert row
    assert set(re.findall(r"--[a-z-]+", row[0])) == OPTIONS[command]


def test_readme_names_no_option_that_does_not_exist() -> None:
    of_the_group = {option for p in GROUP.params if isinstance(p, TyperOption) for option in p.opts}
    known = (of_the_group - {"--help"}).union(*OPTIONS.values())
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", README)) == known


@pytest.mark.parametrize("name", needlens.__all__)
def test_public_name_is_explained_by_use(name: str) -> None:
    documentation = getattr(needlens, name).__doc__
    assert re.search(rf"\b{name}\b", README + IN_PYTHON) or ">>> " in documentation


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]
    assert [target for target in targets if not (paper.parent / target).exists()] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_papers_name_no_address_and_no_machine(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")
    assert re.findall(r"https?://|www\.|pypi\.org|(?<![\w.])/(?:work|tmp|home|root|opt)\b|#\d+", text) == []


def test_torch_index_stands_in_the_set_up_only() -> None:
    files = [path for path in (*ROOT.glob("*"), *ROOT.glob(".ci/*")) if path.is_file()]
    files += [
        path for folder in ("src", "docs", "tests") for path in (ROOT / folder).rglob("*.*") if path.is_file()
    ]
    texts = {path: path.read_bytes() for path in files if "__pycache__" not in path.parts}
    assert [path.name for path, text in texts.items() if TORCH_INDEX.encode() in text] == ["setup"]


def test_readme_is_read_in_one_sitting() -> None:
    assert README.count("\n") <= 200


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_decision_says_why_what_and_what_follows(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)
    assert text.startswith(f"# {path.name[:4]} ")
    assert re.findall(r"^\*\*(\w+)\.\*\* ", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert text.count("\n") <= 20


def test_changelog_tells_of_this_version() -> None:
    changes = (ROOT / "docs" / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[(.+?)\]", changes, re.MULTILINE)
    assert newest
    assert newest[1] == needlens.__version__
