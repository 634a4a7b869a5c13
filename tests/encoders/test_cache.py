"""What is put in comes out, in every process; what cannot be used is left alone."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory
from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from needlens import errors
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


def _many(first: int, n: int) -> dict[str, NDArray[np.float32]]:
    return {f"text {i}": np.full(384, i, dtype=np.float32) for i in range(first, first + n)}


def test_the_cache_stays_within_its_bound() -> None:
    cache = VectorCache(bound=1_000_000)  # some 500 vectors
    for first in range(0, 3_000, 200):
        cache.put_many("encoder", _many(first, 200))
    assert cache.path.stat().st_size < 1_500_000
    assert 300 < cache.info().entries < 650
    assert list(cache.get_many("encoder", list(_many(2_800, 200)))) == list(_many(2_800, 200))
    assert cache.get_many("encoder", list(_many(0, 200))) == {}
    assert cache.notes == ()


def test_what_was_not_used_longest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = VectorCache(bound=1_000_000)
    day = 20_000
    monkeypatch.setattr("needlens.encoders.cache.today", lambda: day)
    cache.put_many("encoder", _many(0, 200))
    cache.put_many("encoder", _many(200, 200))
    day += 1
    assert len(cache.get_many("encoder", list(_many(0, 200)))) == 200
    cache.put_many("encoder", _many(400, 200))
    assert len(cache.get_many("encoder", list(_many(0, 200)))) == 200
    assert len(cache.get_many("encoder", list(_many(200, 200)))) < 100


def test_pruning_and_clearing_give_the_disk_back() -> None:
    cache = VectorCache()
    assert (cache.prune(), cache.clear(), cache.path.exists()) == (0, 0, False)
    cache.put_many("encoder", _many(0, 1_000))
    assert cache.prune() == 0
    tight = VectorCache(bound=400_000)
    gone = tight.prune()
    assert gone > 500
    assert tight.info().entries == 1_000 - gone
    assert tight.path.stat().st_size < 500_000
    assert tight.clear() == 1_000 - gone
    assert tight.path.stat().st_size < 50_000
    assert (tight.info().entries, tight.notes) == (0, ())


@pytest.mark.parametrize(("asked", "bound"), [("", 4e9), ("0.5", 5e8), ("0", 0), ("-1", 4e9), ("much", 4e9)])
def test_the_environment_names_the_bound(asked: str, bound: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEEDLENS_CACHE_GB", asked)
    cache = VectorCache()
    assert cache.bound == cache.info().bound == bound
    assert bool(cache.notes) == (asked in ("-1", "much"))


def test_a_file_of_an_older_needlens_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "vectors.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE vectors (encoder TEXT, text BLOB, vector BLOB)")
        connection.execute("INSERT INTO vectors VALUES ('e', x'00', x'00')")
    cache = VectorCache(path)
    cache.put_many("encoder", ONE)
    assert list(cache.get_many("encoder", ["a text"])) == ["a text"]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM vectors").fetchone() == (1,)


def test_another_encoder_never_answers() -> None:
    cache = VectorCache()
    cache.put_many("a", {"b\0c": ONE["a text"]})
    assert cache.get_many("a\0b", ["c"]) == {}


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
def test_killed_at_any_moment() -> None:
    """Two processes write to a full cache and are killed again and again; nothing that is left is wrong."""
    code = """
import sys
import numpy as np
from needlens.encoders.cache import VectorCache
cache = VectorCache(bound=600_000)
print("ready", flush=True)
for first in range(int(sys.argv[1]), 1_000_000, 40):
    numbers = range(first, first + 40)
    cache.put_many("encoder", {f"text {i}": np.full(384, i, dtype=np.float32) for i in numbers})
    assert not cache.notes, cache.notes
"""
    random = np.random.default_rng(0)
    environment = {**os.environ, "PYTHONPATH": str(Path(errors.__file__).parents[1])}
    for kill in range(8):
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", code, str(start)],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            for start in (kill * 10_000, 500_000 + kill * 10_000)
        ]
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
        time.sleep(float(random.uniform(0.05, 0.5)))
        for writer in writers:
            assert writer.poll() is None, writer.communicate()
            writer.kill()
        for writer in writers:
            writer.communicate()
        cache = VectorCache()
        with closing(sqlite3.connect(cache.path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            vectors = [
                np.frombuffer(row[0], dtype="<f4") for row in connection.execute("SELECT vector FROM kept")
            ]
        assert all(len(vector) == 384 and (vector == vector[0]).all() for vector in vectors)
        assert vectors
        assert cache.path.stat().st_size < 1_500_000
        assert cache.notes == ()


def test_a_cache_is_empty_until_something_is_kept(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "vectors.sqlite")
    assert cache.is_empty()
    assert not cache.path.exists()
    cache.get_many("digest", ["a text"])
    assert cache.is_empty()
    cache.put_many("digest", ONE)
    assert not cache.is_empty()
