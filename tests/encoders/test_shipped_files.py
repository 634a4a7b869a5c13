"""A model that comes in parts of an archive is put together once, verified, and nothing else with it."""

import hashlib
import io
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from needlens.encoders.shipped import FILES, MPNET, WEIGHTS_FILE, Shipped
from needlens.encoders.shipped_files import shipped_folder
from needlens.encoders.weights import shipped_weights, verify
from needlens.errors import EncoderError

Run = Callable[..., "CompletedProcess[str]"]
WEIGHTS = random.Random(0).randbytes(10_000)
PARTS = ("part-1", "part-2", "part-3")


def archive(*, without: str = "", weights: bytes = WEIGHTS) -> bytes:
    """A model's files, and two that are none of its business."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name in FILES:
            if name != without:
                made.writestr(f"tiny/{name}", weights if name == WEIGHTS_FILE else b"{}")
        made.writestr("tiny/run_me.py", "raise SystemExit")
        made.writestr("tiny/../../escaped.txt", "out of the folder")
    return content.getvalue()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where distributions of the test are found first."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


def install(site: Path, content: bytes, *, parts: tuple[str, ...] = PARTS) -> Shipped:
    """Lay an archive out as distributions, a part in each of :data:`PARTS` that is named."""
    size = -(-len(content) // len(PARTS))
    for at, part in enumerate(PARTS):
        if part not in parts:
            continue
        info = site / f"tiny_{part.replace('-', '_')}-1.0.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: tiny-{part}\nVersion: 1.0\n")
        (site / f"tiny.zip.{at}").write_bytes(content[at * size : (at + 1) * size])
    return Shipped(
        name="tiny",
        hub_id="org/tiny",
        revision="0" * 40,
        sha256={
            WEIGHTS_FILE: hashlib.sha256(WEIGHTS).hexdigest(),
            "vocab.txt": hashlib.sha256(b"{}").hexdigest(),
        },
        carriers={f"tiny-{part}": f"tiny.zip.{at}" for at, part in enumerate(PARTS)},
        install="make tiny",
        otherwise="ask somebody",
    )


def left_over(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.rglob("*") if path.is_file())


def test_parts_become_the_files_of_the_model_alone(site: Path, tmp_path: Path) -> None:
    model = install(site, archive())
    folder = shipped_folder(model)
    assert folder is not None
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == set(FILES)
    assert (folder / WEIGHTS_FILE).read_bytes() == WEIGHTS
    assert left_over(tmp_path / "cache") == sorted(Path(name).name for name in FILES)
    assert verify(model).ok
    assert shipped_weights(model, "tiny").folder == folder


def test_once_unpacked_the_parts_are_not_needed(site: Path) -> None:
    model = install(site, archive())
    folder = shipped_folder(model)
    for file in site.glob("tiny.zip.*"):
        file.unlink()
    assert shipped_folder(model) == folder


@pytest.mark.parametrize("missing", PARTS)
def test_a_part_that_is_not_installed(missing: str, site: Path) -> None:
    model = install(site, archive(), parts=tuple(part for part in PARTS if part != missing))
    assert shipped_folder(model) is None
    assert not verify(model).ok
    with pytest.raises(
        EncoderError, match="the tiny encoder are not installed: run 'make tiny', or ask somebody"
    ):
        shipped_weights(model, "tiny")


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 255]) + content[at + 1 :]


@pytest.mark.parametrize(
    "content",
    [
        archive(without="tokenizer.json"),
        archive()[:-30],
        b"",
        flipped(archive(), archive().index(b"tiny/model.safetensors") + 3_000),
        flipped(archive(), archive().index(b"tiny/model.safetensors") + len("tiny/model.safetensors")),
        archive().replace(b"\x08\x00", b"\x63\x00"),  # another way to pack than any
        archive()
        .replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00")
        .replace(
            b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"
        ),  # said to be encrypted
    ],
    ids=[
        "a file is missing",
        "cut off",
        "empty",
        "damaged",
        "damaged where it begins",
        "packed otherwise",
        "encrypted",
    ],
)
def test_a_broken_archive_is_one_sentence_and_leaves_nothing(
    content: bytes, site: Path, tmp_path: Path
) -> None:
    model = install(site, content)
    with pytest.raises(
        EncoderError, match="that bring the weights of tiny are damaged: run 'make tiny' again"
    ):
        shipped_folder(model)
    assert left_over(tmp_path / "cache") == []
    assert shipped_folder(install(site, archive())) is not None  # and a whole one serves


@pytest.mark.parametrize("name", [WEIGHTS_FILE, "vocab.txt"])
def test_other_bytes_are_refused_and_the_folder_named(name: str, site: Path) -> None:
    model = install(site, archive())
    folder = shipped_folder(model)
    assert folder is not None
    (folder / name).write_bytes(WEIGHTS[::-1])
    assert verify(model).ok == (name != WEIGHTS_FILE)
    with pytest.raises(
        EncoderError, match=f"SHA-256 is another.*remove the folder {folder} and run 'make tiny'"
    ):
        shipped_weights(model, "tiny")
    shutil.rmtree(folder)
    assert shipped_weights(model, "tiny").folder == folder


def test_weights_of_an_archive_that_are_others_are_refused(site: Path) -> None:
    model = install(site, archive(weights=WEIGHTS[::-1]))
    with pytest.raises(EncoderError, match="SHA-256 is another"):
        shipped_weights(model, "tiny")


def test_what_lost_a_file_is_unpacked_again(site: Path) -> None:
    model = install(site, archive())
    folder = shipped_folder(model)
    assert folder is not None
    (folder / "tokenizer.json").unlink()
    assert not verify(model).ok
    assert shipped_folder(model) == folder
    assert (folder / "tokenizer.json").is_file()


def test_the_hubs_own_cache_serves_without_packages(site: Path, run_python: Run, tmp_path: Path) -> None:
    model = install(site, archive(), parts=())
    snapshot = tmp_path / "hub" / "models--org--tiny" / "snapshots" / model.revision
    with zipfile.ZipFile(io.BytesIO(archive())) as members:
        for name in FILES:
            (snapshot / name).parent.mkdir(parents=True, exist_ok=True)
            (snapshot / name).write_bytes(members.read(f"tiny/{name}"))
    code = f"""
from needlens.encoders.shipped import Shipped
from needlens.encoders.weights import shipped_weights
model = Shipped("tiny", "org/tiny", {model.revision!r}, {model.sha256!r}, {model.carriers!r}, "", "")
print(shipped_weights(model, "tiny").folder)
"""
    done = run_python(code, HF_HUB_CACHE=str(tmp_path / "hub"), HF_HUB_OFFLINE="1")
    assert (done.stderr, Path(done.stdout.strip())) == ("", snapshot)


def test_another_process_that_was_faster_is_no_error(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = install(site, archive())
    faster = Path.rename

    def late(self: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "rename", faster)
        assert shipped_folder(model) == target
        return faster(self, target)

    monkeypatch.setattr(Path, "rename", late)
    folder = shipped_folder(model)
    assert folder is not None
    assert (folder / WEIGHTS_FILE).read_bytes() == WEIGHTS


def test_a_cache_that_cannot_be_written(site: Path, tmp_path: Path) -> None:
    model = install(site, archive())
    (tmp_path / "cache").write_text("a file in its place")
    with pytest.raises(EncoderError, match=r"cannot be unpacked .*NEEDLENS_CACHE_DIR"):
        shipped_folder(model)


def test_the_hub_is_asked_for_these_files_of_one_revision_and_only_when_allowed(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = install(site, archive(), parts=())
    asked = []

    def snapshot_download(hub_id: str, *, revision: str, allow_patterns: list[str], **_: object) -> str:
        asked.append((hub_id, revision, tuple(allow_patterns)))
        with zipfile.ZipFile(io.BytesIO(archive())) as members:
            for name in FILES:
                members.extract(f"tiny/{name}", tmp_path / "fetched")
        return str(tmp_path / "fetched" / "tiny")

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot_download)
    with pytest.raises(EncoderError):
        shipped_weights(model, "tiny")
    assert asked == []
    assert shipped_weights(model, "tiny", allow_download=True).folder == tmp_path / "fetched" / "tiny"
    assert asked == [("org/tiny", model.revision, FILES)]


def test_the_precise_encoder_without_its_weights(run_python: Run, tmp_path: Path) -> None:
    answers = tmp_path / "answers.csv"
    answers.write_text("answer\nit saves me an hour\n")
    code = f"""
import sys
from importlib import metadata
real = metadata.distribution
def none(name):
    if name in {list(MPNET.carriers)!r}:
        raise metadata.PackageNotFoundError(name)
    return real(name)
metadata.distribution = none
from needlens.cli import main
sys.argv = ["needlens", "cluster", {str(answers)!r}, "--out", {str(tmp_path / "study")!r}]
sys.argv += ["--encoder", "precise"]
main()
"""
    done = run_python(code)
    assert done.returncode == 1
    assert "run 'make precise', or fetch them from their hub" in done.stderr
    assert "Traceback" not in done.stderr
