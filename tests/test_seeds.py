"""Seeds: read from a file with every problem named, and turned into vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from needlens.encoders.encoder import load_encoder
from needlens.errors import InputError, UsageError
from needlens.seeds import Seed, read_seeds, seed_vectors


def write(folder: Path, text: str, name: str = "seeds.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_name_alone_is_its_own_example() -> None:
    assert Seed("saves money") == Seed("saves money", ("saves money",))


@pytest.mark.parametrize(("name", "examples"), [("", ()), (" ", ("cheap",)), ("Price", ("cheap", " "))])
def test_blank_seeds_are_refused(name: str, examples: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="a seed needs a name"):
        Seed(name, examples)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name\nPrice\nQuiet\n", [Seed("Price"), Seed("Quiet")]),
        ("name,example\nPrice,\n", [Seed("Price")]),
        ("name,example\nB,b1\nA,a1\nB,b2\n", [Seed("B", ("b1", "b2")), Seed("A", ("a1",))]),
        ("name,example\nA,a1\nA,\nA,a1\n", [Seed("A", ("a1",))]),
        ("example,name,note\na1,A,x\n", [Seed("A", ("a1",))]),
        (' name , example\n A ," so, cheap "\n', [Seed("A", ("so, cheap",))]),
    ],
)
def test_files_are_read(text: str, expected: list[Seed], tmp_path: Path) -> None:
    assert read_seeds(write(tmp_path, text)) == expected


def test_a_workbook_is_read_as_well(tmp_path: Path) -> None:
    pd.DataFrame({"name": ["A", "A"], "example": ["a1", "a2"]}).to_excel(tmp_path / "s.xlsx", index=False)
    assert read_seeds(tmp_path / "s.xlsx") == [Seed("A", ("a1", "a2"))]


@pytest.mark.parametrize(
    ("text", "file", "row", "column", "message"),
    [
        ("theme\nA\n", "seeds.csv", None, None, "no column 'name'"),
        ("name\n", "seeds.csv", None, None, "no rows"),
        ("", "seeds.csv", None, None, "is empty"),
        ("name,example\nA,a\n,b\n", "seeds.csv", 3, "name", "there is no name"),
        ("name\nPrice\nQuiet\nprice\n", "seeds.csv", 4, "name", "'price' is 'Price' in row 2"),
        ("name,example\nA,cheap\nB,Cheap\n", "seeds.csv", 3, "example", "example of 'A' already (row 2)"),
    ],
)
def test_problems_name_file_row_and_column(
    text: str, file: str, row: int | None, column: str | None, message: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        read_seeds(write(tmp_path, text))
    assert (caught.value.file, caught.value.row, caught.value.column) == (file, row, column)
    assert message in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_seeds(tmp_path / "none.csv")


def test_a_vector_is_the_direction_between_the_examples() -> None:
    encoder = load_encoder()
    seeds = [Seed("Price", ("it was cheap", "good value", "it was cheap")), Seed("quiet")]
    vectors = seed_vectors(seeds, encoder)
    one, two, three = encoder.encode(["it was cheap", "good value", "quiet"])
    np.testing.assert_allclose(vectors[0], (one + two) / np.linalg.norm(one + two), atol=1e-6)
    np.testing.assert_allclose(vectors[1], three, atol=1e-6)
    assert vectors.dtype == np.float32


def test_the_order_of_seeds_and_examples_changes_no_bit() -> None:
    encoder = load_encoder()
    seeds = [Seed("Price", ("it was cheap", "good value", "a bargain")), Seed("quiet")]
    turned = [Seed("quiet"), Seed("Price", ("a bargain", "it was cheap", "good value"))]
    np.testing.assert_array_equal(seed_vectors(seeds, encoder), seed_vectors(turned, encoder)[::-1])


def test_no_seeds_have_no_vectors() -> None:
    assert seed_vectors([], load_encoder()).shape == (0, 384)
