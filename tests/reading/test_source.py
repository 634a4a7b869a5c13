"""Files: told by their names and first bytes."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest

from needlens.errors import InputError
from needlens.reading.source import Source, read_source


def parquet() -> bytes:
    stream = io.BytesIO()
    pd.DataFrame({"text": ["Light"]}).to_parquet(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "format_", "encoding"),
    [
        ("a.CSV", b"text\nLight\n", "csv", "utf-8"),
        ("a.tsv", "text\tn\nLight\t1\n".encode("utf-16"), "tsv", "utf-16"),
        ("a.tab", b'text\n"Light"\n', "tsv", "utf-8"),
        ("a.ndjson", b'{"text": "Light"}', "jsonl", "utf-8"),
        ("a.pq", parquet(), "parquet", None),
    ],
)
def test_formats(tmp_path: Path, name: str, data: bytes, format_: str, encoding: str | None) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    table, source = read_source(path, name=name)
    assert list(table.columns["text"]) == ["Light"]
    assert table.notes == ()
    assert source == Source(name, sha256(data).hexdigest(), 1, format_, encoding)


def test_content_has_the_last_word(tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    path = tmp_path / "a.csv"
    for format_, data in (
        ("excel", workbook({"S": [["text"], ["Light"]]})),
        ("parquet", parquet()),
    ):
        path.write_bytes(data)
        table, source = read_source(path, name="a.csv")
        assert list(table.columns["text"]) == ["Light"]
        assert source.format == format_
        assert table.notes == (f"a.csv: read as {format_.capitalize()}, which it is in spite of its name",)


def test_a_guessed_encoding_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("text\nDas Gerät ist überhaupt nicht schön\n".encode("cp1252"))
    table, source = read_source(path, name="a.csv")
    assert table.notes == ("a.csv: read as cp1252 (not UTF-8)",)
    assert source.encoding == "cp1252"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.csv", b"", "a.csv: is empty: it has no header and no rows"),
        ("a.csv", b"\xef\xbb\xbf", "a.csv: is empty: it has no header and no rows"),
        (
            "a.xlsx",
            b"text\nLight\n",
            "a.xlsx: is not Excel, whatever its name says; if it is text, call it .csv or .tsv",
        ),
        (
            "a.parquet",
            b"text\nLight\n",
            "a.parquet: is not Parquet, whatever its name says; if it is text, call it .csv or .tsv",
        ),
        (
            "a.csv",
            b"PK\x03\x04 and no workbook",
            "a.csv: is not a text table; needlens reads CSV, TSV, JSON Lines, Parquet and Excel",
        ),
    ],
)
def test_what_is_refused(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_source(path, name=name)
    assert str(caught.value) == message


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    def refusal(path: Path) -> str:
        with pytest.raises(InputError) as caught:
            read_source(path, name=path.name)
        return str(caught.value)

    assert refusal(tmp_path / "none.csv") == f"{tmp_path}/none.csv: no such file"
    assert refusal(tmp_path) == f"{tmp_path}: is a folder; name the files in it"
    assert refusal(tmp_path / "\x1b[2J\0.csv").startswith(rf"{tmp_path}/\x1b[2J\x00.csv: cannot be")
    (tmp_path / "a.doc").write_bytes(b"text")
    assert refusal(tmp_path / "a.doc") == (
        f"{tmp_path}/a.doc: '.doc' is no suffix that needlens knows; it reads .csv, .tsv, .tab, "
        ".jsonl, .ndjson, .parquet, .pq, .xlsx, .xlsm, .xlsb, .xls, .ods"
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a POSIX file system")
def test_a_loop_of_links_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.symlink_to(path)
    with pytest.raises(InputError, match=r"a\.csv: cannot be read \(.+\)$"):
        read_source(path, name="a.csv")
