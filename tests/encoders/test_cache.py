"""What is put in comes out, in every process; what cannot be used is left alone."""

import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory
from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlens.encoders.cache import VectorCache

Run = Callable[..., "CompletedProcess[str]"]

ONE = {"a text": np.array([0.6, 0.8], dtype=np.float32)}


@settings(max_examples=20, deadline=None)
@given(texts=st.lists(st.text(st.characters(codec=None)), unique=True, max_size=30), data=st.data())
def test_what_is_put_in_comes_out(texts: list[str], data: st.DataObject) -> None:
    random = np.random.default_rng(0)
    vectors = {text: random.normal(size=3).astype(np.float32) for text in texts}
    kept = data.draw(st.sets(st.sampled_from(texts))) if texts else set()
    with TemporaryDirectory() as folder:
        cache = VectorCache(Path(folder) / "vectors.sqlite")
        cache.put_many("encoder", {text: vectors[text] for text in texts if text in kept})
        found = cache.get_many("encoder", texts)
        assert list(found) == [text for text in texts if text in kept]
        assert all(found[text].tobytes() == vectors[text].tobytes() for text in found)
        assert cache.get_many("another encoder", texts) == {}
        assert cache.info().entries == len(kept)
        assert cache.notes == ()


def test_more_texts_than_a_query_takes() -> None:
    cache = VectorCache()
    vectors = {f"text {i}": np.full(2, i, dtype=np.float32) for i in range(1234)}
    cache.put_many("encoder", vectors)
    assert list(cache.get_many("encoder", list(vectors))) == list(vectors)


def test_the_environment_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEEDLENS_CACHE_DIR", str(tmp_path / "mine"))
    assert VectorCache().path == tmp_path / "mine" / "vectors-2.sqlite"
    monkeypatch.delenv("NEEDLENS_CACHE_DIR")
    assert VectorCache().path.parent.name == "needlens"


def test_info_makes_no_file() -> None:
    cache = VectorCache()
    info = cache.info()
    assert (info.entries, info.bytes, info.path.exists()) == (0, 0, False)
    cache.put_many("encoder", ONE)
    assert cache.info().bytes > 0


def test_the_text_itself_is_not_stored() -> None:
    cache = VectorCache()
    cache.put_many("encoder", {"a very private sentence": ONE["a text"]})
    assert b"private" not in cache.path.read_bytes()


def test_a_file_that_is_no_database_is_set_aside() -> None:
    cache = VectorCache()
    cache.path.parent.mkdir()
    cache.path.write_bytes(b"no database " * 1000)
    assert cache.get_many("encoder", ["a text"]) == {}
    cache.put_many("encoder", ONE)
    assert list(cache.get_many("encoder", ["a text"])) == ["a text"]
    assert cache.path.with_name("vectors-2.sqlite.broken").read_bytes() == b"no database " * 1000
    assert len(cache.notes) == 1
    assert "corrupt" in cache.notes[0]


def test_a_damaged_database_is_set_aside() -> None:
    cache = VectorCache()
    texts = [f"text {i}" for i in range(500)]
    cache.put_many("encoder", dict.fromkeys(texts, ONE["a text"]))
    content = cache.path.read_bytes()
    cache.path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    assert cache.get_many("encoder", texts) == {}
    cache.put_many("encoder", ONE)
    assert cache.info().entries == 1
    assert len(cache.notes) == 1


def test_a_place_that_cannot_hold_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "vectors.sqlite", tmp_path):
        cache = VectorCache(path)
        cache.put_many("encoder", ONE)
        assert cache.get_many("encoder", ["a text"]) == {}
        assert len(cache.notes) == 1
        assert "cannot be used" in cache.notes[0]


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on file sizes there")
def test_a_full_disk(run_python: Run) -> None:
    code = """
import resource
import numpy as np
from needlens.encoders.cache import VectorCache
cache = VectorCache()
cache.put_many("encoder", {"a text": np.zeros(384, dtype=np.float32)})
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
vectors = {f"text {i}": np.zeros(384, dtype=np.float32) for i in range(500)}
cache.put_many("encoder", vectors)
assert cache.get_many("encoder", list(vectors)) == {}
print(*cache.notes, VectorCache().info().entries, sep="|")
"""
    done = run_python(code)
    assert done.stderr == ""
    note, entries = done.stdout.strip().split("|")
    assert "cannot be used" in note
    assert entries == "1"


def test_processes_write_at_once(run_python: Run) -> None:
    code = """
import numpy as np
from needlens.encoders.cache import VectorCache
cache = VectorCache()
for part in range(20):
    texts = [f"text {i}" for i in range(part * 10, part * 10 + 20)]
    vectors = {text: np.full(384, int(text[5:]), dtype=np.float32) for text in texts}
    cache.put_many("encoder", vectors)
    assert list(cache.get_many("encoder", texts)) == texts
print(cache.notes)
"""
    done: list[CompletedProcess[str]] = []
    threads = [Thread(target=lambda: done.append(run_python(code))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(run.stdout, run.stderr) for run in done] == [("()\n", "")] * 3
    found = VectorCache().get_many("encoder", [f"text {i}" for i in range(210)])
    assert [float(vector[0]) for vector in found.values()] == list(range(210))
